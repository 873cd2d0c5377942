from odoo import fields, models


class TruckGoods(models.Model):
    """What a customer carries: coal, containers, express parcels, ..."""

    _name = "truck.goods"
    _description = "Goods"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
