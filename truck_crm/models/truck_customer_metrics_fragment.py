from typing import NamedTuple

from odoo import models
from odoo.tools import SQL


class Fragment(NamedTuple):
    """A query that gives some columns of ``truck.customer.metrics``.

    :ivar columns: names of the fields; amounts and counts that several fragments give
        are added up
    :ivar query: a SELECT of partner_id (commercial entity), company_id, *columns, one
        row each. It reads ``metrics_member`` (id of every partner asked for, partner_id
        of its commercial entity, home_id of the entity's company), ``metrics_period``
        (company_id, today, since, before, first_month, timezone, digits; a window of 12
        months is ``date > since AND date <= today``), ``metrics_line`` (posted journal
        items: of customer invoices, open receivables, entries on expense accounts),
        ``metrics_sale`` and ``metrics_order`` (by day)
    :ivar due: optional SELECT of ids of partners whose figures become others by the
        mere passing of time; made by ``_get_windows``
    :ivar is_shared: the same for all companies; company_id is ignored then
    """

    columns: tuple
    query: SQL
    due: SQL = SQL("SELECT NULL::int WHERE false")
    is_shared: bool = False


class TruckCustomerMetricsFragment(models.AbstractModel):
    """The figures that the product itself knows, a query each."""

    _name = "truck.customer.metrics.fragment"
    _description = "Fragments of Customer Metrics"

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
        """Confirmed orders; the cycle is the average of days between days of order.

        Two days are no habit: there is a cycle from the third on.
        """
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
                       CASE WHEN count(*) > 2 THEN round(
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
            ("due_amount", "overdue_amount", "overdue_since", "open_since"),
            SQL(
                """
                SELECT partner_id, company_id, due_amount,
                       greatest(late - credit, 0) AS overdue_amount,
                       CASE WHEN late > credit THEN since END AS overdue_since,
                       CASE WHEN late > credit THEN invoiced END AS open_since
                  FROM (
                       SELECT partner_id, company_id,
                              sum(amount) AS due_amount,
                              COALESCE(sum(-amount) FILTER (WHERE amount < 0), 0)
                                  AS credit,
                              COALESCE(sum(amount) FILTER (
                                  WHERE amount > 0 AND date < today), 0) AS late,
                              min(date) FILTER (WHERE amount > 0) AS since,
                              min(invoiced) FILTER (WHERE amount > 0
                                  AND date < today) AS invoiced
                         FROM (
                              SELECT partner_id, company_id,
                                     amount_residual AS amount,
                                     COALESCE(invoice_date, date) AS invoiced,
                                     COALESCE(date_maturity, date) AS date
                                FROM metrics_line
                               WHERE account_type = 'asset_receivable'
                                 AND reconciled IS NOT TRUE
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
                SELECT line.partner_id, line.company_id,
                       round(sum(part.amount * greatest(
                           part.max_date - line.invoice_date, 0))
                           / NULLIF(sum(part.amount), 0), 1) AS collection_days
                  FROM metrics_line AS line
                  JOIN account_partial_reconcile AS part
                    ON part.debit_move_id = line.id
                  JOIN account_move_line AS credit ON credit.id = part.credit_move_id
                  JOIN metrics_period AS period ON period.company_id = line.company_id
                  JOIN res_company AS company ON company.id = line.company_id
                 WHERE line.move_type = 'out_invoice'
                   AND line.account_type = 'asset_receivable'
                   AND (credit.invoice_date IS NULL OR NOT EXISTS (
                           SELECT FROM account_move
                            WHERE id = credit.move_id AND move_type = 'out_refund'))
                   AND credit.journal_id
                       IS DISTINCT FROM company.currency_exchange_journal_id
                   AND part.max_date > period.since AND part.max_date <= period.today
                 GROUP BY line.partner_id, line.company_id
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
                SELECT partner_id, company_id, sum(balance) AS expense_12m
                  FROM metrics_line JOIN metrics_period USING (company_id)
                 WHERE account_type LIKE 'expense%%' AND move_type = 'entry'
                   AND date > since AND date <= today
                 GROUP BY partner_id, company_id
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
