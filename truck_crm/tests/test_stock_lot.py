from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestStockLot(TruckCrmCommon):
    """R3.3: a bad VIN is refused where it enters: on the lot and on the receipt."""

    def _receive(self, name, product=None):
        """Return a receipt of one serial number, typed but not validated."""
        product = product or self.product
        picking_type = self.warehouse.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": product.id,
                "lot_name": name,
                "quantity": 1,
            }
        )
        picking.move_ids.picked = True
        return picking

    def test_receipt_refuses_a_bad_vin_while_it_is_typed(self):
        with self.assertRaisesRegex(ValidationError, "has 5 characters"):
            self._receive("12345")
        with self.assertRaisesRegex(ValidationError, "never holds I and Q"):
            self._receive("LGGA2B4D6RLI0010Q")

    def test_receipt_takes_a_vin_in_any_case(self):
        picking = self._receive(f" {VINS[0].lower()} ")
        picking.button_validate()
        self.assertEqual(picking.move_line_ids.lot_id.name, VINS[0])

    def test_receipt_by_warehouse_staff_needs_no_right_on_the_catalogue(self):
        picking = self._receive(VINS[0]).with_user(self.users["clerk"])
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_serial_numbers_of_other_goods_are_free(self):
        engine = self._create_serial_product("Engine")
        picking = self._receive("engine-1", product=engine)
        picking.button_validate()
        self.assertEqual(picking.move_line_ids.lot_id.name, "engine-1")

    def test_wrong_check_digit_is_no_obstacle(self):
        vin = "LGGA2B4D1RL300101"
        self._receive(vin).button_validate()
        self.assertTrue(self.env["stock.lot"].search([("name", "=", vin)]))

    def test_vin_belongs_to_one_product(self):
        other = self._create_serial_product("Dump Truck")
        self.env["truck.model"].create(
            {
                "name": "D400",
                "brand_id": self.brand.id,
                "product_tmpl_id": other.product_tmpl_id.id,
            }
        )
        self._stock(VINS[0])
        with self.assertRaisesRegex(ValidationError, "Tractor / Dump Truck"):
            self._stock(VINS[0], product=other)

    def test_same_vin_in_another_case_is_the_same(self):
        self._stock(VINS[0])
        with self.assertRaisesRegex(ValidationError, VINS[0]):
            self._stock(VINS[0].lower())

    def test_renaming_to_a_bad_vin_is_refused(self):
        (lot,) = self._stock(VINS[0])
        with self.assertRaises(ValidationError):
            lot.name = "SHORT"

    def test_serial_number_opens_its_vehicle(self):
        (lot,) = self._stock(VINS[0])
        vehicle = self._create_vehicle(lot_id=lot.id)
        self.assertEqual(lot.action_truck_view_vehicle()["res_id"], vehicle.id)
