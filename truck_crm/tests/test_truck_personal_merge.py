from odoo.fields import Command, Date
from odoo.tests import tagged

from .personal_common import MARKER, TruckPersonalCommon


@tagged("post_install", "-at_install")
class TestTruckPersonalMerge(TruckPersonalCommon):
    """R1.4: merging contacts, Odoo's own wizard, loses nothing private."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env["res.partner"].create({"name": "Buyer Twin"})

    def _merge(self, src, dst, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_user(user) if user else wizard
        target = dst.with_env(wizard.env)
        wizard._merge((src | dst).ids, target, extra_checks=False)
        self.env.invalidate_all()
        profiles = self.env["truck.personal.profile"]
        return profiles.search([("partner_id", "=", dst.id)])

    def test_the_only_profile_follows(self):
        """R1.4: to the contact that stays, with all its rows."""
        profile = self._merge(self.buyer, self.twin)
        self.assertEqual(profile, self.profile)
        self.assertTrue(profile.relative_ids)
        self.assertFalse(self.buyer.exists())

    def test_two_profiles_become_one_that_has_everything(self):
        """R1.4: empty fields are filled, what differs is told, rows move."""
        values = self._prepare_profile_vals(self.twin, "Other")
        values.update(
            birthday="1962-02-02",
            school="Tongji",
            native_place=False,
            gender=False,
            hobby_ids=[Command.link(self._option("hobby_fishing").id)],
        )
        twin = self.profile.create(values)
        self.profile.school = False
        profile = self._merge(self.buyer, self.twin)
        self.assertEqual(profile, twin)
        self.assertFalse(self.profile.exists())
        self.assertEqual(profile.school, "Tongji")
        self.assertEqual(profile.native_place, f"{MARKER} place")
        self.assertEqual(profile.gender, "male")
        self.assertEqual(profile.birthday, Date.to_date("1962-02-02"))
        hobbies = self._option("hobby_fishing") | self._option("hobby_tea")
        self.assertEqual(profile.hobby_ids, hobbies)
        for name in ("relative_ids", "event_ids", "honour_ids"):
            self.assertEqual(len(profile[name]), 2)
        for text in (
            "Other note",
            f"{MARKER} note",
            f"{MARKER} customs",
            f"{MARKER} occupation",
            "1961-07-13",
            "Merged from Haulier, Buyer:",
        ):
            self.assertIn(text, profile.note)

    def test_two_sources_without_a_profile_at_the_target(self):
        """R1.4: theirs become one, and it is the target's."""
        other = self.env["res.partner"].create({"name": "Third"})
        second = self.profile.create(self._prepare_profile_vals(other, "Other"))
        profile = self._merge(self.buyer | other, self.twin)
        self.assertEqual(len(profile), 1)
        self.assertIn(profile, self.profile | second)
        self.assertEqual(len(profile.honour_ids), 2)

    def test_lunar_birthday_is_kept(self):
        """R1.4: filled as a whole, never half of one and half of the other."""
        self.profile.write(
            {
                "birthday_calendar": "lunar",
                "lunar_month": 4,
                "lunar_day": 8,
                "lunar_year": 1961,
            }
        )
        self.profile.create({"partner_id": self.twin.id, "note": "Known"})
        profile = self._merge(self.buyer, self.twin)
        self.assertEqual(profile.lunar_text, "Month 4, Day 8")
        self.assertEqual(profile.birthday, Date.to_date("1961-05-22"))

    def test_who_merges_need_not_see_it(self):
        """R1.4: a manager merges contacts; the profiles follow and stay hidden."""
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("base.group_partner_manager")
        self.profile.create(self._prepare_profile_vals(self.twin, "Other"))
        self._clear_log()
        profile = self._merge(self.buyer, self.twin, manager)
        self.assertEqual(len(profile.relative_ids), 2)
        self.assertFalse(profile.with_user(manager).has_access("read"))
        self.assertEqual(self._traces(), {("truck_manager", "merge", "Buyer Twin")})
        text = str(self.twin.message_ids.mapped("body"))
        self.assertNotIn(MARKER, text)

    def test_contacts_without_a_profile_merge_as_ever(self):
        """R1.4: nothing of ours is in the way."""
        other = self.env["res.partner"].create({"name": "Third"})
        self.assertFalse(self._merge(other, self.twin))
        self.assertFalse(other.exists())
