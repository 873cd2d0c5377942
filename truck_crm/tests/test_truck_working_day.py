import base64
import io
from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

from openpyxl import Workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TruckCrmCommon

MODULE = "odoo.addons.truck_crm.wizards.truck_working_day_load.chinese_calendar"
# as the library says it: Mid-Autumn and National Day of 2026
LIBRARY = SimpleNamespace(
    holidays={
        **{date(2026, 9, day): "Mid-autumn Festival" for day in (25, 26, 27)},
        **{date(2026, 10, day): "National Day" for day in range(1, 8)},
        date(2025, 1, 1): "New Year's Day",
    },
    workdays={
        date(2026, 9, 20): "National Day",
        date(2026, 10, 10): "National Day",
        date(2025, 1, 26): "Spring Festival",
    },
    Holiday=lambda name: SimpleNamespace(chinese="国庆节"),
)


@tagged("post_install", "-at_install")
class TestTruckWorkingDay(TruckCrmCommon):
    """R7.3: public holidays and make-up working days, by library or by file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Maker"})
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "Asia/Shanghai"
        cls.admin = cls.users["admin"]
        cls.admin.company_ids |= cls.company

    def _wizard(self, user=None, **values):
        Wizard = self.env["truck.working.day.load"].with_user(user or self.admin)
        return Wizard.with_company(self.company).create(
            {"year": 2026, "company_id": self.company.id, **values}
        )

    def _load(self, **values):
        self._wizard(**values).action_load()
        leaves = self.env["resource.calendar.leaves"].search(
            [("company_id", "=", self.company.id), ("resource_id", "=", False)],
            order="date_from",
        )
        days = self.env["truck.working.day"].search(
            [("company_id", "=", self.company.id)], order="date"
        )
        return leaves, days

    def _file(self, text, encoding="utf-8"):
        return base64.b64encode(text.encode(encoding))

    def test_a_year_from_the_library(self):
        """R7.3: days in a row are one leave from midnight to midnight in China."""
        with patch(MODULE, LIBRARY):
            leaves, days = self._load()
            self.assertEqual(
                [(str(row.date_from), str(row.date_to), row.name) for row in leaves],
                [
                    (
                        "2026-09-24 16:00:00",
                        "2026-09-27 15:59:59",
                        "Mid-autumn Festival",
                    ),
                    ("2026-09-30 16:00:00", "2026-10-07 15:59:59", "National Day"),
                ],
            )
            self.assertFalse(leaves.calendar_id, "of all working hours")
            self.assertEqual(
                days.mapped("date"), [date(2026, 9, 20), date(2026, 10, 10)]
            )
            self.assertEqual(self._load(), (leaves, days), "twice changes nothing")

    def test_a_new_notice_replaces_make_up_days(self):
        """R7.3: what is no make-up day any more goes; entered leaves stay."""
        with patch(MODULE, LIBRARY):
            leaves, _days = self._load()
        text = "day,kind,name\n2026-10-11,work,National Day\n2026-10-08,holiday,More\n"
        more, days = self._load(source="file", file=self._file(text))
        self.assertEqual(days.date, date(2026, 10, 11))
        self.assertEqual((more - leaves).name, "More")

    def test_without_the_library_the_message_says_what_to_do(self):
        """R7.3: and so it does for a year that the library does not know."""
        with patch(MODULE, None), self.assertRaisesRegex(UserError, "A File"):
            self._wizard().action_load()
        with patch(MODULE, LIBRARY), self.assertRaisesRegex(UserError, "up to 2026"):
            self._wizard(year=2027).action_load()

    def test_a_chinese_file(self):
        """R7.3: words and encoding of a Chinese Excel; an Excel file does as well."""
        text = "日期;类型;名称\n2026/10/1;休;国庆节\n2026/10/10;班;国庆节\n"
        leaves, days = self._load(source="file", file=self._file(text, "gb18030"))
        self.assertEqual((leaves.name, days.name), ("国庆节", "国庆节"))
        book, stream = Workbook(), io.BytesIO()
        for row in (["Day", "Kind", "Name"], [date(2026, 5, 9), "Work", "Labour Day"]):
            book.active.append(row)
        book.save(stream)
        content = base64.b64encode(stream.getvalue())
        _leaves, days = self._load(source="file", file=content)
        self.assertEqual((days.date, days.name), (date(2026, 5, 9), "Labour Day"))

    def test_errors_of_a_file_name_row_and_remedy(self):
        """R7.3: nothing is half written."""
        for text, message in (
            ("2026-10-01,holiday\n2026-13-01,holiday", "Row 2: .*2026-10-01"),
            ("2026-10-01,holiday\n2026-10-02,feast", "Row 2: .*holiday or work"),
            ("2025-10-01,holiday\n2025-10-02,holiday", "no day of 2026"),
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, message):
                self._load(source="file", file=self._file(text))
        with self.assertRaisesRegex(UserError, "choose a CSV or Excel file"):
            self._load(source="file")
        with self.assertRaisesRegex(UserError, "Save it anew"):
            self._load(source="file", file=base64.b64encode(b"PK\x03\x04broken"))
        self.assertFalse(
            self.env["truck.working.day"].search([("company_id", "=", self.company.id)])
        )

    def test_only_administrators_load(self):
        """R7.3: holidays change everybody's calendar."""
        with self.assertRaises(AccessError):
            self._wizard(user=self.users["manager"])

    def test_hours_are_checked(self):
        """R7.3: a day without a weekday has hours of its own."""
        Day = self.env["truck.working.day"]
        with self.assertRaises(ValidationError):
            Day.create({"date": "2026-03-07", "weekday": False, "hour_from": 18})
        day = Day.create({"date": "2026-03-07", "weekday": False})
        self.assertEqual(day._get_hours(self.calendar), [(8, 17)])
        day.weekday = "4"
        self.assertEqual(day._get_hours(self.calendar), [(8, 12), (13, 17)])
