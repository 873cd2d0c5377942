from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .truck_customer_grading import COLUMNS
from .truck_customer_metrics_source import Scope

# Of the members, those that are legal entities. Written like this since PostgreSQL
# takes the plain comparison for one that hardly any row passes.
ENTITY = SQL("CASE WHEN id = partner_id THEN true ELSE false END")
# Money is for sales; the service desk sees grade, dates and counts.
SALES = "truck_crm.truck_crm_group_user"


class TruckCustomerMetrics(models.Model):
    """What is known of a customer in figures: one row per customer and company.

    Written by SQL (``_refresh``); holds dates instead of ages, so that a row whose
    customer does nothing stays as it is. What the figures are made of stands in
    ``truck_customer_metrics_source.py``, the nightly job in ``.._run.py``.
    """

    _name = "truck.customer.metrics"
    _description = "Customer Metrics"
    _inherit = [
        "truck.customer.metrics.complaint",
        "truck.customer.metrics.silent",
        "truck.customer.metrics.source",
        "truck.customer.metrics.table",
        "truck.customer.contact.metrics",
        "truck.customer.grading",
    ]
    _order = "score desc nulls last, id"  # the service desk may not order by money
    _rec_name = "partner_id"
    # Who wrote a row and when says nothing, and costs two foreign keys for each.
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's, kept here so that his day is one index scan.",
    )
    partner_active = fields.Boolean(readonly=True, default=True)
    # Revenue
    revenue_12m = fields.Monetary(
        string="Revenue (12 months)",
        readonly=True,
        groups=SALES,
        help="Posted customer invoices less refunds, untaxed, of the last 12 months.",
    )
    revenue_previous_12m = fields.Monetary(
        string="Revenue (12 months before)",
        readonly=True,
        groups=SALES,
        help="The same of the 12 months before these.",
    )
    growth = fields.Float(
        string="Revenue Growth",
        readonly=True,
        aggregator="avg",
        groups=SALES,
        help="Revenue of the last 12 months against the 12 before: 0.1 is 10 % more."
        " Empty without revenue before.",
    )
    margin_12m = fields.Monetary(
        string="Margin (12 months)",
        readonly=True,
        groups=SALES,
        help="Revenue less cost of goods: as booked with the invoice, else the present"
        " cost of the product.",
    )
    expense_12m = fields.Monetary(
        string="Service Cost and Expense (12 months)",
        readonly=True,
        groups=SALES,
        help="Posted journal entries on expense accounts that bear the customer.",
    )
    return_12m = fields.Monetary(
        string="Return (12 months)",
        readonly=True,
        groups=SALES,
        help="Margin less cost of service and expense.",
    )
    return_class = fields.Selection(
        selection=[
            ("high", "High"),
            ("medium", "Medium"),
            ("low", "Low"),
            ("negative", "Negative"),
        ],
        readonly=True,
        groups=SALES,
    )
    # Orders
    order_count = fields.Integer(
        string="Orders", readonly=True, help="Confirmed orders of all times."
    )
    order_count_12m = fields.Integer(string="Orders (12 months)", readonly=True)
    first_order_date = fields.Date(readonly=True)
    last_order_date = fields.Date(readonly=True)
    order_cycle_days = fields.Integer(
        string="Usual Cycle (days)",
        readonly=True,
        aggregator="avg",
        help="Days between orders on average; 0 before the third order.",
    )
    last_invoice_date = fields.Date(readonly=True)
    # Payment
    collection_days = fields.Float(
        string="Collection Period (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        groups=SALES,
        help="From the date of the invoice to its payment, weighted by the amounts paid"
        " in the last 12 months.",
    )
    due_amount = fields.Monetary(
        string="Receivable",
        readonly=True,
        groups=SALES,
        help="Open invoices less payments and refunds not matched yet.",
    )
    overdue_amount = fields.Monetary(
        string="Overdue",
        readonly=True,
        groups=SALES,
        help="What was due before today, less payments and refunds not matched yet.",
    )
    overdue_since = fields.Date(readonly=True, groups=SALES)
    open_since = fields.Date(
        string="Oldest Overdue Invoice",
        readonly=True,
        groups=SALES,
        help="Date of the oldest invoice that is overdue.",
    )
    # Vehicles
    vehicle_count = fields.Integer(
        string="Vehicles",
        readonly=True,
        help="Trucks of own brands in use that he owns.",
    )
    fleet_count = fields.Integer(
        string="Fleet", readonly=True, help="Trucks of all brands that he runs."
    )
    fleet_share = fields.Float(
        string="Share of Fleet",
        readonly=True,
        aggregator="avg",
        help="Vehicles against the fleet: 0.25 is a quarter. Empty while the fleet is"
        " not known.",
    )
    stock_days = fields.Float(
        string="Stock Period (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of a dealer: days from taking a truck over until he sells it.",
    )
    # Contact
    last_contact_date = fields.Date(readonly=True)
    contact_count_12m = fields.Integer(string="Contacts (12 months)", readonly=True)
    # Grade
    score = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))
    grade_id = fields.Many2one(
        "truck.customer.grade", readonly=True, index=True, ondelete="set null"
    )

    grade_color = fields.Integer(
        related="grade_id.color", string="Grade Colour", aggregator=None
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "A customer has one row of metrics per company."
    )

    # ------------------------------------------------------------
    # REFRESHING
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, partner_ids=None):
        """Bring the rows of these commercial entities (all if None) up to date.

        In the transaction of the caller, by one statement: rows that stay as they are
        are not touched, rows of who is no customer any more go. The nightly job does
        all in chunks instead: ``truck.customer.metrics.run``.

        :param partner_ids: list of ids of ``res.partner``, or None; contacts stand for
            their commercial entity
        :return: number of rows written or deleted
        """
        self.env.flush_all()
        scope = Scope()
        if partner_ids is not None:
            scope = self._get_scope(partner_ids)
            if not scope.ids:
                return 0
            scope = scope._replace(members=self._get_member_ids(scope))
        count = self._write_rows(scope, fields.Datetime.now())
        self._finish(scope.ids)
        return count

    def _finish(self, partner_ids=None):
        """Bring along what is reckoned from the figures, in the same transaction."""
        self._update_contacts(partner_ids)
        self._grade(partner_ids)
        self.env.invalidate_all(flush=False)

    @api.model
    def _get_scope(self, partner_ids):
        """Return the scope of these ids, and of the entities they belong to now."""
        query = SQL(
            """SELECT DISTINCT commercial_partner_id FROM res_partner
                WHERE id = ANY(%s) AND commercial_partner_id IS NOT NULL""",
            list(partner_ids),
        )
        entity_ids = {entity_id for (entity_id,) in self.env.execute_query(query)}
        return Scope(sorted(entity_ids.union(partner_ids)))

    def _get_member_ids(self, scope):
        """Return the ids of all partners of the entities of a scope."""
        query = SQL(
            "SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)",
            scope.ids,
        )
        return [partner_id for (partner_id,) in self.env.execute_query(query)]

    def _write_rows(self, scope, moment):
        """Write the rows of a scope and their months by one statement."""
        tables = self._get_tables(scope, moment)
        counts = []
        for changes, (target, query) in self._get_targets().items():
            tables[changes] = target._get_changes(query, scope)
            tables |= target._get_writing(changes)
            done = SQL.identifier(f"{changes}_done")
            counts.append(SQL("(SELECT count FROM %s)", done))
        query = SQL("%s SELECT %s", self._get_with(tables), SQL(" + ").join(counts))
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchone()[0]

    def _get_targets(self):
        """Return ``{name of changes: (model that is written, query it follows)}``."""
        months = self.env["truck.customer.metrics.month"]
        return {
            "metrics_change": (self, self._get_query()),
            "metrics_month_change": (months, self._get_month_query()),
        }

    @api.model
    def _get_with(self, tables):
        """Return the WITH of these queries; each is done once, whoever reads it."""
        if not tables:
            return SQL()
        inlined = ("metrics_cost",)  # read by one, who knows which products he needs
        return SQL(
            "WITH %s",
            SQL(", ").join(
                SQL(
                    "%s AS %s (%s)",
                    SQL.identifier(name),
                    SQL("" if name in inlined else "MATERIALIZED"),
                    query,
                )
                for name, query in tables.items()
            ),
        )

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    def _get_query(self):
        """Return the query of all figures, of who is in ``metrics_member``.

        A row where there is a fact, and one in the company of each customer.
        """
        fragments = self._get_fragments()
        columns = self._get_columns_of(fragments) | {
            "user_id": SQL("entity.user_id"),
            "partner_active": SQL("entity.active"),
        }
        return SQL(
            """
            SELECT figure.*, %(derived)s
              FROM (
                   SELECT partner_id, company_id, %(columns)s
                     FROM %(tables)s
                     JOIN (SELECT * FROM metrics_member WHERE %(entity)s) AS entity
                    USING (partner_id)
                   ) AS figure
            """,
            columns=self._get_named(columns),
            derived=self._get_named(self._get_derived()),
            tables=self._get_joined(fragments),
            entity=ENTITY,
        )

    @api.model
    def _get_named(self, columns):
        """Return the list of these columns for a SELECT."""
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name))
            for name, value in columns.items()
        )

    @api.model
    def _get_joined(self, fragments):
        """Return the FROM of fragments: where one has a row, there is one."""
        shared = SQL()
        tables = SQL(
            "(SELECT partner_id, home_id AS company_id FROM metrics_member"
            " WHERE %s) AS home",
            ENTITY,
        )
        for number, fragment in enumerate(fragments):
            alias = SQL.identifier(f"fragment_{number}")
            if fragment.is_shared:
                query = self._hide_company(fragment)
                join = SQL(" LEFT JOIN (%s) AS %s USING (partner_id)", query, alias)
                shared = SQL("%s%s", shared, join)
            else:
                tables = SQL(
                    "%s FULL JOIN (%s) AS %s USING (partner_id, company_id)",
                    *(tables, fragment.query, alias),
                )
        return SQL("%s%s", tables, shared)

    @api.model
    def _hide_company(self, fragment):
        """Return the query of a shared fragment without a company to join by."""
        columns = map(SQL.identifier, ("partner_id", *fragment.columns))
        return SQL(
            "SELECT %s FROM (%s) AS shared", SQL(", ").join(columns), fragment.query
        )

    @api.model
    def _get_columns_of(self, fragments):
        """Return ``{column: SQL}`` of what fragments give, added up where several do.

        :raise UserError: when a fragment gives what is no field of the row
        """
        values = {}
        for number, fragment in enumerate(fragments):
            for name in fragment.columns:
                if name not in self._fields:
                    raise UserError(
                        self.env._(
                            "A source of customer metrics gives %(name)s, which is no"
                            " field of %(model)s. Add the field, or leave it out.",
                            name=name,
                            model=self._description,
                        )
                    )
                column = SQL.identifier(f"fragment_{number}", name)
                values.setdefault(name, []).append(column)
        for name, columns in values.items():
            if len(columns) > 1 or self._fields[name].aggregator == "sum":
                columns = [SQL("COALESCE(%s, 0)", column) for column in columns]
            values[name] = SQL(" + ").join(columns)
        return values

    def _get_month_query(self):
        """Return the query of what was sold and ordered by month."""
        return SQL(
            """
            SELECT partner_id, company_id, month,
                   COALESCE(revenue, 0) AS revenue, COALESCE(margin, 0) AS margin,
                   COALESCE(order_count, 0) AS order_count
              FROM (
                   SELECT partner_id, company_id,
                          date_trunc('month', date)::date AS month,
                          sum(revenue) AS revenue,
                          round(sum(revenue - cost), min(digits)) AS margin
                     FROM metrics_sale JOIN metrics_period USING (company_id)
                    WHERE date >= first_month AND date <= today
                    GROUP BY 1, 2, 3
                   ) AS sale
              FULL JOIN (
                   SELECT partner_id, company_id,
                          date_trunc('month', date)::date AS month,
                          sum(number) AS order_count
                     FROM metrics_order JOIN metrics_period USING (company_id)
                    WHERE date >= first_month AND date <= today
                    GROUP BY 1, 2, 3
                   ) AS ordered USING (partner_id, company_id, month)
            """
        )

    def _get_key_columns(self):
        return ["partner_id", "company_id"]

    def _get_value_columns(self):
        fragments = self._get_columns_of(self._get_fragments())
        return ["user_id", "partner_active", *fragments, *self._get_derived()]

    def _get_first_columns(self):
        return ["grade_date", *COLUMNS]

    # ------------------------------------------------------------
    # KEEPING
    # ------------------------------------------------------------

    @api.model
    def _sync_users(self, partner_ids):
        """Take over the salespeople of customers; who has one gets a row at once.

        To be called by whoever changes salespeople of customers in SQL.

        :param partner_ids: ids of ``res.partner``; contacts are passed over
        """
        self.flush_model()
        self.env["res.partner"].flush_model(
            ["user_id", "company_id", "commercial_partner_id", "partner_share"]
        )
        scope = Scope(list(partner_ids))
        self.env.cr.execute(
            SQL(
                """
                WITH metrics_member AS MATERIALIZED (%(member)s), kept AS (
                    UPDATE truck_customer_metrics AS row
                       SET user_id = entity.user_id
                      FROM metrics_member AS entity
                     WHERE row.partner_id = entity.id
                       AND entity.id = entity.partner_id
                       AND row.user_id IS DISTINCT FROM entity.user_id
                )
                INSERT INTO truck_customer_metrics (partner_id, company_id, user_id,
                       partner_active)
                SELECT id, home_id, user_id, active
                  FROM metrics_member AS entity
                 WHERE id = partner_id AND user_id IS NOT NULL
                   AND NOT EXISTS (
                       SELECT FROM truck_customer_metrics AS row
                        WHERE row.partner_id = entity.id
                          AND row.company_id = entity.home_id
                   )
                 ORDER BY id
                    ON CONFLICT (partner_id, company_id) DO NOTHING
                """,
                member=self._get_member_query(scope),
            )
        )
        self.invalidate_model(["user_id"], flush=False)
