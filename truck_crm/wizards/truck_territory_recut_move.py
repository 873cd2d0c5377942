from odoo import api, fields, models
from odoo.tools import SQL

INVOICES = ["out_invoice", "out_refund", "out_receipt"]


class TruckTerritoryRecutMove(models.TransientModel):
    """One customer that would go to another territory, with what it earns.

    The rows of a million customers are written by one statement.
    """

    _name = "truck.territory.recut.move"
    _description = "Re-cut Territories: Customer"
    _order = "revenue desc, id"
    _rec_name = "partner_id"
    # goes with its re-cut, not by its own age
    _transient_max_hours = 0
    _transient_max_count = 0

    recut_id = fields.Many2one(
        "truck.territory.recut", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="recut_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    city = fields.Char(related="partner_id.city")
    zip = fields.Char(related="partner_id.zip")
    user_id = fields.Many2one(related="partner_id.user_id")
    territory_from_id = fields.Many2one(
        "truck.territory", string="From", ondelete="cascade"
    )
    territory_to_id = fields.Many2one(
        "truck.territory", string="To", ondelete="cascade"
    )
    revenue = fields.Monetary(string="Revenue (12 months)")
    opportunity_count = fields.Integer(string="Open Opportunities")

    @api.model
    def _action_view(self, domain, name):
        """Return the action that lists the customers of a domain."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_territory_recut_move_action"
        )
        return action | {"display_name": name, "domain": list(domain)}

    @api.model
    def _clear(self, recut):
        """Forget what was shown; by SQL, as it was made."""
        self.env.cr.execute(
            SQL("DELETE FROM truck_territory_recut_move WHERE recut_id = %s", recut.id)
        )
        self.invalidate_model()

    @api.model
    def _fill(self, recut):
        """Write down who would move. Sums are those of the legal entity.

        Managers see here what customers of their company earn, whatever they see of
        its single invoices: that is what the wizard is for.
        """
        self._flush_sources()
        territories = recut.territory_ids
        within = SQL()
        if territories:
            parts = self.env["truck.territory"].with_context(active_test=False)
            ids = parts.search([("id", "child_of", territories.ids)]).ids
            within = SQL(
                "WHERE move.territory_from_id = ANY(%(ids)s)"
                " OR move.territory_to_id = ANY(%(ids)s)",
                ids=ids,
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_territory_recut_move (
                       recut_id, partner_id, territory_from_id, territory_to_id,
                       revenue, opportunity_count,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(recut_id)s, move.partner_id, move.territory_from_id,
                       move.territory_to_id, coalesce(invoiced.revenue, 0),
                       coalesce(open.number, 0),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(moves)s) move
                  LEFT JOIN (%(invoiced)s) invoiced
                         ON invoiced.partner_id = move.partner_id
                  LEFT JOIN (%(open)s) open ON open.partner_id = move.partner_id
                  %(within)s
                """,
                recut_id=recut.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                moves=self.env["truck.territory"]._get_moves_query(
                    recut._get_partners_query()
                ),
                invoiced=self._get_revenue_query(recut),
                open=self._get_opportunity_query(recut),
                within=within,
            )
        )
        self.invalidate_model()

    @api.model
    def _flush_sources(self):
        self.env["account.move"].flush_model()
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    @api.model
    def _get_revenue_query(self, recut):
        """Return what customers were invoiced, refunds taken off, before tax.

        In the currency of the company; its branches have the same.
        """
        return SQL(
            """
            SELECT commercial_partner_id AS partner_id,
                   sum(amount_untaxed_signed) AS revenue
              FROM account_move
             WHERE state = 'posted' AND move_type = ANY(%s)
               AND invoice_date >= %s AND company_id = ANY(%s)
             GROUP BY commercial_partner_id
            """,
            INVOICES,
            recut.date_from,
            self._get_companies(recut).ids,
        )

    @api.model
    def _get_companies(self, recut):
        """Return the company whose territories these are, and its branches."""
        companies = self.env["res.company"].sudo()  # sudo: branches belong to it
        return companies.search([("id", "child_of", recut.company_id.id)])

    @api.model
    def _get_opportunity_query(self, recut):
        """Return how many opportunities of customers are neither won nor lost."""
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id, count(*) AS number
              FROM crm_lead lead
              JOIN res_partner contact ON contact.id = lead.partner_id
             WHERE lead.type = 'opportunity' AND lead.active
               AND lead.won_status = 'pending'
               AND (lead.company_id IS NULL OR lead.company_id = ANY(%s))
             GROUP BY contact.commercial_partner_id
            """,
            self._get_companies(recut).ids,
        )
