from odoo import fields, models


class TruckComplaintClock(models.Model):
    """A deadline of a complaint, and when who is called next about it."""

    _name = "truck.complaint.clock"
    _description = "Complaint Clock"
    _order = "deadline, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    promise_id = fields.Many2one(
        "truck.complaint.promise",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[
            ("response", "First Answer"),
            ("promise", "Promised Action"),
            ("solution", "Solution"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    date_start = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(readonly=True)
    due_at = fields.Datetime(readonly=True, help="When the next level is called.")
    next_level_id = fields.Many2one(
        "truck.escalation.level", readonly=True, ondelete="set null"
    )
    cycle = fields.Integer(default=1, required=True, readonly=True)
