from odoo import api, fields, models


class TruckPartnerRoute(models.Model):
    """A route that a customer's trucks run regularly."""

    _name = "truck.partner.route"
    _description = "Customer Route"
    _inherit = ["truck.partner.part"]
    _order = "partner_id, sequence, id"

    sequence = fields.Integer(default=10)
    origin = fields.Char(string="Departure", required=True)
    destination = fields.Char(required=True)
    distance = fields.Integer(string="One Way (km)")
    trips = fields.Integer(
        string="Trips per Month", help="There and back is one trip, of all trucks."
    )
    goods_ids = fields.Many2many("truck.goods", string="Goods")
    monthly_distance = fields.Integer(
        string="Per Month (km)", compute="_compute_monthly_distance"
    )

    _check_distance = models.Constraint(
        "CHECK(distance >= 0)", "One Way (km) of a route cannot be negative."
    )
    _check_trips = models.Constraint(
        "CHECK(trips >= 0)", "Trips per Month of a route cannot be negative."
    )

    @api.depends("origin", "destination")
    def _compute_display_name(self):
        for route in self:
            route.display_name = f"{route.origin or ''} – {route.destination or ''}"

    @api.depends("distance", "trips")
    def _compute_monthly_distance(self):
        for route in self:
            route.monthly_distance = 2 * route.distance * route.trips
