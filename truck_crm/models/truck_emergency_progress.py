from odoo import api, fields, models
from odoo.fields import Domain

DONE_STATES = ("done", "unreachable")
# Who is done with has been told of it, too.
INFORMED_STATES = ("informed", "appointment", "done")
SHOWN = 20  # vehicles on the form itself


class TruckEmergencyProgress(models.AbstractModel):
    """How far an emergency is, with the vehicles that the user may see.

    Who sees some of them only is told so, beside the number of all.
    """

    _name = "truck.emergency.progress"
    _description = "Progress of an Emergency"

    next_line_ids = fields.Many2many(
        "truck.emergency.vehicle",
        string="Vehicles to Deal With",
        compute="_compute_next_line_ids",
        help="The first ones; what is left to do before what is done.",
    )
    total_count = fields.Integer(
        string="All Vehicles",
        compute="_compute_total_count",
        help="Of everybody, those included that you may not see.",
    )
    vehicle_count = fields.Integer(string="Vehicles", compute="_compute_progress")
    customer_count = fields.Integer(string="Customers", compute="_compute_progress")
    waiting_count = fields.Integer(
        string="Still to Do",
        compute="_compute_progress",
        help="Vehicles that are neither done nor unreachable.",
    )
    informed_count = fields.Integer(
        string="Informed",
        compute="_compute_progress",
        help="Vehicles whose customers know of it.",
    )
    done_count = fields.Integer(string="Done", compute="_compute_progress")
    unreachable_count = fields.Integer(
        string="Unreachable", compute="_compute_progress"
    )
    progress = fields.Float(
        string="Progress (%)",
        compute="_compute_progress",
        help="Vehicles that are done, of all.",
    )
    progress_text = fields.Char(string="How Far", compute="_compute_progress_text")
    scope_text = fields.Char(
        string="Whose Vehicles",
        compute="_compute_progress_text",
        help="Empty for who sees all vehicles.",
    )
    complaint_count = fields.Integer(
        string="Complaints", compute="_compute_complaint_count"
    )

    @api.depends("line_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_next_line_ids(self):
        # for the form alone, of one emergency: two queries for each
        Line = self.env["truck.emergency.vehicle"]
        for emergency in self:
            own = Domain("emergency_id", "=", emergency._origin.id)
            lines = Line.search(
                own & Domain("state", "not in", DONE_STATES), limit=SHOWN
            )
            rest = SHOWN - len(lines)
            if rest:
                lines += Line.search(
                    own & Domain("state", "in", DONE_STATES), limit=rest
                )
            emergency.next_line_ids = lines

    @api.depends("line_ids")
    def _compute_total_count(self):
        # sudo: how many there are is no secret, only whose they are
        groups = (
            self.env["truck.emergency.vehicle"]
            .sudo()
            ._read_group(
                [("emergency_id", "in", self.ids)], ["emergency_id"], ["__count"]
            )
        )
        counts = {emergency.id: count for emergency, count in groups}
        for emergency in self:
            emergency.total_count = counts.get(emergency._origin.id, 0)

    @api.depends("line_ids.state", "line_ids.partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_progress(self):
        """Two queries for all, of the vehicles that the user may see."""
        Line = self.env["truck.emergency.vehicle"]
        groups = Line._read_group(
            [("emergency_id", "in", self.ids)], ["emergency_id", "state"], ["__count"]
        )
        counts = {}
        for emergency, state, count in groups:
            counts.setdefault(emergency, {})[state] = count
        customers = dict(
            Line._read_group(
                [("emergency_id", "in", self.ids)],
                ["emergency_id"],
                ["partner_id:count_distinct"],
            )
        )
        for emergency in self:
            states = counts.get(emergency._origin, {})
            total = sum(states.values())
            done = states.get("done", 0)
            emergency.vehicle_count = total
            emergency.customer_count = customers.get(emergency._origin, 0)
            emergency.waiting_count = total - sum(
                states.get(state, 0) for state in DONE_STATES
            )
            emergency.informed_count = sum(
                states.get(state, 0) for state in INFORMED_STATES
            )
            emergency.done_count = done
            emergency.unreachable_count = states.get("unreachable", 0)
            emergency.progress = 100 * done / total if total else 0

    @api.depends("done_count", "vehicle_count", "total_count")
    @api.depends_context("lang")
    def _compute_progress_text(self):
        """Say how far it is; to who sees but some of the vehicles, that it is his."""
        for emergency in self:
            figures = {
                "done": emergency.done_count,
                "count": emergency.vehicle_count,
                "total": emergency.total_count,
            }
            emergency.scope_text = False
            emergency.progress_text = self.env._(
                "%(done)s of %(count)s vehicles done", **figures
            )
            if emergency.vehicle_count < emergency.total_count:
                emergency.scope_text = self.env._(
                    "You see the vehicles of your own customers: %(count)s of"
                    " %(total)s. All figures here are of these.",
                    **figures,
                )
                emergency.progress_text = self.env._(
                    "Yours: %(done)s of %(count)s vehicles done (%(total)s in all)",
                    **figures,
                )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        groups = self.env["truck.emergency.vehicle"]._read_group(
            [("emergency_id", "in", self.ids), ("complaint_id", "!=", False)],
            ["emergency_id"],
            ["complaint_id:count_distinct"],
        )
        counts = dict(groups)
        for emergency in self:
            emergency.complaint_count = counts.get(emergency._origin, 0)
