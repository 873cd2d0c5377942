from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

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

    def test_template_of_each_language_comes_in_as_it_is(self):
        """R13.4: the sheet that is offered has the headings that are understood."""
        for lang in ("en_US", "zh_CN", "zh_TW"):
            with self.subTest(lang):
                self.env["res.lang"]._activate_lang(lang)
                self._import_template(lang)

    def _import_template(self, lang):
        Vehicle = self.env["truck.vehicle"].with_context(lang=lang)
        (template,) = Vehicle.get_import_templates()
        path = template["template"].removeprefix("/truck_crm/")
        with file_open(f"truck_crm/{path}", "rb") as sheet:
            wizard = (
                self.env["base_import.import"]
                .with_context(lang=lang)
                .create(
                    {
                        "res_model": "truck.vehicle",
                        "file": sheet.read(),
                        "file_name": path,
                        "file_type": "application/vnd.openxmlformats-officedocument"
                        ".spreadsheetml.sheet",
                    }
                )
            )
        options = {"has_headers": True, "quoting": '"', "date_format": "%Y-%m-%d"}
        preview = wizard.parse_preview(options)
        matches = preview["matches"]
        self.assertEqual(len(matches), len(preview["headers"]), preview["headers"])
        result = wizard.execute_import(
            [matches[column][0] for column in range(len(matches))],
            preview["headers"],
            {**preview["options"], **options},
        )
        self.assertFalse(result["messages"])
        vehicle = Vehicle.browse(result["ids"])
        brand = self.env.ref("truck_crm.truck_brand_jiefang")
        self.assertRecordValues(
            vehicle,
            [
                {
                    "vin": VINS[3],
                    "brand_id": brand.id,
                    "registration_date": self._date("2024-04-10"),
                }
            ],
        )
        vehicle.unlink()
