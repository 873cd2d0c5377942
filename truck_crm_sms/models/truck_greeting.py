from odoo import api, fields, models
from odoo.exceptions import UserError

SMS_QUEUE = "sms.ir_cron_sms_scheduler_action"


class TruckGreeting(models.Model):
    _inherit = "truck.greeting"

    channel = fields.Selection(
        selection_add=[("sms", "SMS")],
        # what was sent stays, and with it the greeting
        ondelete={"sms": lambda r: r.write({"active": False, "channel": "mail"})},
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS Template",
        ondelete="restrict",
        domain="[('model', '=', 'res.partner')]",
        help="Every person gets it in the own language.",
    )

    @api.constrains("active", "channel", "template_id", "sms_template_id")
    def _check_template(self):
        return super()._check_template()

    def _get_template(self):
        return (
            self.sms_template_id if self.channel == "sms" else super()._get_template()
        )

    def _get_address_field(self):
        if self.channel == "sms":
            return "phone_sanitized"
        return super()._get_address_field()

    def _get_blocked(self, partners):
        if self.channel == "sms":
            return partners.filtered("phone_sanitized_blacklisted")
        return super()._get_blocked(partners)

    def _queue(self, rows):
        if self.channel != "sms":
            return super()._queue(rows)
        messages = self._create_sms(rows.partner_id)
        for row in rows:
            row.sms_uuid = messages[row.partner_id.id].uuid
        return None

    def _create_sms(self, partners):
        """Put an SMS for each person into the queue, in the person's language.

        No message in the chatter of the contact: everybody would read there that it is
        his birthday.

        :return: ``{partner id: sms.sms}``
        """
        # sudo: the queue is the system's; the texts are of a template
        template = self.sms_template_id.sudo().with_company(self.company_id)
        texts = {}
        for lang, people in partners.sudo().grouped(self._get_lang).items():
            template = template.with_context(template_preview_lang=lang)
            texts |= template._render_field("body", people.ids, compute_lang=True)
        messages = self.env["sms.sms"].sudo()
        messages = messages.create(
            [
                {
                    "partner_id": partner.id,
                    "number": partner.phone_sanitized,
                    "body": texts[partner.id],
                }
                for partner in partners
            ]
        )
        return dict(zip(partners.ids, messages, strict=True))

    def _send_test(self, partner):
        if self.channel != "sms":
            return super()._send_test(partner)
        if not partner.phone_sanitized:
            raise UserError(
                self.env._(
                    "%(name)s has no valid mobile number: enter one in your contact.",
                    name=partner.display_name,
                )
            )
        self._create_sms(partner)
        return None
