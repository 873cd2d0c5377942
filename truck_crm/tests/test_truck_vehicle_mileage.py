from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckVehicleMileage(TruckCrmCommon):
    """R3.2: a mileage log that may not run backwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls._create_vehicle()

    def _log(self, date, odometer, removed=None):
        return self.env["truck.vehicle.mileage"].create(
            {
                "vehicle_id": self.vehicle.id,
                "date": date,
                "odometer": odometer,
                "is_replaced": removed is not None,
                "removed_odometer": removed,
            }
        )

    @users("truck_service")
    def test_last_reading_is_the_mileage_of_the_vehicle(self):
        self._log("2025-01-01", 1000)
        self._log("2025-02-01", 6000)
        self.assertEqual(self.vehicle.mileage, 6000)
        self.assertEqual(self.vehicle.mileage_date, self._date("2025-02-01"))

    def test_odometer_does_not_run_backwards(self):
        self._log("2025-01-01", 1000)
        with self.assertRaisesRegex(
            ValidationError,
            "on 02/01/2025: 999 km is less than the 1000 km of 01/01/2025. Correct"
            " the figure, or tick “Odometer Changed”",
        ):
            self._log("2025-02-01", 999)

    def test_reading_entered_late_fits_between_the_others(self):
        self._log("2025-01-01", 1000)
        self._log("2025-03-01", 9000)
        self._log("2025-02-01", 5000)
        self.assertEqual(self.vehicle.mileage, 9000)
        with self.assertRaisesRegex(ValidationError, "9000 km is less than"):
            self._log("2025-02-15", 9500)

    def test_changed_odometer_carries_the_mileage_on(self):
        self._log("2025-01-01", 80000)
        self._log("2025-02-01", 0, removed=85000)
        reading = self._log("2025-03-01", 4000)
        self.assertEqual(reading.total, 89000)
        self.assertEqual(self.vehicle.mileage, 89000)

    def test_old_odometer_does_not_run_backwards_either(self):
        self._log("2025-01-01", 80000)
        with self.assertRaisesRegex(ValidationError, "79000 km is less than"):
            self._log("2025-02-01", 0, removed=79000)

    def test_correcting_and_deleting_reckons_anew(self):
        first = self._log("2025-01-01", 1000)
        last = self._log("2025-02-01", 6000)
        last.odometer = 7000
        self.assertEqual(self.vehicle.mileage, 7000)
        with self.assertRaises(ValidationError):
            first.odometer = 7001
        last.unlink()
        self.assertEqual(self.vehicle.mileage, 1000)
        first.unlink()
        self.assertEqual((self.vehicle.mileage, self.vehicle.mileage_date), (0, False))

    def test_many_readings_cost_no_more_queries_than_few(self):
        """No query in a loop: reading logs of one or of ten vehicles costs alike."""
        vin = "LZZ5CLVC0PN8123{:02}"
        vehicles = self.env["truck.vehicle"].create(
            [{"vin": vin.format(n), "model_id": self.model.id} for n in range(11)]
        )

        def count_queries(vehicles):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["truck.vehicle.mileage"].create(
                [
                    {"vehicle_id": vehicle.id, "date": "2025-01-01", "odometer": 5}
                    for vehicle in vehicles
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(vehicles[0])  # warms the caches of models and fields
        one, ten = count_queries(vehicles[0]), count_queries(vehicles[1:])
        self.assertLessEqual(ten, one + 3)
