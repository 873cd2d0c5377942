from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
JOB = "truck_crm.ir_cron_truck_emergency_notice"


class TruckEmergencyNotifier(models.AbstractModel):
    """Tells the customers of an emergency by mail: each once, in his language.

    A row of ``truck.emergency.notice`` and the mail in the queue are written in one
    transaction; a unique index allows one row per emergency and customer.
    """

    _name = "truck.emergency.notifier"
    _description = "Notices of Emergencies"

    notice_subject = fields.Char(
        string="Subject", translate=True, help="In every language of your customers."
    )
    notice_body = fields.Html(
        string="Text",
        translate=True,
        help="What the customers are to know and to do. The mail says besides which of"
        " their vehicles are concerned.",
    )
    is_notifying = fields.Boolean(
        string="Being Sent",
        readonly=True,
        copy=False,
        help="The job puts the notices into the queue of mails.",
    )
    notice_ids = fields.One2many(
        "truck.emergency.notice", "emergency_id", string="Notices Sent"
    )
    notice_count = fields.Integer(string="Notices", compute="_compute_notice_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_notice_count(self):
        groups = self.env["truck.emergency.notice"]._read_group(
            [("emergency_id", "in", self.ids), ("state", "=", "queued")],
            ["emergency_id"],
            ["__count"],
        )
        counts = dict(groups)
        for emergency in self:
            emergency.notice_count = counts.get(emergency._origin, 0)

    def action_notify(self):
        """Let the job mail every customer who was not mailed yet.

        No contact limit holds here: a customer has to know of a recall.

        :raise UserError: without a text, or before it has begun
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "running":
            raise UserError(
                self.env._(
                    "%(name)s is not running: press “Start” first.", name=self.name
                )
            )
        if not self._has_notice():
            raise UserError(
                self.env._(
                    "Subject or Text of %(name)s is missing: write what the customers"
                    " are to know.",
                    name=self.name,
                )
            )
        # sudo: rows of who had no address, who may have one by now
        rows = self.env["truck.emergency.notice"].sudo()
        rows.search(
            [("emergency_id", "=", self.id), ("state", "=", "no_address")]
        ).unlink()
        self.is_notifying = True
        # sudo: waking the job
        self.env.ref(JOB).sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The customers are being told by mail."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_notices(self):
        """Open who was told, and who could not be."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_emergency_notice_action"
        )
        return action | {"domain": [("emergency_id", "=", self.id)]}

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_notify(self, batch_size=200):
        """Queue the notices that are due, in batches with a commit each.

        It may be killed at any moment and run on several servers at once.
        """
        cron = self.env["ir.cron"]
        for emergency in self.sudo().search([("is_notifying", "=", True)]):
            while emergency._is_due():
                try:
                    count = emergency._notify_batch(batch_size)
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    # Another server did some of these at the same moment: look again.
                    self.env.cr.rollback()
                    self.env.transaction.clear()
                    continue
                if not cron._commit_progress(count):
                    return
                if count < batch_size:
                    break

    def _is_due(self):
        """Lock the emergency; tell whether there is something to do."""
        self.invalidate_recordset(["is_notifying"])
        locked = self.try_lock_for_update(allow_referencing=True)
        return bool(locked) and self.is_notifying

    def _notify_batch(self, batch_size):
        """Queue the mails of the next customers; the last batch ends it.

        :return: number of customers
        """
        self.env.flush_all()
        Notice = self.env["truck.emergency.notice"]
        notices = Notice._claim(self, batch_size)
        told = notices.filtered(lambda notice: notice.state == "queued")
        told._queue()
        self._mark_informed(told)
        if len(notices) < batch_size:
            self.is_notifying = False
        return len(notices)

    def _mark_informed(self, notices):
        """Note at the vehicles of these customers that they are informed."""
        if not notices:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE truck_emergency_vehicle
                   SET state = 'informed', date_informed = %(today)s,
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE emergency_id = %(emergency)s AND state = 'todo'
                   AND partner_id = ANY(%(partners)s)
                """,
                today=self.company_id._truck_to_local_date(fields.Datetime.now()),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                emergency=self.id,
                partners=notices.partner_id.ids,
            )
        )
        self.env["truck.emergency.vehicle"].invalidate_model()
