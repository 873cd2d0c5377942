from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .clock_common import ClockCommon

CRON = "truck_crm.ir_cron_truck_escalation_refresh"


@tagged("post_install", "-at_install")
class TestTruckClockSource(ClockCommon):
    """R7.3: deadlines follow calendars at once, not in the night after."""

    def setUp(self):
        super().setUp()
        with freeze_time(self._here("2026-03-02 08:00:00")):
            self.complaint = self._complain()
            self.clock = self._clock(self.complaint)
        self._forget()

    def _forget(self):
        """Let it be as after a run of the job."""
        self.policy.search([]).write({"is_refreshing": False})
        self.env["ir.cron.trigger"].search([]).unlink()

    def _is_woken(self):
        """Tell whether the job is woken; it is not any more afterwards."""
        cron = self.env.ref(CRON)
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(bool(woken), self.policy.is_refreshing)
        self._forget()
        return bool(woken)

    def _run_job(self):
        """Do what the job does; return the deadline of the solution."""
        with freeze_time(self._here("2026-03-02 08:30:00")):
            while self.policy._refresh_batch(100):
                pass
        self._forget()
        return self._there(self.clock.deadline)

    def _leave(self, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Day off",
                "calendar_id": self.calendar.id,
                "date_from": self._here("2026-03-03 00:00:00"),
                "date_to": self._here("2026-03-03 23:59:59"),
                **values,
            }
        )

    def test_time_off_of_everybody(self):
        """R7.3: entered, moved, taken back."""
        self.assertEqual(self._there(self.clock.deadline), "2026-03-03 17:00")
        leave = self._leave()
        self.assertTrue(self.policy.is_refreshing)
        self.assertEqual(self._run_job(), "2026-03-04 17:00")
        leave.name = "Founding day"
        self.assertFalse(self._is_woken())
        leave.date_to = self._here("2026-03-03 12:00:00")
        self.assertTrue(self._is_woken())
        leave.unlink()
        self.assertTrue(self._is_woken())

    def test_time_off_of_a_person_costs_nothing(self):
        """R7.3: no deadline depends on it, and it is no query more."""
        person = self.env["resource.resource"].create(
            {"name": "Owner", "calendar_id": self.calendar.id}
        )
        self._forget()
        leave = self._leave(resource_id=person.id)
        self.assertFalse(self._is_woken())
        with self.assertQueryCount(0):
            self.assertFalse(leave._truck_moves_clocks())
        leave.date_to = self._here("2026-03-04 23:59:59")
        leave.unlink()
        self.assertFalse(self._is_woken())

    def test_hours_that_nobody_answers_in(self):
        """R7.3: another calendar's time off wakes nobody."""
        other = self._create_calendar("Europe/Berlin")
        self._forget()
        leave = self._leave(calendar_id=other.id)
        other.tz = "Asia/Tokyo"
        other.attendance_ids[0].hour_from = 9
        self.assertFalse(self._is_woken())
        leave.calendar_id = False
        self.assertTrue(self._is_woken(), "of all calendars")
        leave.calendar_id = other
        self.assertTrue(self._is_woken(), "it was of all")

    def test_hours_of_the_week(self):
        """R7.3: and the time zone."""
        for change in (
            {"tz": "Asia/Tokyo"},
            {"attendance_ids": [Command.delete(self.calendar.attendance_ids[0].id)]},
        ):
            self.calendar.write(change)
            self.assertTrue(self._is_woken(), change)
        self.calendar.name = "Hotline"
        self.assertFalse(self._is_woken())
        self.calendar.attendance_ids[0].hour_to = 16
        self.assertTrue(self._is_woken())

    def test_other_hours_of_a_team_or_a_company(self):
        """R7.3: whoever is given other working hours."""
        other = self._create_calendar("Asia/Shanghai", hours=((8, 10),))
        self._forget()
        self.team.calendar_id = other
        self.assertEqual(self._run_job(), "2026-03-11 10:00")
        self.env.company.resource_calendar_id = other
        self.assertTrue(self._is_woken())
        self.env.company.name = "Maker"
        self.assertFalse(self._is_woken())

    def test_deadlines_are_kept_by_the_job_alone(self):
        """R7.3: whoever enters time off does not wait for a thousand complaints."""
        deadline = self.clock.deadline
        self._leave()
        self.assertEqual(self.clock.deadline, deadline)
        cron = self.env.ref(CRON)
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertLessEqual(min(trigger.mapped("call_at")), fields.Datetime.now())
