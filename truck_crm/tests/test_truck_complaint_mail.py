from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.truck_complaint_guess import TruckComplaintGuess
from .common import VINS
from .complaint_channel_common import ComplaintChannelCommon

MODEL_LOGGER = "odoo.addons.truck_crm.models.truck_complaint_mail"


@tagged("post_install", "-at_install")
class TestTruckComplaintMail(ComplaintChannelCommon):
    """R7.1: nothing that comes in by mail is lost."""

    def test_a_mail_becomes_a_complaint_of_the_team_and_of_its_sender(self):
        """R7.1: customer by e-mail, the contact beside him, text and channel."""
        complaint = self._receive("Brakes squeal", body="Since Monday.")
        self.assertRecordValues(
            complaint,
            [
                {
                    "subject": "Brakes squeal",
                    "partner_id": self.customer.id,
                    "contact_id": self.driver.id,
                    "dealer_id": self.nanning.id,
                    "team_id": self.team.id,
                    "company_id": self.env.company.id,
                    "channel": "mail",
                    "severity": "normal",
                    "state": "new",
                    "email_normalized": "driver@haulier.example",
                }
            ],
        )
        self.assertTrue(complaint.name.startswith("TS"))
        self.assertIn("Since Monday.", complaint.description)
        message = complaint.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, self.driver)

    def test_an_unknown_sender_makes_an_unassigned_complaint(self):
        """R7.1: a mail that cannot be assigned becomes an unassigned complaint."""
        complaint = self._receive(sender="nobody@else.example")
        self.assertTrue(complaint)
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.email_from, "nobody@else.example")
        self.assertFalse(complaint.contact_name)
        complaint = self._receive(sender='"Li, Wei" <Li@Else.example>')
        self.assertEqual(complaint.email_from, "li@else.example")
        self.assertEqual(complaint.contact_name, "Li, Wei")
        complaint = self._receive(sender="Driver <driver@haulier.example>")
        self.assertFalse(complaint.contact_name)

    def test_several_possible_customers_leave_it_unassigned(self):
        """R7.1: an address of two customers says neither; their truck decides."""
        self.stranger.email = self.driver.email
        self.assertFalse(self._receive("Brakes").partner_id)
        complaint = self._receive(f"Brakes of {VINS[0]}")
        self.assertEqual(complaint.partner_id, self.customer)

    def test_an_employee_who_forwards_a_mail_is_no_customer(self):
        """R7.1: who works here complains for somebody else."""
        self.users["service"].partner_id.email = "desk@maker.example"
        complaint = self._receive(sender="desk@maker.example")
        self.assertFalse(complaint.partner_id)

    def test_vins_and_plates_link_vehicles(self):
        """R7.1: found in the subject, else in the text, whatever the case."""
        self.assertEqual(self._receive(VINS[0].lower()).vehicle_ids, self.truck)
        self.assertEqual(self._receive("桂b·12345 刹车异响").vehicle_ids, self.truck)
        complaint = self._receive("Brakes", body=f"The truck is {VINS[0]}, since May")
        self.assertEqual(complaint.vehicle_ids, self.truck)
        self.assertFalse(self._receive(f"Brakes of {VINS[1]}").vehicle_ids)

    def test_a_dealer_writes_for_who_has_the_truck(self):
        """R7.1: the staff of a dealer complain for a customer of theirs."""
        complaint = self._receive(VINS[0], sender="mechanic@nanning.example")
        self.assertEqual(complaint.dealer_id, self.nanning)
        self.assertEqual(complaint.partner_id, self.customer)
        complaint = self._receive("Parts", sender="mechanic@nanning.example")
        self.assertEqual(complaint.partner_id, self.nanning.partner_id)

    def test_a_number_in_the_subject_threads_a_new_mail_of_the_sender(self):
        """R7.1: replies thread, also those without a reference."""
        complaint = self._receive("Brakes")
        self.assertFalse(self._receive(f"AW: {complaint.name}", body="Still there"))
        self.assertIn("Still there", complaint.message_ids[0].body)
        # a colleague, by the same number
        sender = "boss@haulier.example"
        self.assertFalse(self._receive(f"[{complaint.name}]", sender, body="Mine too"))
        self.assertEqual(complaint.message_ids[0].author_id, self.boss)

    def test_a_number_of_others_makes_a_complaint_of_its_own(self):
        """R7.1: who quotes a number that is not his does not get into the thread."""
        complaint = self._receive("Brakes")
        count = len(complaint.message_ids)
        own = self._receive(f"About {complaint.name}", sender="stranger@rival.example")
        self.assertEqual(own.partner_id, self.other)
        self.assertEqual(len(complaint.message_ids), count)

    def test_a_reply_threads_by_its_reference(self):
        """R7.1: a reply to the acknowledgement joins its complaint."""
        complaint = self._receive("Brakes")
        mail = self._get_mails(complaint)
        made = self._receive(
            "Thanks",
            body="A photo follows",
            headers=f"In-Reply-To: {mail.message_id}\n",
            to=mail.reply_to,
        )
        self.assertFalse(made)
        self.assertIn("A photo follows", complaint.message_ids[0].body)
        self.assertEqual(complaint.message_ids[0].author_id, self.driver)

    def test_a_mail_on_a_merged_complaint_joins_the_one_that_is_left(self):
        """R7.1: the number of a duplicate leads on."""
        complaint, duplicate = self._receive("Brakes"), self._receive("Brakes again")
        duplicate.write({"state": "merged", "merged_into_id": complaint.id})
        self.assertFalse(self._receive(f"Re: {duplicate.name}", body="And now?"))
        self.assertIn("And now?", complaint.message_ids[0].body)

    @mute_logger(MODEL_LOGGER)
    def test_what_fails_in_guessing_costs_no_mail(self):
        """R7.1: broken data, a broken rule, a broken alias: the complaint is there."""

        def fail(self, *args, **kwargs):
            self.env.cr.execute("SELECT 1 / 0")

        with mute_logger("odoo.sql_db"):
            with patch.object(TruckComplaintGuess, "_guess_vals", fail):
                complaint = self._receive("Guess")
            self.assertEqual(complaint.team_id, self.team)
            self.assertFalse(complaint.partner_id)
            wrong = {"partner_id": 2**31 - 1}  # nobody, refused by the database
            with patch.object(TruckComplaintGuess, "_guess_vals", lambda *a: wrong):
                complaint = self._receive("Refused")
            self.assertEqual(complaint.team_id, self.team)
            with patch.object(type(complaint), "_find_mail_thread", fail):
                self.assertTrue(self._receive(f"Re: {complaint.name}"))
            self.team.alias_id.alias_defaults = "{'nonsense': 1, 'team_id': 0}"
            complaint = self._receive("Alias")
        self.assertTrue(complaint)
        self.assertEqual(complaint.email_from, "driver@haulier.example")

    def test_odd_mails_come_in(self):
        """R7.1: without subject, without text, with a flood of numbers."""
        self.assertEqual(self._receive("").subject, "(no subject)")
        self.assertTrue(self._receive("x", body=""))
        self.assertTrue(self._receive("1234567 " * 500, body="桂B12345 " * 5000))
        self.assertTrue(self._receive("x", sender='"undisclosed" <>'))

    def test_files_of_a_mail_belong_to_its_complaint(self):
        """R7.1: attachments are kept, and pictures in the text show."""
        self.env["mail.thread"].message_process(
            None,
            "From: driver@haulier.example\nTo: complaints-test@maker.example\n"
            "Subject: Photo\nMessage-Id: <photo@test>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n'
            "--b\nContent-Type: text/html\n\n<p>Look</p>\n--b\n"
            'Content-Type: image/png; name="brake.png"\n'
            'Content-Disposition: attachment; filename="brake.png"\n'
            "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n",
        )
        complaint = self.env["truck.complaint"].search([("subject", "=", "Photo")])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertEqual(attachment.name, "brake.png")
        self.assertIn("Look", complaint.description)

    def test_scripts_in_a_mail_do_not_survive(self):
        """R7.1: HTML is sanitised."""
        self.env["mail.thread"].message_process(
            None,
            "From: driver@haulier.example\nTo: complaints-test@maker.example\n"
            "Subject: Script\nMessage-Id: <script@test>\nMIME-Version: 1.0\n"
            "Content-Type: text/html\n\n<p onclick='x()'>Hi</p><script>x()</script>",
        )
        complaint = self.env["truck.complaint"].search([("subject", "=", "Script")])
        self.assertIn("Hi", complaint.description)
        self.assertNotIn("x()", complaint.description)


