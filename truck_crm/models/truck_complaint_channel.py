from odoo import models


class TruckComplaintChannel(models.AbstractModel):
    """How complaints come in, from all sides, and what others did about such ones."""

    _name = "truck.complaint.channel"
    _description = "Complaint and Its Channels"
    _inherit = [
        "truck.complaint.mail",
        "truck.complaint.submission",
        "truck.complaint.portal",
        "truck.complaint.solved",
    ]
