from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..story import complaints, silence
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestComplaints(DemoCommon):
    """What customers of the demo company complained about, and what came of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # in the hour when the story was told, which may have been last week
        cls.complaints = cls._search("truck.complaint")
        stranger = cls.complaints.filtered(lambda c: not c.partner_id)
        cls.now = stranger.date_open + complaints.STRANGER_SINCE
        cls.startClassPatcher(freeze_time(cls.now))
        cls.open = cls.complaints.filtered(
            lambda c: c.state in ("new", "in_progress", "waiting")
        )

    def test_year(self):
        """R7.1 Some 150 complaints in a year, in every state and step."""
        self.assertTrue(120 <= len(self.complaints) <= 175, len(self.complaints))
        for name in ("state", "severity"):
            values = set(self.complaints._fields[name].get_values(self.env))
            self.assertEqual(set(self.complaints.mapped(name)), values)
        steps = set(self.complaints._fields["step"].get_values(self.env))
        self.assertEqual(set(self.open.mapped("step")), steps)
        first = min(self.complaints.mapped("date_open"))
        self.assertGreater(self.now - first, timedelta(days=250))
        self.assertGreater(len(self.complaints.category_id), 30)
        self.assertGreater(len(self.complaints.dealer_id), 10)
        self.assertGreater(len(set(self.complaints.mapped("channel"))), 4)
        numbers = self.complaints.mapped("name")
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_course(self):
        """R7.2 Received, answered, solved, closed: in this order, and as they say."""
        for complaint in self.complaints - self.complaints.filtered("merged_into_id"):
            dates = [
                complaint.date_open,
                complaint.date_response or complaint.date_solved or self.now,
                complaint.date_solved or self.now,
                complaint.date_closed or self.now,
                max(self.now, complaint.date_open),
            ]
            with self.subTest(complaint=complaint.name):
                self.assertEqual(dates, sorted(dates))
                self.assertNotIn("{", complaint.description)
                self.assertEqual(len(complaint.step_ids), 6)
                if complaint.state == "closed":
                    self.assertTrue(complaint.cause and complaint.remedy)
                    self.assertFalse(complaint.step)
        for complaint in self.complaints.filtered("vehicle_ids"):
            for vehicle in complaint.vehicle_ids:
                self.assertLess(vehicle.delivery_date, complaint.date_open.date())

    def test_promises(self):
        """R7.2 Most promises were kept, some broken, and some are open."""
        promises = self.complaints.promise_ids
        states = promises.grouped("state")
        self.assertGreater(len(states["kept"]), 2 * len(states["broken"]))
        self.assertGreater(len(states["broken"]), 5)
        for promise in states["kept"]:
            self.assertLessEqual(promise.date_done, promise.date_due)
        for promise in states["broken"]:
            self.assertGreater(promise.date_done, promise.date_due)

    def test_today(self):
        """R7.3 The desk has late ones, two that are due at once, one that waits."""
        desk = self.open.filtered(lambda c: not c.is_confidential)
        self.assertEqual(len(desk.filtered("is_late")), 3)
        end = self.now + timedelta(hours=1)
        soon = desk.filtered(
            lambda c: c.date_deadline and self.now <= c.date_deadline <= end
        )
        self.assertGreaterEqual(len(soon), 2)
        waiting = desk.filtered(lambda c: c.state == "waiting")
        self.assertEqual(waiting.clock_ids.mapped("state").count("paused"), 1)
        self.assertGreater(
            len(desk.filtered(lambda c: c.user_id == self._user("demo_service"))), 7
        )
        stranger = desk.filtered(lambda c: not c.partner_id)
        self.assertEqual(
            (len(stranger), stranger.channel, len(stranger.user_id)), (1, "mail", 0)
        )
        self.assertEqual(
            len(self.open.filtered("reopen_count")), len(complaints.REOPENED)
        )

    def test_escalations(self):
        """R7.3 Levels were called when they were due, up to the general manager."""
        rows = self.complaints.escalation_ids
        self.assertLessEqual({0, 1, 2, 3, 4}, set(rows.mapped("height")))
        self.assertIn(self._user("demo_gm"), rows.user_id)
        staff = self.env["truck.dealer.staff"].search([]).partner_id
        self.assertTrue(staff & rows.partner_ids)
        for row in rows:
            self.assertEqual(row.date, row.due_at)
            self.assertLessEqual(row.date, self.now)
            self.assertGreaterEqual(row.date, row.complaint_id.date_open)
        for complaint in self.complaints:
            heights = complaint.escalation_ids.mapped("height")
            self.assertEqual(complaint.escalation_level, max(heights, default=0))
        share = len(self.complaints.filtered("escalation_level")) / len(self.complaints)
        self.assertTrue(0.15 < share < 0.65, share)
        taken = self.complaints.clock_ids.filtered("ack_date")
        self.assertEqual(taken.ack_user_id, self._user("demo_service"))

    def test_nothing_is_left_to_the_jobs(self):
        """R7.3 What is due was served, and clocks kept once more stay."""
        due = self.complaints.clock_ids.filtered(
            lambda c: c.state == "running" and c.due_at and c.due_at <= self.now
        )
        self.assertFalse(due)
        clocks = self.complaints.clock_ids
        before = clocks.read(["state", "deadline", "due_at", "is_breached"])
        self.complaints._update_clocks()
        self.assertEqual(
            clocks.read(["state", "deadline", "due_at", "is_breached"]), before
        )

    def test_working_days(self):
        """R7.3 The desk has a lunch, holidays, and days that make up for them."""
        team = self._search(
            "truck.complaint.team", ("user_id", "=", self._user("demo_service").id)
        )
        self.assertEqual(len(team), 1)
        self.assertEqual(team.calendar_id.hours_per_day, 7.5)
        self.assertEqual(team.calendar_id.tz, "Asia/Shanghai")
        leaves = self.env["resource.calendar.leaves"].search(
            [("company_id", "=", self.company.id), ("resource_id", "=", False)]
        )
        self.assertGreater(len(leaves), 5)
        self.assertEqual(len(self._search("truck.complaint.team")), 2)

    def test_private(self):
        """R7.11 Complaints about staff are the general manager's, and hidden."""
        private = self.complaints.filtered("is_confidential")
        self.assertGreaterEqual(len(private), 4)
        gm = self._user("demo_gm")
        self.assertEqual(private.user_id, gm)
        self.assertTrue(private.accused_ids)
        Complaint = self.env["truck.complaint"]
        self.assertLessEqual(private, Complaint.with_user(gm).search([]))
        for login in ("demo_service", "demo_user", "demo_manager"):
            seen = Complaint.with_user(self._user(login)).search([])
            self.assertTrue(seen)
            self.assertFalse(seen & private, login)

    def test_duplicates(self):
        """R7.5 What was said twice is one complaint."""
        merged = self.complaints.filtered(lambda c: c.state == "merged")
        self.assertEqual(len(merged), complaints.TWICE)
        for complaint in merged:
            into = complaint.merged_into_id
            self.assertEqual(complaint.partner_id, into.partner_id)
            self.assertLess(into.date_open, complaint.date_open)

    def test_solutions(self):
        """R7.9 Solutions were used, voted for, and half of them are in the portal."""
        solutions = self._search("truck.solution")
        self.assertGreaterEqual(len(solutions), 15)
        self.assertEqual(set(solutions.mapped("state")), {"draft", "approved"})
        self.assertGreater(len(solutions.filtered("is_published")), 5)
        self.assertGreater(len(solutions.filtered("use_count")), 8)
        self.assertGreater(max(solutions.mapped("vote_score")), 3)
        self.assertGreater(len(solutions.filtered("model_ids")), 10)

    def test_recall(self):
        """R7.10 The bad batch was found and is recalled, half of it is told."""
        clusters = self._search("truck.complaint.cluster")
        confirmed = clusters.filtered(lambda row: row.state == "confirmed")
        self.assertEqual(len(confirmed), 1)
        self.assertGreater(confirmed.observed, 2 * confirmed.expected)
        self.assertTrue(clusters.filtered(lambda row: row.state == "new"))
        emergency = confirmed.emergency_id
        self.assertEqual((emergency.state, emergency.kind), ("running", "recall"))
        self.assertEqual(emergency.vehicle_count, confirmed.vehicle_count)
        states = set(emergency.line_ids.mapped("state"))
        self.assertLessEqual({"todo", "informed", "done"}, states)
        self.assertTrue(
            0 < len(emergency.notice_ids) < emergency.customer_count,
            emergency.notice_ids,
        )
        self.assertTrue(emergency.line_ids.complaint_id)

    def test_silence(self):
        """R7.6 Some are asked today; what was said tells how good signals are."""
        cases = self._search("truck.silent.case")
        self.assertTrue(cases.filtered(lambda case: case.state == "open"))
        done = cases.filtered(lambda case: case.state == "done")
        self.assertGreaterEqual(len(done), len(silence.ASKED))
        self.assertTrue(done.complaint_id)
        signals = cases.signal_ids
        self.assertTrue(any(0 < signal.hit_rate < 1 for signal in signals))

    def test_no_mail_waits(self):
        """R13.1 Nobody outside hears of a complaint of the demo."""
        mails = self.env["mail.mail"].search([("state", "=", "outgoing")])
        self.assertFalse(mails.filtered(lambda m: (m.model or "").startswith("truck.")))

    def test_numbers_go_on(self):
        """R7.1 The next complaint has the next number."""
        complaint = self.env["truck.complaint"].create({"subject": "漏油"})
        self.assertNotIn(complaint.name, self.complaints.mapped("name"))
