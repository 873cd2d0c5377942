from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import VINS
from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintDuplicate(ComplaintCommon):
    """R7.1: duplicates of one event are merged with everything kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._complain(
            partner_id=cls.customer.id, date_open="2026-03-01 08:00:00"
        )
        cls.second = cls._complain(
            subject="Oil on the road",
            contact_id=cls.driver.id,
            vehicle_ids=cls._link(cls.vehicle),
            severity="raised",
            mileage=4711,
            date_open="2026-03-02 08:00:00",
        )

    def _merge(self, complaints, survivor=None, user="service"):
        action = complaints.with_user(self.users[user]).action_merge()
        wizard = self.env["truck.complaint.merge"].with_user(self.users[user])
        wizard = wizard.browse(action["res_id"])
        if survivor:
            wizard.survivor_id = survivor
        wizard.action_confirm()
        self.env.invalidate_all()
        return wizard

    def test_others_that_are_open_are_seen(self):
        """R7.1: of the same customer or the same vehicle."""
        self.assertEqual(self.first.similar_count, 1)
        stranger = self._complain(vehicle_ids=self._link(self.vehicle), partner_id=None)
        self.assertEqual(self.second.similar_count, 2)
        self._solve(stranger)
        self.second.invalidate_recordset()
        self.assertEqual(self.second.similar_count, 1)
        self.assertEqual(self._complain(contact_name="Li").similar_count, 0)

    def test_the_form_offers_them_while_it_is_filled_in(self):
        """R7.1: before a second one is saved."""
        Complaint = self.env["truck.complaint"].with_user(self.users["service"])
        form = Form(Complaint)
        self.assertEqual(form.similar_count, 0)
        form.contact_id = self.driver
        self.assertEqual(form.similar_count, 2)

    def test_nothing_is_lost(self):
        """R7.1: messages, files, followers, vehicles, promises, steps, contacts."""
        second = self.second
        second.message_post(body="Here is a photo")
        file = self.env["ir.attachment"].create(
            {"name": "oil.png", "res_model": second._name, "res_id": second.id}
        )
        self._follow(second, self.users["key"].partner_id)
        activity = self._plan(second, self.users["service"])
        promise = self.env["truck.complaint.promise"].create(
            {
                "complaint_id": second.id,
                "name": "Tow it in",
                "date_due": "2026-03-02 12:00:00",
            }
        )
        second._do_step("concentrate", "Crane of Nanning")
        interaction = self.env["truck.interaction"].create(
            {
                "partner_id": self.customer.id,
                "complaint_id": second.id,
                "date": "2026-03-02 09:00:00",
            }
        )
        wizard = self._merge(self.first | second)
        first = self.first
        self.assertEqual(wizard.survivor_id, first)
        self.assertRecordValues(
            second, [{"state": "merged", "merged_into_id": first.id}]
        )
        self.assertRecordValues(
            first,
            [
                {
                    "contact_id": self.driver.id,
                    "severity": "raised",
                    "mileage": 4711,
                    "vehicle_ids": self.vehicle.ids,
                    "date_response": second.date_response,
                }
            ],
        )
        self.assertIn("Here is a photo", " ".join(first.message_ids.mapped("body")))
        self.assertEqual(file.res_id, first.id)
        self.assertEqual(activity.res_id, first.id)
        self.assertIn(self.users["key"].partner_id, first.message_partner_ids)
        self.assertEqual(promise.complaint_id, first)
        self.assertEqual(interaction.complaint_id, first)
        steps = {step.kind: step for step in first.step_ids}
        self.assertIn("Crane of Nanning", steps["concentrate"].evidence)
        self.assertTrue(steps["concentrate"].date)
        self.assertFalse(second.activity_ids)

    def test_the_one_that_goes_on_can_be_chosen(self):
        """R7.1: and what was merged before goes along."""
        third = self._complain(partner_id=self.customer.id)
        self._merge(third | self.first)
        self.assertEqual(third.merged_into_id, self.first)
        self._merge(self.first | self.second, self.second)
        self.assertEqual((self.first | third).merged_into_id, self.second)
        self.assertEqual(self.second.date_open, self.first.date_open)

    def test_one_complaint_offers_its_likes(self):
        """R7.1: from the form of one."""
        wizard = self._merge(self.second)
        self.assertEqual(wizard.complaint_ids, self.first | self.second)

    def test_what_is_about_another_truck_is_not_offered(self):
        """R7.1: it is another event; without a truck it may be the same."""
        truck = self._create_vehicle(VINS[3], owner_id=self.customer.id)
        self.first.vehicle_ids = self.second.vehicle_ids = self.vehicle
        other, unknown = self._complain(
            {"vehicle_ids": self._link(truck)}, {}, partner_id=self.customer.id
        )
        action = self.second.action_merge()
        offered = self.env[action["res_model"]].browse(action["res_id"]).complaint_ids
        self.assertEqual(offered, self.first | self.second | unknown)
        self.assertNotIn(other, offered)

    def test_what_does_not_go_together_is_refused(self):
        """R7.1: one alone, one that is merged, one of another company."""
        alone = self._complain(contact_name="Li")
        with self.assertRaisesRegex(UserError, "at least two"):
            self._merge(alone)
        self._merge(self.first | self.second)
        with self.assertRaisesRegex(UserError, "merged into another one already"):
            self._merge(self.second | alone)

    def test_what_is_confidential_stays_so(self):
        """R7.12: a duplicate does not make it public."""
        self.second.is_confidential = True
        self._merge(self.first | self.second, user="boss")
        self.assertTrue(self.first.is_confidential)

    def test_another_customer_is_warned_of(self):
        """R7.1: a driver and his company may both call of one event."""
        other = self._complain(
            partner_id=self.env["res.partner"].create({"name": "Other"}).id
        )
        wizard = self.env["truck.complaint.merge"].create(
            {"complaint_ids": [Command.set((self.first | other).ids)]}
        )
        self.assertTrue(wizard.has_other_customers)
        wizard.action_confirm()
        self.assertEqual(self.first.partner_id, self.customer)
