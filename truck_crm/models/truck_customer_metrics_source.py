from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, models
from odoo.tools import SQL

MONTHS = "truck_crm.metrics_months"
# Lines of an invoice that make up its untaxed amount, as core adds it up.
UNTAXED = ("product", "rounding", "non_deductible_product")
UNTAXED += ("non_deductible_product_total",)


class Fragment(NamedTuple):
    """A query that gives some columns of ``truck.customer.metrics``.

    :ivar columns: names of the fields; amounts and counts that several fragments give
        are added up
    :ivar query: a SELECT of partner_id (commercial entity), company_id, *columns, one
        row each. It reads ``metrics_member`` (id of every partner asked for, partner_id
        of its commercial entity, home_id of the entity's company), ``metrics_period``
        (company_id, today, since, before, first_month, timezone, digits; a window of 12
        months is ``date > since AND date <= today``), ``metrics_sale`` and
        ``metrics_order`` (what was invoiced and ordered by day)
    :ivar due: optional SELECT of ids of partners whose figures become others by the
        mere passing of time; made by ``_get_windows``
    :ivar is_shared: the same for all companies; company_id is ignored then
    """

    columns: tuple
    query: SQL
    due: SQL = SQL("SELECT NULL::int WHERE false")
    is_shared: bool = False


class Scope(NamedTuple):
    """Which commercial entities are meant: some, a range of ids, or all."""

    ids: list | None = None
    low: int | None = None
    high: int | None = None

    def get_condition(self, column):
        """Return SQL that is true where a column holds one of them."""
        if self.ids is not None:
            return SQL("%s = ANY(%s)", column, self.ids)
        conditions = [SQL("%s IS NOT NULL", column)]
        if self.low is not None:
            conditions.append(SQL("%s > %s", column, self.low))
        if self.high is not None:
            conditions.append(SQL("%s <= %s", column, self.high))
        return SQL(" AND ").join(conditions)


