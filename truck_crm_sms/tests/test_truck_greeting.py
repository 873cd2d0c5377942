from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.truck_crm.tests.personal_common import TruckPersonalCommon

DAY = "2025-01-29 02:00:00"  # the Spring Festival, ten o'clock in Shanghai


@tagged("post_install", "-at_install")
class TestTruckGreetingSms(TruckPersonalCommon):
    """R4.4, R4.6: greetings by SMS, and the warning when one is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.env["truck.greeting"].search([]).active = False
        cls.env["truck.contact.limit"].search([]).active = False
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Wishes",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": "Best wishes, {{ object.name }}",
            }
        )
        cls.other = cls.env["res.partner"].create(
            {"name": "Other", "parent_id": cls.customer.id}
        )
        country = cls.env.ref("base.cn").id
        cls.buyer.write({"country_id": country, "truck_mobile": "13877112233"})
        cls.other.write({"country_id": country, "truck_mobile": "13877112244"})
        whom = (cls.buyer | cls.other).ids
        cls.greeting = cls.env["truck.greeting"].create(
            {
                "name": "Spring",
                "active": True,
                "festival_calendar": "lunar",
                "channel": "sms",
                "sms_template_id": cls.template.id,
                "partner_domain": str([("id", "in", whom)]),
            }
        )

    def _run(self):
        Sent = self.env["truck.greeting.sent"]
        before = Sent.search([])
        with freeze_time(DAY), self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr)["truck.greeting"]._cron_send()
        self.env.invalidate_all()
        return Sent.search([]) - before

    def _find_sms(self, rows):
        return self.env["sms.sms"].search([("uuid", "in", rows.mapped("sms_uuid"))])

    def test_once_to_the_mobile_number(self):
        """R4.4: in the queue, to the number, in the language; once."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.template.with_context(lang="zh_CN").body = "新春快乐"
        self.other.lang = "zh_CN"
        self.buyer.lang = "en_US"
        rows = self._run()
        self.assertEqual(rows.partner_id, self.buyer | self.other)
        texts = {sms.number: sms.body for sms in self._find_sms(rows)}
        self.assertEqual(
            texts,
            {"+8613877112233": "Best wishes, Buyer", "+8613877112244": "新春快乐"},
        )
        self.assertEqual(set(rows.mapped("delivery")), {"waiting"})
        self.assertFalse(self._run())
        self._find_sms(rows).state = "error"
        rows.invalidate_recordset()
        self.assertEqual(set(rows.mapped("delivery")), {"failed"})

    def test_phone_blacklist_and_opt_out(self):
        """R4.4: heeded for each channel; the mail blacklist is of no matter here."""
        self.env["phone.blacklist"]._add(["+8613877112233"])
        self.other.truck_greeting_optout = True
        rows = self._run()
        reasons = {row.partner_id: row.reason for row in rows}
        self.assertEqual(reasons, {self.buyer: "blacklist", self.other: "optout"})
        self.assertFalse(self._find_sms(rows))

    def test_nobody_reads_a_birthday_in_a_chatter(self):
        """R1.4: no message on the contact, and the queue is the administrator's."""
        self.greeting.occasion = "birthday"
        self.profile.birthday = "1980-01-29"
        count = len(self.buyer.message_ids)
        row = self._run()
        self.assertEqual(row.partner_id, self.buyer)
        self.assertEqual(len(self.buyer.message_ids), count)
        sms = self._find_sms(row)
        for user in self.users.values():
            with self.assertRaises(AccessError):
                sms.with_user(user).read(["body"])
        self.profile.with_user(self.confidant).unlink()
        self.assertFalse(row.exists())
        self.assertFalse(sms.exists())

    def test_default_templates_can_be_rendered(self):
        """R4.4: those that come along."""
        for name in ("birthday", "festival"):
            self.greeting.sms_template_id = self.env.ref(
                f"truck_crm_sms.sms_template_greeting_{name}"
            )
            (sms,) = self.greeting._create_sms(self.buyer).values()
            self.assertIn("Buyer", sms.body)

    def test_test_goes_to_the_own_mobile(self):
        """R4.4: the user's own number, or told what is missing."""
        admin = self.users["admin"]
        with self.assertRaisesRegex(UserError, "no valid mobile"):
            self.greeting.with_user(admin).action_send_test()
        admin.partner_id.write(
            {"country_id": self.env.ref("base.cn").id, "truck_mobile": "13877110000"}
        )
        before = self.env["sms.sms"].search([])
        self.greeting.with_user(admin).action_send_test()
        sms = self.env["sms.sms"].search([]) - before
        self.assertEqual(sms.number, "+8613877110000")

    def test_removing_sms_keeps_what_was_sent(self):
        """R4.4: without the app, the greeting is switched off and stays."""
        rows = self._run()
        field = self.env["truck.greeting"]._fields["channel"]
        field.ondelete["sms"](self.greeting)
        self.assertFalse(self.greeting.active)
        self.assertEqual(self.greeting.channel, "mail")
        self.assertTrue(rows.exists())

    def test_who_writes_an_sms_is_warned(self):
        """R4.6: the composer tells of the limit."""
        self.env["truck.contact.limit"].create({"name": "One", "max_count": 1})
        composer = self.env["sms.composer"].with_user(self.users["seller"])
        composer = composer.with_context(
            default_res_model="res.partner", default_res_id=self.buyer.id
        )
        self.assertFalse(composer.new({}).truck_contact_warning)
        self.env["truck.interaction"].create(
            {"partner_id": self.customer.id, "contact_ids": self.buyer.ids}
        )
        self.assertIn("contacted 1 times", composer.new({}).truck_contact_warning)
