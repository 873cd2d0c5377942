from odoo import fields, models


class TruckEscalationSimulationLine(models.TransientModel):
    """One call that a simulated policy would have made."""

    _name = "truck.escalation.simulation.line"
    _description = "Simulated Escalation"
    _inherit = ["truck.escalation.row"]
    _order = "date, id"

    simulation_id = fields.Many2one(
        "truck.escalation.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["truck.complaint.clock"]
        ._fields["kind"]
        ._description_selection(self.env),
        string="Clock",
        readonly=True,
    )
    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one("res.users", string="Called", readonly=True)
    names = fields.Char(string="All Called", readonly=True)
    severity = fields.Selection(related="complaint_id.severity")
