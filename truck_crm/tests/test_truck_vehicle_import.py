from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckVehicleImport(TruckCrmCommon):
    """R3.2: competitors' trucks come in by import; bad rows are named."""

    def _load(self, *rows):
        fields = ["vin", "brand_id", "owner_id", "plate"]
        Vehicle = self.env["truck.vehicle"].with_user(self.users["service"])
        return Vehicle.load(fields, [list(row) for row in rows])

    def test_good_rows_come_in(self):
        result = self._load(
            (VINS[0], "Own", "Haulier", "桂B12345"),
            (VINS[1].lower(), "Own", "", ""),
        )
        self.assertFalse(result["messages"])
        vehicles = self.env["truck.vehicle"].browse(result["ids"])
        self.assertEqual(vehicles.mapped("vin"), list(VINS[:2]))
        self.assertEqual(vehicles[0].owner_id, self.customer)
        self.assertEqual(len(vehicles[0].history_ids), 2)

    def test_bad_rows_are_named_and_nothing_is_written(self):
        result = self._load(
            (VINS[0], "Own", "Haulier", ""),
            ("TOO SHORT", "Own", "", ""),
            (VINS[1], "Own", "", ""),
            (VINS[2].replace("5", "O", 1), "Own", "", ""),
        )
        self.assertFalse(result["ids"])
        messages = {m["rows"]["from"]: m["message"] for m in result["messages"][1:]}
        self.assertEqual(set(messages), {1, 3})
        self.assertIn("VIN TOOSHORT: it has 8 characters", messages[1])
        self.assertIn("a VIN never holds O", messages[3])
        self.assertFalse(self.env["truck.vehicle"].search([("vin", "in", VINS)]))

    @mute_logger("odoo.sql_db")
    def test_vin_twice_in_a_file_is_named(self):
        result = self._load((VINS[0], "Own", "", ""), (VINS[0].lower(), "Own", "", ""))
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertIn("with this VIN exists already", message["message"])
