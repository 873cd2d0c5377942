from odoo import fields, models

from .truck_interaction import KINDS


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    truck_kind = fields.Selection(
        selection=KINDS,
        string="Makes an Interaction",
        help="Done on a customer, lead, order or vehicle, an activity of this type"
        " becomes an interaction of this kind. Empty: it does not.",
    )
