from odoo import fields, models


class TruckComplaintStep(models.Model):
    """One of the six steps of a complaint: who did it, when, and what shows it."""

    _name = "truck.complaint.step"
    _description = "Complaint Step"
    _order = "complaint_id, sequence, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=[
            ("listen", "Listen"),
            ("act", "Act at Once"),
            ("concentrate", "Concentrate Resources"),
            ("evaluate", "Evaluate"),
            ("coordinate", "Coordinate"),
            ("summarise", "Summarise and Feed Back"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", string="Done By", ondelete="restrict")
    date = fields.Datetime(string="Done On")
    evidence = fields.Text()
