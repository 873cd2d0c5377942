from psycopg2.errors import ExclusionViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .territory_common import TerritoryCommon


@tagged("post_install", "-at_install")
class TestTruckTerritoryArea(TerritoryCommon):
    """R2.7, R13.5: areas that contradict each other or say nothing are refused."""

    def _assert_refused(self, message, *areas, **values):
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            self._create_territory("New", *areas, **values)

    def _range(self, start, end, country="cn"):
        country = self.env.ref(f"base.{country}")
        return {"country_id": country.id, "zip_from": start, "zip_to": end}

    def test_overlapping_ranges_of_one_width(self):
        """R2.7: the error names both territories and both ranges."""
        self._assert_refused(
            "Areas of New: 545050–545149 overlaps with 545000–545099 of North",
            self._range("545050", "545149"),
        )
        self._assert_refused(
            "Areas of New: 545000–545099 overlaps", self._range("545000", "545099")
        )
        self._create_territory("Beside", self._range("545100", "545199"))

    def test_ranges_that_cross(self):
        """R2.7: of two that share only their ends, neither is the more exact one."""
        for start, end in (("545090", "545999"), ("544000", "545000")):
            self._assert_refused(
                f"Areas of New: {start}–{end} overlaps with 545000–545099 of North",
                self._range(start, end),
            )

    def test_range_within_another(self):
        """R2.7: is more exact, so that is allowed, and so is the same one abroad."""
        self._create_territory("Inner", self._range("545050", "545059"))
        self._create_territory("Outer", self._range("545000", "545999"))
        self._create_territory("Abroad", self._range("545000", "545099", "vn"))

    def test_range_is_moved_onto_another(self):
        territory = self._create_territory("New", self._range("545100", "545199"))
        with self.assertRaisesRegex(ValidationError, "overlaps with 545000–545099"):
            territory.area_ids.write({"zip_from": "545099", "zip_to": "545198"})

    def test_place_that_is_given_away(self):
        """R2.7: a province, city or country belongs to one territory."""
        self._assert_refused(
            f"Areas of New: {self.gx.name} overlaps with {self.gx.name} of South",
            {"state_id": self.gx.id},
        )
        self._assert_refused(
            "柳州市 overlaps with .*柳州 of South / Liuzhou",
            {"state_id": self.gx.id, "city": "柳州市"},
        )
        self._assert_refused(
            "China overlaps with China of New",
            {"country_id": self.china.id},
            {"country_id": self.china.id},
        )

    def test_other_companies_divide_the_country_anew(self):
        """R13.1: what overlaps is asked within a company."""
        sister = self.env["res.company"].create({"name": "Sister"})
        theirs = self._create_territory(
            "Theirs", {"state_id": self.gx.id}, company_id=sister.id
        )
        with self.assertRaisesRegex(ValidationError, "Areas of Theirs: .* overlaps"):
            theirs.company_id = self.env.company

    def test_back_from_the_archive(self):
        """R2.7: what was given away meanwhile does not come back."""
        self.liuzhou.active = False
        city = {"state_id": self.gx.id, "city": "柳州"}
        other = self._create_territory("Other", city)
        with self.assertRaisesRegex(ValidationError, "overlaps with .* of Other"):
            self.liuzhou.active = True
        self.liuzhou.invalidate_recordset()
        other.active = False
        self.liuzhou.active = True

    def test_ranges_that_are_none(self):
        """R13.5: reversed, of different length, half, too long, not Chinese."""
        for start, end, country, message in (
            ("545100", "545000", "cn", "it ends before it begins"),
            ("5450", "545999", "vn", "its ends differ in length"),
            ("5450", "5459", "cn", "a Chinese postcode has six digits"),
            ("54500A", "54500B", "cn", "a Chinese postcode has six digits"),
            (False, "545000", "cn", "one of its ends is missing"),
            ("12345678901", "12345678902", "vn", "more than 10 characters"),
        ):
            with self.subTest(message):
                self._assert_refused(
                    f"Areas of New, postcodes .*: .*{message}",
                    self._range(start, end, country),
                )

    def test_area_without_anything(self):
        """R13.5: an empty line would be the whole country by mistake."""
        self._assert_refused("Areas of New: a line is empty. Give a country", {})

    def test_province_of_another_country(self):
        self._assert_refused(
            f"the province {self.gx.name} does not lie in Germany",
            {"state_id": self.gx.id, "country_id": self.env.ref("base.de").id},
        )

    def test_country_comes_by_itself(self):
        """R2.7: from the province, and for cities and postcodes from the company."""
        self.env.company.country_id = self.china
        areas = self._create_territory(
            "New",
            {"state_id": self.env.ref("base.state_cn_GD").id},
            {"city": "桂林"},
            {"zip_from": "5410 00"},
        ).area_ids
        self.assertEqual(areas.country_id, self.china)
        self.assertEqual(set(areas.mapped("level")), {"state", "city", "zip"})
        numbers = areas.filtered("zip_from")
        self.assertEqual((numbers.zip_from, numbers.zip_to), ("541000", "541000"))

    @mute_logger("odoo.sql_db")
    def test_database_refuses_what_got_past_the_check(self):
        """R2.7: two users at once see nothing of each other; the database does."""
        for territory, area in (
            (self.region_south, self.region_north.area_ids.filtered("zip_from")),
            (self.region_north, self.liuzhou.area_ids),
        ):
            names = [
                field.name
                for field in area._fields.values()
                if field.store and field.name not in ("id", "territory_id")
            ]
            columns = SQL(", ").join(map(SQL.identifier, names))
            with self.assertRaises(ExclusionViolation), self.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO truck_territory_area (territory_id, %s)"
                        " SELECT %s, %s FROM truck_territory_area WHERE id = %s",
                        columns,
                        territory.id,
                        columns,
                        area.id,
                    )
                )
                self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
