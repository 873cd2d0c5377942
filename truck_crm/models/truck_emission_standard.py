from odoo import fields, models


class TruckEmissionStandard(models.Model):
    """A stage of the emission limits, with the days from which it binds.

    Later parts read from it which trucks may still be sold or driven, and when.
    """

    _name = "truck.emission.standard"
    _description = "Emission Standard"
    _order = "level, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    level = fields.Integer(
        default=10, help="The higher the level, the stricter the standard."
    )
    active = fields.Boolean(default=True)
    date_gas = fields.Date(
        string="Gas Trucks From",
        help="From this day on, new gas trucks must meet the standard.",
    )
    date_all = fields.Date(
        string="All Trucks From",
        help="From this day on, every new truck must meet the standard.",
    )
    note = fields.Text(translate=True)

    _code_uniq = models.UniqueIndex(
        "(code)",
        "Another emission standard has this code already: the code must be unique.",
    )
