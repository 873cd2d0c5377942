from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTours(TruckCrmCommon, HttpCase):
    """The daily work, clicked through in a browser by those who do it."""

    def _give_group(self, name, group):
        self.users[name].group_ids = [Command.link(self.env.ref(group).id)]

    def test_sell_and_deliver_a_truck(self):
        """R3.3, R2.1: from the quotation to the vehicle and its dealer's branch."""
        self._give_group("manager", "stock.group_stock_user")
        self._stock(VINS[0])
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "truck_dealer_id": self.nanning.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.start_tour(
            f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}",
            "truck_crm_sell_and_deliver",
            login="truck_manager",
        )
        self.assertEqual(self._find_vehicle().sale_line_id, order.order_line)

    @mute_logger("odoo.http")  # it warns of the error that the tour provokes
    def test_enter_a_dealer(self):
        """R2.1, R2.2: the tree, and a refused place in it told in words."""
        self.env["res.partner"].create({"name": "Yulin Trucks", "is_company": True})
        self.start_tour("/odoo", "truck_crm_new_dealer", login="truck_manager")
        dealer = self.env["truck.dealer"].search([("name", "=", "Yulin Trucks")])
        self.assertRecordValues(
            dealer, [{"parent_id": self.nanning.id, "state": "active"}]
        )

    def test_terminate_a_dealer(self):
        """R2.2: who follows has the customers, and can be walked to."""
        self.customer.truck_dealer_id = self.nanning
        self.start_tour(
            f"/odoo/truck-dealers/{self.nanning.id}",
            "truck_crm_terminate_dealer",
            login="truck_manager",
        )
        self.assertEqual(self.nanning.state, "terminated")
        self.assertEqual(self.customer.truck_dealer_id, self.north)

    def test_log_a_contact(self):
        """R4.1: two taps from the customer, with result and next step."""
        self.customer.user_id = self.users["seller"]
        self.start_tour(
            f"/odoo/truck-customers/{self.customer.id}",
            "truck_crm_log_contact",
            login="truck_seller",
        )
        interaction = self.env["truck.interaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertTrue(interaction.next_activity_id)
        self.assertEqual(
            interaction.result_id,
            self.env.ref("truck_crm.truck_interaction_result_interested"),
        )

    def test_a_page_that_is_closed_logs_nothing(self):
        """R4.1: a contact is noted by Save, not by leaving the dialog open."""
        self.start_tour(
            f"/odoo/truck-customers/{self.customer.id}",
            "truck_crm_close_page_while_logging",
            login="truck_seller",
        )
        self.assertFalse(
            self.env["truck.interaction"].search(
                [("partner_id", "=", self.customer.id)]
            )
        )

    def test_message_to_somebody_contacted_too_often(self):
        """R4.6: the chatter says so while one writes, and blocks nothing."""
        self.customer.write({"email": "haulier@example.com", "user_id": False})
        limit = {"name": "One", "max_count": 1, "sequence": 0}
        self.env["truck.contact.limit"].create(limit)
        self.env["truck.interaction"].create({"partner_id": self.customer.id})
        self.start_tour(
            f"/odoo/truck-customers/{self.customer.id}",
            "truck_crm_message_too_often",
            login="truck_seller",
        )
        message = self.customer.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertIn("One more mail", message.body)


@tagged("post_install", "-at_install")
class TestToursPhone(TruckCrmCommon, HttpCase):
    """What field staff do on a phone, 390 px wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_note_the_mileage(self):
        """R3.2, R13.5: find a truck by a part of its plate, note what it has run."""
        vehicle = self._create_vehicle(plate="桂B12345")
        self.start_tour(
            "/odoo/truck-vehicles",
            "truck_crm_mileage_on_the_phone",
            login="truck_service",
        )
        self.assertEqual(vehicle.mileage, 4321)

    def test_find_a_customer(self):
        """R1.8, R13.5: two characters of the name lead to the customer's card."""
        names = ("柳州顺达物流有限公司", "重庆宏远运输有限公司")
        self.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "phone": "0772 3112345"}
                for name in names
            ]
        )
        self.start_tour(
            "/odoo/truck-customers", "truck_crm_find_on_the_phone", login="truck_seller"
        )

    def test_enter_a_customer(self):
        """R1.1, R13.5: quick entry gives a number and leads to the whole file."""
        self.start_tour(
            "/odoo/truck-quick-entry",
            "truck_crm_quick_entry_on_the_phone",
            login="truck_seller",
        )
        customer = self.env["res.partner"].search(
            [("name", "=", "桂林恒通物流有限公司")]
        )
        self.assertRecordValues(
            customer, [{"is_company": True, "truck_dealer_id": self.nanning.id}]
        )
        self.assertTrue(customer.ref)

    def test_log_contacts(self):
        """R4.1, R13.5: two taps from the card; a visit with the place of the phone."""
        self.start_tour(
            "/odoo/truck-customers",
            "truck_crm_log_contact_on_the_phone",
            login="truck_seller",
        )
        self.assertRecordValues(
            self.env["truck.interaction"].search(
                [("partner_id", "=", self.customer.id)], order="id"
            ),
            [
                {"kind": "call_out", "latitude": 0, "longitude": 0},
                {"kind": "visit", "latitude": 22.817, "longitude": 108.3669},
            ],
        )
