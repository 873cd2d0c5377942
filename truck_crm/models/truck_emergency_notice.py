from odoo import api, fields, models
from odoo.tools import SQL

from .truck_emergency_notifier import MAIL_QUEUE

TEMPLATE = "truck_crm.mail_template_emergency_notice"


class TruckEmergencyNotice(models.Model):
    """The proof that a customer was told of an emergency, or that he could not be."""

    _name = "truck.emergency.notice"
    _description = "Notice of an Emergency"
    _order = "id desc"
    _rec_name = "partner_id"

    emergency_id = fields.Many2one(
        "truck.emergency", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="emergency_id.company_id")
    state = fields.Selection(
        selection=[("queued", "Mailed"), ("no_address", "No E-mail Address")],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(string="On", required=True, readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null")

    _once_uniq = models.UniqueIndex(
        "(emergency_id, partner_id)", "The customer was told of this already."
    )

    @api.model
    def _claim(self, emergency, limit):
        """Add the rows of the next customers by id, by one statement.

        :return: the new rows
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_emergency_notice (
                       emergency_id, partner_id, state, date, email,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(emergency)s, partner.id,
                       CASE WHEN partner.email_normalized IS NULL
                            THEN 'no_address' ELSE 'queued' END,
                       %(now)s, partner.email_normalized,
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM res_partner AS partner
                 WHERE partner.id IN (
                       SELECT partner_id FROM truck_emergency_vehicle
                        WHERE emergency_id = %(emergency)s)
                   AND NOT EXISTS (
                       SELECT FROM truck_emergency_notice AS told
                        WHERE told.emergency_id = %(emergency)s
                          AND told.partner_id = partner.id)
                 ORDER BY partner.id
                 LIMIT %(limit)s
                    ON CONFLICT (emergency_id, partner_id) DO NOTHING
             RETURNING id
                """,
                emergency=emergency.id,
                limit=limit,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            ),
            log_exceptions=False,
        )
        return self.browse(notice_id for (notice_id,) in self.env.cr.fetchall())

    def _queue(self):
        """Put the mails of these rows into the queue, by the languages of customers."""
        template = self.env.ref(TEMPLATE)
        for lang, notices in self.grouped(lambda n: n._get_lang()).items():
            text = template.with_context(template_preview_lang=lang)
            values = {"auto_delete": False, "model": False, "res_id": False}
            mails = text.send_mail_batch(notices.ids, email_values=values)
            for notice, mail in zip(notices, mails, strict=True):
                notice.mail_id = mail
        if self:
            self.env.ref(MAIL_QUEUE)._trigger()

    def _get_lang(self):
        """Return the language of the customer, else of the company."""
        self.ensure_one()
        company = self.emergency_id.company_id
        return self.partner_id.lang or company.partner_id.lang or self.env.lang

    def _get_vehicles(self):
        """Return the vehicles of the customer that are concerned. For the mail."""
        self.ensure_one()
        lines = self.env["truck.emergency.vehicle"].search(
            [
                ("emergency_id", "=", self.emergency_id.id),
                ("partner_id", "=", self.partner_id.id),
            ]
        )
        return lines.vehicle_id
