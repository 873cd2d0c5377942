from odoo.tests import freeze_time, tagged

from .clock_common import ClockCommon

# when it came in, working hours, deadline: on the clock of the calendar
DEADLINES = {
    "within a morning": ("2026-03-02 08:30", 2, "2026-03-02 10:30"),
    "over lunch": ("2026-03-02 11:00", 2, "2026-03-02 14:00"),
    "begun at lunch": ("2026-03-02 12:30", 1, "2026-03-02 14:00"),
    "up to lunch, not behind it": ("2026-03-02 08:00", 4, "2026-03-02 12:00"),
    "the whole day ends in the evening": ("2026-03-02 08:00", 8, "2026-03-02 17:00"),
    "over night": ("2026-03-02 16:00", 2, "2026-03-03 09:00"),
    "begun in the night": ("2026-03-02 23:30", 1, "2026-03-03 09:00"),
    "begun before the day": ("2026-03-03 05:00", 1, "2026-03-03 09:00"),
    "over the weekend": ("2026-03-06 16:00", 2, "2026-03-09 09:00"),
    "begun on Saturday": ("2026-03-07 10:00", 4, "2026-03-09 12:00"),
    "over two weekends": ("2026-03-06 08:00", 56, "2026-03-16 17:00"),
    "over a holiday of three days": ("2026-04-03 16:00", 2, "2026-04-07 09:00"),
    "begun on the holiday": ("2026-04-06 10:00", 1, "2026-04-07 09:00"),
    "on a make-up Saturday": ("2026-05-08 16:00", 2, "2026-05-09 09:00"),
    "begun on a make-up Sunday": ("2026-09-20 10:00", 3, "2026-09-20 14:00"),
    "behind a make-up Sunday": ("2026-09-20 16:00", 2, "2026-09-21 09:00"),
    "make-up day within a long leave": ("2026-12-24 16:00", 3, "2026-12-26 11:00"),
    "half an hour": ("2026-03-02 11:50", 0.5, "2026-03-02 13:20"),
}
# the same with daylight saving: in Berlin the clock goes forward on 2026-03-29 and
# back on 2026-10-25, both at night, and people work round the clock there
SAVING = {
    "the short night": ("2026-03-28 20:00", 10, "2026-03-29 07:00"),
    "the long night": ("2026-10-24 20:00", 10, "2026-10-25 05:00"),
    "a plain night": ("2026-03-10 20:00", 10, "2026-03-11 06:00"),
}
DAYTIME = {
    "office hours before": ("2026-03-27 16:00", 2, "2026-03-30 09:00"),
    "office hours after": ("2026-10-23 16:00", 2, "2026-10-26 09:00"),
}


