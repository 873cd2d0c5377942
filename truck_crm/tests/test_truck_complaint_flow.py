from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon

NOW = datetime(2026, 3, 2, 3, 0)


@tagged("post_install", "-at_install")
class TestTruckComplaintFlow(ComplaintCommon):
    """R7.2: the six steps, answers, promises, the end and the return."""

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.complaint = self._complain(
            contact_id=self.driver.id, user_id=self.users["service"].id
        )
        self.own = self.complaint.with_user(self.users["service"])

    def _step(self, kind, complaint=None):
        steps = (complaint or self.complaint).step_ids
        return steps.filtered(lambda step: step.kind == kind)

    def _promise(self, **vals):
        vals = {
            "complaint_id": self.complaint.id,
            "name": "A technician comes",
            "date_due": NOW + timedelta(hours=4),
            **vals,
        }
        return self.env["truck.complaint.promise"].create(vals)

    def _log(self, **vals):
        vals = {
            "partner_id": self.customer.id,
            "complaint_id": self.complaint.id,
            "kind": "call_out",
            **vals,
        }
        Interaction = self.env["truck.interaction"].with_user(self.users["service"])
        return Interaction.create(vals)

    # --- steps ---

    def test_each_complaint_has_six_steps(self):
        """R7.2: who took the call has listened; a mail has still to be read."""
        self.assertEqual(len(self.complaint.step_ids), 6)
        self.assertEqual(self._step("listen").date, NOW)
        self.assertEqual(self.complaint.step, "act")
        self.assertTrue(self._step("act").is_current)
        mail = self._complain(channel="mail")
        self.assertEqual(mail.step, "listen")

    def test_a_step_is_done_with_what_shows_it(self):
        """R7.2: owner, evidence and date of each step."""
        step = self._step("concentrate").with_user(self.users["service"])
        with self.assertRaisesRegex(UserError, "Evidence of “Concentrate Resources”"):
            step.action_done()
        step.evidence = "Specialist of Nanning"
        step.action_done()
        self.assertEqual(step.user_id, self.users["service"])
        self.assertEqual(step.date, NOW)
        step.action_undo()
        self.assertFalse(step.date)
        self.assertTrue(step.evidence)
        self.assertEqual(step.action_edit()["res_id"], step.id)

    def test_what_is_asked_of_a_step_is_a_rule(self):
        """R7.2: by severity; without a rule nothing is asked."""
        step = self._step("coordinate")
        self.assertFalse(step.is_required)
        self.complaint.severity = "raised"
        self.assertTrue(step.is_required)
        self.env["truck.complaint.step.rule"].search([]).unlink()
        step.invalidate_recordset()
        self.assertFalse(step.is_required)
        self.assertFalse(step.needs_evidence)

    def test_tasks_of_others_make_the_step_coordinate(self):
        """R7.2: it is done when all of them are, and says what was done."""
        service, manager = self.users["service"], self.users["manager"]
        first = self._plan(self.complaint, service)
        second = self._plan(self.complaint, manager, "logistics")
        first.with_user(service).action_feedback(feedback="Ordered")
        self.assertFalse(self._step("coordinate").date)
        second.with_user(manager).action_feedback(feedback="On its way")
        step = self._step("coordinate")
        self.assertTrue(step.date)
        self.assertIn("Complaint: Logistics · On its way", step.evidence)

    def test_an_ordinary_activity_is_no_coordination(self):
        """R7.2: calling the customer is no task of others."""
        activity = self.complaint.activity_schedule("mail.mail_activity_data_todo")
        activity.action_done()
        self.assertFalse(self._step("coordinate").date)

    def test_the_dialog_of_odoo_gives_the_tasks(self):
        """R7.2: sales, logistics, finance, dealer, all by core's own dialog."""
        action = self.own.action_coordinate()
        wizard = self.env[action["res_model"]].with_user(self.users["service"])
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.res_model, "truck.complaint")
        self.assertEqual(wizard.activity_type_id.res_model, "truck.complaint")
        wizard.action_schedule_activities()
        self.assertEqual(len(self.complaint.activity_ids), 1)

    # --- answers ---

    def test_taking_it_on(self):
        """R7.2: who begins owns it."""
        other = self._complain(channel="mail")
        other.with_user(self.users["manager"]).action_take_on()
        self.assertEqual(other.user_id, self.users["manager"])
        self.assertEqual(other.state, "in_progress")
        self.assertEqual(self._step("listen", other).user_id, self.users["manager"])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_the_first_message_to_the_customer_is_the_answer(self):
        """R7.3: once; not a note, not a message among ourselves."""
        self.own.message_post(body="He is angry", subtype_xmlid="mail.mt_note")
        self.own.message_post(
            body="Please look",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.users["manager"].partner_id.ids,
        )
        self.assertFalse(self.complaint.date_response)
        self.clock.move_to(NOW + timedelta(hours=1))
        for _number in range(2):
            self.own.message_post(
                body="We look into it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.driver.ids,
            )
            self.clock.move_to(NOW + timedelta(hours=2))
        self.assertEqual(self.complaint.date_response, NOW + timedelta(hours=1))
        self.assertEqual(self.complaint.state, "in_progress")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_an_answer_to_an_address_counts(self):
        """R7.3: also to who is no contact."""
        complaint = self._complain(email_from="li@example.com", channel="mail")
        complaint.with_user(self.users["service"]).message_post(
            body="We look into it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            outgoing_email_to="li@example.com",
        )
        self.assertTrue(complaint.date_response)

    def test_a_logged_contact_is_an_answer(self):
        """R7.3, R4.1: if it reached him."""
        no_answer = self.env.ref("truck_crm.truck_interaction_result_no_answer")
        self._log(result_id=no_answer.id)
        self.assertFalse(self.complaint.date_response)
        self._log(date=NOW)
        self.assertEqual(self.complaint.date_response, NOW)
        self.assertEqual(self.complaint.truck_interaction_count, 2)

    def test_the_button_is_an_answer(self):
        """R7.3: for what Odoo does not see."""
        self.own.action_answered()
        self.assertEqual(self.complaint.date_response, NOW)

    def test_a_contact_is_logged_from_the_complaint(self):
        """R4.1: customer, vehicle and complaint are filled in."""
        self.complaint.vehicle_ids = self.vehicle
        context = self.own.action_truck_log_contact()["context"]
        self.assertEqual(context["default_complaint_id"], self.complaint.id)
        self.assertEqual(context["default_partner_id"], self.customer.id)
        self.assertEqual(context["default_vehicle_id"], self.vehicle.id)

    def test_what_comes_next_is_planned_on_the_complaint(self):
        """R4.1: a next step of a contact about a complaint."""
        interaction = self._log(next_date="2026-03-05", next_step="Call again")
        activity = interaction.next_activity_id
        self.assertEqual(
            (activity.res_model, activity.res_id),
            ("truck.complaint", self.complaint.id),
        )

    # --- waiting ---

    def test_the_customer_answers_on_whatever_channel(self):
        """R7.3: a mail, a call that came in, or what he wrote and we logged."""
        posts = {
            "mail": lambda: self.complaint.message_post(
                body="Here is the photo",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=self.driver.id,
            ),
            "address": lambda: self.complaint.message_post(
                body="Here is the photo",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=False,
                email_from="somebody@example.com",
            ),
            "call": lambda: self._log(kind="call_in"),
            "message": lambda: self._log(kind="message", is_from_customer=True),
        }
        for channel, post in posts.items():
            with self.subTest(channel):
                self.own.action_wait()
                self.assertEqual(self.complaint.state, "waiting")
                post()
                self.assertEqual(self.complaint.state, "in_progress")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_our_own_messages_do_not_end_the_waiting(self):
        """R7.3: notes, reminders to the customer, messages of ours to him."""
        self.own.action_wait()
        self.own.message_post(
            body="Have you found the photo?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.driver.ids,
        )
        self._log(kind="message")
        self.assertEqual(self.complaint.state, "waiting")
        self.own.action_continue()
        self.assertEqual(self.complaint.state, "in_progress")

    def test_what_a_customer_writes_after_the_end_is_not_lost(self):
        """R7.1: the owner is asked, once."""
        self._solve(self.complaint)
        for _number in range(2):
            self.complaint.message_post(
                body="It leaks again",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=self.driver.id,
            )
        self.assertEqual(self.complaint.state, "solved")
        activity = self.complaint.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.users["service"])

    # --- promises ---

    def test_a_promise_in_time_is_kept_and_a_late_one_broken(self):
        """R7.2: by the time it was done, not by who says so."""
        kept, late = self._promise(), self._promise(name="Calls back")
        self.assertFalse(late.is_late)
        kept.action_done()
        self.clock.move_to(NOW + timedelta(hours=5))
        self.assertTrue(self._promise(date_due=NOW).is_late)
        late.invalidate_recordset()
        self.assertTrue(late.is_late)
        self.assertIn(
            late, self.env["truck.complaint.promise"].search([("is_late", "=", True)])
        )
        late.action_done()
        self.assertEqual((kept.state, late.state), ("kept", "broken"))
        self.assertEqual(kept.date_done, NOW)

    def test_what_was_promised_cannot_be_changed(self):
        """R7.2: a later date would make a broken promise a kept one."""
        promise = self._promise()
        with self.assertRaisesRegex(UserError, "make another promise"):
            promise.date_due = NOW + timedelta(days=9)
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")
        late = self._promise(date_due=NOW - timedelta(minutes=1))
        late.action_cancel()
        self.assertEqual((late.state, late.date_done), ("broken", NOW))

    def test_a_promise_told_by_phone_is_noted(self):
        """R7.2: it is the first answer, and the step Act at Once."""
        self._promise()
        self.assertEqual(self.complaint.date_response, NOW)
        self.assertIn("A technician comes", self._step("act").evidence)
        self.assertIn("A technician comes", self.complaint.message_ids[0].body)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_promise_by_mail_is_sent_in_the_customers_time(self):
        """R7.2: action, date and time, to the contact."""
        self.driver.tz = "Asia/Shanghai"
        self.own.action_promise()
        promise = self.env["truck.complaint.promise"].with_user(self.users["service"])
        promise.create(
            {
                "complaint_id": self.complaint.id,
                "name": "A technician comes",
                "date_due": NOW + timedelta(hours=4),
                "told_by": "mail",
            }
        )
        message = self.complaint.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertEqual(message.notified_partner_ids & self.driver, self.driver)
        self.assertIn("A technician comes", message.body)
        self.assertRegex(message.body, r"\b3:00\sPM")  # 07:00 UTC
        self.assertEqual(self.complaint.date_response, NOW)

    def test_a_mail_without_an_address_is_refused(self):
        """R7.2: told by mail means it goes out."""
        complaint = self._complain(contact_name="Mr Li")
        with self.assertRaisesRegex(UserError, "neither a contact with an address"):
            self._promise(complaint_id=complaint.id, told_by="mail")

    # --- the end ---

    def test_a_complaint_without_remedy_is_not_solved(self):
        """R7.2: nor with promises open; the message says what to do."""
        self._promise()
        with self.assertRaisesRegex(UserError, "Remedy, page Summary") as caught:
            self.own.action_solve()
        self.assertIn("Promises still open: A technician comes", str(caught.exception))
        self.complaint.promise_ids.action_done()
        self.own.remedy = "<p>Sealed</p>"
        self.own.action_solve()
        self.assertEqual(self.complaint.state, "solved")
        self.assertEqual(self.complaint.date_solved, NOW)

    def test_closing_demands_what_the_steps_demand(self):
        """R7.2: cause, and each step that is required."""
        self.own.write({"remedy": "<p>Sealed</p>", "severity": "raised"})
        self.own.action_solve()
        with self.assertRaises(UserError) as caught:
            self.own.action_close()
        for word in ("Cause", "Act at Once", "Evaluate", "Summarise and Feed Back"):
            self.assertIn(word, str(caught.exception))
        with self.assertRaises(UserError):
            self.own.write({"state": "closed"})
        for kind in ("act", "concentrate", "evaluate"):
            self._step(kind).write({"evidence": "Done so"})
            self._step(kind).with_user(self.users["service"]).action_done()
        self._step("coordinate").action_done()
        self.own.write({"cause": "<p>Seal</p>", "lesson": "Check seals on delivery"})
        self.own.action_close()
        self.assertRecordValues(
            self.complaint,
            [{"state": "closed", "date_closed": NOW, "step": False}],
        )
        self.assertEqual(self._step("summarise").evidence, "Check seals on delivery")

    def test_opening_again_asks_why_and_counts(self):
        """R7.2: dates are emptied, the reason is in the chatter."""
        self._solve(self.complaint)
        action = self.own.action_reopen()
        wizard = self.env[action["res_model"]].with_user(self.users["service"])
        wizard = wizard.browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Reason"):
            wizard.action_confirm()
        wizard.reason = "Leaks again after 800 km"
        wizard.action_confirm()
        self.assertRecordValues(
            self.complaint,
            [
                {
                    "state": "in_progress",
                    "reopen_count": 1,
                    "date_solved": False,
                    "date_closed": False,
                }
            ],
        )
        self.assertIn("Leaks again after 800 km", self.complaint.message_ids[0].body)

    def test_opened_again_the_steps_begin_anew(self):
        """R7.2: it shows that work goes on; who did it the first time stays written."""
        self._step("act").write({"evidence": "Seal changed"})
        self._step("act").with_user(self.users["service"]).action_done()
        self._solve(self.complaint)
        self.complaint._reopen("Leaks again")
        self.assertTrue(self._step("listen").date)
        act = self._step("act")
        self.assertFalse(act.date or act.user_id)
        self.assertEqual(
            act.evidence, f"(2026-03-02, {self.users['service'].name})\nSeal changed"
        )
        self.assertEqual(self.complaint.step, "act")

    def test_only_what_is_solved_is_closed(self):
        """R7.2: a button out of turn says what it is for."""
        with self.assertRaisesRegex(UserError, "Only a complaint that is “Solved”"):
            self.own.action_close()

    def test_a_complaint_of_the_past_gets_its_steps_when_they_are_needed(self):
        """R7.2: what was brought in by SQL has none."""
        self.complaint.step_ids.unlink()
        self.complaint._do_step("act", "Told at once")
        self.assertEqual(len(self.complaint.step_ids), 6)
        self.assertEqual(self._step("act").evidence, "Told at once")

    def test_vehicles_of_a_call_are_kept(self):
        """R7.6: a complaint can be about several vehicles."""
        second = self._create_vehicle("LGGA2B4D0SL300102", owner_id=self.customer.id)
        self.own.vehicle_ids = [Command.link(self.vehicle.id), Command.link(second.id)]
        self.assertEqual(second.truck_complaint_count, 1)
