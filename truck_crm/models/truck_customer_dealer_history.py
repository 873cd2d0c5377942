from odoo import api, fields, models
from odoo.tools import SQL


class TruckCustomerDealerHistory(models.Model):
    """Which dealer served a customer, from when to when.

    The rows are written whenever the serving dealer of a customer changes, in sets and
    in SQL: a terminated dealer hands over a hundred thousand customers at once. People
    correct the days only. The open row, without an end, is what holds now.
    """

    _name = "truck.customer.dealer.history"
    _description = "Serving History"
    _inherit = ["truck.history.mixin"]
    _order = "date_from desc nulls last, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    dealer_id = fields.Many2one(
        "truck.dealer",
        string="Served By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_from = fields.Date(
        string="From", help="Empty: since before the history was kept."
    )
    date_to = fields.Date(string="To")

    _open_uniq = models.UniqueIndex(
        "(partner_id) WHERE date_to IS NULL",
        "Only one dealer of a customer can be the present one: give the earlier one an"
        " end.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "A dealer cannot cease to serve a customer before he begins: correct From or"
        " To.",
    )

    @api.model
    def _action_view(self, domain):
        """Return the action that opens some of the rows."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_dealer_history_action"
        )
        action["domain"] = domain
        return action

    @api.model
    def _record(self, partner_ids, date=None):
        """Write down who serves these customers now.

        The row open so far ends on that day; a row begun that very day was a slip of
        the hand and goes. Three statements, whatever the number of customers.

        :param partner_ids: ids of customers whose serving dealer may have changed
        :param date: from when on it holds; today, unless given
        """
        date = date or fields.Date.context_today(self)
        self.env["res.partner"].flush_model(["truck_dealer_id"])
        self.flush_model()
        changed = SQL(
            "history.partner_id = partner.id AND partner.id = ANY(%s)"
            " AND history.date_to IS NULL"
            " AND history.dealer_id IS DISTINCT FROM partner.truck_dealer_id",
            list(partner_ids),
        )
        self._drop_slips(changed, date)
        self._end(changed, date)
        self._open(list(partner_ids), date)
        self.invalidate_model()

    @api.model
    def _drop_slips(self, changed, date):
        self.env.cr.execute(
            SQL(
                """ DELETE FROM truck_customer_dealer_history history
                     USING res_partner partner
                     WHERE %(changed)s AND history.date_from = %(date)s
                """,
                changed=changed,
                date=date,
            )
        )

    @api.model
    def _end(self, changed, date):
        self.env.cr.execute(
            SQL(
                """ UPDATE truck_customer_dealer_history history
                       SET date_to = greatest(history.date_from, %(date)s),
                           write_uid = %(uid)s,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM res_partner partner
                     WHERE %(changed)s
                """,
                changed=changed,
                date=date,
                uid=self.env.uid,
            )
        )

    @api.model
    def _open(self, partner_ids, date):
        """Open a row for each of the customers who has a dealer and no open row."""
        self.env.cr.execute(
            SQL(
                """ INSERT INTO truck_customer_dealer_history
                        (partner_id, dealer_id, date_from,
                         create_uid, write_uid, create_date, write_date)
                    SELECT partner.id, partner.truck_dealer_id,
                           greatest(%(date)s, max(history.date_to)),
                           %(uid)s, %(uid)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM res_partner partner
                 LEFT JOIN truck_customer_dealer_history history
                           ON history.partner_id = partner.id
                     WHERE partner.id = ANY(%(ids)s)
                           AND partner.truck_dealer_id IS NOT NULL
                  GROUP BY partner.id
                    HAVING count(history.id) FILTER (WHERE history.date_to IS NULL)
                           = 0
                """,
                ids=partner_ids,
                date=date,
                uid=self.env.uid,
            )
        )
