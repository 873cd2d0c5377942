from odoo import fields, models


class TruckDealerRole(models.Model):
    """What a named person does at a dealer: sales manager, service manager, ..."""

    _name = "truck.dealer.role"
    _description = "Dealer Staff Role"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
