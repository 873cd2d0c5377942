from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common import VINS, TruckCrmCommon


class InsightTours(TruckCrmCommon):
    """A recall and the analysis of complaints, clicked through by who uses them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "office@haulier.example.com"
        cls.customer.user_id = cls.users["seller"]
        cls.truck = cls._create_vehicle(VINS[0], owner_id=cls.customer.id)


@tagged("post_install", "-at_install")
class TestInsightTours(InsightTours, HttpCase):
    """R7.11, R7.12 at a desk."""

    def test_a_recall_from_the_first_word_to_the_last_truck(self):
        """R7.11: written, VINs from a list, customers told, trucks done."""
        self.start_tour(
            "/odoo/truck-emergencies", "truck_crm_emergency", login="truck_service"
        )
        emergency = self.env["truck.emergency"].search(
            [("name", "=", "Recall of seals")]
        )
        self.assertRecordValues(
            emergency, [{"state": "done", "is_notifying": True, "done_count": 1}]
        )
        self.assertEqual(emergency.line_ids.vehicle_id, self.truck)
        self.assertIn("Come to a workshop.", emergency.notice_body)

    def test_from_a_figure_to_its_complaints(self):
        """R7.12: open, group, drill down."""
        self.env["truck.complaint"].create(
            {
                "subject": "Loses oil",
                "partner_id": self.customer.id,
                "dealer_id": self.qinzhou.id,
            }
        )
        self.start_tour(
            "/odoo/truck-complaint-analysis",
            "truck_crm_complaint_analysis",
            login="truck_manager",
        )


@tagged("post_install", "-at_install")
class TestInsightToursPhone(InsightTours, HttpCase):
    """R7.11, R13.5 on a phone, 390 px wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_salesperson_deals_with_his_trucks(self):
        """R7.11: he sees that the figures are his, and notes what is done."""
        rival = self.env["res.partner"].create(
            {"name": "Other", "user_id": self.users["rival"].id}
        )
        foreign = self._create_vehicle(
            VINS[1], owner_id=rival.id, user_id=self.users["rival"].id
        )
        emergency = self.env["truck.emergency"].create({"name": "Recall of seals"})
        trucks = self.truck | foreign
        emergency._add_vehicles(SQL("SELECT unnest(%s::int[])", trucks.ids))
        emergency.action_start()
        self.start_tour(
            "/odoo/truck-emergencies",
            "truck_crm_emergency_on_the_phone",
            login="truck_seller",
        )
        states = {line.vehicle_id: line.state for line in emergency.line_ids}
        self.assertEqual(states, {self.truck: "done", foreign: "todo"})
