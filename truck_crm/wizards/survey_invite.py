from odoo import api, models


class SurveyInvite(models.TransientModel):
    _name = "survey.invite"
    _inherit = ["survey.invite", "truck.contact.warning"]

    @api.model
    def _truck_get_contact_triggers(self):
        return ["partner_ids"]

    def _truck_get_planned_contact(self):
        """Whoever asks people to answer a survey contacts them."""
        self.ensure_one()
        return self.partner_ids, "survey"
