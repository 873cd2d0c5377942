from odoo import api, models


class MailComposeMessage(models.TransientModel):
    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "truck.contact.warning"]

    @api.model
    def _truck_get_contact_triggers(self):
        return ["partner_ids", "composition_mode", "model", "subtype_is_log"]

    def _truck_get_planned_contact(self):
        """Whoever writes a mail contacts those outside whom it is for."""
        self.ensure_one()
        is_owed = self.env["truck.contact.limit"]._is_owed(self.model)
        if self.composition_mode != "comment" or self.subtype_is_log or is_owed:
            return super()._truck_get_planned_contact()
        return self.partner_ids.filtered("partner_share"), "mail"
