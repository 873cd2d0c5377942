import json
import re
from urllib.parse import urlparse

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import VINS
from .complaint_channel_common import JPEG, ComplaintChannelCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintPortalRights(ComplaintChannelCommon):
    """R7.1: what a portal user reads by the ORM, whatever page there is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(dealer_id=cls.nanning.id)
        cls.others = cls._complain(partner_id=cls.other.id, dealer_id=cls.north.id)
        cls.below = cls._complain(partner_id=cls.other.id, dealer_id=cls.qinzhou.id)
        cls.above = cls._complain(partner_id=cls.other.id, dealer_id=cls.south.id)
        cls.unassigned = cls._complain(partner_id=False)

    def _search(self, name):
        Complaint = self.env["truck.complaint"].with_user(self.portal_users[name])
        return Complaint.search([]).sudo()

    def test_customers_see_their_own(self):
        """R7.1: those of their own company only."""
        self.assertEqual(self._search("driver"), self.complaint)
        theirs = self.others | self.below | self.above
        self.assertEqual(self._search("stranger"), theirs)

    def test_staff_of_a_dealer_see_those_of_the_branch(self):
        """R7.1: of their dealer and of those below it, not above."""
        self.assertEqual(self._search("mechanic"), self.complaint | self.below)

    def test_staff_of_a_dealer_that_is_terminated_see_nothing_more(self):
        """R7.1: his branch is another's then."""
        # by hand: ending a dealer hands over his customers first
        self.env.cr.execute(
            "UPDATE truck_dealer SET state = 'terminated' WHERE id = %s",
            [self.nanning.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self._search("mechanic") & (self.complaint | self.below))

    def test_who_changes_the_company_sees_other_complaints_at_once(self):
        """R7.1: nothing is remembered of where somebody worked."""
        self.assertEqual(self._search("driver"), self.complaint)
        self.driver.parent_id = self.other
        self.assertNotIn(self.complaint, self._search("driver"))
        self.env["truck.dealer.staff"].search(
            [("partner_id", "=", self.mechanic.id)]
        ).unlink()
        self.assertFalse(self._search("mechanic") & (self.complaint | self.below))

    def test_confidential_ones_are_not_in_the_portal(self):
        """R7.12: complaints about staff are for the top only."""
        self.complaint.is_confidential = True
        self.assertFalse(self._search("driver"))
        self.assertEqual(self._search("mechanic"), self.below)

    def test_internals_cannot_be_read_or_searched(self):
        """R7.1: what is not listed stays inside, fields of tomorrow included."""
        complaint = self.complaint.with_user(self.portal_users["driver"])
        self.assertEqual(complaint.read(["name"])[0]["name"], self.complaint.name)
        for name in (
            "accused_ids",
            "escalation_level",
            "escalation_ids",
            "clock_ids",
            "is_confidential",
            "user_id",
            "solution_id",
            "external_ref",
            "message_ids",
        ):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    complaint.read([name])
                with self.assertRaises(AccessError):
                    complaint.search([(name, "!=", False)])
        self.assertNotIn("accused_ids", complaint.fields_get())
        self.assertNotIn("accused_ids", complaint.read()[0])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nothing_can_be_changed(self):
        """R7.1: portal users have the right to read, no other."""
        complaint = self.complaint.with_user(self.portal_users["driver"])
        with self.assertRaises(AccessError):
            complaint.subject = "Mine"
        with self.assertRaises(AccessError):
            complaint.unlink()
        with self.assertRaises(AccessError):
            complaint.create({"subject": "Mine"})
        with self.assertRaises(AccessError):
            complaint.submit({"text": "Mine"})
        others = self.others.with_user(self.portal_users["driver"])
        with self.assertRaises(AccessError):
            others.read(["name"])


@tagged("post_install", "-at_install")
class TestTruckComplaintPortal(ComplaintChannelCommon, HttpCase):
    """R7.1: the pages of the portal, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(subject="Brakes squeal", dealer_id=cls.nanning.id)
        cls.others = cls._complain(
            subject="Gearbox", partner_id=cls.other.id, dealer_id=cls.north.id
        )

    def _open(self, path, user="driver", **params):
        self.authenticate(f"portal_{user}", f"portal_{user}")
        return self.url_open(path, **params)

    def _post_message(self, complaint, user, body="Any news?", attachment=None):
        self.authenticate(f"portal_{user}", f"portal_{user}")
        data = {"body": body, "message_type": "comment"}
        data["subtype_xmlid"] = "mail.mt_comment"
        if attachment:
            data["attachment_ids"] = [attachment["id"]]
            data["attachment_tokens"] = [attachment["ownership_token"]]
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": complaint._name,
                "thread_id": complaint.id,
                "post_data": data,
            },
        )

    def _send(self, user="driver", files=None, **values):
        self.authenticate(f"portal_{user}", f"portal_{user}")
        values["csrf_token"] = Request.csrf_token(self)
        values = {"subject": "Engine", "text": "It smokes"} | values
        before = self.env["truck.complaint"].search([])
        answer = self.url_open("/my/complaints/new", values, files=files)
        return answer, self.env["truck.complaint"].search([]) - before

    # --- reading ---

    def test_the_list_shows_own_complaints(self):
        """R7.1: with search, filters and order."""
        own = self._complain(subject="Lamp", state="solved")
        for path, shown in (
            ("/my/complaints", [self.complaint, own]),
            ("/my/complaints?filterby=open", [self.complaint]),
            ("/my/complaints?filterby=done", [own]),
            ("/my/complaints?search=squeal", [self.complaint]),
            (f"/my/complaints?search={own.name}", [own]),
            ("/my/complaints?sortby=state&filterby=nonsense", [self.complaint, own]),
            ("/my/complaints/page/7?sortby=';--", [self.complaint, own]),
        ):
            with self.subTest(path):
                text = self._open(path).text
                for complaint in self.complaint | own | self.others:
                    self.assertEqual(
                        f"/my/complaints/{complaint.id}" in text, complaint in shown
                    )

    def test_staff_of_a_dealer_read_whose_complaint_it_is(self):
        """R7.1: they have many customers; a customer reads his own name nowhere."""
        for path in ("/my/complaints", self.complaint.access_url):
            with self.subTest(path):
                name = f">{self.customer.name}<"
                self.assertIn(name, self._open(path, "mechanic").text)
                self.assertNotIn(name, self._open(path).text)

    def test_the_home_page_counts_them(self):
        """R7.1: two clicks from the home page."""
        self.assertIn('href="/my/complaints"', self._open("/my/home").text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["complaint_count"]}
        )
        self.assertEqual(counters["complaint_count"], 1)

    def test_a_page_shows_what_the_customer_may_know(self):
        """R7.1: state, promises, text; never who is accused, or the escalation."""
        accused = self.env["res.partner"].create({"name": "Bad Salesman"})
        self.complaint.write(
            {
                "description": "<p>They squeal</p>",
                "vehicle_ids": self._link(self.truck),
                "state": "in_progress",
            }
        )
        self.env["truck.complaint.promise"].create(
            {
                "complaint_id": self.complaint.id,
                "name": "New pads",
                "date_due": "2030-03-02 08:00:00",
            }
        )
        # what makes it confidential is written as if it were not
        self.env.cr.execute(
            "INSERT INTO truck_complaint_accused_rel VALUES (%s, %s)",
            [self.complaint.id, accused.id],
        )
        text = self._open(f"/my/complaints/{self.complaint.id}").text
        for shown in ("They squeal", "New pads", "We are working on it", VINS[0]):
            self.assertIn(shown, text)
        self.assertNotIn("Bad Salesman", text)

    def test_others_are_turned_away(self):
        """R7.1: by number or id, logged in as somebody else or not at all."""
        path = f"/my/complaints/{self.complaint.id}"
        for user in ("stranger", "mechanic", "driver"):
            answer = self._open(path, user)
            self.assertEqual("Brakes squeal" in answer.text, user != "stranger", user)
        self.authenticate(None, None)
        answer = self.url_open(path)
        self.assertNotIn("Brakes squeal", answer.text)
        self.assertIn("/web/login", answer.url)
        answer = self.url_open(f"{path}?access_token=wrong")
        self.assertNotIn("Brakes squeal", answer.text)
        self.assertNotIn("Brakes", self._open("/my/complaints/99999999").text)

    def test_the_token_of_a_complaint_opens_it_and_no_other(self):
        """R7.1: links in mails work without an account, for their complaint only."""
        token = self.complaint._portal_ensure_token()
        self.authenticate(None, None)
        url = f"/my/complaints/{self.complaint.id}?access_token={token}"
        self.assertIn("Brakes squeal", self.url_open(url).text)
        url = f"/my/complaints/{self.others.id}?access_token={token}"
        self.assertNotIn("Gearbox", self.url_open(url).text)

    def test_a_merged_complaint_leads_to_the_one_that_is_left(self):
        """R7.1: old links stay good."""
        duplicate = self._complain(subject="Again")
        duplicate.write({"state": "merged", "merged_into_id": self.complaint.id})
        answer = self._open(f"/my/complaints/{duplicate.id}")
        self.assertIn("Brakes squeal", answer.text)

    def test_a_foreign_vin_tells_nothing(self):
        """R7.1: who names the truck of another does not get its plate shown."""
        complaint = self._complain(
            partner_id=self.other.id,
            vehicle_ids=self._link(self.truck),
            reported_vehicle=VINS[0],
        )
        text = self._open(f"/my/complaints/{complaint.id}", "stranger").text
        self.assertIn(VINS[0], text)
        self.assertNotIn("桂B12345", text)

    # --- messages ---

    def test_messages_come_from_their_author(self):
        """R7.1: what a customer writes in the portal is his."""
        self._post_message(self.complaint, "driver")
        message = self.complaint.message_ids[0]
        self.assertEqual(message.author_id, self.driver)
        self.assertIn("Any news?", message.body)
        self._post_message(self.complaint, "mechanic", "On it")
        self.assertEqual(self.complaint.message_ids[0].author_id, self.mechanic)

    @mute_logger("odoo.http")
    def test_nobody_writes_into_the_complaint_of_another(self):
        """R7.1: neither by the page nor by the call behind it."""
        count = len(self.complaint.message_ids)
        with self.assertRaises(JsonRpcException):
            self._post_message(self.complaint, "stranger")
        self.assertEqual(len(self.complaint.message_ids), count)

    def test_notes_are_not_shown(self):
        """R7.1: notes are for the staff, messages for the customer."""
        self.complaint.message_post(body="He is a bad payer")
        self.complaint.message_post(
            body="We come tomorrow",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.authenticate("portal_driver", "portal_driver")
        shown = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {"thread_model": self.complaint._name, "thread_id": self.complaint.id},
        )
        text = json.dumps(shown)
        self.assertIn("We come tomorrow", text)
        self.assertNotIn("bad payer", text)
        self.authenticate("portal_stranger", "portal_stranger")
        shown = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {"thread_model": self.complaint._name, "thread_id": self.complaint.id},
        )
        self.assertNotIn("We come tomorrow", json.dumps(shown))

    def test_the_mail_of_an_answer_leads_to_the_page(self):
        """R7.1: the button in the mail opens the portal, for a contact as well."""
        self.complaint.contact_id = self.driver
        self.complaint.message_subscribe(self.driver.ids)
        self.complaint.message_post(
            body="We come", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        mail = self._get_mails(self.complaint)
        self.assertEqual(mail.recipient_ids, self.driver)
        self.assertIn(f"res_id={self.complaint.id}", mail.body_html)
        self.authenticate("portal_driver", "portal_driver")
        answer = self.url_open(
            f"/mail/view?model=truck.complaint&res_id={self.complaint.id}"
        )
        self.assertEqual(
            urlparse(answer.url).path, f"/my/complaints/{self.complaint.id}"
        )

    # --- files ---

    def test_files_are_reached_by_the_token_of_their_own_complaint_only(self):
        """R7.1: attachments of one complaint are unreachable from another."""
        _answer, complaint = self._send(files={"files": ("brake.jpg", JPEG)})
        text = self._open(complaint.access_url).text
        url = re.search(r'href="(/web/content/[^"]*)"', text).group(1)
        url = url.replace("&amp;", "&")
        self.assertEqual(self.url_open(url).content, JPEG)
        bare = url.split("?")[0]
        _answer, second = self._send(files={"files": ("other.jpg", JPEG + b"2")})
        other = second._get_portal_files()
        self.assertEqual(self.url_open(bare).status_code, 404)
        token = url.partition("access_token=")[2].split("&")[0]
        for user in ("driver", "stranger"):
            path = f"/web/content/{other.id}?access_token={token}"
            self.assertEqual(self._open(path, user).status_code, 404)
        self.assertNotIn(str(other.id), re.findall(r"/web/content/(\d+)", text))

    def test_files_of_notes_are_out_of_reach(self):
        """R7.1: what the staff keeps with a complaint is not the customer's."""
        self.complaint.message_post(
            body="Look", attachments=[("internal.pdf", b"%PDF-secret")]
        )
        file = self.complaint.message_ids[0].attachment_ids
        self.assertEqual(self._open(f"/web/content/{file.id}").status_code, 404)
        text = self._open(f"/my/complaints/{self.complaint.id}").text
        self.assertNotIn("internal.pdf", text)

    # --- new ones ---

    def test_a_customer_complains_about_his_own_truck(self):
        """R7.1: his trucks are offered; the complaint is his company's."""
        text = self._open("/my/complaints/new").text
        self.assertIn(VINS[0], text)
        answer, complaint = self._send(
            vehicle_id=str(self.truck.id),
            mileage="120,000",
            files={"files": ("photo.jpg", JPEG)},
        )
        self.assertEqual(urlparse(answer.url).path, complaint.access_url)
        self.assertRecordValues(
            complaint,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.driver.id,
                    "dealer_id": self.nanning.id,
                    "vehicle_ids": self.truck.ids,
                    "channel": "portal",
                    "mileage": 120000,
                    "subject": "Engine",
                }
            ],
        )
        self.assertIn(self.driver, complaint.message_partner_ids)
        self.assertEqual(len(self._get_mails(complaint)), 1)
        self.assertEqual(complaint._get_portal_files().mimetype, "image/jpeg")

    def test_the_truck_of_another_is_not_offered_and_not_taken(self):
        """R7.1: a forged choice is no choice."""
        self.assertNotIn(VINS[0], self._open("/my/complaints/new", "stranger").text)
        _answer, complaint = self._send("stranger", vehicle_id=str(self.truck.id))
        self.assertEqual(complaint.partner_id, self.other)
        self.assertFalse(complaint.vehicle_ids)
        _answer, complaint = self._send("stranger", vehicle=VINS[0])
        self.assertEqual(complaint.partner_id, self.other)
        self.assertFalse(complaint.vehicle_ids)
        self.assertEqual(complaint.reported_vehicle, VINS[0])

    def test_staff_of_a_dealer_complain_for_a_customer_of_theirs(self):
        """R7.1: by VIN or plate of a truck of their branch."""
        _answer, complaint = self._send("mechanic", vehicle="桂B·12345")
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.dealer_id, self.nanning)
        self.assertEqual(complaint.vehicle_ids, self.truck)
        foreign = self._create_vehicle(
            VINS[1], owner_id=self.other.id, dealer_id=self.north.id
        )
        _answer, complaint = self._send("mechanic", vehicle=foreign.vin)
        self.assertFalse(complaint.vehicle_ids)
        self.assertEqual(complaint.partner_id, self.nanning.partner_id)

    def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(self):
        """R7.1: nobody types a complaint twice."""
        answer, complaint = self._send(subject="", vehicle="LGGA2B4D6RL30010O")
        self.assertFalse(complaint)
        self.assertIn("Please fill this in.", answer.text)
        self.assertIn("It smokes", answer.text)
        self.assertIn("A VIN never holds O", answer.text)
        answer, complaint = self._send(files={"files": ("x.svg", b"<svg onload=x>")})
        self.assertFalse(complaint)
        self.assertIn("Only photos, videos and PDF", answer.text)

    def test_html_is_shown_as_it_was_typed(self):
        """R7.1: nothing that is typed is run."""
        _answer, complaint = self._send(
            subject="<script>s()</script>", text="<img src=x onerror=t()>"
        )
        text = self._open(complaint.access_url).text
        self.assertNotIn("<script>s()", text)
        self.assertNotIn("<img src=x", text)
        self.assertIn("&lt;img src=x onerror=t()&gt;", text)

    def test_a_complaint_about_staff_is_thanked_for_and_kept_for_the_top(self):
        """R7.12: its customer gets the number."""
        category = self.env["truck.complaint.category"].create(
            {"name": "Behaviour", "is_about_staff": True}
        )
        answer, complaint = self._send(category_id=str(category.id))
        self.assertTrue(complaint.is_confidential)
        self.assertIn(complaint.name, answer.text)
        self.assertIn("Thank you", answer.text)