@tagged("post_install", "-at_install")
class TestTruckComplaintAcknowledgement(ComplaintChannelCommon):
    """R7.1: who complains hears at once that it has arrived."""

    def test_the_sender_gets_the_number(self):
        """R7.1: one mail, below his own, that no machine answers."""
        complaint = self._receive(message_id="<first@test>")
        mail = self._get_mails(complaint)
        self.assertEqual(len(mail), 1)
        self.assertIn("driver@haulier.example", mail.email_to)
        self.assertIn(complaint.name, mail.subject)
        self.assertIn("<first@test>", mail.references)
        self.assertIn("auto-replied", mail.headers)
        self.assertIn("complaints-test@maker.example", mail.reply_to)

    def test_it_is_the_company_that_answers(self):
        """R7.1: not in the name of who complains; the frame stays in the mail."""
        company = self.env.company
        complaint = self._receive()
        mail = self._get_mails(complaint)
        self.assertEqual(mail.author_id, self.env.ref("base.partner_root"))
        self.assertIn(company.name, mail.reply_to)
        self.assertIn("<table", mail.body_html)
        message = mail.mail_message_id
        self.assertIn(complaint.name, message.body)
        self.assertNotIn("<table", message.body)
        # an answer to it is mailed to nobody: the company's mailbox least of all
        self._receive(headers=f"In-Reply-To: {mail.message_id}\n")
        self.assertEqual(self._get_mails(complaint), mail)

    def test_a_reply_is_not_acknowledged_again(self):
        """R7.1: one acknowledgement per complaint."""
        complaint = self._receive()
        self._receive(f"Re: {complaint.name}")
        self.assertEqual(len(self._get_mails(complaint)), 1)

    def test_it_speaks_the_language_of_the_customer(self):
        """R7.1: his language, else the company's."""
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("truck_crm.mail_template_complaint_received")
        template.with_context(lang="zh_CN").subject = "{{ object.name }}:已收到"
        self.driver.lang = "zh_CN"
        complaint = self._receive()
        self.assertIn("已收到", self._get_mails(complaint).subject)

    @mute_logger(MODEL_LOGGER)
    def test_a_broken_template_costs_no_complaint(self):
        """R7.1: the complaint is there, whatever the answer says."""
        template = self.env.ref("truck_crm.mail_template_complaint_received")
        with patch.object(
            type(template), "send_mail_batch", side_effect=UserError("No")
        ):
            self.assertTrue(self._receive())

    def test_an_archived_template_sends_nothing(self):
        """R7.1: who wants no such mail archives it."""
        self.env.ref("truck_crm.mail_template_complaint_received").active = False
        self.assertFalse(self._get_mails(self._receive()))

    def test_machines_get_no_answer(self):
        """R7.1: two machines do not talk to each other for ever."""
        for headers in (
            "Auto-Submitted: auto-replied\n",
            "Auto-Submitted: auto-generated; reason=x\n",
            "Precedence: bulk\n",
            "X-Autoreply: yes\n",
        ):
            with self.subTest(headers):
                sender = f"m{len(headers)}{headers[0]}@machine.example"
                complaint = self._receive(sender=sender, headers=headers)
                self.assertTrue(complaint)
                self.assertFalse(self._get_mails(complaint))

    def test_an_absence_note_joins_what_it_answers(self):
        """R7.1: without reference, it goes to the sender's last complaint."""
        complaint = self._receive()
        made = self._receive(
            "I am on holiday", headers="Auto-Submitted: auto-replied\n", body="Till May"
        )
        self.assertFalse(made)
        self.assertIn("Till May", complaint.message_ids[0].body)

    def test_an_absence_note_does_not_end_the_waiting(self):
        """R7.3: only the customer does; the note is kept, for us alone."""
        complaint = self._receive()
        reference = f"In-Reply-To: {self._get_mails(complaint).message_id}\n"
        for headers in (
            "Auto-Submitted: auto-replied\n",
            f"{reference}X-Autoreply: yes\n",
        ):
            with self.subTest(headers):
                complaint.state = "waiting"
                self._receive("On holiday", headers=headers, body="Till May")
                self.assertEqual(complaint.state, "waiting")
                message = complaint.message_ids.filtered("is_internal")[0]
                self.assertIn("Till May", message.body)
                self.assertTrue(message.subtype_id.internal)
        for headers in (reference, f"{reference}Precedence: list\n"):
            with self.subTest(headers):
                complaint.state = "waiting"
                self._receive(headers=headers, body="Here it is")
                self.assertEqual(complaint.state, "in_progress")

    def test_a_mail_without_subject_says_so_in_the_company_s_language(self):
        """R7.1: the gateway itself speaks English."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["truck_crm"], ["zh_CN"])
        self.env.company.partner_id.lang = "zh_CN"
        subject = self._receive(subject="").subject
        self.assertTrue(subject)
        self.assertFalse(subject.isascii())

    def test_a_person_who_is_not_a_machine_is_answered(self):
        """R7.1: ``Auto-Submitted: no`` is a person (RFC 3834)."""
        complaint = self._receive(headers="Auto-Submitted: no\n")
        self.assertTrue(self._get_mails(complaint))

    def test_a_flood_of_one_sender_is_put_together_and_nothing_is_dropped(self):
        """R7.1: the twenty-first in two hours joins the last, where Odoo drops it."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "3")
        made = [self._receive(f"Number {number}") for number in range(5)]
        self.assertEqual([len(one) for one in made], [1, 1, 1, 0, 0])
        bodies = made[2].message_ids.mapped("subject")
        self.assertIn("Number 3", bodies)
        self.assertIn("Number 4", bodies)
        self.assertFalse(made[2].message_ids.filtered(lambda m: "limit" in m.body))

    def test_a_bounce_makes_no_complaint(self):
        """R7.1: what the post office returns is about a mail, not about a truck."""
        self.assertFalse(self._receive(sender="MAILER-DAEMON@post.example"))


