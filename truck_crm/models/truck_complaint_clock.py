from odoo import api, fields, models
from odoo.fields import Domain

# So much of its time is left when a clock turns orange.
URGENT_SHARE = 0.25
NEAR = 2 * 3600  # seconds


class TruckComplaintClock(models.Model):
    """A deadline of a complaint, and when who is called next about it.

    Kept by ``truck.complaint.clock.keeper``, watched by ``truck.escalation.job``.
    """

    _name = "truck.complaint.clock"
    _description = "Complaint Clock"
    _inherit = [
        "truck.complaint.clock.keeper",
        "truck.escalation.job",
        "truck.in.use.mixin",
    ]
    _order = "deadline, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    promise_id = fields.Many2one(
        "truck.complaint.promise",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[
            ("response", "First Answer"),
            ("promise", "Promised Action"),
            ("solution", "Solving"),
        ],
        string="Clock",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    date_start = fields.Datetime(string="Began On", required=True, readonly=True)
    date_restart = fields.Datetime(
        readonly=True, help="When the complaint was re-opened: it runs anew from here."
    )
    hours = fields.Float(
        string="Length (hours)",
        readonly=True,
        aggregator="avg",
        help="In working hours, by the policy.",
    )
    deadline = fields.Datetime(readonly=True)
    due_at = fields.Datetime(readonly=True, help="When the next level is called.")
    next_level_id = fields.Many2one(
        "truck.escalation.level",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    cycle = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        aggregator=None,
        help="One more each time the ladder begins anew: after it was acknowledged, and"
        " when the complaint is re-opened.",
    )
    # Acknowledged: the ladder stands still until the new deadline
    ack_date = fields.Datetime(string="Acknowledged On", readonly=True)
    ack_deadline = fields.Datetime(string="Acknowledged Until", readonly=True)
    ack_user_id = fields.Many2one(
        "res.users", string="Acknowledged By", readonly=True, ondelete="restrict"
    )
    # The end
    date_done = fields.Datetime(string="Done On", readonly=True)
    used_hours = fields.Float(
        string="Took (hours)",
        readonly=True,
        aggregator="avg",
        help="Working hours until it was done, without those of waiting for the"
        " customer.",
    )
    seconds_left = fields.Integer(
        readonly=True,
        aggregator=None,
        help="While it is paused: what is left of its length, in working seconds.",
    )
    is_breached = fields.Boolean(
        string="Missed",
        readonly=True,
        help="Done after its deadline; what was acknowledged does not count here.",
    )
    # In words
    time_left = fields.Char(compute="_compute_time_left")
    is_late = fields.Boolean(
        string="Late", compute="_compute_time_left", search="_search_is_late"
    )
    tone = fields.Char(compute="_compute_time_left", help="A colour for lists.")

    _one_uniq = models.UniqueIndex(
        "(complaint_id, kind, coalesce(promise_id, 0))",
        "A complaint has one clock of each kind, and one for each promise.",
    )
    _due_idx = models.Index("(due_at) WHERE state = 'running'")

    # ------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------

    @api.depends("state", "deadline", "seconds_left", "is_breached", "hours")
    @api.depends_context("lang")
    def _compute_time_left(self):
        """Say in working time what is left; one table per calendar, whatever many.

        A promise for the next hours is kept by the clock on the wall, at night too.
        """
        now = fields.Datetime.now()
        running = self.filtered(lambda c: c.state == "running" and c.deadline)
        works = self._get_works(
            running.complaint_id, [now, *running.mapped("deadline")]
        )
        for clock in self:
            seconds = clock.state == "paused" and clock.seconds_left
            if clock in running:
                seconds = works[clock.complaint_id].between(now, clock.deadline)
                wall = (clock.deadline - now).total_seconds()
                if clock.kind == "promise" and abs(wall) < NEAR:
                    seconds = wall
            clock.is_late = clock._is_late(now)
            clock.tone = clock._get_tone(seconds)
            clock.time_left = clock._get_time_left(seconds)

    def _is_late(self, now):
        if self.state == "running":
            return bool(self.deadline) and self.deadline < now
        return self.is_breached or (self.state == "paused" and self.seconds_left < 0)

    def _get_tone(self, seconds):
        if self.is_late:
            return "danger"
        if self.state == "running":
            is_urgent = seconds <= max(self.hours * URGENT_SHARE, 0.25) * 3600
            return "warning" if is_urgent else "info"
        return "success" if self.state == "done" else "muted"

    def _get_time_left(self, seconds):
        """Return what is left in words.

        :param seconds: working seconds, negative when it is late
        """
        if self.state == "cancelled" or (self.state == "running" and not self.deadline):
            return ""
        if self.state == "done":
            return self.env._("Late") if self.is_breached else self.env._("In Time")
        duration = self._get_duration(abs(seconds))
        if self.state == "paused" and not self.is_late:
            return self.env._("Paused, %(time)s left", time=duration)
        if self.state == "paused":
            return self.env._("Paused, %(time)s late", time=duration)
        if self.is_late:
            return self.env._("%(time)s late", time=duration)
        return self.env._("%(time)s left", time=duration)

    def _get_duration(self, seconds):
        """Return a number of working seconds as days, hours and minutes in words."""
        # sudo: the hours of a day, whoever looks
        day = self.complaint_id.sudo()._get_calendar().hours_per_day or 24
        days, rest = divmod(round(seconds / 60), round(day * 60))
        hours, minutes = divmod(rest, 60)
        if days:
            text = self.env._("%(days)s working days", days=days)
            if days == 1:
                text = self.env._("1 working day")
            if not hours or days > 1:
                return text
            return self.env._("%(days)s %(hours)s h", days=text, hours=hours)
        if hours and minutes:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        if hours:
            return self.env._("%(hours)s h", hours=hours)
        return self.env._("%(minutes)s min", minutes=minutes)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = Domain("state", "=", "running")
        paused = Domain("state", "=", "paused") & Domain("seconds_left", "<", 0)
        return (
            (running & Domain("deadline", "<", fields.Datetime.now()))
            | paused
            | Domain("is_breached", "=", True)
        )

    @api.model
    def _get_works(self, complaints, moments):
        """Return ``{complaint: WorkingTime}``; one is read per calendar and company.

        :param moments: moments that will be asked for, to read all of it at once
        """
        # sudo: working hours are the same whoever looks
        works, first, last = {}, min(moments), max(moments)
        result = {}
        for complaint in complaints.sudo():
            key = (complaint._get_calendar(), complaint.company_id)
            if key not in works:
                works[key] = key[0]._truck_get_working_time(key[1], first, last)
            result[complaint] = works[key]
        return result

    def action_view_complaint(self):
        """Open the complaint of this clock."""
        self.ensure_one()
        return self.complaint_id._get_records_action()
