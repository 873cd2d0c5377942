from odoo import api, fields, models


class TruckGradeSimulationMove(models.TransientModel):
    """One customer that would get another grade or return class."""

    _name = "truck.grade.simulation.move"
    _description = "Grade Simulation: Customer"
    _order = "revenue desc nulls last, id"
    _rec_name = "partner_id"

    simulation_id = fields.Many2one(
        "truck.grade.simulation", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    grade_from_id = fields.Many2one(
        "truck.customer.grade", string="Grade Before", ondelete="cascade"
    )
    grade_to_id = fields.Many2one(
        "truck.customer.grade", string="New Grade", ondelete="cascade"
    )
    score_from = fields.Float(string="Score Now", digits=(16, 1), aggregator="avg")
    score_to = fields.Float(string="Score Then", digits=(16, 1), aggregator="avg")
    return_class_from = fields.Selection(
        selection="_selection_return_class", string="Return Now"
    )
    return_class_to = fields.Selection(
        selection="_selection_return_class", string="Return Then"
    )
    is_override = fields.Boolean(string="Set by Hand")
    revenue = fields.Monetary(string="Revenue (12 months)")

    @api.model
    def _selection_return_class(self):
        field = self.env["truck.customer.metrics"]._fields["return_class"]
        return field._description_selection(self.env)

    @api.model
    def _action_view(self, domain, name):
        """Return the action that lists the customers of a domain."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_grade_simulation_move_action"
        )
        return action | {"display_name": name, "domain": domain}

    def action_view_customer(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.partner_id.action_truck_view_file()
