from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestTruckCustomerReassign(InteractionCommon):
    """R5.12: a salesperson's customers go to another with what is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.heir = cls.users["key"]
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Ten tractors",
                "partner_id": cls.buyer.id,
                "user_id": cls.seller.id,
            }
        )
        cls.quotation = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "user_id": cls.seller.id}
        )
        cls.order = cls._sell(user_id=cls.seller.id)
        cls.activities = {
            record: record.activity_schedule(
                "mail.mail_activity_data_call", user_id=cls.seller.id
            )
            for record in (cls.customer, cls.buyer, cls.lead, cls.quotation)
        }
        cls.managers = cls.customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.manager.id
        )

    def _open(self, customers=None):
        customers = (customers or self.customer | self.other).with_user(self.manager)
        action = customers.action_truck_reassign()
        wizard = self.env["truck.customer.reassign"].with_user(self.manager)
        return Form(wizard.browse(action["res_id"]))

    def test_the_preview_counts_what_would_go(self):
        """R5.12: before anything moves."""
        form = self._open()
        form.user_id = self.heir
        self.assertEqual(form.customer_count, 2)
        self.assertEqual(form.former_user_ids[:], self.seller | self.rival)
        self.assertEqual(form.lead_count, 1)
        self.assertEqual(form.quotation_count, 1)
        self.assertEqual(form.activity_count, 4)
        form.with_leads = False
        self.assertEqual(form.activity_count, 3)
        form.user_id = self.rival
        self.assertEqual(form.customer_count, 1)

    def test_all_that_is_open_goes_along(self):
        """R5.12: customers, people, leads, quotations, activities; done is done."""
        form = self._open()
        form.user_id = self.heir
        form.reason = "Region taken over"
        form.save().action_confirm()
        for record in (
            *(self.customer, self.other, self.boss, self.buyer),
            *(self.lead, self.quotation, *self.activities.values()),
        ):
            self.assertEqual(record.user_id, self.heir, record)
        self.assertEqual(self.order.user_id, self.seller)
        self.assertEqual(self.managers.user_id, self.manager)
        self.assertTrue(
            self.customer.message_ids.filtered(
                lambda m: "Region taken" in m.body and "truck_seller" in m.body
            )
        )

    def test_what_is_not_ticked_stays(self):
        """R5.12: leads and quotations with their activities."""
        form = self._open()
        form.user_id = self.heir
        form.with_leads = form.with_quotations = False
        form.save().action_confirm()
        self.assertEqual(self.customer.user_id, self.heir)
        self.assertEqual(self.lead.user_id, self.seller)
        self.assertEqual(self.quotation.user_id, self.seller)
        self.assertEqual(self.activities[self.lead].user_id, self.seller)
        self.assertEqual(self.activities[self.buyer].user_id, self.heir)

    def test_nobody_is_asked_for_and_nobody_to_move_is_said(self):
        """R5.12: what is missing is named."""
        wizard = self.env["truck.customer.reassign"].create(
            {"partner_ids": self.customer.ids}
        )
        with self.assertRaisesRegex(UserError, "choose who looks after"):
            wizard.action_confirm()
        wizard.user_id = self.seller
        with self.assertRaisesRegex(UserError, "truck_seller.*already"):
            wizard.action_confirm()

    def test_only_a_manager_reassigns(self):
        """R13.1: and nobody sees what another is about to do."""
        with self.assertRaises(AccessError):
            self.other.with_user(self.seller).action_truck_reassign()
        wizard = self.env["truck.customer.reassign"].with_user(self.manager).create({})
        with self.assertRaises(AccessError):
            wizard.with_user(self.users["admin"]).read(["partner_ids"])

    def test_a_thousand_take_no_more_queries_per_customer(self):
        """R5.12: counting a book takes as many queries as one customer."""
        many = self.env["res.partner"].create(
            [
                {"name": f"C{n}", "is_company": True, "user_id": self.seller.id}
                for n in range(30)
            ]
        )
        Wizard = self.env["truck.customer.reassign"]
        counts = []
        for customers in (many[:1], many[:2], many):
            wizard = Wizard.create({"partner_ids": customers.ids})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.read(["customer_count", "activity_count", "former_user_ids"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