class TruckCustomerMetricsSource(models.AbstractModel):
    """Where the figures of customers come from, as SQL.

    Everything is of the commercial entity: of an invoice the one on its journal items,
    of an order the present one of its customer. Amounts are in the currency of the
    company. Days are parameters, so that a run gives the same whenever it is done.
    """

    _name = "truck.customer.metrics.source"
    _description = "Sources of Customer Metrics"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _get_fragments(self, windows=()):
        """Return the fragments of which the figures consist. A hook: add to the list.

        :param windows: see ``_get_windows``; for the queries of what is due
        :rtype: list(Fragment)
        """
        return [
            self._get_invoice_fragment(windows),
            self._get_order_fragment(windows),
            self._get_receivable_fragment(windows),
            self._get_collection_fragment(windows),
            self._get_expense_fragment(windows),
            self._get_vehicle_fragment(),
            self._get_stock_fragment(windows),
            self._get_fleet_fragment(),
            self._get_contact_fragment(windows),
        ]

    def _get_derived(self):
        """Return what follows from the other columns: ``{column: SQL}``. A hook."""
        return {
            "growth": SQL(
                """CASE WHEN revenue_previous_12m > 0 THEN round(
                    revenue_12m / revenue_previous_12m - 1, 4) END"""
            ),
            "return_12m": SQL("margin_12m - expense_12m"),
            "fleet_share": SQL(
                """CASE WHEN fleet_count > 0 THEN round(
                    vehicle_count::numeric / greatest(fleet_count, vehicle_count), 4)
                END"""
            ),
        }

    # ------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------

    def _get_periods(self, moment):
        """Return the days that count for each company.

        :param datetime moment: of which the figures are, in UTC
        :return: ``{company: (today, since, before, first_month)}``: today where the
            company is, the days 12 and 24 months ago, the first month of the history
        """
        # sudo: the days of all companies, the same whoever asks
        companies = self.env["res.company"].with_user(SUPERUSER_ID)
        companies = companies.with_context(active_test=False)
        companies = companies.search([("id", "!=", False)])
        months = self._get_month_count()
        periods = {}
        for company in companies:
            today = company._truck_to_local_date(moment)
            first = today.replace(day=1) - relativedelta(months=months - 1)
            ago = [today - relativedelta(months=number) for number in (12, 24)]
            periods[company] = (today, *ago, first)
        return periods

    def _get_month_count(self):
        """Return how many months the history has, the present one included."""
        # sudo: a job as well as a user who refreshes a customer
        parameters = self.env["ir.config_parameter"].sudo()
        return max(int(parameters.get_param(MONTHS) or 36), 1)

    def _get_windows(self, last, moment):
        """Return the days that were passed between two moments, per edge of a period.

        :return: ``[(after, until)]`` for today, 12 and 24 months ago; days in between
            have entered or left a period. Empty when no company has a new day.
        """
        begin, end = self._get_periods(last), self._get_periods(moment)
        if begin == end:
            return []
        # A day earlier, since what is due today is overdue tomorrow.
        return [
            (
                min(days[edge] for days in begin.values()) - relativedelta(days=1),
                max(days[edge] for days in end.values()),
            )
            for edge in range(3)
        ]

    def _get_due_condition(self, column, windows, is_moment=False):
        """Return SQL that is true where a day in a column was passed.

        :param bool is_moment: the column holds moments in UTC, not days of the company
        """
        more = relativedelta(days=2 if is_moment else 0)
        conditions = [
            SQL(
                "(%(day)s > %(after)s AND %(day)s <= %(until)s)",
                day=column,
                after=after - more,
                until=until + more,
            )
            for after, until in windows
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions or [SQL("false")]))

    # ------------------------------------------------------------
    # TABLES THAT FRAGMENTS READ
    # ------------------------------------------------------------

    def _get_tables(self, scope, moment):
        """Return ``{name: query}`` of the tables that fragments read, in order."""
        return {
            "metrics_period": self._get_period_query(moment),
            "metrics_member": self._get_member_query(scope),
            "metrics_cost": self._get_cost_query(),
            "metrics_sale": self._get_sale_query(),
            "metrics_order": self._get_order_query(),
        }

    def _get_period_query(self, moment):
        rows = [
            SQL(
                "(%s::int, %s::date, %s::date, %s::date, %s::date, %s::text, %s::int)",
                company.id,
                *days,
                company._truck_get_timezone(),
                company.currency_id.decimal_places,
            )
            for company, days in self._get_periods(moment).items()
        ]
        return SQL(
            """SELECT * FROM (VALUES %s) AS period
                (company_id, today, since, before, first_month, timezone, digits)""",
            SQL(", ").join(rows),
        )

    def _get_member_query(self, scope):
        """Every partner of the entities that are meant.

        Not the companies of this database, nor the people who work in it.
        """
        return SQL(
            """
            SELECT partner.id, entity.id AS partner_id, entity.active, entity.user_id,
                   COALESCE(entity.company_id, salesperson.company_id, %(main)s)
                       AS home_id
              FROM res_partner AS partner
              JOIN res_partner AS entity ON entity.id = partner.commercial_partner_id
              LEFT JOIN res_users AS salesperson ON salesperson.id = entity.user_id
             WHERE %(condition)s
               AND entity.partner_share IS NOT FALSE
               AND NOT EXISTS (SELECT FROM res_company WHERE partner_id = entity.id)
            """,
            main=self._get_main_company().id,
            condition=scope.get_condition(SQL("partner.commercial_partner_id")),
        )

    def _get_main_company(self):
        """Return the company of customers who belong to none."""
        # sudo: whoever asks, it is the database's first
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([], order="id", limit=1)

    def _get_cost_query(self):
        """What one reference unit of a product costs each company today."""
        return SQL(
            """
            SELECT product.id AS product_id, cost.key::int AS company_id,
                   cost.value::numeric / unit.factor AS cost
              FROM product_product AS product
              JOIN product_template AS template
                ON template.id = product.product_tmpl_id
              JOIN uom_uom AS unit ON unit.id = template.uom_id
             CROSS JOIN LATERAL jsonb_each_text(product.standard_price) AS cost
             WHERE cost.value::numeric <> 0
            """
        )

    def _get_sale_query(self):
        """What was invoiced to a customer on a day: revenue, and what it cost.

        Posted customer invoices less refunds. The cost of goods is what was booked
        with the invoice (perpetual valuation); of lines for which nothing was, the
        present cost of the product times the quantity.
        """
        return SQL(
            """
            SELECT member.partner_id, line.company_id, line.invoice_date AS date,
                   bool_or(move.move_type = 'out_invoice') AS is_invoice,
                   COALESCE(sum(-line.balance) FILTER (
                       WHERE line.display_type <> 'cogs'), 0) AS revenue,
                   COALESCE(sum(CASE
                       WHEN line.display_type = 'cogs' THEN line.balance
                       WHEN cost.cost IS NULL OR EXISTS (
                           SELECT FROM account_move_line AS booked
                            WHERE booked.cogs_origin_id = line.id
                       ) THEN 0
                       WHEN move.move_type = 'out_refund'
                           THEN -line.quantity * unit.factor * cost.cost
                       ELSE line.quantity * unit.factor * cost.cost
                   END), 0) AS cost
              FROM account_move_line AS line
              JOIN metrics_member AS member ON member.id = line.partner_id
              JOIN account_move AS move ON move.id = line.move_id
              JOIN account_account AS account ON account.id = line.account_id
              LEFT JOIN metrics_cost AS cost
                ON cost.product_id = line.product_id
               AND cost.company_id = line.company_id
              LEFT JOIN uom_uom AS unit ON unit.id = line.product_uom_id
             WHERE line.parent_state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
               AND line.invoice_date IS NOT NULL
               AND (line.display_type IN %(untaxed)s
                        AND line.tax_repartition_line_id IS NULL
                    OR line.display_type = 'cogs'
                        AND account.account_type NOT LIKE 'asset%%')
             GROUP BY member.partner_id, line.company_id, line.invoice_date
            """,
            untaxed=UNTAXED,
        )

    def _get_order_query(self):
        """How many orders a customer confirmed on a day, where the company is."""
        return SQL(
            """
            SELECT partner_id, company_id, date, count(*) AS number
              FROM (
                   SELECT member.partner_id, sale.company_id,
                          (sale.date_order AT TIME ZONE 'UTC'
                               AT TIME ZONE period.timezone)::date AS date
                     FROM sale_order AS sale
                     JOIN metrics_member AS member ON member.id = sale.partner_id
                     JOIN metrics_period AS period
                       ON period.company_id = sale.company_id
                    WHERE sale.state = 'sale'
                   ) AS sale
             GROUP BY partner_id, company_id, date
            """
        )

    # ------------------------------------------------------------
    # FRAGMENTS
    # ------------------------------------------------------------

    def _get_invoice_fragment(self, windows):
        """Revenue: untaxed, by date of invoice. Margin: revenue less cost of goods."""
        return Fragment(
            (
                "revenue_12m",
                "revenue_previous_12m",
                "margin_12m",
                "last_invoice_date",
            ),
            SQL(
                """
                SELECT partner_id, company_id,
                       sum(revenue) FILTER (WHERE date > since) AS revenue_12m,
                       sum(revenue) FILTER (WHERE date > before AND date <= since)
                           AS revenue_previous_12m,
                       round(sum(revenue - cost) FILTER (WHERE date > since),
                             min(digits)) AS margin_12m,
                       max(date) FILTER (WHERE is_invoice) AS last_invoice_date
                  FROM metrics_sale JOIN metrics_period USING (company_id)
                 WHERE date <= today
                 GROUP BY partner_id, company_id
                """
            ),
            SQL(
                """SELECT partner_id FROM account_move
                    WHERE move_type IN ('out_invoice', 'out_refund') AND %s""",
                self._get_due_condition(SQL("invoice_date"), windows),
            ),
        )

    def _get_order_fragment(self, windows):
        """Confirmed orders; the cycle is the average of days between days of order."""
        return Fragment(
            (
                "order_count",
                "order_count_12m",
                "first_order_date",
                "last_order_date",
                "order_cycle_days",
            ),
            SQL(
                """
                SELECT partner_id, company_id, sum(number) AS order_count,
                       sum(number) FILTER (WHERE date > since AND date <= today)
                           AS order_count_12m,
                       min(date) AS first_order_date, max(date) AS last_order_date,
                       CASE WHEN count(*) > 1 THEN round(
                           (max(date) - min(date))::numeric / (count(*) - 1))
                       END AS order_cycle_days
                  FROM metrics_order JOIN metrics_period USING (company_id)
                 GROUP BY partner_id, company_id
                """
            ),
            SQL(
                "SELECT partner_id FROM sale_order WHERE state = 'sale' AND %s",
                self._get_due_condition(SQL("date_order"), windows, is_moment=True),
            ),
        )

    def _get_receivable_fragment(self, windows):
        """Open items on receivable accounts; overdue the day after they were due.

        Credits that are not matched yet count against what is overdue.
        """
        return Fragment(
            ("due_amount", "overdue_amount", "overdue_since"),
            SQL(
                """
                SELECT partner_id, company_id, due_amount,
                       greatest(late - credit, 0) AS overdue_amount,
                       CASE WHEN late > credit THEN since END AS overdue_since
                  FROM (
                       SELECT partner_id, company_id,
                              sum(amount) AS due_amount,
                              COALESCE(sum(-amount) FILTER (WHERE amount < 0), 0)
                                  AS credit,
                              COALESCE(sum(amount) FILTER (
                                  WHERE amount > 0 AND date < today), 0) AS late,
                              min(date) FILTER (WHERE amount > 0) AS since
                         FROM (
                              SELECT member.partner_id, line.company_id,
                                     line.amount_residual AS amount,
                                     COALESCE(line.date_maturity, line.date) AS date
                                FROM account_move_line AS line
                                JOIN account_account AS account
                                  ON account.id = line.account_id
                                JOIN metrics_member AS member
                                  ON member.id = line.partner_id
                               WHERE account.account_type = 'asset_receivable'
                                 AND line.parent_state = 'posted'
                                 AND line.reconciled IS NOT TRUE
                              ) AS item
                         JOIN metrics_period USING (company_id)
                        GROUP BY partner_id, company_id
                       ) AS open
                """
            ),
            SQL(
                """
                SELECT partner_id FROM account_move_line
                 WHERE reconciled IS NOT TRUE AND amount_residual <> 0
                   AND parent_state = 'posted' AND (%s OR %s AND date_maturity IS NULL)
                """,
                self._get_due_condition(SQL("date_maturity"), windows[:1]),
                self._get_due_condition(SQL("date"), windows[:1]),
            ),
        )

    def _get_collection_fragment(self, windows):
        """Days from the invoice to its payment, weighted by what was paid.

        Of all payments matched with customer invoices that count in the last 12 months;
        refunds and exchange differences are no payments.
        """
        return Fragment(
            ("collection_days",),
            SQL(
                """
                SELECT member.partner_id, line.company_id,
                       round(sum(part.amount * greatest(
                           part.max_date - line.invoice_date, 0))
                           / NULLIF(sum(part.amount), 0), 1) AS collection_days
                  FROM account_partial_reconcile AS part
                  JOIN account_move_line AS line ON line.id = part.debit_move_id
                  JOIN metrics_member AS member ON member.id = line.partner_id
                  JOIN account_move AS invoice ON invoice.id = line.move_id
                  JOIN account_move_line AS credit ON credit.id = part.credit_move_id
                  JOIN account_move AS payment ON payment.id = credit.move_id
                  JOIN metrics_period AS period ON period.company_id = line.company_id
                  JOIN res_company AS company ON company.id = line.company_id
                 WHERE invoice.move_type = 'out_invoice'
                   AND payment.move_type <> 'out_refund'
                   AND payment.journal_id
                       IS DISTINCT FROM company.currency_exchange_journal_id
                   AND line.parent_state = 'posted'
                   AND part.max_date > period.since AND part.max_date <= period.today
                 GROUP BY member.partner_id, line.company_id
                """
            ),
            SQL(
                """
                SELECT line.partner_id
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted' AND %s
                """,
                self._get_due_condition(SQL("line.date"), windows[:2]),
            ),
        )

    def _get_expense_fragment(self, windows):
        """What was spent for a customer: journal entries on expense accounts.

        Entries alone: on an invoice of a supplier the partner is who was bought from.
        """
        return Fragment(
            ("expense_12m",),
            SQL(
                """
                SELECT member.partner_id, line.company_id,
                       sum(line.balance) AS expense_12m
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                  JOIN metrics_member AS member ON member.id = line.partner_id
                  JOIN account_move AS move ON move.id = line.move_id
                  JOIN metrics_period AS period ON period.company_id = line.company_id
                 WHERE account.account_type LIKE 'expense%%'
                   AND move.move_type = 'entry' AND line.parent_state = 'posted'
                   AND line.date > period.since AND line.date <= period.today
                 GROUP BY member.partner_id, line.company_id
                """
            ),
            SQL(
                """
                SELECT line.partner_id
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                 WHERE account.account_type LIKE 'expense%%'
                   AND line.parent_state = 'posted' AND %s
                """,
                self._get_due_condition(SQL("line.date"), windows[:2]),
            ),
        )

    def _get_vehicle_fragment(self):
        """Trucks of own brands in use that the customer owns."""
        return Fragment(
            ("vehicle_count",),
            SQL(
                """
                SELECT partner_id, company_id, count(*) AS vehicle_count
                  FROM (
                       SELECT member.partner_id,
                              COALESCE(vehicle.company_id, member.home_id) AS company_id
                         FROM truck_vehicle AS vehicle
                         JOIN metrics_member AS member ON member.id = vehicle.owner_id
                        WHERE vehicle.active AND vehicle.is_own
                          AND vehicle.state = 'in_use'
                       ) AS vehicle
                 GROUP BY partner_id, company_id
                """
            ),
        )

    def _get_stock_fragment(self, windows):
        """How long a dealer owned the trucks that went on in the last 12 months."""
        return Fragment(
            ("stock_days",),
            SQL(
                """
                SELECT partner_id, company_id, round(avg(days), 1) AS stock_days
                  FROM (
                       SELECT member.partner_id,
                              COALESCE(vehicle.company_id, member.home_id)
                                  AS company_id,
                              owned.date_to, owned.date_to - owned.date_from AS days
                         FROM truck_vehicle_history AS owned
                         JOIN truck_dealer AS dealer
                           ON dealer.partner_id = owned.partner_id
                         JOIN metrics_member AS member ON member.id = owned.partner_id
                         JOIN truck_vehicle AS vehicle ON vehicle.id = owned.vehicle_id
                        WHERE owned.kind = 'owner' AND owned.date_to IS NOT NULL
                          AND EXISTS (
                              SELECT FROM truck_vehicle_history AS later
                               WHERE later.vehicle_id = owned.vehicle_id
                                 AND later.kind = 'owner'
                                 AND later.date_from >= owned.date_to
                                 AND later.partner_id <> owned.partner_id
                          )
                       ) AS sold
                  JOIN metrics_period USING (company_id)
                 WHERE date_to > since AND date_to <= today
                 GROUP BY partner_id, company_id
                """
            ),
            SQL(
                """SELECT partner_id FROM truck_vehicle_history
                    WHERE kind = 'owner' AND date_to IS NOT NULL AND %s""",
                self._get_due_condition(SQL("date_to"), windows[:2]),
            ),
        )

    def _get_fleet_fragment(self):
        """Trucks of all brands that the customer told of."""
        return Fragment(
            ("fleet_count",),
            SQL(
                """
                SELECT member.partner_id, NULL::int AS company_id,
                       sum(fleet.number) AS fleet_count
                  FROM truck_partner_fleet AS fleet
                  JOIN metrics_member AS member ON member.id = fleet.partner_id
                 GROUP BY member.partner_id
                """
            ),
            is_shared=True,
        )

    def _get_contact_fragment(self, windows):
        """Where somebody was in touch there is a row; ``_update_contacts`` fills it."""
        return Fragment(
            (),
            SQL(
                """
                SELECT DISTINCT member.partner_id, contact.company_id
                  FROM truck_interaction AS contact
                  JOIN metrics_member AS member ON member.id = contact.partner_id
                """
            ),
            SQL(
                "SELECT partner_id FROM truck_interaction WHERE %s",
                self._get_due_condition(SQL("date"), windows[:2], is_moment=True),
            ),
        )