@tagged("post_install", "-at_install")
class TestTruckComplaintClock(ClockCommon):
    """R7.3: deadlines run in working hours, and say in words what is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Day = cls.env["truck.working.day"]
        Day.create(
            [
                {"date": "2026-05-09", "weekday": "0", "name": "Labour Day"},
                {"date": "2026-09-20", "weekday": "0", "name": "National Day"},
                {
                    "date": "2026-12-26",
                    "weekday": False,
                    "hour_from": 9,
                    "hour_to": 15,
                },
            ]
        )
        for first, last in (("2026-04-04", "2026-04-06"), ("2026-12-25", "2026-12-31")):
            cls.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": cls.calendar.id,
                    "date_from": cls._here(f"{first} 00:00:00"),
                    "date_to": cls._here(f"{last} 23:59:59"),
                }
            )

    def _check(self, table, calendar):
        self.team.calendar_id = calendar
        for name, (start, hours, expected) in table.items():
            with self.subTest(name):
                self.policy.solution_hours = hours
                moment = self._here(f"{start}:00", calendar)
                with freeze_time(moment):
                    clock = self._clock(self._complain())
                self.assertEqual(self._there(clock.deadline, calendar), expected)
                self.assertEqual(clock.hours, hours)

    def test_deadlines_are_in_working_time(self):
        """R7.3: weekends, lunch, holidays, make-up days."""
        self._check(DEADLINES, self.calendar)

    def test_deadlines_over_daylight_saving(self):
        """R7.3: an hour of work is an hour, whatever the clock on the wall does."""
        shifts = self._create_calendar("Europe/Berlin", ((0, 24),), "0123456")
        self._check(SAVING, shifts)
        self._check(DAYTIME, self._create_calendar("Europe/Berlin"))

    def test_two_teams_in_two_time_zones(self):
        """R7.3: the hours are those of the team; without a calendar, the company's."""
        berlin = self._create_calendar("Europe/Berlin")
        other = self.team.copy({"calendar_id": berlin.id})
        with freeze_time("2026-03-02 10:00:00"):
            here, there = self._complain(), self._complain(team_id=other.id)
            without = self._complain(team_id=False)
        self.assertEqual(str(self._clock(here).deadline), "2026-03-04 09:00:00")
        # 11:00 in Berlin, of which one hour of the morning and four are left
        self.assertEqual(str(self._clock(there).deadline), "2026-03-04 10:00:00")
        self.assertEqual(without._get_calendar(), self.env.company.resource_calendar_id)

    def test_a_calendar_without_hours_never_closes(self):
        """R7.3: an empty calendar is open day and night, not closed for ever."""
        self.team.calendar_id = self._create_calendar("UTC", ())
        with freeze_time("2026-03-07 10:00:00"):
            clock = self._clock(self._complain())
        self.assertEqual(str(clock.deadline), "2026-03-08 02:00:00")

    def test_holidays_of_another_company_do_not_count(self):
        """R7.3: a holiday of all calendars is one of its company."""
        other = self.env["res.company"].create({"name": "Other"})
        for company, expected in ((other, "04"), (self.env.company, "05")):
            leave = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": False,
                    "date_from": self._here("2026-03-03 00:00:00"),
                    "date_to": self._here("2026-03-03 23:59:59"),
                }
            )
            leave.company_id = company
            with freeze_time(self._here("2026-03-02 16:00:00")):
                clock = self._clock(self._complain())
            self.assertEqual(
                self._there(clock.deadline), f"2026-03-{expected} 16:00", company.name
            )

    def test_waiting_for_the_customer_keeps_what_is_left(self):
        """R7.3: the clock stands still over a weekend of waiting, and goes on."""
        with freeze_time(self._here("2026-03-05 15:00:00")):
            complaint = self._complain()
        clock = self._clock(complaint)
        self.assertEqual(self._there(clock.deadline), "2026-03-09 15:00")
        with freeze_time(self._here("2026-03-06 10:00:00")):
            complaint.state = "waiting"
            self.assertEqual(clock.state, "paused")
            self.assertFalse(clock.deadline or clock.due_at)
            self.assertEqual(clock.seconds_left, 12 * 3600)
            self.assertEqual(clock.time_left, "Paused, 1 working day 4 h left")
        with freeze_time(self._here("2026-03-09 10:00:00")):
            complaint._update_clocks()
            self.assertEqual(clock.seconds_left, 12 * 3600)
        with freeze_time(self._here("2026-03-10 11:00:00")):
            complaint.state = "in_progress"
            self.assertEqual(self._there(clock.deadline), "2026-03-11 16:00")
            self.assertEqual(clock.state, "running")
            self.assertEqual(len(complaint.pause_ids), 1)

    def test_waiting_twice_in_one_moment(self):
        """R7.3: an answer and the next question within one second are two pauses."""
        with freeze_time(self._here("2026-03-02 09:00:00")):
            complaint = self._complain()
            for state in ("waiting", "in_progress", "waiting"):
                complaint.state = state
        self.assertEqual(len(complaint.pause_ids), 2)
        self.assertEqual(self._clock(complaint).seconds_left, 16 * 3600)

    def test_done_says_how_long_it_took(self):
        """R7.12: working hours used, without those of waiting; late or in time."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint, late = self._complain(), self._complain()
        with freeze_time(self._here("2026-03-02 10:00:00")):
            complaint.date_response = "2026-03-02 02:00:00"
            complaint.state = "waiting"
        with freeze_time(self._here("2026-03-03 08:00:00")):
            complaint.state = "in_progress"
        with freeze_time(self._here("2026-03-03 11:00:00")):
            complaint.write(
                {"state": "solved", "date_solved": self._here("2026-03-03 11:00:00")}
            )
        clock = self._clock(complaint)
        self.assertEqual((clock.state, clock.used_hours), ("done", 5))
        self.assertEqual(clock.time_left, "In Time")
        self.assertFalse(clock.is_breached or complaint.date_deadline)
        self.assertEqual(self._clock(complaint, "response").used_hours, 2)
        with freeze_time(self._here("2026-03-05 08:30:00")):
            done = self._here("2026-03-05 08:30:00")
            late.write({"state": "solved", "date_solved": done})
        self.assertTrue(self._clock(late).is_breached)
        self.assertEqual(self._clock(late).time_left, "Late")

    def test_reopened_begins_anew(self):
        """R7.2: a re-opened complaint has its whole time and ladder again."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint = self._complain()
        with freeze_time(self._here("2026-03-02 10:00:00")):
            done = self._here("2026-03-02 10:00:00")
            complaint.write({"state": "solved", "date_solved": done})
        with freeze_time(self._here("2026-03-09 08:00:00")):
            complaint.write({"state": "in_progress", "date_solved": False})
            clock = self._clock(complaint)
            self.assertEqual((clock.state, clock.cycle), ("running", 2))
            self.assertEqual(self._there(clock.deadline), "2026-03-10 17:00")
            complaint._update_clocks()
            self.assertEqual(clock.cycle, 2)

    def test_doing_it_twice_changes_nothing(self):
        """R7.3: `_update_clocks` writes nothing when nothing has changed."""
        complaint = self._complain()
        self.env.flush_all()
        complaint._update_clocks()
        self.env["truck.complaint.clock"].flush_model()
        dirty = self.env.transaction.field_data_patches
        self.assertFalse(dirty)
        before = complaint.clock_ids.mapped("write_date")
        complaint._update_clocks()
        self.assertEqual(complaint.clock_ids.mapped("write_date"), before)
        self.assertEqual(len(complaint.clock_ids), 2)

    def test_promise_has_a_clock_of_its_own(self):
        """R7.2: as long as the promise says; done when it is kept."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint = self._complain()
            promise = self.env["truck.complaint.promise"].create(
                {
                    "complaint_id": complaint.id,
                    "name": "Send a mechanic",
                    "date_due": self._here("2026-03-02 15:00:00"),
                }
            )
            complaint._update_clocks()
            clock = self._clock(complaint, "promise")
            self.assertEqual(clock.deadline, promise.date_due)
            self.assertEqual(clock.time_left, "6 h left")
            # who was promised something has had his first answer
            self.assertEqual(self._clock(complaint, "response").state, "done")
            self.assertEqual(complaint.date_deadline, promise.date_due)
        with freeze_time(self._here("2026-03-02 16:00:00")):
            clock.invalidate_recordset()
            self.assertEqual(clock.time_left, "1 h late")
        with freeze_time(self._here("2026-03-02 19:25:00")):  # after work
            tonight = promise.copy({"date_due": self._here("2026-03-02 20:00:00")})
            clocks = complaint.clock_ids.filtered(lambda c: c.promise_id == tonight)
            self.assertEqual(clocks.mapped("time_left"), ["35 min left"])
            promise.date_done = self._here("2026-03-02 16:00:00")
            complaint._update_clocks()
            self.assertEqual((clock.state, clock.is_breached), ("done", True))

    def test_what_is_left_in_words_and_colours(self):
        """R7.3: hours and minutes, then working days; red, orange, blue."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint = self._complain()
        clock = self._clock(complaint)
        for moment, text, tone in (
            ("2026-03-02 08:00", "2 working days left", "info"),
            ("2026-03-03 13:40", "3 h 20 min left", "warning"),
            ("2026-03-03 16:15", "45 min left", "warning"),
            ("2026-03-03 23:00", "0 min late", "danger"),
            ("2026-03-05 10:00", "1 working day 2 h late", "danger"),
            ("2026-03-06 17:00", "3 working days late", "danger"),
        ):
            with self.subTest(moment), freeze_time(self._here(f"{moment}:00")):
                clock.invalidate_recordset()
                self.assertEqual((clock.time_left, clock.tone), (text, tone))

    def test_late_and_due_today_are_found(self):
        """R7.3: the list's filters, by the day of the user."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            complaint = self._complain()
            complaint.date_response = self._here("2026-03-02 08:00:00")
        Complaint = self.env["truck.complaint"].with_context(tz="Asia/Shanghai")
        for moment, late, today in (
            ("2026-03-02 09:00:00", False, False),
            ("2026-03-03 09:00:00", False, True),
            ("2026-03-04 09:00:00", True, True),
        ):
            with self.subTest(moment), freeze_time(self._here(moment)):
                for field, expected in (("is_late", late), ("is_due_today", today)):
                    found = Complaint.search([(field, "=", True)])
                    self.assertEqual(complaint in found, expected, field)
                    complaint.invalidate_recordset()
                    here = complaint.with_context(tz="Asia/Shanghai")
                    self.assertEqual(here[field], expected, field)
                    found = Complaint.search([(field, "=", False)])
                    self.assertEqual(complaint in found, not expected, field)
