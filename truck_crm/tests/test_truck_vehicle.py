from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckVehicle(TruckCrmCommon):
    """R3.2: the file of a vehicle by its VIN."""

    def test_vin_is_brought_into_form(self):
        self.assertEqual(self._create_vehicle(f" {VINS[0].lower()} ").vin, VINS[0])

    def test_vin_is_unique_whatever_the_case(self):
        self._create_vehicle()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_vehicle(VINS[0].lower())

    def test_vin_of_wrong_length_or_characters_is_an_error(self):
        with self.assertRaisesRegex(ValidationError, "has 16 characters, a VIN has 17"):
            self._create_vehicle(VINS[0][1:])
        with self.assertRaisesRegex(ValidationError, "a VIN never holds O"):
            self._create_vehicle("LGGA2B4D6RL3O0101")
        vehicle = self._create_vehicle()
        with self.assertRaises(ValidationError):
            vehicle.vin = "X"

    def test_wrong_check_digit_is_a_warning_that_stays(self):
        vehicle = self._create_vehicle("LJCPCBLC111000237")
        self.assertTrue(vehicle.has_vin_warning)
        domain = [("has_vin_warning", "=", True)]
        self.assertIn(vehicle, self.env["truck.vehicle"].search(domain))
        vehicle.vin = "LJCPCBLCX11000237"
        self.assertFalse(vehicle.has_vin_warning)

    @freeze_time("2025-06-01")
    def test_model_year_is_the_newest_possible(self):
        vehicle = self._create_vehicle("LJCPCBLCX11000237")
        self.assertEqual(vehicle.model_year, 2001)
        vehicle = self._create_vehicle(VINS[1])
        self.assertEqual(vehicle.model_year, 2025)
        vehicle.production_date = "1995-08-01"
        self.assertEqual(vehicle.model_year, 1995)

    @freeze_time("2025-06-01")
    def test_holders_and_plates_keep_their_history(self):
        with freeze_time("2024-01-10"):
            vehicle = self._create_vehicle(owner_id=self.customer.id, plate="桂b·12345")
        vehicle.write({"owner_id": self.beibu.partner_id.id, "plate": "桂B12345D"})
        vehicle.operator_id = self.customer
        self.assertEqual(vehicle.plate, "桂B12345D")
        self.assertEqual(vehicle.plate_kind, "new_energy")
        day = self._date
        self.assertRecordValues(
            vehicle.history_ids.sorted(lambda row: (row.kind, row.date_from)),
            [
                {
                    "kind": "operator",
                    "partner_id": self.customer.id,
                    "plate": False,
                    "date_from": day("2025-06-01"),
                    "date_to": False,
                },
                {
                    "kind": "owner",
                    "partner_id": self.customer.id,
                    "plate": False,
                    "date_from": day("2024-01-10"),
                    "date_to": day("2025-06-01"),
                },
                {
                    "kind": "owner",
                    "partner_id": self.beibu.partner_id.id,
                    "plate": False,
                    "date_from": day("2025-06-01"),
                    "date_to": False,
                },
                {
                    "kind": "plate",
                    "partner_id": False,
                    "plate": "桂B12345",
                    "date_from": day("2024-01-10"),
                    "date_to": day("2025-06-01"),
                },
                {
                    "kind": "plate",
                    "partner_id": False,
                    "plate": "桂B12345D",
                    "date_from": day("2025-06-01"),
                    "date_to": False,
                },
            ],
        )

    @freeze_time("2025-06-01")
    def test_slip_of_the_hand_leaves_no_history(self):
        vehicle = self._create_vehicle(owner_id=self.beibu.partner_id.id)
        vehicle.owner_id = self.customer
        self.assertRecordValues(
            vehicle.history_ids, [{"partner_id": self.customer.id, "date_to": False}]
        )

    def test_plate_belongs_to_one_vehicle(self):
        first = self._create_vehicle(VINS[0], plate="桂B12345")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self._create_vehicle(VINS[1], plate="桂B12345")
        first.plate = False
        second = self._create_vehicle(VINS[1], plate="桂B12345")
        self.assertEqual(second.plate_kind, "standard")

    def test_foreign_plate_is_kept_and_marked(self):
        vehicle = self._create_vehicle(plate="51C-123.45")
        self.assertEqual((vehicle.plate, vehicle.plate_kind), ("51C12345", "other"))

    def test_registration_before_production_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Registration Date of"):
            self._create_vehicle(
                production_date="2025-03-01", registration_date="2025-02-01"
            )

    def test_warranty_ends_by_date_or_by_mileage(self):
        with freeze_time("2025-01-01"):
            vehicle = self._create_vehicle(registration_date="2024-07-01")
            self.assertEqual(vehicle.warranty_date_end, self._date("2027-06-30"))
            self.assertTrue(vehicle.is_under_warranty)
            self._log_mileage(vehicle, "2024-12-01", 199999)
            self.assertTrue(vehicle.is_under_warranty)
            self._log_mileage(vehicle, "2024-12-31", 200000)
            self.assertFalse(vehicle.is_under_warranty)
            self.assertNotIn(vehicle, self._search_under_warranty())
        vehicle.warranty_km = 0
        for day, covered in (("2027-06-30", True), ("2027-07-01", False)):
            with freeze_time(day):
                vehicle.invalidate_recordset(["is_under_warranty"])
                self.assertEqual(vehicle.is_under_warranty, covered)
                self.assertEqual(vehicle in self._search_under_warranty(), covered)

    def _search_under_warranty(self):
        return self.env["truck.vehicle"].search([("is_under_warranty", "=", True)])

    def _log_mileage(self, vehicle, date, odometer):
        self.env["truck.vehicle.mileage"].create(
            {"vehicle_id": vehicle.id, "date": date, "odometer": odometer}
        )

    @freeze_time("2025-06-01")
    def test_timeline_tells_the_life_in_order(self):
        vehicle = self._create_vehicle(
            production_date="2024-01-05",
            sale_date="2024-02-01",
            delivery_date="2024-02-10",
            registration_date="2024-02-20",
            owner_id=self.customer.id,
            dealer_id=self.nanning.id,
            plate="桂B12345",
            warranty_months=12,
        )
        self._log_mileage(vehicle, "2024-08-01", 60000)
        self.env.flush_all()
        self.env.invalidate_all()
        events = vehicle.event_ids.sorted(lambda event: (event.date, event.kind))
        self.assertEqual(
            events.mapped("kind"),
            [
                "production",
                "sale",
                "delivery",
                "owner",
                "plate",
                "registration",
                "mileage",
                "warranty",
            ],
        )
        self.assertEqual(len(set(events.ids)), 8)
        self.assertEqual(events[1].partner_id, self.nanning.partner_id)
        self.assertEqual(events[3].partner_id, self.customer)
        self.assertEqual(events[6].mileage, 60000)

    def test_competitor_truck_by_hand(self):
        """R1.2, R3.2: a service desk enters a truck of another make on the screen."""
        brand = self.env["truck.brand"].create({"name": "Other Make"})
        user = self.users["service"]
        with Form(self.env["truck.vehicle"].with_user(user)) as form:
            form.vin = VINS[2]
            form.brand_id = brand
            form.owner_id = self.customer
            form.plate = "桂B67890"
        vehicle = form.record
        self.assertFalse(vehicle.is_own)
        self.assertEqual(vehicle.brand_id, brand)
        self.assertEqual(self.customer.truck_vehicle_count, 1)
        self.assertEqual(len(vehicle.history_ids), 2)

    def test_model_brings_brand_and_warranty(self):
        vehicle = self._create_vehicle()
        self.assertEqual(vehicle.brand_id, self.brand)
        self.assertEqual(vehicle.warranty_months, 36)
        vehicle.warranty_months = 48
        vehicle.model_id.warranty_months = 12
        self.assertEqual(vehicle.warranty_months, 48)

    def test_customer_owning_and_operating_counts_each_vehicle_once(self):
        self._create_vehicle(
            VINS[0], owner_id=self.customer.id, operator_id=self.customer.id
        )
        self._create_vehicle(VINS[1], operator_id=self.customer.id)
        self.assertEqual(self.customer.truck_vehicle_count, 2)

    def test_vehicle_is_found_by_any_part_of_vin_or_plate(self):
        vehicle = self._create_vehicle(plate="桂B12345")
        for text in ("300101", "B123"):
            found = self.env["truck.vehicle"].name_search(text)
            self.assertEqual([found_id for found_id, _name in found], vehicle.ids)
        self.assertEqual(vehicle.display_name, f"桂B12345 · {VINS[0]}")

    def test_scrapped_and_back(self):
        vehicle = self._create_vehicle()
        vehicle.action_scrap()
        self.assertEqual(vehicle.state, "scrapped")
        vehicle.action_put_in_use()
        self.assertEqual(vehicle.state, "in_use")
