from odoo.fields import Command
from odoo.tests import tagged, users

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestResPartnerProspect(TruckCrmCommon):
    """R1.6: customers and prospects kept apart, in one base."""

    def _find(self, has_bought):
        return self.env["res.partner"].search(
            [
                ("truck_is_customer", "=", has_bought),
                ("id", "in", (self.customer | self.partner).ids),
            ]
        )

    def test_owners_and_operators_of_own_trucks_are_customers(self):
        """R1.6: a competitor's truck makes no customer."""
        self.assertEqual(self._find(False), self.customer | self.partner)
        other = self.env["truck.brand"].create({"name": "Other"})
        self.env["truck.vehicle"].create(
            {"vin": VINS[2], "brand_id": other.id, "owner_id": self.partner.id}
        )
        vehicle = self._create_vehicle(VINS[0], operator_id=self.customer.id)
        self.env.flush_all()
        self.assertEqual(self._find(True), self.customer)
        self.assertEqual(self._find(False), self.partner)
        vehicle.write({"operator_id": False, "owner_id": self.partner.id})
        self.env.flush_all()
        self.assertEqual(self._find(True), self.partner)
        self.env.invalidate_all()
        self.assertTrue(self.partner.truck_is_customer)
        self.assertFalse(self.customer.truck_is_customer)

    def test_an_order_of_a_contact_makes_its_company_a_customer(self):
        """R1.6: a quotation is no purchase; the order of a buyer is its company's."""
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": contact.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.env.flush_all()
        self.assertFalse(self._find(True))
        order.action_confirm()
        self.env.flush_all()
        self.assertEqual(self._find(True), self.customer)
        self.assertTrue(contact.truck_is_customer)

    def test_what_is_not_saved_has_not_bought(self):
        """R1.6: a form of a new customer opens."""
        self.assertFalse(self.env["res.partner"].new({}).truck_is_customer)

    def test_who_may_not_see_the_order_sees_the_same_customers(self):
        """R1.6: a salesperson does not call on a colleague's customer as a prospect."""
        self._sell(user_id=self.users["rival"].id)
        self.env.flush_all()
        customer = self.customer.with_user(self.users["seller"])
        self.assertFalse(
            self.env["sale.order"]
            .with_user(self.users["seller"])
            .search([("partner_id", "=", customer.id)])
        )
        self.assertTrue(customer.truck_is_customer)
        self.assertIn(customer, customer.search([("truck_is_customer", "=", True)]))

    @users("truck_manager")
    def test_a_prospect_that_is_won_keeps_its_whole_history(self):
        """R1.6: lead, quotation, order, truck: all hang on one partner."""
        lead = self.env["crm.lead"].create(
            {
                "type": "lead",
                "name": "Two tractors",
                "partner_name": "Qinzhou Prospect",
                "contact_name": "Wei",
                "phone": "+86 139 7711 2345",
            }
        )
        lead._handle_partner_assignment(create_missing=True)
        lead.convert_opportunity(lead.partner_id)
        person = lead.partner_id
        company = person.commercial_partner_id
        self.assertEqual(company.name, "Qinzhou Prospect")
        self.assertFalse(company.truck_is_customer)
        company.message_post(body="Asked for a test drive.")
        lot = self._stock(VINS[0])
        order = self._sell(
            partner_id=person.id, opportunity_id=lead.id, user_id=self.env.uid
        )
        self._deliver(order.sudo().picking_ids, lot)
        self.env.invalidate_all()
        self.assertTrue(company.truck_is_customer)
        self.assertTrue(person.truck_is_customer)
        self.assertIn(company, company.search([("truck_is_customer", "=", True)]))
        self.assertEqual(company.truck_vehicle_count, 1)
        self.assertEqual(company.sale_order_count, 1)
        self.assertEqual(company.opportunity_count, 1)
        self.assertEqual(order.opportunity_id, lead)
        bodies = company.message_ids.mapped("body")
        self.assertTrue(any("Asked for a test drive." in body for body in bodies))
