from odoo import fields, models


class TruckBuyingRole(models.Model):
    """What a person does in the decision to buy: initiates, decides, approves, ..."""

    _name = "truck.buying.role"
    _description = "Buying Role"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
