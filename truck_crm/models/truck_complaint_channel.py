from odoo import api, fields, models


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

    phone_on_file = fields.Char(
        string="Phone on File",
        compute="_compute_phone_on_file",
        compute_sudo=True,
        help="Where to call back, if he left no number: that of the contact, else of"
        " the customer.",
    )

    @api.depends("contact_id", "partner_id")
    def _compute_phone_on_file(self):
        for complaint in self:
            holder = complaint.contact_id or complaint.partner_id
            complaint.phone_on_file = holder.truck_mobile or holder.phone
