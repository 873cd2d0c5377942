from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, models
from odoo.tools import SQL

MONTHS = "truck_crm.metrics_months"
# Lines of an invoice that make up its untaxed amount, as core adds it up.
UNTAXED = ("product", "rounding", "non_deductible_product")
UNTAXED += ("non_deductible_product_total",)


class Scope(NamedTuple):
    """Which commercial entities are meant: some, a range of ids, or all.

    Of some, ``members`` are all partners that belong to them.
    """

    ids: list | None = None
    members: list | None = None
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
    _inherit = ["truck.customer.metrics.fragment"]

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
            "metrics_line": self._get_line_query(scope),
            "metrics_cost": self._get_cost_query(),
            "metrics_sale": self._get_sale_query(),
            "metrics_order": self._get_order_query(scope),
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

    def _get_line_query(self, scope):
        """Every posted journal item that some figure is made of, with its document.

        What the item itself tells is asked first: for the others, payments above all,
        no document is looked up. Posted invoices have a date of invoice.
        """
        return SQL(
            """
            SELECT member.partner_id, line.*
              FROM metrics_member AS member
              JOIN (
                   SELECT line.partner_id AS member_id, line.id, line.company_id,
                          line.account_id, account.account_type, move.move_type,
                          line.display_type, line.tax_repartition_line_id,
                          line.product_id, line.product_uom_id, line.quantity,
                          line.balance, line.amount_residual, line.reconciled,
                          line.date, line.date_maturity, line.invoice_date
                     FROM account_move_line AS line
                     JOIN account_account AS account ON account.id = line.account_id
                     JOIN account_move AS move ON move.id = line.move_id
                    WHERE line.parent_state = 'posted'
                      AND (line.invoice_date IS NOT NULL
                           OR account.account_type = 'asset_receivable'
                              AND line.reconciled IS NOT TRUE
                           OR account.account_type LIKE 'expense%%')
                      AND (move.move_type IN ('out_invoice', 'out_refund')
                           OR account.account_type = 'asset_receivable'
                              AND line.reconciled IS NOT TRUE
                           OR account.account_type LIKE 'expense%%'
                              AND move.move_type = 'entry')
                      %(few)s
                   ) AS line ON line.member_id = member.id
            """,
            few=self._get_few(scope, SQL("line.partner_id")),
        )

    def _get_few(self, scope, column):
        """Return the end of a subquery of rows of partners: those of a few.

        Of some customers their ids are told besides: the database sees how many they
        are, and finds their rows by the index, in the order in which they are stored;
        and it does so before anything else. Of many it reads the table through.
        """
        if scope.members is None:
            return SQL()
        return SQL("AND %s = ANY(%s) OFFSET 0", column, scope.members)

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
            SELECT line.partner_id, line.company_id, line.invoice_date AS date,
                   bool_or(line.move_type = 'out_invoice') AS is_invoice,
                   COALESCE(sum(-line.balance) FILTER (
                       WHERE line.display_type <> 'cogs'), 0) AS revenue,
                   COALESCE(sum(CASE
                       WHEN line.display_type = 'cogs' THEN line.balance
                       WHEN cost.cost IS NULL OR EXISTS (
                           SELECT FROM account_move_line AS booked
                            WHERE booked.cogs_origin_id = line.id
                       ) THEN 0
                       WHEN line.move_type = 'out_refund'
                           THEN -line.quantity * unit.factor * cost.cost
                       ELSE line.quantity * unit.factor * cost.cost
                   END), 0) AS cost
              FROM metrics_line AS line
              LEFT JOIN metrics_cost AS cost
                ON cost.product_id = line.product_id
               AND cost.company_id = line.company_id
              LEFT JOIN uom_uom AS unit ON unit.id = line.product_uom_id
             WHERE line.move_type IN ('out_invoice', 'out_refund')
               AND line.invoice_date IS NOT NULL
               AND (line.display_type IN %(untaxed)s
                        AND line.tax_repartition_line_id IS NULL
                    OR line.display_type = 'cogs'
                        AND line.account_type NOT LIKE 'asset%%')
             GROUP BY line.partner_id, line.company_id, line.invoice_date
            """,
            untaxed=UNTAXED,
        )

    def _get_order_query(self, scope):
        """How many orders a customer confirmed on a day, where the company is."""
        return SQL(
            """
            SELECT partner_id, company_id, date, count(*) AS number
              FROM (
                   SELECT member.partner_id, sale.company_id,
                          (sale.date_order AT TIME ZONE 'UTC'
                               AT TIME ZONE period.timezone)::date AS date
                     FROM metrics_member AS member
                     JOIN (
                          SELECT * FROM sale_order WHERE state = 'sale' %(few)s
                          ) AS sale ON sale.partner_id = member.id
                     JOIN metrics_period AS period
                       ON period.company_id = sale.company_id
                   ) AS sale
             GROUP BY partner_id, company_id, date
            """,
            few=self._get_few(scope, SQL("partner_id")),
        )
