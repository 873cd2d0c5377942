from ast import literal_eval

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .clock_common import CONFIDENTIAL, ClockCommon

JOB_LOGGER = "odoo.addons.truck_crm.models.truck_escalation_job"


@tagged("post_install", "-at_install")
class TestTruckComplaintEscalation(ClockCommon):
    """R7.3: every level once, in order, at the right minute, up to the top."""

    def setUp(self):
        super().setUp()
        with freeze_time(self._here("2026-03-02 08:00:00")):
            self.complaint = self._complain()
            self.complaint.date_response = self._here("2026-03-02 08:00:00")
        self.clock = self._clock(self.complaint)

    def _run(self, text, **options):
        """Run the job at a moment on the calendar's clock; return the new rows."""
        before = self.env["truck.complaint.escalation"].search([])
        with freeze_time(self._here(f"{text}:00")), self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr)["truck.complaint"]._cron_escalate(**options)
        self.env.invalidate_all()
        rows = self.env["truck.complaint.escalation"].search([], order="id")
        return rows - before

    def _refresh(self, **options):
        """Run the job that brings clocks in line."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["truck.escalation.policy"]._cron_refresh(**options)
        self.env.invalidate_all()

    def _called(self, rows):
        return [
            (row.level_id.name, row.partner_ids.sorted("id").mapped("name"))
            for row in rows
        ]

    def _mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "truck.complaint"), ("res_id", "=", self.complaint.id)]
        )

    # --- when ---

    def test_each_level_at_its_minute(self):
        """R7.3: not a minute before, and up to the top management."""
        steps = (
            ("2026-03-03 11:59", []),
            ("2026-03-03 12:00", [("Warning", ["Owner"])]),
            ("2026-03-03 16:59", []),
            ("2026-03-03 17:00", [("One", ["Chief"])]),
            ("2026-03-03 17:30", []),
            ("2026-03-04 11:59", []),
            ("2026-03-04 12:00", [("Two", ["Director"])]),
            ("2026-03-04 17:00", [("Top", ["Top", "Director", "Chief"])]),
            ("2026-03-09 17:00", []),
        )
        for moment, expected in steps:
            with self.subTest(moment):
                self.assertEqual(self._called(self._run(moment)), expected)
        self.assertEqual(self.complaint.escalation_level, 3)
        self.assertFalse(self.clock.due_at or self.clock.next_level_id)

    def test_nobody_is_called_at_night_or_on_holidays(self):
        """R7.3: a promise for the evening is asked about the next morning."""
        self.policy.level_ids.clock = "promise"
        with freeze_time(self._here("2026-03-06 10:00:00")):
            self.env["truck.complaint.promise"].create(
                {
                    "complaint_id": self.complaint.id,
                    "name": "Call back",
                    "date_due": self._here("2026-03-06 20:00:00"),
                }
            )
            self.complaint._update_clocks()
        clock = self._clock(self.complaint, "promise")
        self._run("2026-03-06 17:00")  # the warning
        self.assertEqual(self._there(clock.due_at), "2026-03-09 08:00")
        self.assertFalse(self._run("2026-03-06 20:01"))
        self.assertEqual(
            self._called(self._run("2026-03-09 08:00")), [("One", ["Chief"])]
        )

    def test_the_job_is_woken_at_the_right_minute(self):
        """R7.3: a trigger of the job for the next level, set when it becomes known."""
        cron = self.env.ref("truck_crm.ir_cron_truck_escalation")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self._here("2026-03-03 12:00:00"), triggers.mapped("call_at"))
        triggers.unlink()
        self._run("2026-03-03 12:00")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(triggers.call_at, self._here("2026-03-03 17:00:00"))

    def test_levels_missed_while_the_server_was_down(self):
        """R7.3: each once, in order, in one run."""
        rows = self._run("2026-03-20 10:00", batch_size=1)
        self.assertEqual(
            [name for name, _people in self._called(rows)],
            ["Warning", "One", "Two", "Top"],
        )
        self.assertEqual(self._there(rows[1].due_at), "2026-03-03 17:00")
        self.assertFalse(self._run("2026-03-20 11:00"))

    def test_answered_in_time_calls_nobody(self):
        """R7.3: what is done or waits for the customer does not climb."""
        self.complaint.state = "waiting"
        self.assertFalse(self._run("2026-03-20 10:00"))
        self.complaint.write(
            {"state": "solved", "date_solved": self._here("2026-03-20 10:00:00")}
        )
        self.assertFalse(self._run("2026-03-23 10:00"))

    # --- whom ---

    def _ladder_of(self, **level):
        """Let the policy have this one level at the deadline; return whom it calls."""
        self.policy.level_ids = [
            Command.clear(),
            Command.create(
                {"name": "Only", "clock": "solution", "by_activity": True, **level}
            ),
        ]
        self.complaint._update_clocks()
        rows = self._run("2026-03-03 17:00")
        self.assertEqual(len(rows), 1)
        return rows

    def test_targets(self):
        """R7.3: each kind of target calls whom it says."""
        role = self.env.ref("truck_crm.truck_dealer_role_service_manager")
        for dealer, name in ((self.qinzhou, "Lan"), (self.south, "Mei")):
            person = self.env["res.partner"].create(
                {"name": name, "email": f"{name}@example.com"}
            )
            dealer.staff_ids = [
                Command.create({"role_id": role.id, "partner_id": person.id})
            ]
        territory = self.env["truck.territory"].create(
            {"name": "South", "user_ids": [Command.link(self.users["key"].id)]}
        )
        self.customer.truck_territory_id = territory
        self.complaint.dealer_id = self.qinzhou
        group = self.env["res.groups"].create({"name": "Board"})
        group.user_ids = self.people["top"] | self.people["director"]
        for values, expected in (
            ({"target": "owner"}, ["Owner"]),
            ({"target": "manager", "steps": 2}, ["Director"]),
            ({"target": "chain"}, ["Top", "Director", "Chief"]),
            ({"target": "leader"}, ["Chief"]),
            ({"target": "dealer_staff", "role_id": role.id}, ["Lan"]),
            ({"target": "dealer_above", "role_id": role.id}, ["Mei"]),
            ({"target": "dealer_user"}, [self.users["seller"].name]),
            ({"target": "territory"}, [self.users["key"].name]),
            ({"target": "group", "group_id": group.id}, ["Top", "Director"]),
            ({"target": "user", "user_id": self.users["rival"].id}, ["truck_rival"]),
        ):
            level = self.env["truck.escalation.level"].new(
                {"name": "Probe", "policy_id": self.policy.id, **values}
            )
            with self.subTest(values["target"]):
                call = level._find_people(
                    self.complaint.sudo(), fields.Date.to_date("2026-03-03")
                )
                names = call.people.sorted("id").mapped("name")
                self.assertEqual(
                    [name.split(" (")[0] for name in names],
                    [name.split(" (")[0] for name in expected],
                )

    def test_absent_people_are_replaced(self):
        """R7.3: the deputy is called, and the row says for whom."""
        self.people["chief"].write(
            {
                "truck_deputy_id": self.people["deputy"].id,
                "truck_absent_from": "2026-03-01",
                "truck_absent_to": "2026-03-10",
            }
        )
        row = self._ladder_of(target="manager")
        self.assertEqual(row.user_id, self.people["deputy"])
        self.assertEqual(row.note, "Deputy for Chief")
        (text,) = row.complaint_id.message_ids.mapped("body")[:1]
        self.assertEqual(text.count("Deputy"), 1)
        self.assertIn("Deputy for Chief", text)

    def test_who_is_late_does_not_stand_in_for_his_chief(self):
        """R7.3: the chief's chief is called instead."""
        self.people["chief"].write(
            {
                "truck_deputy_id": self.people["owner"].id,
                "truck_absent_from": "2026-03-01",
            }
        )
        self.assertEqual(
            self._ladder_of(target="manager").user_id, self.people["director"]
        )

    def test_nobody_to_call_goes_on_and_says_so(self):
        """R7.3: no chief so far up; the next level is called at once."""
        self.people["chief"].truck_manager_id = False
        self._run("2026-03-03 17:00")
        rows = self._run("2026-03-04 12:00")
        self.assertEqual(self._called(rows), [("Two", []), ("Top", ["Chief"])])
        self.assertIn("Nobody to call", rows[0].note)
        bodies = " ".join(self.complaint.message_ids.mapped("body"))
        self.assertIn("the owner has no chief so far up", bodies)
        self.assertFalse(self._run("2026-03-04 17:00"), "the last one was called")

    def test_an_owner_without_a_chief(self):
        """R7.3: the team leader is called, so that somebody hears of it."""
        self.people["owner"].truck_manager_id = False
        row = self._ladder_of(target="chain")
        self.assertEqual(
            self._called(row)[0][1], ["Top", "Director", "Chief"], "leader and chiefs"
        )

    def test_confidential_complaints_call_only_who_has_the_right(self):
        """R7.3: who has it not is left out, whoever he is; the accused as well."""
        right = self.env.ref(CONFIDENTIAL)
        self.people["top"].group_ids = [Command.link(right.id)]
        self.complaint.is_confidential = True
        row = self._ladder_of(target="manager")
        self.assertEqual(row.partner_ids, self.people["top"].partner_id)
        mails = self._mails()
        self.assertEqual(mails.recipient_ids, self.people["top"].partner_id)
        self.assertNotIn("Gearbox", "".join(mails.mapped("body_html")))
        self.assertNotIn(
            self.people["chief"].partner_id, self.complaint.message_partner_ids
        )

    def test_the_accused_is_never_called(self):
        """R7.3: not even as the chief of the owner."""
        right = self.env.ref(CONFIDENTIAL)
        for name in ("owner", "chief", "director"):
            self.people[name].group_ids = [Command.link(right.id)]
        self.complaint.accused_ids = self.people["chief"].partner_id
        self.complaint.is_confidential = True
        self.assertEqual(
            self._ladder_of(target="manager").user_id, self.people["director"]
        )

    def test_who_was_called_may_read_the_complaint(self):
        """R7.3: a salesperson who was called sees it, before he did not."""
        Complaint = self.env["truck.complaint"].with_user(self.users["rival"])
        found = [("id", "=", self.complaint.id)]
        self.assertFalse(Complaint.search(found))
        self._ladder_of(target="user", user_id=self.users["rival"].id)
        self.assertTrue(Complaint.search(found))
        rows = self.env["truck.complaint.escalation"].with_user(self.users["rival"])
        self.assertEqual(len(rows.search([("is_mine", "=", True)])), 1)

    # --- how ---

    def test_mail_inbox_and_activity(self):
        """R7.3: one queued mail, one message in the inbox, one thing to do."""
        self._ladder_of(target="manager")
        mail = self._mails()
        chief = self.people["chief"]
        self.assertEqual(len(mail), 1)
        self.assertEqual(
            (mail.state, mail.recipient_ids), ("outgoing", chief.partner_id)
        )
        self.assertIn(self.complaint.name, mail.subject)
        self.assertIn("Gearbox", mail.body_html)
        notification = self.env["mail.notification"].search(
            [("mail_message_id", "=", mail.mail_message_id.id)]
        )
        self.assertEqual(notification.res_partner_id, chief.partner_id)
        self.assertEqual(notification.notification_type, "inbox")
        activity = self.complaint.activity_ids
        self.assertEqual(activity.user_id, chief)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("truck_crm.mail_activity_type_escalation"),
        )
        self.policy.level_ids.copy({"name": "More", "timing_value": 1})
        self.complaint._update_clocks()
        self.assertEqual(len(self._run("2026-03-04 09:00")), 1)
        self.assertEqual(self.complaint.activity_ids, activity, "he knows already")
        self.complaint.write(
            {"state": "solved", "date_solved": self._here("2026-03-04 10:00:00")}
        )
        self.assertFalse(self.complaint.activity_ids, "there is nothing to do any more")

    def test_what_there_is_to_do_is_of_the_day_of_the_company(self):
        """R7.3: early in China it is not a task of yesterday, as it is in Greenwich."""
        self.complaint.company_id.partner_id.tz = "Asia/Shanghai"
        self.policy.level_ids.by_activity = True
        self._run("2026-03-04 07:30")
        days = set(self.complaint.activity_ids.mapped("date_deadline"))
        self.assertEqual(days, {fields.Date.to_date("2026-03-04")})

    def test_who_hands_over_a_confidential_one_is_told_its_number_only(self):
        """R7.12: mails in the queue are for others to read."""
        right = self.env.ref(CONFIDENTIAL)
        for name in ("owner", "top"):
            self.people[name].group_ids = [Command.link(right.id)]
        self.complaint.is_confidential = True
        owner = self.complaint.user_id
        self.assertEqual(owner, self.people["owner"])
        self._ladder_of(target="manager", moves_ownership=True)
        self.assertEqual(self.complaint.user_id, self.people["top"])
        told = (
            self.env["mail.message"]
            .search(
                [
                    ("model", "=", self.complaint._name),
                    ("res_id", "=", self.complaint.id),
                ]
            )
            .filtered(lambda message: owner.partner_id in message.partner_ids)
        )
        said = "".join(f"{m.subject} {m.body}" for m in told)
        self.assertIn("has taken it over", said)
        self.assertNotIn("Gearbox", said)

    def test_ownership_moves(self):
        """R7.3: who takes over is the owner, and the ladder goes on from him."""
        owner = self.complaint.user_id
        self._ladder_of(target="manager", moves_ownership=True)
        self.assertEqual(self.complaint.user_id, self.people["chief"])
        mails = self._mails().filtered(
            lambda mail: self.people["chief"].partner_id in mail.recipient_ids
        )
        self.assertEqual(len(mails), 1, "no second mail that it is assigned")
        self.assertRegex(
            mails.body_html, f"New Owner.*\\n.*{self.people['chief'].name}"
        )
        notices = self.env["mail.notification"].search(
            [("mail_message_id.res_id", "=", self.complaint.id)]
        )
        told = notices.filtered(lambda n: n.res_partner_id == owner.partner_id)
        self.assertIn("has taken it over", told.mail_message_id.body)

    def test_everybody_is_told_in_his_language(self):
        """R7.3: two languages, two mails of one level."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.people["top"].lang = "fr_FR"
        self._ladder_of(target="chain")
        mails = self._mails()
        self.assertEqual(len(mails), 2)
        self.assertEqual(len(mails.recipient_ids), 3)

    # --- acknowledging ---

    def _acknowledge(self, moment, until, login="chief", action="A mechanic", told=1):
        with freeze_time(self._here(f"{moment}:00")):
            complaint = self.complaint.with_user(self.people[login])
            wizard = self.env["truck.complaint.acknowledge"].browse(
                complaint.action_acknowledge()["res_id"]
            )
            wizard = wizard.with_user(self.people[login])
            deadline = self._here(f"{until}:00")
            wizard.write({"action": action, "date_deadline": deadline, "is_told": told})
            wizard.action_confirm()

    def test_acknowledged_stops_until_the_new_deadline(self):
        """R7.3: then the ladder begins anew, each level once more."""
        self._run("2026-03-03 17:00")
        self._acknowledge("2026-03-04 09:00", "2026-03-05 10:00")
        self.assertEqual(self._there(self.clock.deadline), "2026-03-05 10:00")
        self.assertEqual(self.clock.cycle, 2)
        self.assertEqual(self.complaint.promise_ids.name, "A mechanic")
        steps = (
            ("2026-03-04 16:44", []),
            ("2026-03-04 16:45", [("Warning", ["Owner"])]),
            ("2026-03-05 09:59", []),
            ("2026-03-05 10:00", [("One", ["Chief"])]),
            ("2026-03-05 15:00", [("Two", ["Director"])]),
            ("2026-03-06 10:00", [("Top", ["Top", "Director", "Chief"])]),
        )
        for moment, expected in steps:
            with self.subTest(moment):
                self.assertEqual(self._called(self._run(moment)), expected)
        solved = self._here("2026-03-06 11:00:00")
        self.complaint.write({"state": "solved", "date_solved": solved})
        self.assertTrue(self.clock.is_breached, "acknowledging makes nothing good")

    def test_acknowledging_has_limits(self):
        """R7.3: in the future, not later than the policy allows, with a word."""
        self.policy.ack_hours = 8
        for moment, until, action in (
            ("2026-03-04 09:00", "2026-03-05 10:00", "A mechanic"),
            ("2026-03-04 09:00", "2026-03-04 08:00", "A mechanic"),
            ("2026-03-04 09:00", "2026-03-05 08:00", "  "),
        ):
            with self.subTest(until), self.assertRaises(UserError):
                self._acknowledge(moment, until, action=action)
        self._acknowledge("2026-03-04 09:00", "2026-03-05 09:00", told=0)
        self.assertFalse(self.complaint.promise_ids, "the customer knows of nothing")

    # --- policies ---

    def test_first_policy_that_fits_holds(self):
        """R7.3: severity, categories with all below, grades; picked anew at once."""
        root = self.env["truck.complaint.category"].create({"name": "Quality"})
        child = root.create({"name": "Gearbox", "parent_id": root.id})
        grade = self.env.ref("truck_crm.truck_customer_grade_a")
        Policy = self._create_policy
        of_category = Policy(name="C", sequence=2, category_ids=[Command.set(root.ids)])
        of_severity = Policy(
            name="S", sequence=1, severity="major", solution_hours=2, response_hours=1
        )
        of_grade = Policy(name="G", sequence=3, grade_ids=[Command.set(grade.ids)])
        complaint = self.complaint
        self.assertEqual(complaint.policy_id, self.policy)
        complaint.category_id = child
        self.assertEqual(complaint.policy_id, of_category)
        complaint.severity = "major"
        self.assertEqual(complaint.policy_id, of_severity)
        self.assertEqual(self._there(self.clock.deadline), "2026-03-02 10:00")
        complaint.write({"severity": "normal", "category_id": False})
        self.env["truck.customer.metrics"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "grade_id": grade.id,
            }
        )
        complaint._update_clocks()
        self.assertEqual(complaint.policy_id, of_grade)
        # answer: 4 h x 0.5 of grade A
        other = self._complain()
        self.assertEqual(self._clock(other, "response").hours, 2)
        other.severity = "major"
        of_severity.use_response_factor = False
        other._update_clocks()
        self.assertEqual(self._clock(other, "response").hours, 1)

    def test_rules_that_change_reach_open_complaints(self):
        """R7.3: a job brings them in line, and is woken by the change."""
        self.policy.solution_hours = 8
        self.assertTrue(self.policy.is_refreshing)
        self._refresh(batch_size=1)
        self.assertFalse(self.policy.is_refreshing)
        self.assertEqual(self._there(self.clock.deadline), "2026-03-02 17:00")

    def test_working_days_that_change_reach_open_complaints(self):
        """R7.3: so do holidays and make-up days."""
        day = {"date": "2026-03-03", "weekday": False, "hour_from": 8, "hour_to": 10}
        self.env["truck.working.day"].create(day)
        self.assertTrue(self.policy.is_refreshing)
        self._refresh()
        self.assertEqual(self._there(self.clock.deadline), "2026-03-04 15:00")

    def test_warnings_are_told_from_escalations(self):
        """R7.3: by name, and by the filters of the list."""
        rows = self._run("2026-03-03 17:00")
        names = {row.level_id.name: row.height_text for row in rows}
        self.assertEqual(names, {"Warning": "Warning", "One": "Level 1"})
        action = self.env.ref("truck_crm.truck_complaint_escalation_action")
        self.assertIn("search_default_escalated", action.context)
        view = self.env["truck.complaint.escalation"].get_view(view_type="search")
        arch = etree.fromstring(view["arch"])
        for name, level in (("escalated", "One"), ("warnings", "Warning")):
            (domain,) = arch.xpath(f"//filter[@name='{name}']/@domain")
            found = rows.filtered_domain(literal_eval(domain))
            self.assertEqual(found.level_id.name, level)

    def test_policy_without_levels_is_not_put_in_force(self):
        """R7.3: nobody would be called."""
        policy = self.env["truck.escalation.policy"].create({"name": "Empty"})
        with self.assertRaises(UserError):
            policy.action_start()
        draft = self.policy.copy()
        self.assertEqual((draft.state, len(draft.level_ids)), ("draft", 4))

    def test_what_was_used_is_not_deleted(self):
        """R7.3: levels that have called somebody, policies of complaints."""
        self._run("2026-03-03 17:00")
        with self.assertRaises(UserError):
            self.policy.level_ids[1].unlink()
        with self.assertRaises(UserError):
            self.policy.unlink()

    def test_a_clock_that_cannot_be_served_does_not_hold_up_others(self):
        """R7.3: it is put off and logged, the others are served."""
        with freeze_time(self._here("2026-03-02 08:00:00")):
            other = self._complain()
            other.date_response = self._here("2026-03-02 08:00:00")
        Rows = type(self.env["truck.complaint.escalation"])
        tell = Rows._tell

        def fail(rows, called):
            if any(row.complaint_id == other for row, _rung in called):
                raise ValueError("broken template")
            return tell(rows, called)

        self.patch(Rows, "_tell", fail)
        with mute_logger(JOB_LOGGER):
            rows = self._run("2026-03-03 12:00")
        self.assertEqual(rows.complaint_id, self.complaint)
        due_at = self._clock(other).due_at
        self.assertEqual(self._there(due_at), "2026-03-03 12:30")

    # --- how many queries ---

    def _count(self, method, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        method(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_lists_take_no_query_per_row(self):
        """R7.3: what is left of many complaints takes as many queries as of one."""
        complaints = self.complaint
        for _number in range(9):
            complaints |= self._complain()
        names = ["time_left", "is_late", "tone", "escalation_level", "date_deadline"]
        self._count(complaints.read, names)
        one = self._count(complaints[0].read, names)
        self.assertEqual(self._count(complaints.read, names), one)
        Clock = self.env["truck.complaint.clock"]
        ids = self._clock(complaints).ids
        self.assertEqual(len(ids), 10)
        names = ["time_left", "is_late"]
        one = self._count(Clock.browse(ids[:1]).read, names)
        self.assertEqual(self._count(Clock.browse(ids).read, names), one)

    def test_deadlines_of_many_take_few_queries(self):
        """R7.3: bringing ten complaints in line takes hardly more than one."""
        complaints = self.complaint
        for _number in range(9):
            complaints |= self._complain()
        self._count(complaints._update_clocks)
        one = self._count(complaints[0]._update_clocks)
        self.assertLessEqual(one, 28)
        self.assertLessEqual(self._count(complaints._update_clocks), one + 1)

    def test_a_plain_write_costs_no_query_for_clocks(self):
        """R7.3: what does not concern clocks does not look at them."""
        self.env.flush_all()
        complaint = self.complaint
        complaint.subject = "Another"
        self.env.flush_all()
        with self.assertQueryCount(1):  # the write itself
            complaint.write({"mileage": 1000})
