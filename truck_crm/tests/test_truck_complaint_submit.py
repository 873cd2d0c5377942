from datetime import datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged, users
from odoo.tools import mute_logger

from .common import VINS
from .complaint_channel_common import ComplaintChannelCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintSubmit(ComplaintChannelCommon):
    """R7.1: other systems hand in complaints."""

    @users("truck_service")
    def test_a_system_hands_in_a_complaint(self):
        """R7.1: customer by reference, truck by VIN, number in return."""
        receipt = self.env["truck.complaint"].submit(
            {
                "external_ref": "HOTLINE-1",
                "customer_ref": "C-1",
                "vehicle": VINS[0],
                "text": "Brakes\nsince Monday <b>",
                "severity": "raised",
                "phone": "0772 3112345",
                "mileage": 120_000,
            }
        )
        complaint = self.env["truck.complaint"].browse(receipt["id"])
        self.assertEqual(receipt["name"], complaint.name)
        self.assertTrue(receipt["created"])
        self.assertRecordValues(
            complaint,
            [
                {
                    "subject": "Brakes since Monday <b>",
                    "partner_id": self.customer.id,
                    "dealer_id": self.nanning.id,
                    "vehicle_ids": self.truck.ids,
                    "channel": "api",
                    "severity": "raised",
                    "mileage": 120_000,
                    "external_ref": "HOTLINE-1",
                }
            ],
        )
        self.assertNotIn("<b>", complaint.description)

    @users("truck_service")
    def test_the_same_reference_makes_one_complaint(self):
        """R7.1: a call that is repeated returns what there is, unchanged."""
        submit = self.env["truck.complaint"].submit
        first = submit({"external_ref": "A", "text": "One"})
        second = submit({"external_ref": "A", "text": "Two"})
        self.assertEqual(second, first | {"created": False})
        complaint = self.env["truck.complaint"].browse(first["id"])
        self.assertEqual(complaint.subject, "One")
        # without a reference, each call is a complaint
        receipts = [submit({"text": "One"}) for _time in range(2)]
        self.assertEqual(len({receipt["id"] for receipt in receipts}), 2)

    @users("truck_service")
    def test_two_at_once_make_one(self):
        """R7.1: the unique index decides, and who lost gets the other's number."""
        Complaint = self.env["truck.complaint"]
        first = Complaint.submit({"external_ref": "A", "text": "One"})
        model = self.env.registry["truck.complaint"]
        find, looks = model._find_submitted, []

        def find_too_late(records, vals):
            looks.append(vals)
            return records.browse() if len(looks) == 1 else find(records, vals)

        self.patch(model, "_find_submitted", find_too_late)
        second = Complaint.submit({"external_ref": "A", "text": "One"})
        self.assertEqual(second, first | {"created": False})
        self.assertEqual(len(looks), 2)

    @users("truck_service")
    def test_what_is_unknown_stays_in_the_text(self):
        """R7.1: nothing is lost of what was given."""
        receipt = self.env["truck.complaint"].submit(
            {"customer_ref": "C-404", "vehicle": "the red one", "text": "Brakes"}
        )
        complaint = self.env["truck.complaint"].browse(receipt["id"])
        self.assertFalse(complaint.partner_id)
        for text in ("Brakes", "C-404", "the red one"):
            self.assertIn(text, complaint.description)

    @users("truck_service")
    def test_bad_values_are_named(self):
        """R7.1: the message says which value, and what it may be."""
        submit = self.env["truck.complaint"].submit
        for vals, message in (
            ({"text": "x", "state": "closed"}, "state: unknown. Use only"),
            ({"text": "x", "user_id": 1}, "user_id: unknown"),
            ({"text": 5}, "text: give a text"),
            ({"text": "x" * 20_001}, "at most 20000"),
            ({"text": "x", "channel": "pigeon"}, "channel: pigeon is unknown"),
            ({"text": "x", "mileage": -1}, "mileage: give a whole number"),
            ({"text": "x", "mileage": "12"}, "mileage: give a whole number"),
            ({"external_ref": "x"}, "text: say what"),
            ({}, "text: say what"),
            ("text", "vals: give names"),
            ([], "vals: give names"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, message):
                submit(vals)

    def test_a_reference_of_others_is_not_told(self):
        """R7.1: who may not see a complaint does not get its number by guessing."""
        self.env["truck.complaint"].with_user(self.users["service"]).submit(
            {"external_ref": "A", "text": "One"}
        )
        rival = self.env["truck.complaint"].with_user(self.users["rival"])
        with self.assertRaisesRegex(ValidationError, "external_ref A: a complaint"):
            rival.submit({"external_ref": "A", "text": "One"})

    def test_a_truck_that_the_caller_may_not_see_is_said_in_words(self):
        """R13.1: handing in a complaint opens no truck; nothing is lost either."""
        self.truck.write({"user_id": self.users["seller"].id})
        Complaint = self.env["truck.complaint"].with_user(self.users["rival"])
        receipt = Complaint.submit({"text": "Brakes", "vehicle": VINS[0]})
        complaint = self.env["truck.complaint"].browse(receipt["id"])
        self.assertFalse(complaint.vehicle_ids)
        self.assertEqual(complaint.reported_vehicle, VINS[0])
        self.assertIn(VINS[0], complaint.description)

    @users("truck_clerk")
    def test_the_right_to_create_is_needed(self):
        """R13.1: not everybody hands in complaints."""
        with self.assertRaises(AccessError):
            self.env["truck.complaint"].submit({"text": "x"})


@tagged("post_install", "-at_install")
class TestTruckComplaintJson2(ComplaintChannelCommon, HttpCase):
    """R7.1: Odoo's JSON-2 API, as docs/architecture.md tells."""

    def _call(self, method, user="service", **arguments):
        Keys = self.env["res.users.apikeys"].with_user(self.users[user])
        tomorrow = datetime.now() + timedelta(days=1)
        key = Keys._generate("rpc", "test", tomorrow)
        return self.url_open(
            f"/json/2/truck.complaint/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {key}"},
        )

    def test_create_and_submit(self):
        """R7.1: with a key of a user who has the right."""
        answer = self._call("create", vals_list=[{"subject": "By core's create"}])
        self.assertEqual(answer.status_code, 200, answer.text)
        complaint = self.env["truck.complaint"].browse(answer.json())
        self.assertEqual(complaint.subject, "By core's create")
        for created in (True, False):
            vals = {"external_ref": "X-1", "vehicle": VINS[0], "text": "Brakes"}
            answer = self._call("submit", vals=vals)
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertEqual(answer.json()["created"], created)

    @mute_logger("odoo.http")
    def test_who_has_no_right_gets_none(self):
        """R13.1: the API gives nobody more than he has."""
        answer = self._call("submit", "clerk", vals={"text": "x"})
        self.assertEqual(answer.status_code, 403)
        answer = self._call("submit", vals={"text": "x", "nonsense": 1})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("nonsense: unknown", answer.text)
