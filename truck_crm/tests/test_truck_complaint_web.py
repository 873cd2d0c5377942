import re
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import VINS
from .complaint_channel_common import JPEG, PDF, ComplaintChannelCommon

TIME = "odoo.addons.truck_crm.models.truck_complaint_web_post.time.time"


@tagged("post_install", "-at_install")
class TestTruckComplaintWeb(ComplaintChannelCommon, HttpCase):
    """R7.1: anybody can complain on the web page, and junk harms nothing."""

    def setUp(self):
        super().setUp()
        self._set_parameter("per_address", "1000")
        self._set_parameter("per_hour", "1000")
        self.Post = self.env["truck.complaint.web.post"]
        self.authenticate(None, None)

    def _make_token(self, nonce=None, age=60):
        """Return the token of a form that was shown some seconds ago."""
        self.tokens = getattr(self, "tokens", 0) + 1
        with patch(TIME, return_value=time.time() - age):
            return self.Post._make_token(nonce or f"nonce-{self.tokens}")

    def _send(self, files=None, path="/complaint", **values):
        """Post the form; return the answer, and the complaint that was made."""
        values = {
            "text": "The brakes squeal",
            "contact_name": "Wang",
            "phone": "138 0000 1111",
            "token": self._make_token(),
            "csrf_token": Request.csrf_token(self),
        } | values
        before = self.env["truck.complaint"].search([])
        answer = self.url_open(path, values, files=files)
        return answer, self.env["truck.complaint"].search([]) - before

    # --- taking complaints ---

    def test_a_stranger_complains_and_gets_a_number(self):
        """R7.1: a VIN that is known links the truck; nobody is taken for its owner."""
        answer, complaint = self._send(
            vehicle=VINS[0].lower(), email="Wang@Mail.example"
        )
        self.assertIn(complaint.name, answer.text)
        self.assertTrue(answer.url.endswith("/complaint/thanks"))
        self.assertRecordValues(
            complaint,
            [
                {
                    "subject": "The brakes squeal",
                    "channel": "web",
                    "partner_id": False,
                    "vehicle_ids": self.truck.ids,
                    "reported_vehicle": VINS[0].lower(),
                    "contact_name": "Wang",
                    "phone": "138 0000 1111",
                    "email_from": "wang@mail.example",
                    "team_id": self.team.id,
                }
            ],
        )
        # nobody checks whose address it is: no mail goes there
        self.assertFalse(self._get_mails(complaint))

    def test_the_form_is_a_page_and_knows_the_truck_of_a_code(self):
        """R7.1: the code on a truck opens the form with its VIN."""
        text = self.url_open(f"/complaint?vin={VINS[0]}").text
        self.assertIn(f'value="{VINS[0]}"', text)
        self.assertRegex(text, r'name="token" value="[^"]{40,}"')

    def test_each_company_has_its_own_page(self):
        """R7.1: what is sent there belongs to that company and its team."""
        rival = self.env["res.company"].create({"name": "Northern Trucks"})
        path = rival.truck_complaint_web_url.removeprefix(rival.get_base_url())
        text = self.url_open(path).text
        self.assertIn("Northern Trucks", text)
        self.assertIn(f'action="{path}"', text)
        answer, complaint = self._send(path=path, vehicle=VINS[0])
        self.assertIn(complaint.name, answer.text)
        for page in (text, answer.text):
            footer = page[page.index("o_footer_copyright_name") :][:200]
            self.assertIn("Northern Trucks", footer)
            self.assertIn("Logo of Northern Trucks", page)
        self.assertEqual(complaint.company_id, rival)
        self.assertEqual(complaint.team_id.company_id, rival)
        # the truck is the other company's
        self.assertFalse(complaint.vehicle_ids)

    def test_a_company_can_do_without_the_page(self):
        """R7.1: switched off, archived and unknown are one answer."""
        company = self.env.company
        gone = self.env["res.company"].create({"name": "Gone"})
        gone.active = False
        company.truck_complaint_web = False
        paths = ["/complaint", "/complaint/0", "/complaint/999999999"]
        paths += [f"/complaint/{company.id}", f"/complaint/{gone.id}"]
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.url_open(path).status_code, 404)
                answer, complaint = self._send(path=path)
                self.assertEqual(answer.status_code, 404)
                self.assertFalse(complaint)

    def test_the_token_of_a_shown_form_is_good_after_a_few_seconds(self):
        """R7.1: who types is slower than a machine."""
        self._set_parameter("seconds", "0")
        text = self.url_open("/complaint").text
        token = re.search(r'name="token" value="([^"]+)"', text).group(1)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', text).group(1)
        _answer, complaint = self._send(token=token, csrf_token=csrf)
        self.assertTrue(complaint)

    def test_an_unknown_vin_and_a_plate_are_taken_as_text(self):
        """R7.1: what we do not know is no mistake of who complains."""
        for vehicle in (VINS[5], "桂C99999", "51C-123.45", ""):
            with self.subTest(vehicle):
                _answer, complaint = self._send(vehicle=vehicle)
                self.assertTrue(complaint)
                self.assertFalse(complaint.vehicle_ids)
                self.assertEqual(complaint.reported_vehicle or "", vehicle)

    def test_a_vin_is_checked_where_it_is_typed(self):
        """R7.1: a wrong character is found while the truck is at hand."""
        answer, complaint = self._send(vehicle="LGGA2B4D6RL30010O")
        self.assertFalse(complaint)
        self.assertIn("A VIN never holds O", answer.text)
        self.assertIn("The brakes squeal", answer.text)
        answer, complaint = self._send(vehicle="LGGA2B4D6RL3001")
        self.assertFalse(complaint)
        self.assertIn("A VIN has 17 characters, this has 15", answer.text)

    def test_known_and_unknown_get_the_same_answer(self):
        """R7.1: the page never tells whether a VIN or phone is known."""
        self.customer.phone = "138 0000 1111"
        pages = []
        for values in (
            {"vehicle": VINS[0]},
            {"vehicle": VINS[5]},
            {"phone": "139 9999 8888"},
            {"email": self.driver.email},
        ):
            answer, complaint = self._send(**values)
            text = answer.text.replace(complaint.name, "NUMBER")
            pages.append(re.sub(r'csrf_token: "[^"]*"|session[^,]*', "", text))
        self.assertEqual(len(set(pages)), 1)

    def test_html_is_escaped(self):
        """R7.1: what a stranger types is text, in the office too."""
        _answer, complaint = self._send(text="<script>x()</script><b>Hi</b>")
        self.assertIn("&lt;script&gt;", complaint.description)
        self.assertNotIn("<script>", complaint.description)
        answer, _none = self._send(text='"><script>x()</script>', phone="")
        self.assertNotIn("<script>x()", answer.text)

    # --- files ---

    def test_files_are_told_by_their_content(self):
        """R7.1: photos, videos and PDF; names end as the content says."""
        _answer, complaint = self._send(
            files=[
                ("files", ("brake.exe", JPEG)),
                ("files", ("../../note.pdf", PDF)),
            ]
        )
        files = complaint._get_portal_files()
        self.assertEqual(files.mapped("name"), ["brake.exe.jpg", "note.pdf"])
        self.assertEqual(files.mapped("mimetype"), ["image/jpeg", "application/pdf"])
        self.assertEqual(set(files.mapped("res_id")), set(complaint.ids))

    def test_other_files_are_refused(self):
        """R7.1: limits on type, size and number."""
        self._set_parameter("megabytes", "1")
        for files, message in (
            ([("a.jpg", b"<html>")], "Only photos, videos and PDF"),
            ([("a.svg", b"<svg/>")], "Only photos, videos and PDF"),
            ([("a.zip", b"PK\x03\x04")], "Only photos, videos and PDF"),
            ([("a.jpg", JPEG + b"0" * 1024 * 1024)], "at most 1 MB"),
            ([(f"{n}.jpg", JPEG) for n in range(6)], "At most 5 files"),
        ):
            with self.subTest(files[0][0]):
                answer, complaint = self._send(files=[("files", f) for f in files])
                self.assertFalse(complaint)
                self.assertIn(message, answer.text)

    def test_files_are_refused_before_they_are_sent(self):
        """R7.1: of a video that is too large, nothing is typed twice."""
        self._set_parameter("megabytes", "1")
        self._set_parameter("files", "2")
        self.start_tour("/complaint", "truck_crm_public_complaint_files")

    @mute_logger("odoo.http")
    def test_a_request_that_is_too_large_is_not_even_read(self):
        """R7.1: the limit of all files together holds for the whole request."""
        self._set_parameter("megabytes", "1")
        self._set_parameter("files", "1")
        files = {"files": ("a.jpg", JPEG + b"0" * 3 * 1024 * 1024)}
        answer, complaint = self._send(files=files)
        self.assertFalse(complaint)
        self.assertIn(answer.status_code, (400, 413))

    def test_long_texts_are_refused(self):
        """R7.1: limits on each field."""
        answer, complaint = self._send(text="x" * 5001)
        self.assertFalse(complaint)
        self.assertIn("at most 5,000 characters", answer.text.replace("5000", "5,000"))

    # --- junk ---

    def test_a_form_is_sent_once(self):
        """R7.1: its token is used up; pressing twice makes no second complaint."""
        token = self._make_token()
        _answer, complaint = self._send(token=token)
        self.assertTrue(complaint)
        answer, complaint = self._send(token=token)
        self.assertFalse(complaint)
        self.assertIn("alert-warning", answer.text)

    def test_forged_old_and_hasty_forms_are_refused(self):
        """R7.1: the token is signed, lives for hours, and is some seconds old."""
        good = self._make_token()
        for token in (
            "",
            "x",
            "ÿ" * 50,
            good[:-4] + "AAAA",
            self._make_token(age=0),
        ):
            with self.subTest(token):
                answer, complaint = self._send(token=token)
                self.assertFalse(complaint)
                self.assertIn("Please send it once more", answer.text)
                self.assertIn("The brakes squeal", answer.text)
        path = "odoo.tools.misc.datetime.datetime"
        with patch(path, wraps=datetime) as clock:
            clock.now.return_value = datetime.now() - timedelta(hours=13)
            expired = self.Post._make_token("expired")
        self.assertIsNone(self.Post._read_token(expired))

    def test_an_address_has_a_limit_per_hour(self):
        """R7.1: the sixth of an hour is asked to call."""
        self._set_parameter("per_address", "2")
        made = [bool(self._send()[1]) for _time in range(4)]
        self.assertEqual(made, [True, True, False, False])
        self.assertEqual(self.Post.search_count([]), 2)

    def test_all_together_have_a_limit_per_hour(self):
        """R7.1: many addresses at once do not flood the desk."""
        self._set_parameter("per_hour", "2")
        addresses = ["1.1.1.1", "2.2.2.2", "3.3.3.3"]
        taken = [self.Post._take(f"n{ip}", ip) for ip in addresses]
        self.assertEqual(taken, [True, True, False])

    def test_one_subscriber_has_one_limit(self):
        """R7.1: an IPv6 subscriber has many addresses; none is kept in clear."""
        self._set_parameter("per_address", "1")
        self.assertTrue(self.Post._take("a", "2001:db8:1:2:3::1"))
        self.assertFalse(self.Post._take("b", "2001:db8:1:2:4::9"))
        self.assertTrue(self.Post._take("c", "2001:db8:1:3::1"))
        self.assertNotIn("2001", "".join(self.Post.search([]).mapped("address")))

    def test_old_posts_are_forgotten(self):
        """R7.1: the table stays small."""
        self.assertTrue(self.Post._take("old", "1.1.1.1"))
        self.Post.search([]).hour = datetime.now() - timedelta(days=3)
        self.assertTrue(self.Post._take("new", "1.1.1.1"))
        self.Post._gc_old()
        self.assertEqual(self.Post.search([]).mapped("nonce"), ["new"])

    def test_a_machine_falls_for_the_hidden_field(self):
        """R7.1: what nobody sees, nobody fills in."""
        answer, complaint = self._send(website="http://spam.example")
        self.assertFalse(complaint)
        self.assertNotIn("Thank you", answer.text)

    @mute_logger("odoo.http")
    def test_a_thousand_junk_posts_harm_nothing(self):
        """R7.1: no complaint, no mail, no row; refused faster than they come."""
        self._set_parameter("per_address", "3")
        mails = self.env["mail.mail"].search_count([])
        complaints = self.env["truck.complaint"].search_count([])
        csrf = Request.csrf_token(self)
        used = self._make_token("used")
        junk = [
            {"text": "buy now", "website": "http://spam.example", "csrf_token": csrf},
            {"text": "buy now", "token": "forged", "csrf_token": csrf},
            {"text": "buy now", "token": self._make_token()},  # no session
            {"text": "x" * 100_000, "token": self._make_token(), "csrf_token": csrf},
            {
                "text": "used up",
                "contact_name": "x",
                "phone": "1",
                "token": used,
                "csrf_token": csrf,
            },
        ]
        self.assertTrue(self.Post._take("used", "127.0.0.1"))
        self.env.flush_all()
        for number in range(1000):
            self.url_open("/complaint", junk[number % len(junk)], allow_redirects=False)
        self.assertEqual(self.env["truck.complaint"].search_count([]), complaints)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.Post.search_count([]), 1)
