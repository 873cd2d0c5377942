from odoo import fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "truck.interaction.mixin"]

    truck_vehicle_count = fields.Integer(
        string="Vehicles",
        compute="_compute_truck_vehicle_count",
        groups="truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service",
    )

    def _compute_truck_vehicle_count(self):
        lines = self.invoice_line_ids.sale_line_ids
        vehicles = self.env["truck.vehicle"].search_fetch(
            [("sale_line_id", "in", lines.ids)], ["sale_line_id"]
        )
        by_line = vehicles.grouped("sale_line_id")
        for move in self:
            lines = move.invoice_line_ids.sale_line_ids
            move.truck_vehicle_count = sum(len(by_line.get(ln, ())) for ln in lines)

    def action_truck_view_vehicles(self):
        """Open the vehicles that these invoices charge."""
        return self.env["truck.vehicle"]._action_view(
            [("sale_line_id", "in", self.invoice_line_ids.sale_line_ids.ids)]
        )

    def _truck_prepare_interaction_vals(self):
        """A call about money is a contact with the customer."""
        if not self.is_sale_document(include_receipts=True) or not self.partner_id:
            return {}
        return {
            **self._truck_prepare_customer_vals(self.partner_id),
            "company_id": self.company_id.id,
        }
