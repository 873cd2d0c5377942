from odoo import fields, models


class TruckComplaintEscalation(models.Model):
    """Who was called about a complaint, when, and why: one row per clock and level."""

    _name = "truck.complaint.escalation"
    _description = "Escalation"
    _order = "date desc, id desc"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    clock_id = fields.Many2one(
        "truck.complaint.clock", required=True, readonly=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        "truck.escalation.level", required=True, readonly=True, ondelete="restrict"
    )
    cycle = fields.Integer(required=True, readonly=True, default=1)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    date = fields.Datetime(required=True, readonly=True)

    _once_uniq = models.UniqueIndex(
        "(clock_id, level_id, cycle)", "A level is called once per clock and cycle."
    )
