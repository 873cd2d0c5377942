from odoo import fields, models


class TruckComplaintTeam(models.Model):
    """Who answers complaints, and in whose working hours its clocks run."""

    _name = "truck.complaint.team"
    _description = "Complaint Team"
    _inherit = ["truck.complaint.team.alias"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Team Leader", ondelete="set null")
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        help="In these hours the clocks run. Empty: those of the company.",
    )
