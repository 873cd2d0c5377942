from odoo import api, models

from .truck_greeting import SMS_QUEUE


class TruckComplaintEscalation(models.Model):
    _inherit = "truck.complaint.escalation"

    @api.model
    def _tell(self, called):
        """Besides, put an SMS for each person into the queue, in the person's language.

        It says which complaint it is and how late, nothing of what it is about.
        """
        res = super()._tell(called)
        values = []
        for row, rung in called:
            if not rung.level.by_sms:
                continue
            for partner in rung.call.people.filtered("phone_sanitized"):
                body = row._get_subject(rung, self._get_lang(partner))
                values.append(
                    {
                        "partner_id": partner.id,
                        "number": partner.phone_sanitized,
                        "body": body,
                    }
                )
        if values:
            self.env["sms.sms"].create(values)
            self.env.ref(SMS_QUEUE)._trigger()
        return res
