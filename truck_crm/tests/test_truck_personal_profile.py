from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .personal_common import TruckPersonalCommon


@tagged("post_install", "-at_install")
@freeze_time("2025-01-20 04:00:00")
class TestTruckPersonalProfile(TruckPersonalCommon):
    """R1.4: what is known of a person, and when the birthday is.

    The lunar new year was on 29 January 2025; the year had a leap sixth month.
    """

    _today = Date.to_date("2025-01-20")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"

    def _create(self, **values):
        partner = self.env["res.partner"].create({"name": "Person"})
        return self.env["truck.personal.profile"].create(
            {"partner_id": partner.id, **values}
        )

    def _create_lunar(self, month, day, year=0, leap=False):
        return self._create(
            birthday_calendar="lunar",
            lunar_year=year,
            lunar_month=month,
            lunar_day=day,
            is_lunar_leap=leap,
        )

    def _read_lunar_text(self, profile, lang):
        self.env["res.lang"]._activate_lang(lang)
        return profile.with_context(lang=lang).lunar_text

    def _find(self, *domain):
        """Return what is found of the profiles that are not the fixture's."""
        return self.profile.search([*domain, ("id", "!=", self.profile.id)])

    # --- birthdays ---

    def test_next_birthday_by_the_solar_calendar(self):
        """R1.4: today counts; what has passed is next year's; 29 February is kept."""
        for born, expected, age in (
            ("1980-01-20", "2025-01-20", 45),
            ("1980-01-19", "2026-01-19", 45),
            ("1980-01-21", "2025-01-21", 44),
            ("1980-02-29", "2025-02-28", 44),
        ):
            with self.subTest(born):
                profile = self._create(birthday=born)
                self.assertEqual(profile.next_birthday, Date.to_date(expected))
                self.assertEqual(profile.age, age)

    def test_next_birthday_by_the_lunar_calendar(self):
        """R1.4: the solar day of a lunar birthday; leap months in the ordinary one."""
        for month, day, year, leap, expected, text in (
            (12, 21, 1970, False, "2025-01-20", "腊月廿一"),
            (12, 30, 1970, False, "2025-01-28", "腊月三十"),  # a month of 29 days
            (1, 1, 0, False, "2025-01-29", "正月初一"),
            (4, 29, 2001, True, "2025-05-26", "闰四月廿九"),
            (6, 1, 0, False, "2025-06-25", "六月初一"),
        ):
            with self.subTest(text):
                profile = self._create_lunar(month, day, year, leap)
                self.assertEqual(profile.next_birthday, Date.to_date(expected))
                self.assertEqual(self._read_lunar_text(profile, "zh_CN"), text)

    def test_lunar_birthday_in_the_language_of_the_reader(self):
        """R1.4: traditional characters in Taiwan, no Chinese for who reads none."""
        plain, leap = self._create_lunar(12, 30), self._create_lunar(4, 29, 2001, True)
        for lang, texts in (
            ("zh_CN", ("腊月三十", "闰四月廿九")),
            ("zh_TW", ("臘月三十", "閏四月廿九")),
            ("en_US", ("Month 12, Day 30", "Leap Month 4, Day 29")),
        ):
            found = tuple(self._read_lunar_text(p, lang) for p in (plain, leap))
            self.assertEqual(found, texts)

    def test_lunar_birthday_with_year_gives_the_date_of_birth(self):
        """R1.4: others build on the date of birth, whatever the calendar."""
        profile = self._create_lunar(4, 29, 2001, leap=True)
        self.assertEqual(profile.birthday, Date.to_date("2001-06-20"))
        self.assertFalse(self._create_lunar(4, 29).birthday)

    def test_next_birthday_of_nobody_knows_is_empty(self):
        """R1.4: no birthday, nothing to keep."""
        profile = self._create()
        self.assertFalse(profile.next_birthday)
        self.assertEqual(profile.age, 0)

    def test_date_is_carried_over_to_the_lunar_calendar(self):
        """R1.4: who changes the calendar does not look the date up."""
        with Form(self._create(birthday="2001-06-20")) as form:
            form.birthday_calendar = "lunar"
        profile = form.record
        lunar = (profile.lunar_year, profile.lunar_month, profile.lunar_day)
        self.assertEqual(lunar, (2001, 4, 29))
        self.assertTrue(profile.is_lunar_leap)
        self.assertEqual(profile.birthday, Date.to_date("2001-06-20"))

    def test_lunar_birthday_of_a_known_date_needs_no_lunar_date(self):
        """R1.4: a list of dates of birth is imported, and some keep the lunar day."""
        profile = self._create(birthday="2001-06-20", birthday_calendar="lunar")
        self.assertEqual(profile.lunar_text, "Leap Month 4, Day 29")
        self.assertEqual(profile.next_birthday, Date.to_date("2025-05-26"))

    def test_today_is_the_companys(self):
        """R1.4: at 18:00 UTC it is the next day in China already."""
        profile = self._create(birthday="1980-01-21")
        with freeze_time("2025-01-20 18:00:00"):
            self.env.invalidate_all()
            self.assertEqual(profile.days_to_birthday, 0)
            self.assertEqual(profile.age, 45)

    def test_birthdays_of_the_next_days_are_found_by_key(self):
        """R1.4: solar and lunar ones in one search, by what the field itself says."""
        profiles = self.profile
        for born in ("1980-01-20", "1981-01-27", "1982-02-19", "1983-06-30"):
            profiles += self._create(birthday=born)
        for lunar in ((12, 21), (12, 30), (1, 1), (8, 15)):
            profiles += self._create_lunar(*lunar)
        nobody = self._create()
        profiles -= self.profile
        for days in (0, 7, 8, 30, 400):
            expected = profiles.filtered(lambda p, d=days: p.days_to_birthday <= d)
            self.assertTrue(expected)
            domains = {
                "days": [("days_to_birthday", "<=", days)],
                "date": [("next_birthday", "<=", Date.add(self._today, days=days))],
                "text": [("next_birthday", "<=", f"today +{days}d")],
            }
            for name, domain in domains.items():
                with self.subTest(name, days=days):
                    self.assertEqual(set(self._find(*domain)), set(expected))
            rest = self._find(("days_to_birthday", ">", days))
            self.assertEqual(set(rest), set(profiles - expected))
        self.assertEqual(self._find(("next_birthday", "=", False)), nobody)
        for profile in profiles:
            found = self._find(("next_birthday", "=", profile.next_birthday))
            same = profiles.filtered(
                lambda p, day=profile.next_birthday: p.next_birthday == day
            )
            self.assertEqual(set(found), set(same))

    def test_every_day_of_two_years_finds_who_it_is(self):
        """R1.4: search and field agree on each day, leap month and short months too."""
        lunar = [(month, 30) for month in range(1, 13)] + [(6, 1), (6, 15)]
        profiles = self.profile.browse()
        for month, day in lunar:
            profiles += self._create_lunar(month, day)
        profiles += self._create(birthday="1980-02-29")
        for offset in range(0, 730, 5):
            with freeze_time(Date.add(self._today, days=offset)):
                self.env.invalidate_all()
                found = self._find(("days_to_birthday", "<=", 4))
                due = profiles.filtered(lambda p: p.days_to_birthday <= 4)
                self.assertEqual(set(found), set(due), offset)

    def test_sorted_by_the_next_birthday(self):
        """R1.4: who is next stands first, who is unknown last."""
        later = self._create(birthday="1980-01-19")
        unknown = self._create()
        lunar = self._create_lunar(1, 1)
        soon = self._create(birthday="1980-01-22")
        found = self.profile.search(
            [("id", "!=", self.profile.id)], order="next_birthday"
        )
        self.assertEqual(list(found), [soon, lunar, later, unknown])
        found = self.profile.search(
            [("id", "!=", self.profile.id)], order="next_birthday desc", limit=2
        )
        self.assertIn(later, found)

    def test_next_birthdays_take_no_query_per_profile(self):
        """R1.4: a list of many costs what a list of one costs."""
        profiles = self._create(birthday="1980-01-20")
        for number in range(8):
            profiles += self._create_lunar(number + 1, 15)
        names = ["next_birthday", "days_to_birthday", "age", "lunar_text"]
        profiles.with_user(self.confidant).read(names)  # fills the caches of the user
        counts = []
        for records in (profiles[:1], profiles):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.confidant).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_birthdays_of_the_family_are_found(self):
        """R1.4: family members and their dates."""
        self.profile.relative_ids.birthday = "1999-01-25"
        found = self.profile.search([("relative_ids.days_to_birthday", "<=", 7)])
        self.assertEqual(found, self.profile)
        self.profile.relative_ids.birthday = "1999-03-25"
        self.assertFalse(
            self.profile.search([("relative_ids.days_to_birthday", "<=", 7)])
        )

    # --- bad input ---

    def test_birthday_in_the_future_is_refused(self):
        """R1.4: by the company's day; the message names person, field and remedy."""
        with self.assertRaisesRegex(
            ValidationError, "Date of Birth of Person: 01/21/2025 is in the future.*not"
        ):
            self._create(birthday="2025-01-21")
        self._create(birthday="2025-01-20")

    def test_birthday_before_1900_is_refused(self):
        """R1.4: a slip of the finger."""
        with self.assertRaisesRegex(ValidationError, "12/31/1899 is before 1900"):
            self._create(birthday="1899-12-31")

    def test_lunar_day_that_never_was_is_refused(self):
        """R1.4: no such day, month, leap month or year; half a date neither."""
        for month, day, year, leap in (
            (4, 30, 2001, True),  # the leap fourth month had 29 days
            (4, 1, 2002, True),  # no leap month in that year
            (13, 1, 0, False),
            (1, 31, 0, False),
            (5, 0, 1980, False),
            (5, 1, 1899, False),
            (5, 1, 2101, False),
        ):
            with (
                self.subTest(month=month, day=day, year=year),
                self.assertRaisesRegex(ValidationError, "not in the lunar calendar"),
            ):
                self._create_lunar(month, day, year, leap)

    def test_lunar_birthday_in_the_future_is_refused(self):
        """R1.4: the lunar date is looked at as the solar one."""
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self._create_lunar(1, 1, 2025)

    def test_a_bad_birthday_in_the_family_is_refused(self):
        """R1.4: the same for the family."""
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.profile.relative_ids.birthday = "2031-01-01"

    @mute_logger("odoo.sql_db")
    def test_one_profile_per_contact(self):
        """R1.4: a second one is refused by the database itself."""
        with self.assertRaises(UniqueViolation):
            self.profile.create({"partner_id": self.buyer.id})

    def test_profile_of_a_company_is_refused(self):
        """R1.4: only people have one, and whoever has one stays a person."""
        with self.assertRaisesRegex(ValidationError, "Haulier is a company"):
            self.profile.create({"partner_id": self.customer.id})
        with self.assertRaisesRegex(ValidationError, "Buyer cannot become companies"):
            self.buyer.is_company = True
        self.profile.unlink()
        self.buyer.is_company = True

    # --- the contact ---

    def test_button_on_the_contact_opens_or_begins_the_profile(self):
        """R1.4: one page per contact, none left behind by a mere click."""
        buyer = self.buyer.with_user(self.confidant)
        action = buyer.action_truck_view_personal_profile()
        self.assertEqual(action["res_id"], self.profile.id)
        other = buyer.create({"name": "Other"})
        action = other.action_truck_view_personal_profile()
        self.assertNotIn("res_id", action)
        Profile = self.env["truck.personal.profile"].with_user(self.confidant)
        form = Form(Profile.with_context(**action["context"]))
        form.birthday = "1980-05-01"
        self.assertEqual(form.save().partner_id, other)

    def test_deleted_with_the_contact(self):
        """R1.4: no profile stays without its contact."""
        relative = self.profile.relative_ids
        self.buyer.unlink()
        self.assertFalse(self.profile.exists())
        self.assertFalse(relative.exists())

    def test_profile_is_found_by_the_contacts_name(self):
        """R1.4: name search of those with the right."""
        found = self.profile.with_user(self.confidant).name_search("Buyer")
        self.assertEqual(found, [(self.profile.id, self.buyer.display_name)])

    def test_any_number_of_days_can_be_asked_for(self):
        """R13.5: more than there are, and days that are over."""
        profiles = self.env["truck.personal.profile"]
        known = profiles.search([("days_to_birthday", "<", 10**9)])
        self.assertIn(self.profile, known)
        self.assertFalse(profiles.search([("days_to_birthday", ">", 10**9)]))
        self.assertFalse(profiles.search([("days_to_birthday", "<", -(10**9))]))
        self.assertFalse(profiles.search([("days_to_birthday", "=", 10**9)]))
