from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckModel(TruckCrmCommon):
    """R3.1: the catalogue of own and competitors' models."""

    def test_product_must_be_tracked_by_serial_number(self):
        product = self.env["product.template"].create({"name": "Bucket"})
        with self.assertRaisesRegex(ValidationError, "Bucket is not tracked by serial"):
            self.model.product_tmpl_id = product

    def test_product_of_a_model_stays_tracked(self):
        with self.assertRaisesRegex(ValidationError, "is not tracked by serial"):
            self.product.tracking = "none"

    def test_one_product_is_one_model(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.model.copy({"product_tmpl_id": self.product.product_tmpl_id.id})

    def test_name_says_brand_and_model(self):
        self.assertEqual(self.model.display_name, "Own T560")
        found = self.env["truck.model"].name_search("T56")
        self.assertEqual([found_id for found_id, _name in found], self.model.ids)

    def test_horsepower_in_kilowatt(self):
        """560 metric horsepower are 412 kW (1 PS = 735.49875 W)."""
        self.model.power_hp = 560
        self.assertEqual(self.model.power_kw, 412)

    def test_new_model_begins_with_the_usual_warranty(self):
        self.env.company.write({"truck_warranty_months": 18, "truck_warranty_km": 9})
        model = self.env["truck.model"].create(
            {"name": "C1", "brand_id": self.brand.id}
        )
        self.assertEqual((model.warranty_months, model.warranty_km), (18, 9))

    def test_emission_standards_in_their_order(self):
        """R3.1: China III to VI b are there, with the days from which they bind."""
        codes = self.env["truck.emission.standard"].search([]).mapped("code")
        self.assertEqual(codes[:5], ["3", "4", "5", "6a", "6b"])
        latest = self.env.ref("truck_crm.truck_emission_standard_6b")
        self.assertEqual(latest.date_gas, self._date("2021-01-01"))
        self.assertEqual(latest.date_all, self._date("2023-07-01"))

    def test_smart_buttons_between_model_product_and_vehicles(self):
        vehicle = self._create_vehicle()
        self.assertEqual(self.model.vehicle_count, 1)
        self.assertEqual(self.model.action_view_vehicles()["res_id"], vehicle.id)
        template = self.product.product_tmpl_id
        self.assertEqual(template.action_truck_view_model()["res_id"], self.model.id)
