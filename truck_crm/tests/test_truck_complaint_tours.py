from odoo.tests import HttpCase, tagged

from .complaint_common import ComplaintCommon


class ComplaintTours(ComplaintCommon):
    """The daily work with complaints, clicked through by the service desk."""

    def _check_call(self):
        complaint = self.env["truck.complaint"].search(
            [("subject", "=", "Loses power on the hill")]
        )
        self.assertRecordValues(
            complaint,
            [{"partner_id": self.customer.id, "contact_id": self.driver.id}],
        )
        self.assertEqual(complaint.vehicle_ids, self.vehicle)

    def _check_solved(self, complaint):
        self.assertEqual(complaint.state, "closed")
        self.assertTrue(complaint.date_response)
        self.assertEqual(complaint.promise_ids.state, "kept")
        steps = {step.kind: step for step in complaint.step_ids}
        self.assertTrue(steps["coordinate"].date)
        self.assertEqual(steps["summarise"].evidence, "Check the filter on delivery")

    def _reopen(self, tour):
        complaint = self._complain(
            contact_id=self.driver.id, user_id=self.users["service"].id
        )
        self._solve(complaint).state = "closed"
        url = f"/odoo/truck-complaints/{complaint.id}"
        self.start_tour(url, tour, login="truck_service")
        self.assertEqual((complaint.state, complaint.reopen_count), ("in_progress", 1))
        step = complaint.step_ids.filtered(lambda step: step.kind == "evaluate")
        self.assertTrue(step.date)
        self.assertEqual(step.evidence, "Seal of the wrong batch")


@tagged("post_install", "-at_install")
class TestComplaintTours(ComplaintTours, HttpCase):
    """R7.1, R7.2 at a desk."""

    def test_take_a_call(self):
        """R7.1: number, complaint, save."""
        self.start_tour(
            "/odoo/truck-complaints", "truck_crm_take_call", login="truck_service"
        )
        self._check_call()

    def test_coordinate_and_solve(self):
        """R7.2: promise, task to the workshop, remedy, lesson, end."""
        complaint = self._complain(
            contact_id=self.driver.id, user_id=self.users["service"].id
        )
        self.start_tour(
            f"/odoo/truck-complaints/{complaint.id}",
            "truck_crm_solve_complaint",
            login="truck_service",
        )
        self._check_solved(complaint)

    def test_reopen(self):
        """R7.2: why, and what was found then."""
        self._reopen("truck_crm_reopen_complaint")


@tagged("post_install", "-at_install")
class TestComplaintToursPhone(ComplaintTours, HttpCase):
    """R7.1, R7.2, R13.5 on a phone, 390 px wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_take_a_call(self):
        """R7.1: number, complaint, save."""
        self.start_tour(
            "/odoo/truck-take-call",
            "truck_crm_take_call_on_the_phone",
            login="truck_service",
        )
        self._check_call()

    def test_coordinate_and_solve(self):
        """R7.2: promise, task to the workshop, remedy, lesson, end."""
        complaint = self._complain(
            contact_id=self.driver.id, user_id=self.users["service"].id
        )
        self.start_tour(
            f"/odoo/truck-complaints/{complaint.id}",
            "truck_crm_solve_complaint_on_the_phone",
            login="truck_service",
        )
        self._check_solved(complaint)

    def test_reopen(self):
        """R7.2: why, and what was found then."""
        self._reopen("truck_crm_reopen_complaint_on_the_phone")
