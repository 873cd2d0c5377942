from odoo import fields, models


class TruckComplaintPromise(models.Model):
    """What a customer was promised, until when, and whether it was kept."""

    _name = "truck.complaint.promise"
    _description = "Promised Action"
    _order = "date_due, id"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Action", required=True)
    date_due = fields.Datetime(string="Promised For", required=True)
    user_id = fields.Many2one("res.users", string="Who Acts", ondelete="restrict")
    date_done = fields.Datetime(string="Done On", readonly=True)
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
