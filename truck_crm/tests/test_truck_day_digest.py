from contextlib import closing
from datetime import date

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .day_common import NOW, TruckDayCommon

CRON = "truck_crm.ir_cron_truck_day_digest"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTruckDayDigest(TruckDayCommon):
    """R4.2: a mail every morning says what the screen says, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].search([]).truck_no_digest = True
        for user in cls.seller | cls.rival:
            user.write({"truck_no_digest": False, "email": f"{user.login}@example.com"})
        cls.env.company.truck_day_digest_hour = 8
        cls._plan(cls.customer)

    def _run(self):
        """Run the hourly job."""
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()

    def _mails(self, user=None):
        return self.env["mail.mail"].search(
            [("email_to", "ilike", (user or self.seller).email)]
        )

    def test_one_mail_per_user_and_day(self):
        """R4.2: however often the job runs; who has nothing to do gets none."""
        self._run()
        self._run()
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("Haulier", mail.body_html)
        self.assertIn("/odoo/truck-my-day", mail.body_html)
        self.assertFalse(self._mails(self.rival))
        rows = self.env["truck.day.digest"].search([])
        self.assertEqual(
            {row.user_id: row.item_count for row in rows},
            {self.seller: 1, self.rival: 0},
        )
        with freeze_time("2024-06-04 02:00:00"):
            self._run()
        self.assertEqual(len(self._mails()), 2)

    def test_how_late_is_told_in_days(self):
        """R4.2: of one day, of several."""
        self._plan(self.customer, days=-1, summary="Yesterday")
        self._run()
        self.assertIn("1 day late", self._mails().body_html)
        with freeze_time("2024-06-04 02:00:00"):
            self._run()
        self.assertIn("2 days late", self._mails()[:1].body_html)

    def test_at_the_hour_of_each_user(self):
        """R4.2: eight o'clock where the user is, on his day."""
        self._plan(self.customer, user=self.rival)
        self.rival.tz = "America/New_York"
        for moment, users in (
            ("2024-06-02 23:59:00", self.env["res.users"]),
            ("2024-06-03 00:00:00", self.seller),
            ("2024-06-03 11:59:00", self.seller),
            ("2024-06-03 12:00:00", self.seller | self.rival),
        ):
            with freeze_time(moment), self.subTest(moment):
                self._run()
                rows = self.env["truck.day.digest"].search(
                    [("date", "=", date(2024, 6, 3))]
                )
                self.assertEqual(rows.user_id, users)
        self.assertEqual(len(self._mails(self.rival)), 2, "and one of the day before")

    def test_who_does_not_want_it_gets_none(self):
        """R4.2: opt-out of a person, and switch of a company."""
        self.seller.with_user(self.seller).truck_no_digest = True
        self._run()
        self.assertFalse(self._mails())
        self.seller.truck_no_digest = False
        self.env.company.truck_day_digest = False
        self._run()
        self.assertFalse(self._mails())
        self.env.company.truck_day_digest = True
        self.seller.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self._run()
        self.assertFalse(self._mails(), "no role in Truck CRM")

    def test_the_deputy_gets_what_the_absent_one_would(self):
        """Design rule 13: and the absent one is left in peace."""
        self.seller.write(
            {"truck_deputy_id": self.rival.id, "truck_absent_from": self._day(0)}
        )
        self._run()
        self.assertFalse(self._mails())
        body = self._mails(self.rival).body_html
        self.assertIn("Haulier", body)
        self.assertIn(f"you stand in for {self.seller.name}", body)

    def test_in_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref("mail.mail_activity_data_call").with_context(
            lang="zh_CN"
        ).name = "打电话"
        self.seller.lang = "zh_CN"
        self._run()
        mail = self._mails()
        self.assertIn("打电话", mail.body_html)
        self.assertIn("2024年6月3日星期一", mail.body_html)

    def test_the_top_rows_and_how_many_more(self):
        self.env.company.truck_day_digest_size = 2
        for number in range(4):
            self._create_customer(f"Fleet {number}", last_contact_date=self._day(-99))
        self._run()
        body = self._mails().body_html
        self.assertEqual(body.count("/mail/view?"), 2)
        self.assertIn("3 more on your list", body)

    def test_links_lead_to_what_the_user_may_open(self):
        """R13.1: a deputy who may not read the order is led to the customer."""
        order = self._quote()
        self.seller.write(
            {"truck_deputy_id": self.rival.id, "truck_absent_from": self._day(0)}
        )
        self._run()
        body = self._mails(self.rival).body_html
        self.assertNotIn(f"model=sale.order&amp;res_id={order.id}", body)
        self.assertIn(f"model=res.partner&amp;res_id={self.customer.id}", body)

    def test_all_companies_of_the_user(self):
        other = self.env["res.company"].create({"name": "Other Maker"})
        self.seller.company_ids = [Command.link(other.id)]
        self._create_customer(
            "Branch", company_id=other.id, last_contact_date=self._day(-99)
        )
        self._run()
        self.assertIn("Branch", self._mails().body_html)

    def test_row_and_mail_come_together_or_not_at_all(self):
        """R4.2: a job that is killed leaves neither; the next one sends."""
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.env["truck.day.digest"]._send(self.seller)
            self.assertTrue(self._mails())
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self._mails())
        self._run()
        self.assertEqual(len(self._mails()), 1)

    def test_the_second_server_finds_the_row_of_the_first(self):
        digest = self.env["truck.day.digest"]
        self.assertTrue(digest._send(self.seller))
        self.assertFalse(digest._send(self.seller))
        self.assertEqual(len(self._mails()), 1)

    @mute_logger("odoo.sql_db")
    def test_there_cannot_be_two_rows(self):
        vals = {"user_id": self.seller.id, "date": "2024-06-03"}
        self.env["truck.day.digest"].create(vals)
        with self.assertRaises(IntegrityError), closing(self.env.cr.savepoint()):
            self.env["truck.day.digest"].create(vals)

    def test_an_administrator_can_change_the_mail(self):
        """R13.4: the template is inherited like any view."""
        self.env["ir.ui.view"].create(
            {
                "name": "own intro",
                "type": "qweb",
                "inherit_id": self.env.ref("truck_crm.truck_day_digest_mail").id,
                "arch": """<data><xpath expr="//td[@name='truck_day_intro']"
                    position="inside">Have a good day</xpath></data>""",
            }
        )
        self._run()
        self.assertIn("Have a good day", self._mails().body_html)

    def test_old_proofs_are_forgotten(self):
        digest = self.env["truck.day.digest"]
        old = digest.create({"user_id": self.seller.id, "date": "2024-01-01"})
        new = digest.create({"user_id": self.seller.id, "date": "2024-06-01"})
        digest._gc_old()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())
