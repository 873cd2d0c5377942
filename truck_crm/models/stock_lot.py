from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import vin as vin_tools


class StockLot(models.Model):
    _inherit = "stock.lot"

    # One at most; a One2many because the link is held by the vehicle.
    truck_vehicle_ids = fields.One2many(
        "truck.vehicle",
        inverse_name="lot_id",
        string="Vehicle",
        context={"active_test": False},
    )

    @api.constrains("name", "product_id")
    def _check_truck_vin(self):
        """The serial number of a truck is its VIN: refused here, not at the gate."""
        trucks = self._truck_filter_trucks()
        for lot in trucks:
            problem = self.env["truck.vehicle"]._get_vin_problem(
                vin_tools.normalise(lot.name)
            )
            if problem:
                raise ValidationError(problem)
        trucks._check_truck_vin_elsewhere()

    def _check_truck_vin_elsewhere(self):
        """One VIN cannot be a serial number of two products of a company."""
        if not self:
            return
        groups = self.sudo()._read_group(  # the rule holds for hidden lots too
            [
                ("name", "in", self.mapped("name")),
                ("product_id.product_tmpl_id.truck_model_ids", "!=", False),
            ],
            ["name", "company_id"],
            ["product_id:recordset"],
        )
        for name, _company, products in groups:
            if len(products) > 1:
                raise ValidationError(
                    self.env._(
                        "Serial number %(vin)s: it stands on %(products)s, but a VIN"
                        " belongs to one truck. Correct the product or the VIN.",
                        vin=name,
                        products=" / ".join(products.mapped("display_name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        lots._truck_normalise_name()
        return lots

    def write(self, vals):
        res = super().write(vals)
        if "name" in vals or "product_id" in vals:
            self._truck_normalise_name()
        return res

    def action_truck_view_vehicle(self):
        """Open the vehicle whose VIN is this serial number."""
        self.ensure_one()
        return self.truck_vehicle_ids._get_records_action(name=self.env._("Vehicle"))

    def _truck_normalise_name(self):
        """Bring the serial numbers of trucks into the form in which a VIN is kept."""
        for lot in self._truck_filter_trucks():
            vin = vin_tools.normalise(lot.name)
            if vin != lot.name:
                lot.name = vin

    def _truck_filter_trucks(self):
        """Return those of the lots that are serial numbers of trucks."""
        return self.filtered(
            lambda lot: lot.product_id.tracking == "serial"
            # sudo: warehouse staff may not read the catalogue, only ask if it is there
            and lot.product_id.product_tmpl_id.sudo().truck_model_ids
        )
