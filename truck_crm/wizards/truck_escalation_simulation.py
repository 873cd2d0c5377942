from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.truck_complaint_clock_keeper import Bench, Wanted

DAYS = 90


class TruckEscalationSimulation(models.TransientModel):
    """Who would have been called when by a policy, in force or not.

    Reckoned from the complaints that there were; nothing is sent and nothing changes.
    Owners, chiefs and dealers are those of today; what was acknowledged is left out.
    """

    _name = "truck.escalation.simulation"
    _description = "Escalation Simulation"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "truck.escalation.policy", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        string="Complaints Since",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=DAYS),
    )
    line_ids = fields.One2many(
        "truck.escalation.simulation.line", "simulation_id", readonly=True
    )
    date = fields.Datetime(string="Simulated On", readonly=True)
    complaint_count = fields.Integer(
        string="Complaints", readonly=True, help="For which this policy would hold."
    )
    called_count = fields.Integer(string="People Called", readonly=True)
    escalated_count = fields.Integer(
        string="Escalated", readonly=True, help="Complaints that would have climbed."
    )
    nobody_count = fields.Integer(
        string="Nobody to Call",
        readonly=True,
        help="Calls that would have found nobody: chiefs or staff are missing.",
    )

    @api.depends("policy_id")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._(
                "Simulation of %(policy)s", policy=simulation.policy_id.name
            )

    def action_simulate(self):
        """Reckon who would have been called, and show it.

        :raise UserError: when the policy has no levels
        """
        self.ensure_one()
        if not self.policy_id.level_ids:
            raise UserError(
                self.env._(
                    "%(policy)s has no levels: nobody would be called. Add one first.",
                    policy=self.policy_id.name,
                )
            )
        complaints = self._get_complaints()
        lines = self._get_lines(complaints)
        self.line_ids.unlink()
        self.env["truck.escalation.simulation.line"].create(lines)
        climbed = {line["complaint_id"] for line in lines if line["height"]}
        self.write(
            {
                "date": fields.Datetime.now(),
                "complaint_count": len(complaints),
                "called_count": len(lines),
                "escalated_count": len(climbed),
                "nobody_count": sum(not line["names"] for line in lines),
            }
        )
        return self._get_records_action(name=self.display_name, context={})

    def action_view_lines(self):
        """Open the calls as a list to group and to count."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_escalation_simulation_line_action"
        )
        return action | {"domain": [("simulation_id", "=", self.id)]}

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_complaints(self):
        """Return the complaints for which this policy would hold, that the user sees.

        Policies in force that come before it keep theirs; of those with the same
        sequence it comes first, so that a copy can be held beside what is in force.
        """
        found = self.env["truck.complaint"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_open", ">=", fields.Datetime.to_datetime(self.date_from)),
                ("state", "!=", "merged"),
            ],
            order="date_open, id",
        )
        Policy = self.env["truck.escalation.policy"]
        # sudo: what a policy asks of a complaint, its customer's grade included
        complaints = found.sudo()
        grades = Policy._get_grades(complaints)
        first = Policy.sudo().search(
            [("state", "=", "running"), ("sequence", "<", self.policy_id.sequence)]
        )
        policy = self.policy_id.sudo()
        return complaints.filtered(
            lambda c: policy._fits(c, grades[c])
            and not any(other._fits(c, grades[c]) for other in first - policy)
        )

    def _get_lines(self, complaints):
        """Return the values of the lines."""
        now = fields.Datetime.now()
        Clock = self.env["truck.complaint.clock"].sudo()
        rows = self.env["truck.complaint.pause"].sudo()
        rows = rows.search([("complaint_id", "in", complaints.ids)])
        pauses = {}
        for row in rows:
            pair = (row.date_from, row.date_to or None)
            pauses.setdefault(row.complaint_id.id, []).append(pair)
        moments = [now, *complaints.mapped("date_open")]
        bench = Bench(now, Clock._get_works(complaints, moments), pauses, {})
        grades = self.env["truck.escalation.policy"]._get_grades(complaints)
        return [
            line
            for complaint in complaints
            for line in self._get_calls(complaint, grades[complaint], bench)
        ]

    def _get_calls(self, complaint, grade, bench):
        """Return the values of the lines of a complaint, in order."""
        lines = []
        for wanted, start in self._get_clocks(complaint, grade, bench.now):
            end = wanted.done or bench.now
            is_pushed = False
            for due_at, level in self._get_ladder(complaint, wanted, start, bench):
                if due_at > end and not (is_pushed and level.height):
                    break
                day = complaint.company_id._truck_to_local_date(due_at)
                call = level._find_people(complaint, day)
                is_pushed = level._is_pushed(call)
                lines.append(self._prepare_line(complaint, wanted, level, due_at, call))
        return sorted(lines, key=lambda line: line["date"])

    def _get_clocks(self, complaint, grade, now):
        """Return what the clocks of a complaint would have been, and since when."""
        policy = self.policy_id.sudo()
        clocks = []
        for kind, done in (
            ("response", complaint.date_response or complaint.date_solved),
            ("solution", complaint.date_solved or complaint.date_closed),
        ):
            hours = policy._get_clock_hours(complaint, kind, grade)
            if hours:
                clocks.append((kind, hours, False, done, complaint.date_open))
        for promise in complaint.promise_ids:
            done = promise.date_done
            if promise.state != "cancelled":
                # made at the moment at which it was written down
                start = max(complaint.date_open, min(promise.create_date, now))
                clocks.append(("promise", None, promise.date_due, done, start))
        return [
            (Wanted(kind, "running", hours, deadline, done), start)
            for kind, hours, deadline, done, start in clocks
        ]

    def _get_ladder(self, complaint, wanted, start, bench):
        Clock = self.env["truck.complaint.clock"].sudo()
        vals = {"date_start": start, "ack_date": False, "ack_deadline": False}
        deadline = Clock._get_deadline(complaint, wanted, vals, bench)
        return Clock._get_ladder(
            complaint, wanted, vals, deadline, bench, policy=self.policy_id.sudo()
        )

    def _prepare_line(self, complaint, wanted, level, due_at, call):
        return {
            "simulation_id": self.id,
            "complaint_id": complaint.id,
            "kind": wanted.kind,
            "level_id": level.id,
            "height": level.height,
            "date": due_at,
            "user_id": call.users[:1].id,
            "names": ", ".join(call.people.mapped("name")),
        }
