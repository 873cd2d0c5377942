from odoo import models


class TruckComplaintChannel(models.AbstractModel):
    """How complaints come in: by mail, from the portal, the web page, other systems."""

    _name = "truck.complaint.channel"
    _description = "Complaint and Its Channels"
    _inherit = [
        "truck.complaint.mail",
        "truck.complaint.submission",
        "truck.complaint.portal",
    ]
