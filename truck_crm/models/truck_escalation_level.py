from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.working_time import moment_of


class TruckEscalationLevel(models.Model):
    """A rung of the ladder: after which time on which clock who is called, and how."""

    _name = "truck.escalation.level"
    _description = "Escalation Level"
    _inherit = ["truck.escalation.people"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "truck.escalation.policy", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    height = fields.Integer(
        string="Level",
        default=1,
        help="Shown on the complaint: 1 is the first escalation, 2 the next one up."
        " Zero: a warning, no escalation.",
    )
    # When
    clock = fields.Selection(
        selection=[
            ("all", "Every Clock"),
            ("response", "First Answer"),
            ("promise", "Promised Action"),
            ("solution", "Solving"),
        ],
        required=True,
        default="all",
    )
    timing = fields.Selection(
        selection=[
            ("percent", "% of the Time Gone"),
            ("before", "Hours Before the Deadline"),
            ("after", "Hours After the Deadline"),
        ],
        string="When",
        required=True,
        default="after",
        help="In working hours. 100 % and 0 hours are the deadline itself.",
    )
    timing_value = fields.Float(string="Value", digits=(16, 2))
    timing_text = fields.Char(string="Called When", compute="_compute_timing_text")
    # How
    by_mail = fields.Boolean(string="E-mail", default=True)
    by_activity = fields.Boolean(string="Activity")
    by_inbox = fields.Boolean(
        string="Inbox Message", default=True, help="In Odoo, at once."
    )
    moves_ownership = fields.Boolean(
        string="Takes Over",
        help="The first user who is called becomes the owner of the complaint.",
    )
    is_pushing = fields.Boolean(
        string="If Nobody: Next at Once",
        default=True,
        help="Where nobody can be called (no chief, a dealer without staff) the next"
        " level is called at once, before its time. Either way the complaint says so.",
    )
    means_text = fields.Char(string="By Which Means", compute="_compute_means_text")

    _check_value = models.Constraint(
        "CHECK(timing_value >= 0 AND height BETWEEN 0 AND 99)",
        "Value of an escalation level cannot be negative, Level must be from 0 to 99.",
    )

    @api.depends("timing", "timing_value")
    @api.depends_context("lang")
    def _compute_timing_text(self):
        for level in self:
            level.timing_text = level._get_timing_text()

    def _get_timing_text(self):
        value = f"{self.timing_value:g}"
        if self.timing == "percent":
            return self.env._("at %(value)s%% of the time", value=value)
        if not self.timing_value:
            return self.env._("at the deadline")
        if self.timing == "before":
            return self.env._("%(value)s h before the deadline", value=value)
        return self.env._("%(value)s h after the deadline", value=value)

    @api.depends("by_mail", "by_activity", "by_inbox")
    @api.depends_context("lang")
    def _compute_means_text(self):
        labels = self._get_means()
        for level in self:
            used = [label for name, label in labels.items() if level[name]]
            level.means_text = ", ".join(used)

    @api.constrains("by_mail", "by_activity", "by_inbox")
    def _check_means(self):
        means = self._get_means()
        for level in self:
            if not any(level[name] for name in means):
                raise ValidationError(
                    self.env._(
                        "Escalation Level %(level)s calls by no means: tick one of"
                        " %(means)s.",
                        level=level.name,
                        means=", ".join(means.values()),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels._refresh_policies()
        return levels

    def write(self, vals):
        res = super().write(vals)
        self._refresh_policies()
        return res

    def unlink(self):
        policies = self.policy_id
        res = super().unlink()
        if any(policy.state == "running" for policy in policies):
            policies._refresh_clocks()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_called(self):
        rows = self.env["truck.complaint.escalation"].sudo()  # sudo: of any complaint
        called = rows.search([("level_id", "in", self.ids)], limit=1).level_id
        if called:
            raise UserError(
                self.env._(
                    "Escalation Level %(level)s has called somebody: archive it"
                    " instead.",
                    level=called.name,
                )
            )

    def _refresh_policies(self):
        if any(policy.state == "running" for policy in self.policy_id):
            self.policy_id._refresh_clocks()

    @api.model
    def _get_means(self):
        """Return ``{field: label}`` of how a level can call. A hook."""
        return {
            "by_mail": self.env._("E-mail"),
            "by_activity": self.env._("Activity"),
            "by_inbox": self.env._("Inbox Message"),
        }

    def _is_pushed(self, call):
        """Tell whether the next level is called at once after this ``Call``."""
        return bool(self.is_pushing and self.height and not call.people)

    def _get_moment(self, work, start, pauses, seconds, deadline):
        """Return when this level is due on a clock; always in working time.

        :param work: the ``WorkingTime`` of the complaint
        :param start: when the clock began
        :param pauses: pairs of moments in which it stood still
        :param seconds: its length in working seconds; None for a fixed deadline, such
            as a promise, which no pause moves
        :param deadline: when it is over
        :return: a moment; None while the clock stands still
        """
        self.ensure_one()
        value = self.timing_value
        if seconds is None:
            if self.timing == "percent":
                length = max(work.between(start, deadline), 0)
                gone = length * value / 100
                if gone < length:
                    return work.add(start, gone)
                return work.add(deadline, gone - length)
            sign = -1 if self.timing == "before" else 1
            return work.add(deadline, sign * value * 3600)
        if self.timing == "percent":
            position = seconds * value / 100
        elif self.timing == "before":
            position = max(seconds - value * 3600, 0)
        else:
            position = seconds + value * 3600
        return moment_of(work, start, pauses, position)
