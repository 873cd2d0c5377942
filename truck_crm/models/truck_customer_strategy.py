from odoo import fields, models


class TruckCustomerStrategy(models.Model):
    """What we want with a customer, whatever he brings today."""

    _name = "truck.customer.strategy"
    _description = "Customer Strategy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
