from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestStockDelivery(TruckCrmCommon):
    """R3.3: the delivery of a serial-numbered truck makes its file, by itself."""

    def _vehicles(self):
        return self.env["truck.vehicle"].search([("model_id", "=", self.model.id)])

    def test_delivery_makes_the_vehicle_with_all_that_is_known(self):
        """R3.2, R3.3: VIN, model, owner, dealer, seller, price, dates, warranty."""
        (lot,) = self._stock(VINS[0])
        with freeze_time("2025-03-10 04:00:00"):
            order = self._sell(
                discount=5,
                user_id=self.users["seller"].id,
                truck_dealer_id=self.nanning.id,
            )
        with freeze_time("2025-03-15 04:00:00"):
            self._deliver(order.picking_ids, lot)
        vehicle = self._find_vehicle()
        self.assertRecordValues(
            vehicle,
            [
                {
                    "vin": VINS[0],
                    "lot_id": lot.id,
                    "model_id": self.model.id,
                    "brand_id": self.brand.id,
                    "state": "in_use",
                    "owner_id": self.customer.id,
                    "operator_id": False,
                    "dealer_id": self.nanning.id,
                    "user_id": self.users["seller"].id,
                    "sale_line_id": order.order_line.id,
                    "picking_id": order.picking_ids.id,
                    "price": 380000,
                    "discount": 5,
                    "sale_date": self._date("2025-03-10"),
                    "delivery_date": self._date("2025-03-15"),
                    "warranty_date_end": self._date("2028-03-14"),
                    "warranty_km": 200000,
                    "model_year": 2024,
                    "has_vin_warning": False,
                }
            ],
        )
        self.assertEqual(order.truck_vehicle_count, 1)
        self.assertEqual(self.customer.truck_vehicle_count, 1)
        self.assertEqual(order.picking_ids.truck_vehicle_count, 1)
        self.assertEqual(lot.truck_vehicle_ids, vehicle)

    def test_bad_vin_is_refused_on_the_serial_number(self):
        """R3.3: a bad VIN is refused where it enters, not at the gate."""
        with self.assertRaisesRegex(ValidationError, "16 characters"):
            self._stock(VINS[0][:-1])
        with self.assertRaisesRegex(ValidationError, "never holds O"):
            self._stock("LGGA2B4D6RL3O0101")

    def test_serial_numbered_part_is_no_truck(self):
        """R3.3: an engine with a serial number gets no file, whatever its name."""
        engine = self._create_serial_product("Engine")
        (lot,) = self._stock("ENGINE-1", product=engine)
        order = self._sell(product=engine)
        self._deliver(order.picking_ids, lot)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(self._vehicles())
        self.assertFalse(order.truck_vehicle_count)
