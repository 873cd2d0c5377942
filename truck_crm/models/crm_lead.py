from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "truck.interaction.mixin"]

    _truck_interaction_field = "lead_id"

    def write(self, vals):
        """Interactions with somebody who is a customer now are the customer's."""
        res = super().write(vals)
        if vals.get("partner_id"):
            self._truck_give_interactions()
        return res

    def _truck_give_interactions(self):
        """Give interactions that have no customer yet to the customer of their lead."""
        # sudo: who converts a lead need not have logged its contacts
        interactions = self.env["truck.interaction"].sudo()
        interactions = interactions.search(
            [("lead_id", "in", self.ids), ("partner_id", "=", False)]
        )
        for lead, rows in interactions.grouped("lead_id").items():
            rows.partner_id = lead.partner_id.commercial_partner_id

    def _merge_dependences(self, opportunities):
        """The lead that is left has the contacts of those merged into it."""
        # sudo: as core moves messages, whoever logged them
        interactions = self.env["truck.interaction"].sudo()
        interactions = interactions.search([("lead_id", "in", opportunities.ids)])
        interactions.lead_id = self
        return super()._merge_dependences(opportunities)

    def _truck_prepare_interaction_vals(self):
        vals = {"lead_id": self.id}
        if self.partner_id:
            vals |= self._truck_prepare_customer_vals(self.partner_id)
        if self.company_id:
            vals["company_id"] = self.company_id.id
        return vals
