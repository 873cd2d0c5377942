from odoo import api, models

from ..models.truck_contact_limit import COUNTED_BY


class MailActivitySchedule(models.TransientModel):
    _name = "mail.activity.schedule"
    _inherit = ["mail.activity.schedule", "truck.contact.warning"]

    @api.model
    def _truck_get_contact_triggers(self):
        return ["res_model", "res_ids", "activity_type_id"]

    def _truck_get_planned_contact(self):
        """Whoever plans a call, a mail or a visit contacts people of the records."""
        self.ensure_one()
        kind = self._truck_get_contact_kind()
        records = self._get_applied_on_records() if kind and self.res_model else None
        if not records:
            return super()._truck_get_planned_contact()
        partners = self.env["res.partner"].union(*records._mail_get_partners().values())
        return partners, kind

    def _truck_get_contact_kind(self):
        """Return what kind of contact an activity is, or None: a task of our own."""
        kind = self.activity_type_id.truck_kind
        is_owed = self.env["truck.contact.limit"]._is_owed(self.res_model)
        return kind if kind in COUNTED_BY and not is_owed else None
