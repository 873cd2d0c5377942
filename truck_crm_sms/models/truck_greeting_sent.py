from odoo import api, fields, models


class TruckGreetingSent(models.Model):
    _inherit = "truck.greeting.sent"

    # By uuid: an SMS is deleted once sent.
    sms_uuid = fields.Char(readonly=True, groups="base.group_system")

    @api.depends("sms_uuid")
    def _compute_delivery(self):
        super()._compute_delivery()
        rows = self.filtered("sms_uuid")
        if not rows:
            return
        found = self.env["sms.sms"].sudo()  # sudo: how far it is, not what it says
        found = found.search_fetch([("uuid", "in", rows.mapped("sms_uuid"))], ["state"])
        states = {sms.uuid: sms.state for sms in found}
        for row in rows:
            row.delivery = row._get_delivery(states.get(row.sms_uuid))

    @api.model
    def _forget_birthdays(self, partners):
        rows = self.search(self._get_birthday_domain(partners)).filtered("sms_uuid")
        messages = self.env["sms.sms"].sudo()  # sudo: what is not sent yet goes as well
        messages.search([("uuid", "in", rows.mapped("sms_uuid"))]).unlink()
        return super()._forget_birthdays(partners)

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {"sms_uuid"}
