from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..models.truck_complaint_clocked import ACTIVITY_TYPE

DAY = 8 * 3600  # working seconds that are proposed


class TruckComplaintAcknowledge(models.TransientModel):
    """Stops the ladder of a complaint: somebody says what he does, and until when.

    When that is over, the ladder begins anew. Told to the customer it is a promise.
    """

    _name = "truck.complaint.acknowledge"
    _description = "Acknowledge an Escalation"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, ondelete="cascade"
    )
    time_left = fields.Char(related="complaint_id.time_left")
    action = fields.Char(string="What Happens Now")
    is_told = fields.Boolean(
        string="The Customer Was Told",
        help="Then it is a promise: it has a clock, and keeping it is measured.",
    )
    date_deadline = fields.Datetime(
        string="New Deadline",
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_limit = fields.Datetime(
        string="At Most Until", compute="_compute_date_limit", help="By the policy."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who Acts",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )

    told_by = fields.Selection(
        selection=lambda self: self._selection_told_by(), default="phone"
    )

    @api.model
    def _selection_told_by(self):
        field = self.env["truck.complaint.promise"]._fields["told_by"]
        return field._description_selection(self.env)

    def _get_work(self):
        """Return now, and the working time of the complaint."""
        now = fields.Datetime.now()
        complaint = self.complaint_id
        Clock = self.env["truck.complaint.clock"]
        works = Clock._get_works(complaint, [now, now + timedelta(days=30)])
        return now, works[complaint]

    @api.depends("complaint_id")
    def _compute_date_limit(self):
        for wizard in self:
            # sudo: who may write the complaint may know its limit
            hours = wizard.complaint_id.sudo().policy_id.ack_hours
            now, work = wizard._get_work()
            wizard.date_limit = hours and work.add(now, hours * 3600)

    @api.depends("complaint_id")
    def _compute_date_deadline(self):
        for wizard in self:
            now, work = wizard._get_work()
            deadline = work.add(now, DAY)
            limit = wizard.date_limit
            wizard.date_deadline = min(deadline, limit) if limit else deadline

    def action_confirm(self):
        """Stop the ladder until the new deadline.

        :raise UserError: when the deadline is over, too late by the policy, or nothing
            runs
        """
        self.ensure_one()
        complaint = self.complaint_id
        complaint.check_access("write")
        self._check()
        # sudo: clocks are kept by the system
        clocks = complaint.sudo().clock_ids.filtered(
            lambda c: c.state == "running" and c.deadline < self.date_deadline
        )
        if self.is_told:
            self.env["truck.complaint.promise"].create(self._prepare_promise_vals())
        now = fields.Datetime.now()
        for clock in clocks:
            vals = clock._prepare_ack_vals(now, self.date_deadline, self.env.user)
            clock.write({**vals, "cycle": clock.cycle + 1})
        complaint._update_clocks()
        complaint.activity_feedback([ACTIVITY_TYPE], user_id=self.env.uid)
        complaint._message_log(
            body=self.env._(
                "Acknowledged until %(deadline)s: %(action)s",
                deadline=format_datetime(
                    self.env, self.date_deadline, dt_format="short"
                ),
                action=self.action,
            )
        )
        return {"type": "ir.actions.act_window_close"}

    def _check(self):
        states = self.complaint_id.sudo().clock_ids.mapped("state")
        if "running" not in states:
            raise UserError(
                self.env._(
                    "No clock of %(complaint)s runs: there is nothing to acknowledge.",
                    complaint=self.complaint_id.display_name,
                )
            )
        if not self.action or not self.action.strip():
            raise UserError(
                self.env._("What Happens Now: say what is done until the new deadline.")
            )
        deadline, limit = self.date_deadline, self.date_limit
        if not deadline or deadline <= fields.Datetime.now():
            raise UserError(self.env._("New Deadline must lie in the future."))
        if limit and deadline > limit:
            raise UserError(
                self.env._(
                    "New Deadline: by the escalation policy it is %(limit)s at most."
                    " Choose an earlier one.",
                    limit=format_datetime(self.env, limit, dt_format="short"),
                )
            )

    def _prepare_promise_vals(self):
        return {
            "complaint_id": self.complaint_id.id,
            "name": self.action,
            "date_due": self.date_deadline,
            "user_id": self.user_id.id,
            "told_by": self.told_by,
        }
