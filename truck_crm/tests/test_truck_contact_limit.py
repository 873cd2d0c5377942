from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import TruckCrmCommon
from .personal_common import RIGHT

NOW = "2025-03-31 04:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTruckContactLimit(TruckCrmCommon):
    """R4.6: one limit per person over all channels; who plans one more is warned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.Limit = cls.env["truck.contact.limit"]
        cls.Limit.search([]).active = False
        cls.limit = cls.Limit.create(
            {"name": "Two", "max_count": 2, "period_days": 30, "cool_off_days": 14}
        )
        cls.person, cls.other = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.customer.id,
                    "email": f"{name}@example.com",
                }
                for name in ("Wang", "Li")
            ]
        )
        results = {"name": "Voicemail", "is_reached": False}
        cls.voicemail = cls.env["truck.interaction.result"].create(results)
        results = {"name": "Complaint", "cool_off": True}
        cls.complaint = cls.env["truck.interaction.result"].create(results)

    def _talk(self, people=None, day="2025-03-20", kind="call_out", **values):
        people = self.person if people is None else people
        return self.env["truck.interaction"].create(
            {
                "partner_id": self.customer.id,
                "contact_ids": [Command.set(people.ids)],
                "date": f"{day} 04:00:00",
                "kind": kind,
                **values,
            }
        )

    def _state(self, partner=None, **options):
        partner = partner or self.person
        return self.Limit._get_states(partner, **options)[partner.id]

    def _send_mail(self, partner, **values):
        """Write a mail as the web client does, and date it."""
        message = self.customer.with_user(self.users["seller"]).message_post(
            body="Hello",
            partner_ids=partner.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        message.sudo().date = values.get("date", "2025-03-20 04:00:00")
        return message

    # --- what counts ---

    def test_over_all_channels(self):
        """R4.6: a call, a mail, a survey, a greeting and an SMS are five contacts."""
        self.limit.max_count = 9
        self._talk()
        self._talk(kind="sms", day="2025-03-21")
        self._send_mail(self.person, date="2025-03-22 04:00:00")
        answer = self.env["survey.user_input"].create(
            {
                "survey_id": self.env["survey.survey"].create({"title": "How?"}).id,
                "partner_id": self.person.id,
            }
        )
        self._create_greeting_sent(self.person, "festival")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET create_date = '2025-03-23' WHERE id = %s",
            [answer.id],
        )
        self.assertEqual(self._state().count, 5)
        self.assertFalse(self._state().reason)
        self.limit.max_count = 5
        self.assertEqual(self._state().reason, "limit")
        self.assertEqual(self._state(self.other).count, 0)

    def _create_greeting_sent(self, partner, occasion, state="sent"):
        greeting = self.env["truck.greeting"].create(
            {"name": occasion, "occasion": occasion}
        )
        return self.env["truck.greeting.sent"].create(
            {
                "greeting_id": greeting.id,
                "partner_id": partner.id,
                "year": 2025,
                "occasion": occasion,
                "date": "2025-03-24",
                "company_id": self.env.company.id,
                "channel": "mail",
                "state": state,
                "sent_date": "2025-03-24 04:00:00",
            }
        )

    def test_what_does_not_count(self):
        """R4.6: the customer's own calls and visits, attempts, what is long ago."""
        for kind in ("call_in", "showroom", "test_drive"):
            self._talk(kind=kind)
        self._talk(result_id=self.voicemail.id)
        self._talk(day="2025-02-28")
        self._create_greeting_sent(self.person, "festival", state="skipped")
        self.assertEqual(self._state().count, 0)

    def test_which_kinds_count_is_policy(self):
        """R4.6: visits do not count as it comes; a company may want it otherwise."""
        self._talk(kind="visit")
        self._talk(kind="call_out")
        self.assertEqual(self._state().count, 1)
        self.limit.write({"count_visit": True, "count_call": False})
        self.assertEqual(self._state().count, 1)
        self.limit.count_call = True
        self.assertEqual(self._state().count, 2)

    def test_mails_of_a_day_count_once(self):
        """R4.6: a mail in the chatter and its interaction are one contact."""
        self._send_mail(self.person)
        self._send_mail(self.person)
        self._talk(kind="mail")
        self.assertEqual(self._state().count, 1)
        self._send_mail(self.person, date="2025-03-21 04:00:00")
        self.assertEqual(self._state().count, 2)

    def test_mails_from_outside_and_of_odoo_itself_do_not_count(self):
        """R4.6: only what one of ours has written."""
        self.customer.message_post(
            body="Hello",
            author_id=self.other.id,
            partner_ids=self.person.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.customer.message_post(
            body="Invoice", partner_ids=self.person.ids, message_type="auto_comment"
        )
        self.assertEqual(self._state().count, 0)

    def test_a_contact_without_a_person_is_with_the_customer(self):
        """R4.6: it counts for the customer, and not for each of its people."""
        self._talk(self.env["res.partner"])
        self.assertEqual(self._state(self.customer).count, 1)
        self.assertEqual(self._state().count, 0)
        self._talk(self.person)
        self.assertEqual(self._state(self.customer).count, 1)
        self.assertEqual(self._state().count, 1)

    # --- policies ---

    def test_first_policy_that_fits_holds(self):
        """R4.6: by grade and by company."""
        grade = self.env.ref("truck_crm.truck_customer_grade_a")
        vip = self.limit.copy({"name": "A", "sequence": 1, "max_count": 9})
        vip.grade_ids = grade
        self.assertEqual(self._state().policy, self.limit)
        self.env["truck.customer.metrics"].sudo().create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "grade_id": grade.id,
            }
        )
        self.assertEqual(self._state().policy, vip)
        self.assertEqual(self._state(self.partner).policy, self.limit)
        other = self.env["res.company"].create({"name": "Another"})
        vip.company_id = other
        self.assertEqual(self._state().policy, self.limit)
        (vip | self.limit).active = False
        self._talk()
        self.assertFalse(self._state().reason)

    def test_contacts_of_another_company(self):
        """R4.6: a policy of a company counts its own; one of all counts all."""
        other = self.env["res.company"].create({"name": "Another"})
        self._talk(company_id=other.id)
        self._talk()
        self.assertEqual(self._state().count, 2)
        self.limit.company_id = self.env.company
        self.assertEqual(self._state().count, 1)

    # --- cool-off ---

    def test_cool_off_after_a_complaint(self):
        """R4.6: for the days of the policy, for that person and the customer."""
        self._talk(day="2025-03-25", kind="call_in", result_id=self.complaint.id)
        state = self._state()
        self.assertEqual(state.reason, "cool_off")
        self.assertEqual(state.cool_off_until, date(2025, 4, 7))
        self.assertEqual(self._state(self.customer).reason, "cool_off")
        self.assertFalse(self._state(self.other).reason)
        with freeze_time("2025-04-07 04:00:00"):
            self.assertEqual(self._state().reason, "cool_off")
        with freeze_time("2025-04-08 04:00:00"):
            self.assertFalse(self._state().reason)
        self.limit.cool_off_days = 0
        self.assertFalse(self._state().reason)

    def test_complaint_of_nobody_in_particular_holds_for_all(self):
        """R4.6: when the customer has complained, none of its people is contacted."""
        nobody = self.env["res.partner"]
        self._talk(nobody, kind="call_in", result_id=self.complaint.id)
        for partner in (self.person, self.other, self.customer):
            self.assertEqual(self._state(partner).reason, "cool_off")

    # --- privacy ---

    def test_birthday_greetings_count_for_those_with_the_right(self):
        """R1.4: a number that goes up would tell the others the birthday."""
        self.limit.max_count = 1
        self._create_greeting_sent(self.person, "birthday")
        seller = self.users["seller"]
        warning = self.Limit.with_user(seller)._get_warning(self.person)
        self.assertFalse(warning)
        seller.group_ids += self.env.ref(RIGHT)
        warning = self.Limit.with_user(seller)._get_warning(self.person)
        self.assertIn("contacted 1 times", warning)

    # --- warnings ---

    def test_interaction_that_is_entered(self):
        """R4.6: warned while it is entered, not blocked, and not afterwards."""
        self._talk()
        values = {"partner_id": self.customer.id, "contact_ids": self.person.ids}
        Interaction = self.env["truck.interaction"].with_user(self.users["seller"])
        self.assertFalse(Interaction.new(values).truck_contact_warning)
        self._talk()
        draft = Interaction.new(values)
        self.assertEqual(
            draft.truck_contact_warning,
            f"{self.person.display_name}: contacted 2 times within 30 days, the limit"
            " is 2. Can this wait?",
        )
        draft.kind = "call_in"
        self.assertFalse(draft.truck_contact_warning)
        draft.kind = "visit"  # does not count by this policy
        self.assertFalse(draft.truck_contact_warning)
        saved = Interaction.create(values)
        self.assertFalse(saved.truck_contact_warning)

    def test_who_complained_is_owed_an_answer(self):
        """R4.6, R7.3: of a contact about the complaint nobody is warned."""
        complaint = self.env["truck.complaint"].create(
            {"subject": "Smoke", "contact_id": self.person.id}
        )
        values = {"partner_id": self.customer.id, "contact_ids": self.person.ids}
        Interaction = self.env["truck.interaction"].with_user(self.users["seller"])
        draft = Interaction.new(values)
        self.assertIn("after a complaint", draft.truck_contact_warning)
        draft.complaint_id = complaint
        self.assertFalse(draft.truck_contact_warning)

    def test_activity_that_is_scheduled(self):
        """R4.6: a call or a mail to the person; a task of our own is none."""
        self._talk()
        self._talk()
        Schedule = self.env["mail.activity.schedule"].with_user(self.users["seller"])
        Schedule = Schedule.with_context(
            active_model="res.partner", active_ids=self.person.ids
        )
        with Form(Schedule) as form:
            form.activity_type_id = self.env.ref("mail.mail_activity_data_todo")
            self.assertFalse(form.truck_contact_warning)
            form.activity_type_id = self.env.ref("mail.mail_activity_data_call")
            self.assertIn("contacted 2 times", form.truck_contact_warning)
            form.activity_type_id = self.env.ref("mail.mail_activity_data_email")
            self.assertIn("contacted 2 times", form.truck_contact_warning)
        form.record.action_schedule_activities()
        self.assertEqual(len(self.person.activity_ids), 1)

    def test_activity_on_a_lead_is_about_its_customer(self):
        """R4.6: whatever the person hangs on."""
        self._talk()
        self._talk()
        lead = self.env["crm.lead"].create(
            {"name": "Ten tractors", "partner_id": self.person.id, "user_id": False}
        )
        wizard = self.env["mail.activity.schedule"].create(
            {
                "res_model": "crm.lead",
                "res_ids": str(lead.ids),
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            }
        )
        self.assertIn("contacted 2 times", wizard.truck_contact_warning)

    def test_mail_and_survey_that_are_composed(self):
        """R4.6: the composers name who has had enough, five of them at most."""
        self._talk()
        self._talk()
        composer = self.env["mail.compose.message"].with_user(self.users["seller"])
        composer = composer.new({"model": "res.partner", "composition_mode": "comment"})
        composer.partner_ids = self.person | self.other
        self.assertIn("Wang", composer.truck_contact_warning)
        self.assertNotIn("Li", composer.truck_contact_warning)
        survey = self.env["survey.survey"].create({"title": "How?"})
        invite = self.env["survey.invite"].new({"survey_id": survey.id})
        invite.partner_ids = self.person
        self.assertIn("Wang", invite.truck_contact_warning)
        # the field there shows addresses; the warning names the person
        self.person.email = "wang@example.com"
        asked = invite.with_context(show_email=True)
        self.assertIn("example", asked.partner_ids.display_name)
        self.assertNotIn("example", asked.truck_contact_warning)
        many = self.env["res.partner"].create(
            [{"name": f"P{n}", "parent_id": self.customer.id} for n in range(8)]
        )
        for person in many:
            self._talk(person)
            self._talk(person)
        invite.partner_ids = many
        lines = invite.truck_contact_warning.split("\n")
        self.assertEqual(len(lines), 6)
        self.assertIn("3 others", lines[-1])

    def test_message_in_the_chatter(self):
        """R4.6: its short composer asks for those whom the message goes to."""
        ask = self.Limit.with_user(self.users["clerk"]).get_mail_warning
        ids = (self.person | self.other | self.users["seller"].partner_id).ids
        self.assertFalse(ask(ids))
        self._talk()
        self._talk()
        self.assertIn("Wang: contacted 2 times", ask(ids))
        self.assertNotIn("Li", ask(ids))
        self.assertFalse(ask([]))
        self.limit.count_mail = False
        self.assertFalse(ask(ids))

    def test_who_complained_is_answered_without_a_warning(self):
        """R4.6 R7.1: in the chatter, in the composer, and by what is planned."""
        complaint = self.env["truck.complaint"].create(
            {"subject": "Brakes", "contact_id": self.person.id}
        )
        self._talk()
        self._talk()
        ids, kind = self.person.ids, self.env.ref("mail.mail_activity_data_call")
        for record in (self.person, complaint):
            with self.subTest(record):
                is_warned = record != complaint
                model = record._name
                warning = self.Limit.get_mail_warning(ids, model)
                self.assertEqual(bool(warning), is_warned)
                composer = self.env["mail.compose.message"].create(
                    {"model": model, "res_ids": str(record.ids), "partner_ids": ids}
                )
                self.assertEqual(bool(composer.truck_contact_warning), is_warned)
                plan = self.env["mail.activity.schedule"].create(
                    {
                        "res_model": model,
                        "res_ids": str(record.ids),
                        "activity_type_id": kind.id,
                    }
                )
                self.assertEqual(bool(plan.truck_contact_warning), is_warned)

    def test_only_employees_ask_who_was_contacted(self):
        """R4.6: a customer on the portal learns nothing about itself or others."""
        portal = new_test_user(self.env, "portal_wang", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.Limit.with_user(portal).get_mail_warning(portal.partner_id.ids)

    def test_users_without_a_role_are_warned_too(self):
        """R4.6: the warehouse writes mails as well, and reads no interaction."""
        self._talk()
        self._talk()
        clerk = self.users["clerk"]
        with self.assertRaises(AccessError):
            self.env["truck.interaction"].with_user(clerk).search([])
        warning = self.Limit.with_user(clerk)._get_warning(self.person)
        self.assertIn("contacted 2 times", warning)

    # --- size ---

    def test_many_persons_take_as_many_queries_as_one(self):
        """R4.6: asked for a batch of greetings and for a mail to fifty people."""
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "parent_id": self.customer.id} for n in range(50)]
        )
        for person in people:
            self._talk(person, result_id=self.complaint.id)
        counts = []
        for some in (people[:1], people):
            for _round in range(2):  # the first fills the caches of the process
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                states = self.Limit._get_states(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(states), 50)
        self.assertEqual({state.count for state in states.values()}, {1})
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 8)