@tagged("post_install", "-at_install")
class TestTruckComplaintCatchall(ComplaintChannelCommon):
    """R7.1: mail that fits nothing."""

    def test_by_default_it_is_refused_as_odoo_does(self):
        """R7.1: off until somebody wants it."""
        self.assertFalse(self._receive(to="catchall@maker.example"))
        with self.assertRaises(ValueError):
            self._receive(to="whoever@maker.example")

    def test_it_becomes_a_complaint_where_that_is_wanted(self):
        """R7.1: to the catch-all, or to an address that nobody knows."""
        self.env.company.truck_complaint_catchall_team_id = self.team
        for to in ("catchall@maker.example", "whoever@maker.example"):
            with self.subTest(to):
                complaint = self._receive(to=to)
                self.assertEqual(complaint.team_id, self.team)
                self.assertEqual(complaint.partner_id, self.customer)

    def test_what_fits_something_goes_there(self):
        """R7.1: aliases and replies come first."""
        self.env.company.truck_complaint_catchall_team_id = self.team
        lead_alias = self.env["mail.alias"].create(
            {
                "alias_name": "sales-test",
                "alias_domain_id": self.alias_domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            }
        )
        self.assertFalse(self._receive("A lead", to=lead_alias.alias_full_name))
        self.assertTrue(self.env["crm.lead"].search([("name", "=", "A lead")]))
        self.assertFalse(
            self._receive("Bounce", sender="MAILER-DAEMON@x.example", to="x@y.example")
        )

    def test_the_company_of_the_address_gets_it(self):
        """R7.1: each company has its own domain, its team takes its mail."""
        domain = self.env["mail.alias.domain"].create({"name": "second.example"})
        second = self.env["res.company"].create(
            {"name": "Second", "alias_domain_id": domain.id}
        )
        team = self.env["truck.complaint.team"].create(
            {"name": "Second Desk", "company_id": second.id}
        )
        self.env.company.truck_complaint_catchall_team_id = self.team
        second.truck_complaint_catchall_team_id = team
        complaint = self._receive(to="whoever@second.example")
        self.assertEqual(complaint.team_id, team)
        self.assertEqual(complaint.company_id, second)

    def test_the_alias_follows_the_company_of_its_team(self):
        """R7.1: complaints are made where the team is."""
        second = self.env["res.company"].create({"name": "Second"})
        self.team.company_id = second
        self.assertEqual(self._receive(sender="a@b.example").company_id, second)
