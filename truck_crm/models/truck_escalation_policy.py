from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError

from .truck_complaint_category import SEVERITIES
from .truck_complaint_clocked import OPEN_STATES

CRON_REFRESH = "truck_crm.ir_cron_truck_escalation_refresh"
EVERY = [("active", "in", [True, False])]
# What of a policy changes deadlines or who has it.
RULE_FIELDS = {
    "state",
    "active",
    "sequence",
    "company_id",
    "severity",
    "category_ids",
    "grade_ids",
    "response_hours",
    "solution_hours",
    "use_response_factor",
    "level_ids",
}


class TruckEscalationPolicy(models.Model):
    """How long which complaint may take, and who is called when it takes longer.

    Of the policies in force the first one that fits a complaint is the one that holds.
    """

    _name = "truck.escalation.policy"
    _description = "Escalation Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy that fits a complaint holds."
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("running", "In Force")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        help="A draft calls nobody; it can be simulated.",
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: in all companies."
    )
    # Which complaints
    severity = fields.Selection(
        selection=SEVERITIES,
        help="Empty: of every severity.",
    )
    category_ids = fields.Many2many(
        "truck.complaint.category",
        string="Categories",
        help="All below them included. Empty: of every category, and of none.",
    )
    grade_ids = fields.Many2many(
        "truck.customer.grade",
        string="Grades of Customers",
        help="Empty: of every grade, and of none.",
    )
    # How long
    response_hours = fields.Float(
        string="First Answer (hours)",
        default=4.0,
        help="Working hours until the customer has a first answer. Zero: no limit.",
    )
    solution_hours = fields.Float(
        string="Solution (hours)",
        default=40.0,
        help="Working hours until the complaint is solved. Zero: no limit.",
    )
    use_response_factor = fields.Boolean(
        string="Faster for Good Customers",
        default=True,
        help="The time for the first answer is multiplied by the factor of the"
        " customer's grade.",
    )
    ack_hours = fields.Float(
        string="Acknowledged at Most For (hours)",
        default=16.0,
        help="Whoever acknowledges an escalation names a new deadline: so many working"
        " hours from then at most. Zero: no limit.",
    )
    level_ids = fields.One2many("truck.escalation.level", "policy_id", copy=True)
    complaint_count = fields.Integer(
        string="Open Complaints", compute="_compute_complaint_count"
    )
    # Open complaints are gone through by a job when rules change
    is_refreshing = fields.Boolean(readonly=True, copy=False)
    refresh_cursor = fields.Integer(readonly=True, copy=False)

    _check_hours = models.Constraint(
        "CHECK(response_hours >= 0 AND solution_hours >= 0 AND ack_hours >= 0)",
        "The hours of an escalation policy cannot be negative.",
    )

    def _compute_complaint_count(self):
        groups = self.env["truck.complaint"]._read_group(
            [("policy_id", "in", self.ids), ("state", "in", OPEN_STATES)],
            ["policy_id"],
            ["__count"],
        )
        counts = {policy.id: count for policy, count in groups}
        for policy in self:
            policy.complaint_count = counts.get(policy.id, 0)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        if any(policy.state == "running" for policy in policies):
            self._refresh_clocks()
        return policies

    def write(self, vals):
        # what becomes a draft was in force before
        was_running = any(policy.state == "running" for policy in self)
        res = super().write(vals)
        is_running = any(policy.state == "running" for policy in self)
        if RULE_FIELDS & vals.keys() and (was_running or is_running):
            self._refresh_clocks()
        return res

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=policy.name)}
            for policy, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        complaints = self.env["truck.complaint"].sudo()  # sudo: used by any
        if complaints.search_count([("policy_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Complaints have had this escalation policy: archive it instead."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Put drafts in force; a job then gives open complaints their new deadlines.

        :raise UserError: when a policy has no level, so that nobody would be called
        """
        for policy in self:
            if not policy.level_ids:
                raise UserError(
                    self.env._(
                        "%(policy)s has no levels: nobody would be called. Add one on"
                        " the page Levels.",
                        policy=policy.name,
                    )
                )
        self.write({"state": "running"})

    def action_draft(self):
        """Take policies out of force; open complaints get the next one that fits."""
        self.write({"state": "draft"})

    def action_simulate(self):
        """Show who would have been called in the last 90 days."""
        self.ensure_one()
        simulation = self.env["truck.escalation.simulation"].create(
            {"policy_id": self.id}
        )
        return simulation.action_simulate()

    def action_view_complaints(self):
        """Open the open complaints of this policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints of %(policy)s", policy=self.name),
            "res_model": "truck.complaint",
            "view_mode": "list,form",
            "domain": [("policy_id", "=", self.id), ("state", "in", OPEN_STATES)],
        }

    # ------------------------------------------------------------
    # WHICH POLICY, AND HOW LONG
    # ------------------------------------------------------------

    @api.model
    def _pick(self, complaints, grades):
        """Return ``{complaint: policy}``: the first one in force that fits each.

        :param complaints: complaints, with sudo
        :param grades: what ``_get_grades`` says of them
        """
        policies = self.sudo().search([("state", "=", "running")])
        none = policies.browse()
        return {
            complaint: next(
                (p for p in policies if p._fits(complaint, grades[complaint])), none
            )
            for complaint in complaints
        }

    @api.model
    def _get_grades(self, complaints):
        """Return ``{complaint: grade of its customer}`` by one query."""
        Metrics = self.env["truck.customer.metrics"].sudo()
        partners = complaints.partner_id.commercial_partner_id
        found = {}
        if partners:
            rows = Metrics.search_fetch(
                [
                    ("partner_id", "in", partners.ids),
                    ("company_id", "in", complaints.company_id.ids),
                    ("grade_id", "!=", False),
                ],
                ["partner_id", "company_id", "grade_id"],
            )
            found = {(row.partner_id, row.company_id): row.grade_id for row in rows}
        none = self.env["truck.customer.grade"].sudo()
        return {
            c: found.get((c.partner_id.commercial_partner_id, c.company_id), none)
            for c in complaints
        }

    def _fits(self, complaint, grade):
        """Tell whether this policy is for a complaint of a customer of a grade."""
        self.ensure_one()
        company = self.company_id
        path = complaint.category_id.parent_path or ""
        categories = {
            int(category_id) for category_id in path.split("/") if category_id
        }
        return (
            (not company or company in complaint.company_id.parent_ids)
            and self.severity in (False, complaint.severity)
            and (not self.grade_ids or grade in self.grade_ids)
            and (
                not self.category_ids
                or not categories.isdisjoint(self.category_ids.ids)
            )
        )

    def _get_clock_hours(self, complaint, kind, grade):
        """Return how many working hours a clock of a complaint has. A hook.

        A service agreement overrides it, and returns less.

        :param kind: ``response`` or ``solution``
        :param grade: the grade of the customer, may be empty
        :return: a number; zero for no such clock
        """
        self.ensure_one()
        if kind == "solution":
            return self.solution_hours
        factor = grade.response_factor if grade and self.use_response_factor else 1
        return self.response_hours * factor

    # ------------------------------------------------------------
    # THE JOB THAT BRINGS CLOCKS IN LINE
    # ------------------------------------------------------------

    @api.model
    def _refresh_clocks(self):
        """Let the job go through all open complaints, since rules have changed."""
        # sudo: whoever changes working days has no right on policies, nor on jobs
        policies = self.sudo().search(EVERY)
        models.Model.write(policies, {"is_refreshing": True, "refresh_cursor": 0})
        cron = self.env.ref(CRON_REFRESH, raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_refresh(self, batch_size=500):
        """Bring the clocks of open complaints in line with policies and calendars.

        Woken when rules or working hours change, and every night, since grades change
        unseen. Goes on where it was when it is killed.
        """
        cron = self.env["ir.cron"]
        if not any(policy.is_refreshing for policy in self.search(EVERY)):
            self._refresh_clocks()
        remaining = self.env["truck.complaint"].search_count(
            [("state", "in", OPEN_STATES)]
        )
        cron._commit_progress(remaining=remaining)
        while True:
            try:
                done = self._refresh_batch(batch_size)
            except SerializationFailure:
                # Somebody wrote one of these at the same moment: look again.
                self.env.cr.rollback()
                self.env.transaction.clear()
                continue
            remaining = max(remaining - done, 0) if done else 0
            if not cron._commit_progress(done, remaining=remaining) or not done:
                return

    @api.model
    def _refresh_batch(self, batch_size):
        """Do the next complaints by id; return how many, none when all are done."""
        policies = self.search([*EVERY, ("is_refreshing", "=", True)])
        if not policies or len(policies.try_lock_for_update()) < len(policies):
            return 0
        cursor = min(policies.mapped("refresh_cursor"))
        complaints = self.env["truck.complaint"].search(
            [("state", "in", OPEN_STATES), ("id", ">", cursor)],
            order="id",
            limit=batch_size,
        )
        complaints._update_clocks()
        vals = {"refresh_cursor": complaints[-1:].id}
        if not complaints:
            vals = {"is_refreshing": False, "refresh_cursor": 0}
        models.Model.write(policies, vals)
        return len(complaints)
