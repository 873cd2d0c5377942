from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.truck_crm.tests.clock_common import ClockCommon


@tagged("post_install", "-at_install")
class TestTruckEscalationSms(ClockCommon):
    """R7.3: who is called may be called by SMS too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.role = cls.env.ref("truck_crm.truck_dealer_role_service_manager")
        # no mail address: reachable by SMS only
        cls.person = cls.env["res.partner"].create(
            {"name": "Lan", "truck_mobile": "13877112233"}
        )
        cls.nanning.staff_ids = [
            Command.create({"role_id": cls.role.id, "partner_id": cls.person.id})
        ]

    def _run(self, by_sms):
        self.policy.level_ids = [
            Command.clear(),
            Command.create(
                {
                    "name": "Dealer",
                    "clock": "solution",
                    "target": "dealer_staff",
                    "role_id": self.role.id,
                    "by_sms": by_sms,
                }
            ),
        ]
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint = self._complain(dealer_id=self.nanning.id)
        with (
            freeze_time(self._here("2026-03-04 08:00:00")),
            self.enter_registry_test_mode(),
            self.env.registry.cursor() as cr,
        ):
            self.env(cr=cr)["truck.complaint"]._cron_escalate()
        self.env.invalidate_all()
        return complaint.escalation_ids

    def test_once_to_the_mobile_number(self):
        """R7.3: in the queue; it says what is late, not what it is about."""
        row = self._run(by_sms=True)
        self.assertEqual(row.partner_ids, self.person)
        sms = self.env["sms.sms"].search([("partner_id", "=", self.person.id)])
        self.assertEqual(len(sms), 1)
        self.assertEqual(sms.number, "+8613877112233")
        self.assertIn(row.complaint_id.name, sms.body)
        self.assertNotIn("Gearbox", sms.body)

    def test_who_has_a_number_only_cannot_be_mailed(self):
        """R7.3: without SMS there is nobody to call."""
        self.assertFalse(self._run(by_sms=False).partner_ids)

    def test_sms_alone_is_a_means(self):
        """R7.3: a level calls by one means at least."""
        level = self.policy.level_ids[0]
        level.write({"by_sms": True, "by_mail": False, "by_inbox": False})
        self.assertEqual(level.means_text, "SMS")
        with self.assertRaises(ValidationError):
            level.by_sms = False
