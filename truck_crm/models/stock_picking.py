from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    truck_vehicle_count = fields.Integer(
        string="Vehicles",
        compute="_compute_truck_vehicle_count",
        groups="truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service",
    )

    def _compute_truck_vehicle_count(self):
        for picking in self:
            lots = picking.move_line_ids.lot_id
            picking.truck_vehicle_count = len(lots.truck_vehicle_ids)

    def action_truck_view_vehicles(self):
        """Open the vehicles whose serial numbers these transfers move."""
        return self.env["truck.vehicle"]._action_view(
            [("lot_id", "in", self.move_line_ids.lot_id.ids)]
        )
