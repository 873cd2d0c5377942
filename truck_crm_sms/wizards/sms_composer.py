from odoo import api, models


class SmsComposer(models.TransientModel):
    _name = "sms.composer"
    _inherit = ["sms.composer", "truck.contact.warning"]

    @api.model
    def _truck_get_contact_triggers(self):
        return ["res_model", "res_id", "res_ids"]

    def _truck_get_planned_contact(self):
        """Whoever writes an SMS contacts the people of the records."""
        self.ensure_one()
        records = self._get_records() if self.res_model else None
        if not records:
            return super()._truck_get_planned_contact()
        partners = self.env["res.partner"].union(*records._mail_get_partners().values())
        return partners, "sms"
