from odoo import fields, models


class TruckInteractionResult(models.Model):
    """What came of talking to a customer."""

    _name = "truck.interaction.result"
    _description = "Interaction Result"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_reached = fields.Boolean(
        string="Reached",
        default=True,
        help="Whether somebody was spoken to. An attempt that reached nobody is noted,"
        " but the customer stays due.",
    )
    color = fields.Integer()
    cool_off = fields.Boolean(
        string="Cools Off",
        help="After such a result (a refusal, a complaint) nobody contacts the person"
        " for the days of the contact limit.",
    )
    active = fields.Boolean(default=True)
