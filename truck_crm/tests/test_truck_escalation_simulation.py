from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .clock_common import ClockCommon


@tagged("post_install", "-at_install")
class TestTruckEscalationSimulation(ClockCommon):
    """R7.3: who would have been called when, before a policy is put in force."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(cls._here("2026-03-02 08:00:00")):
            cls.solved, cls.open, cls.quick = (cls._complain() for _n in range(3))
        with freeze_time(cls._here("2026-03-02 10:00:00")):
            cls.quick.write(
                {"state": "solved", "date_solved": cls._here("2026-03-02 10:00:00")}
            )
        with freeze_time(cls._here("2026-03-03 08:00:00")):
            cls.solved.state = "waiting"
        with freeze_time(cls._here("2026-03-04 08:00:00")):
            cls.solved.state = "in_progress"
        with freeze_time(cls._here("2026-03-05 09:00:00")):
            cls.solved.write(
                {"state": "solved", "date_solved": cls._here("2026-03-05 09:00:00")}
            )
        cls.draft = cls.policy.copy({"solution_hours": 8})

    def _simulate(self, policy, user=None):
        with freeze_time(self._here("2026-03-06 09:00:00")):
            policy = policy.with_user(user or self.users["admin"])
            action = policy.action_simulate()
        return self.env["truck.escalation.simulation"].browse(action["res_id"])

    def test_a_draft_beside_the_policy_in_force(self):
        """R7.3: levels, moments and people; a pause moves them; nothing is sent."""
        mails = self.env["mail.mail"].search_count([])
        simulation = self._simulate(self.draft)
        self.assertEqual(simulation.complaint_count, 3)
        lines = simulation.line_ids.filtered(lambda r: r.complaint_id == self.solved)
        self.assertEqual(
            [
                (row.level_id.name, self._there(row.date), row.names)
                for row in lines.sorted("date")
            ],
            [
                ("Warning", "2026-03-02 15:00", "Owner"),
                ("One", "2026-03-02 17:00", "Chief"),
                ("Two", "2026-03-04 12:00", "Director"),
                ("Top", "2026-03-04 17:00", "Chief, Director, Top"),
            ],
        )
        self.assertFalse(
            simulation.line_ids.filtered(lambda r: r.complaint_id == self.quick)
        )
        self.assertEqual(simulation.escalated_count, 2)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(self.env["truck.complaint.escalation"].search([]))
        self.assertEqual(self.open.policy_id, self.policy, "nothing has changed")

    def test_what_it_says_of_the_policy_in_force_is_what_happened(self):
        """R7.3: the job and the simulation call the same people at the same time."""
        with (
            freeze_time(self._here("2026-03-06 09:00:00")),
            self.enter_registry_test_mode(),
            self.env.registry.cursor() as cr,
        ):
            self.env(cr=cr)["truck.complaint"]._cron_escalate()
        self.env.invalidate_all()
        rows = self.open.escalation_ids.filtered(lambda row: row.kind == "solution")
        happened = [(row.level_id, row.due_at, row.user_id) for row in rows]
        simulation = self._simulate(self.policy)
        lines = simulation.line_ids.filtered(
            lambda row: row.complaint_id == self.open and row.kind == "solution"
        )
        self.assertEqual(len(happened), 4)
        self.assertCountEqual(
            happened, [(row.level_id, row.date, row.user_id) for row in lines]
        )

    def test_who_is_away_is_asked_by_the_day_of_the_company(self):
        """R7.3: early in China it is still the day before in Greenwich."""
        early = self._create_calendar("Asia/Shanghai", hours=((6, 14),))
        self.env.company.partner_id.tz = "Asia/Shanghai"
        self.people["owner"].write(
            {
                "truck_deputy_id": self.people["deputy"].id,
                "truck_absent_from": "2026-03-03",
                "truck_absent_to": "2026-03-03",
            }
        )
        with freeze_time(self._here("2026-03-03 06:00:00")):
            complaint = self._complain()
            complaint.team_id.calendar_id = early
        simulation = self._simulate(self.policy.copy({"solution_hours": 1}))
        line = simulation.line_ids.filtered(
            lambda row: row.complaint_id == complaint and row.height == 0
        )
        self.assertEqual(self._there(line.date), "2026-03-03 06:45")
        self.assertEqual(line.names, "Deputy")

    def test_policies_that_come_before_keep_their_complaints(self):
        """R7.3: the first one in force that fits holds."""
        self._create_policy(name="First", sequence=1)
        self.assertEqual(self._simulate(self.draft).complaint_count, 0)

    def test_a_policy_without_levels(self):
        """R7.3: there is nothing to simulate."""
        policy = self.env["truck.escalation.policy"].create({"name": "Empty"})
        with self.assertRaises(UserError):
            self._simulate(policy)

    def test_confidential_complaints_are_for_the_right(self):
        """R7.3: who may not read them does not see them here either."""
        self.open.is_confidential = True
        self.assertEqual(self._simulate(self.draft).complaint_count, 2)
