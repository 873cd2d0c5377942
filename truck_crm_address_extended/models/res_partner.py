from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("city_id")
    def _compute_truck_territory_id(self):
        return super()._compute_truck_territory_id()
