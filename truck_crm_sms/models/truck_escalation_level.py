from odoo import api, fields, models


class TruckEscalationLevel(models.Model):
    _inherit = "truck.escalation.level"

    by_sms = fields.Boolean(string="SMS", help="To the mobile number, else the phone.")

    @api.depends("by_sms")
    def _compute_means_text(self):
        return super()._compute_means_text()

    @api.constrains("by_mail", "by_activity", "by_inbox", "by_sms")
    def _check_means(self):
        return super()._check_means()

    @api.model
    def _get_means(self):
        return {**super()._get_means(), "by_sms": self.env._("SMS")}

    def _is_reachable(self, partner):
        if self.by_sms and partner.phone_sanitized:
            return True
        return super()._is_reachable(partner)
