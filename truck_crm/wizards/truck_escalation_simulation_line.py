from odoo import fields, models


class TruckEscalationSimulationLine(models.TransientModel):
    """One call that a simulated policy would have made."""

    _name = "truck.escalation.simulation.line"
    _description = "Simulated Escalation"
    _order = "date, id"
    _rec_name = "complaint_id"

    simulation_id = fields.Many2one(
        "truck.escalation.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=lambda self: self.env["truck.complaint.clock"]
        ._fields["kind"]
        ._description_selection(self.env),
        string="Clock",
        readonly=True,
    )
    level_id = fields.Many2one(
        "truck.escalation.level", required=True, readonly=True, ondelete="cascade"
    )
    height = fields.Integer(string="Level No.", readonly=True, aggregator="max")
    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one("res.users", string="Called", readonly=True)
    names = fields.Char(string="All Called", readonly=True)
    # Of the complaint
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    subject = fields.Char(related="complaint_id.subject")
    severity = fields.Selection(related="complaint_id.severity")

    def action_view_complaint(self):
        """Open the complaint of this call."""
        self.ensure_one()
        return self.complaint_id._get_records_action()
