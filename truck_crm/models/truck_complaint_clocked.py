from pytz import utc

from odoo import api, fields, models
from odoo.fields import Domain

# In these states a complaint waits for somebody.
OPEN_STATES = ("new", "in_progress", "waiting")
# What of a complaint its clocks, their policy and who is called depend on.
CLOCK_FIELDS = {
    "state",
    "active",
    "company_id",
    "partner_id",
    "category_id",
    "severity",
    "team_id",
    "date_open",
    "date_response",
    "date_solved",
    "date_closed",
}
ACTIVITY_TYPE = "truck_crm.mail_activity_type_escalation"


class TruckComplaintClocked(models.AbstractModel):
    """What of a complaint has to do with time: clocks, policy, escalation.

    How clocks are kept: ``truck.complaint.clock.keeper``; who is called when:
    ``truck.escalation.job``.
    """

    _name = "truck.complaint.clocked"
    _description = "Complaint With Clocks"
    _inherit = ["truck.in.use.mixin"]

    policy_id = fields.Many2one(
        "truck.escalation.policy", readonly=True, copy=False, ondelete="restrict"
    )
    clock_ids = fields.One2many("truck.complaint.clock", "complaint_id", readonly=True)
    pause_ids = fields.One2many("truck.complaint.pause", "complaint_id", readonly=True)
    escalation_ids = fields.One2many(
        "truck.complaint.escalation", "complaint_id", readonly=True
    )
    escalation_level = fields.Integer(
        readonly=True,
        copy=False,
        aggregator="max",
        help="How far up the ladder it has climbed; zero: not escalated.",
    )
    escalation_count = fields.Integer(
        string="Escalations", compute="_compute_escalation_count"
    )
    date_deadline = fields.Datetime(
        string="Next Deadline",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Of the clocks that run, the one that ends first.",
    )
    time_left = fields.Char(compute="_compute_time_left")
    tone = fields.Char(compute="_compute_time_left", help="A colour for lists.")
    is_late = fields.Boolean(
        string="Late", compute="_compute_time_left", search="_search_is_late"
    )
    is_due_today = fields.Boolean(
        string="Due Today", compute="_compute_time_left", search="_search_is_due_today"
    )
    is_escalated_to_me = fields.Boolean(
        string="Escalated to Me",
        compute="_compute_is_escalated_to_me",
        search="_search_is_escalated_to_me",
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    def _compute_escalation_count(self):
        groups = self.env["truck.complaint.escalation"]._read_group(
            [("complaint_id", "in", self.ids)], ["complaint_id"], ["__count"]
        )
        counts = {complaint.id: count for complaint, count in groups}
        for complaint in self:
            complaint.escalation_count = counts.get(complaint.id, 0)

    @api.depends("clock_ids.deadline", "clock_ids.state", "date_deadline", "state")
    @api.depends_context("lang", "tz")
    def _compute_time_left(self):
        """Tell of the clock that ends first, in the words of ``_compute_time_left``."""
        kinds = dict(
            self.env["truck.complaint.clock"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        now, end = fields.Datetime.now(), self._get_end_of_day()
        self.clock_ids.mapped("time_left")  # all at once
        for complaint in self:
            clocks = complaint.clock_ids.filtered(
                lambda clock: clock.state in ("running", "paused")
            )
            running = clocks.filtered(lambda clock: clock.state == "running")
            clock = (running or clocks).sorted("deadline")[:1]
            deadline = complaint.date_deadline
            complaint.is_late = bool(deadline) and deadline < now
            complaint.is_due_today = bool(deadline) and deadline <= end
            complaint.tone = clock.tone
            complaint.time_left = clock and self.env._(
                "%(clock)s: %(time_left)s",
                clock=kinds[clock.kind],
                time_left=clock.time_left,
            )

    @api.model
    def _get_end_of_day(self):
        """Return the last moment (naive, UTC) of the user's day."""
        here = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        end = here.replace(hour=23, minute=59, second=59, microsecond=0)
        return end.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("date_deadline", "<", fields.Datetime.now())

    @api.model
    def _search_is_due_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("date_deadline", "<=", self._get_end_of_day())

    @api.depends_context("uid")
    def _compute_is_escalated_to_me(self):
        mine = self.filtered_domain(self._search_is_escalated_to_me("in", [True]))
        mine.is_escalated_to_me = True
        (self - mine).is_escalated_to_me = False

    @api.model
    def _search_is_escalated_to_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: runs inside the rules of complaints, which those of escalations ask
        rows = self.env["truck.complaint.escalation"].sudo()
        # by his id: reading the user would be a query more for each count of complaints
        rows = rows._search([("partner_ids.user_ids", "in", [self.env.uid])])
        return Domain("id", "in", rows.subselect("complaint_id"))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints._update_clocks()
        return complaints

    def write(self, vals):
        res = super().write(vals)
        if CLOCK_FIELDS & vals.keys():
            self._update_clocks()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_acknowledge(self):
        """Open the dialog that stops the ladder until a new deadline."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["truck.complaint.acknowledge"].create(
            {"complaint_id": self.id}
        )
        return wizard._get_records_action(
            name=self.env._("Acknowledge"), target="new", context={}
        )

    def action_view_escalations(self):
        """Open who was called about this complaint."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_complaint_escalation_action"
        )
        return action | {"domain": [("complaint_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _update_clocks(self):
        """Bring the clocks of these complaints in line with what they say now.

        Called after a complaint or promise was created or written. Reads policy,
        state, dates and promises; doing it twice changes nothing.
        """
        if self:
            # sudo: clocks are kept by the system, whoever writes a complaint
            self.env["truck.complaint.clock"].sudo()._keep(self.sudo())

    @api.model
    def _cron_escalate(self, batch_size=200):
        """Call whoever has to be called now: the job's entry."""
        self.env["truck.complaint.clock"]._escalate(batch_size)

    def _get_calendar(self):
        """Return in which working hours the clocks run: of the team, or the company."""
        self.ensure_one()
        return self.team_id.calendar_id or self.company_id.resource_calendar_id

    def _store(self, vals):
        """Write columns that no hook has to know of: no tracking, no clocks again."""
        models.Model.write(self, vals)
