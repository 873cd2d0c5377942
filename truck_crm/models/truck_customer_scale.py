from odoo import api, fields, models


class TruckCustomerScale(models.Model):
    """A size class of customers by the number of trucks they run."""

    _name = "truck.customer.scale"
    _description = "Customer Scale"
    _order = "vehicles_min, id"

    name = fields.Char(required=True, translate=True)
    vehicles_min = fields.Integer(
        string="From (vehicles)",
        required=True,
        help="A customer with at least this many trucks, and fewer than the next scale"
        " asks for, is of this scale.",
    )
    active = fields.Boolean(default=True)

    _vehicles_min_uniq = models.UniqueIndex(
        "(vehicles_min) WHERE active IS TRUE",
        "Another scale begins with this number of vehicles: choose a different one.",
    )
    _check_vehicles_min = models.Constraint(
        "CHECK(vehicles_min >= 0)",
        "From (vehicles) of a scale cannot be negative.",
    )

    @api.model
    def _get_by_count(self, count):
        """Return the scale of a fleet of ``count`` vehicles, or none."""
        scales = self.search([("vehicles_min", "<=", count)])
        return scales[-1:]
