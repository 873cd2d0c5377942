from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .clock_common import ClockCommon


class EscalationTours(ClockCommon):
    """Whoever is called finds the complaint, and says what happens now."""

    def _climb(self, tour):
        complaint = self._complain(
            date_open=fields.Datetime.now() - timedelta(days=30),
            date_response=fields.Datetime.now() - timedelta(days=30),
        )
        self.env.flush_all()
        with self.env.registry.cursor() as cr:
            self.env(cr=cr)["truck.complaint"]._cron_escalate()
        self.env.invalidate_all()
        self.start_tour("/odoo/truck-my-escalations", tour, login="clock_top")
        clock = self._clock(complaint)
        self.assertEqual(clock.cycle, 2)
        self.assertEqual(clock.ack_user_id, self.people["top"])
        self.assertGreater(clock.deadline, fields.Datetime.now())


@tagged("post_install", "-at_install")
class TestEscalationTours(EscalationTours, HttpCase):
    """R7.3 at a desk."""

    def test_acknowledge(self):
        """R7.3: from the list of what was escalated to the new deadline."""
        self._climb("truck_crm_escalate")


@tagged("post_install", "-at_install")
class TestEscalationToursPhone(EscalationTours, HttpCase):
    """R7.3, R13.5 on a phone, 390 px wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_acknowledge(self):
        """R7.3: from the list of what was escalated to the new deadline."""
        self._climb("truck_crm_escalate_on_the_phone")
