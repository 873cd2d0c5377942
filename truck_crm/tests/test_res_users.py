from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestResUsers(TruckCrmCommon):
    """R7.3, design rule 13: people have a chief, a deputy and days of absence."""

    def _absent(self, name, deputy=None, start="2025-05-01", end="2025-05-07"):
        self.users[name].write(
            {
                "truck_deputy_id": deputy and self.users[deputy].id,
                "truck_absent_from": start,
                "truck_absent_to": end,
            }
        )

    def _get_substitute(self, name, day="2025-05-03"):
        return self.users[name]._truck_get_substitute(self._date(day))

    def test_nobody_is_his_own_chief(self):
        seller, manager = self.users["seller"], self.users["manager"]
        seller.truck_manager_id = manager
        with self.assertRaisesRegex(ValidationError, "chief of themselves"):
            manager.truck_manager_id = seller

    def test_nobody_stands_in_for_himself(self):
        with self.assertRaisesRegex(ValidationError, "nobody stands in for himself"):
            self._absent("seller", "seller")

    def test_absence_ends_after_it_begins(self):
        with self.assertRaisesRegex(ValidationError, "is before Absent From"):
            self._absent("seller", "rival", "2025-05-07", "2025-05-01")

    def test_deputy_acts_on_the_days_of_absence_only(self):
        self._absent("seller", "rival")
        for day, name in (
            ("2025-04-30", "seller"),
            ("2025-05-01", "rival"),
            ("2025-05-07", "rival"),
            ("2025-05-08", "seller"),
        ):
            self.assertEqual(self._get_substitute("seller", day), self.users[name])

    def test_absence_without_end_lasts(self):
        self._absent("seller", "rival", end=False)
        self.assertEqual(
            self._get_substitute("seller", "2030-01-01"), self.users["rival"]
        )

    def test_deputy_of_the_deputy_acts_when_both_are_absent(self):
        self._absent("seller", "rival")
        self._absent("rival", "manager")
        self.assertEqual(self._get_substitute("seller"), self.users["manager"])

    def test_when_all_are_absent_nothing_is_lost(self):
        self._absent("seller", "rival")
        self._absent("rival", "seller")
        self.assertEqual(self._get_substitute("seller"), self.users["seller"])

    @users("truck_seller")
    def test_people_set_their_own_deputy_but_not_their_chief(self):
        own = self.env["res.users"].browse(self.env.uid)
        own.write({"truck_deputy_id": self.users["rival"].id})
        self.assertEqual(own.truck_deputy_id, self.users["rival"])
        with self.assertRaises(AccessError):
            own.write({"truck_manager_id": self.users["rival"].id})
