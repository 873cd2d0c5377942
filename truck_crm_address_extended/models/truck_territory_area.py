from odoo import api, fields, models
from odoo.tools import SQL


class TruckTerritoryArea(models.Model):
    _inherit = "truck.territory.area"

    city_id = fields.Many2one(
        "res.city",
        string="City from the List",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('country_id', '=?', country_id), ('state_id', '=?', state_id)]",
    )
    # The name stays when the list of cities goes, and so does what it covers.
    city = fields.Char(
        compute="_compute_city", store=True, readonly=False, precompute=True
    )
    state_id = fields.Many2one(
        compute="_compute_state_id", store=True, readonly=False, precompute=True
    )

    @api.depends("city_id")
    def _compute_city(self):
        for area in self:
            area.city = area.city_id.name or area.city

    @api.depends("city_id")
    def _compute_state_id(self):
        for area in self:
            area.state_id = area.city_id.state_id or area.state_id

    @api.depends("city_id")
    def _compute_country_id(self):
        """A city of the list that has no province tells its country itself."""
        for area in self:
            if area.city_id and not area.state_id:
                area.country_id = area.city_id.country_id
        return super()._compute_country_id()

    @api.model
    def _get_address_columns(self):
        return super()._get_address_columns() | {"city_id": "int4"}

    @api.model
    def _get_candidate_queries(self):
        """A city of the list is found by itself, however the address spells it."""
        by_city = SQL(
            """
            SELECT address.id, area.id AS area_id, area.territory_id, area.company_id,
                   3, 9, 0
              FROM address
              JOIN area ON area.level = 'city' AND area.city_id = address.city_id
            """
        )
        return [*super()._get_candidate_queries(), by_city]
