from odoo import fields, models


class TruckOperatingMode(models.Model):
    """How a customer runs its trucks: own fleet, attached, contracted, ..."""

    _name = "truck.operating.mode"
    _description = "Operating Mode"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
