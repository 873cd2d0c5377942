from odoo import fields, models


class TruckComplaintPause(models.Model):
    """A time in which a complaint waited for the customer: its clocks stood still."""

    _name = "truck.complaint.pause"
    _description = "Complaint Waiting for the Customer"
    _order = "date_from, id"
    _rec_name = "date_from"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True)

    _one_open_uniq = models.UniqueIndex(
        "(complaint_id) WHERE date_to IS NULL", "The complaint is waiting already."
    )
