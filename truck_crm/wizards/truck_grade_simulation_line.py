from odoo import api, fields, models


class TruckGradeSimulationLine(models.TransientModel):
    """How many customers, with what revenue, have a grade now and would have one."""

    _name = "truck.grade.simulation.line"
    _description = "Grade Simulation: From and To"
    _order = "grade_from_id, grade_to_id, id"

    simulation_id = fields.Many2one(
        "truck.grade.simulation", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    grade_from_id = fields.Many2one(
        "truck.customer.grade", string="Grade Before", ondelete="cascade"
    )
    grade_to_id = fields.Many2one(
        "truck.customer.grade", string="New Grade", ondelete="cascade"
    )
    direction = fields.Selection(
        selection=[("up", "Up"), ("down", "Down"), ("same", "Stays")],
        compute="_compute_direction",
    )
    customer_count = fields.Integer(string="Customers")
    revenue = fields.Monetary(string="Revenue (12 months)")

    @api.depends("grade_from_id", "grade_to_id")
    def _compute_direction(self):
        for line in self:
            old, new = line.grade_from_id, line.grade_to_id
            is_up = not old or (new.sequence, new.id) < (old.sequence, old.id)
            line.direction = "same" if old == new else "up" if is_up else "down"

    def action_view_customers(self):
        """Open the customers behind this line."""
        self.ensure_one()
        domain = [
            ("simulation_id", "=", self.simulation_id.id),
            ("grade_from_id", "=", self.grade_from_id.id),
            ("grade_to_id", "=", self.grade_to_id.id),
        ]
        return self.env["truck.grade.simulation.move"]._action_view(
            domain,
            self.env._(
                "From %(old)s to %(new)s",
                old=self.grade_from_id.code or self.env._("none"),
                new=self.grade_to_id.code or self.env._("none"),
            ),
        )
