from odoo import fields, models


class TruckBrand(models.Model):
    """A make of trucks: the company's own, or a competitor's."""

    _name = "truck.brand"
    _description = "Truck Brand"
    _order = "is_own desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="Short name used in imports. It is unique when it is given."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_own = fields.Boolean(
        string="Own Brand", help="Sold by this company; all others are competitors."
    )
    logo = fields.Image(max_width=256, max_height=256)
    model_ids = fields.One2many("truck.model", inverse_name="brand_id", string="Models")

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL",
        "Another brand has this code already: the code of a brand must be unique.",
    )
