from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .day_common import NOW, TruckDayCommon
from .personal_common import TruckPersonalCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTruckDayPersonal(TruckDayCommon, TruckPersonalCommon):
    """R4.2, R13.1: birthdays are for those with the right, and each look is noted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.confidant
        cls.confidant.tz = "Asia/Shanghai"
        cls._create_metrics(cls.customer)
        cls.profile.birthday = "1961-06-05"

    def _birthdays(self, user=None):
        return self._rows(user or self.confidant)

    def test_birthdays_of_contacts(self):
        """R4.2: some days ahead, by the solar and by the lunar calendar."""
        row = self._birthdays()
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.buyer.id,
                    "date": self._day(2),
                    "days_late": -2,
                }
            ],
        )
        self.assertIn("Buyer", row.description)
        for vals, due in (
            ({"birthday": "1961-06-03"}, True),
            ({"birthday": "1961-06-06"}, True),
            ({"birthday": "1961-06-07"}, False),
            ({"birthday": "1961-06-02"}, False),
            # 27th of the fourth month: 3 June 2024
            ({"birthday_calendar": "lunar", "lunar_month": 4, "lunar_day": 27}, True),
            ({"birthday_calendar": "lunar", "lunar_month": 4, "lunar_day": 26}, False),
        ):
            with self.subTest(**vals):
                self.profile.write(vals)
                self.assertEqual(bool(self._birthdays()), due)

    def test_who_has_no_right_gets_none(self):
        """R13.1: neither the list nor counting, sorting or asking for ids tells him."""
        row_id = self._birthdays().id
        self.customer.user_id = self.seller
        self._create_metrics(self.customer)
        self.assertFalse(self._birthdays(self.seller))
        Item = self.env["truck.day.item"].with_user(self.seller)
        self.assertFalse(Item.browse(row_id).exists())
        groups = Item._read_group([], ["reason_id"], ["__count"])
        self.assertFalse(groups)
        self.seller.group_ids = [
            Command.link(
                self.confidant.group_ids.filtered(
                    lambda group: group
                    == self.env.ref("truck_crm.truck_crm_group_personal_data")
                ).id
            )
        ]
        self.assertTrue(self._birthdays(self.seller))

    def test_a_chief_without_the_right_sees_none_of_his_team(self):
        self.confidant.truck_manager_id = self.users["manager"]
        self._plan(self.customer, user=self.confidant)
        self.assertEqual(self._codes(self.users["manager"]), ["activity_today"])

    def test_each_look_leaves_a_trace(self):
        """R13.1: seen in the list, exported, counted by reason."""
        row = self._birthdays()
        mine = (self.confidant.login, "Buyer")
        for kind, look in (
            ("read", lambda: row.web_read({"description": {}})),
            ("read", lambda: row.read(["partner_id"])),
            ("export", lambda: row.export_data(["description"])),
        ):
            self._clear_log()
            look()
            self.assertIn((mine[0], kind, mine[1]), self._traces())
        self._clear_log()
        row._read_group([], ["reason_id"], ["__count"])
        self.assertIn((mine[0], "group", False), self._traces())
        self._clear_log()
        row.search_count([("reason_id", "=", row.reason_id.id)])
        self.assertIn((mine[0], "group", False), self._traces())

    def test_rows_that_are_not_private_leave_none(self):
        """R13.1: the log is not filled with what tells nothing."""
        self._plan(self.customer, user=self.confidant)
        rows = self._birthdays()
        self._clear_log()
        call = rows.filtered(lambda row: row.res_model == "res.partner" and row.detail)
        self.assertEqual(len(call), 1)
        call.web_read({"description": {}})
        self.assertFalse(self._traces())
        self.env["truck.day.item"].with_user(self.users["admin"]).web_search_read(
            [("reason_id", "!=", False)], {"description": {}}
        )
        self.assertFalse(self._traces())

    def test_contacts_of_another_company_are_none_of_his(self):
        other = self.env["res.company"].create({"name": "Third Maker"})
        self.buyer.parent_id = False
        self.buyer.company_id = other
        self.buyer.user_id = self.confidant
        self._create_metrics(self.buyer)
        self.assertFalse(self._birthdays())
        self.buyer.company_id = False
        self.assertTrue(self._birthdays())

    def test_the_mail_holds_birthdays_only_for_who_may_know(self):
        """R13.1: what is mailed is in the log as read by him, not by the job."""
        Digest = self.env["truck.day.digest"]
        self.confidant.email = "confidant@example.com"
        self._clear_log()
        Digest._send(self.confidant)
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", "confidant@example.com")]
        )
        self.assertIn("Buyer", mail.body_html)
        self.assertNotIn("Buyer", mail.subject)
        self.assertIn((self.confidant.login, "read", "Buyer"), self._traces())
        self.customer.user_id = self.seller
        self._create_metrics(self.customer)
        self._plan(self.customer)
        self.seller.email = "seller@example.com"
        self._clear_log()
        Digest._send(self.seller)
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", "seller@example.com")]
        )
        self.assertIn("Haulier", mail.body_html)
        self.assertNotIn("Buyer", mail.body_html)
        self.assertFalse(self._traces())
