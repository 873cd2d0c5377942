from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestResPartnerCare(InteractionCommon):
    """R1.11, R4.1: data that can be trusted, and whose customer it is."""

    def _create_customer(self, created="2024-01-01", **values):
        partner = self.env["res.partner"].create(
            {"name": "Customer", "is_company": True, **values}
        )
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            [created, partner.id],
        )
        partner.invalidate_recordset()
        return partner

    def _find_due(self, partners):
        return self.env["res.partner"].search(
            [("truck_needs_check", "=", True), ("id", "in", partners.ids)]
        )

    def test_verified_says_by_whom_and_when(self):
        """R1.11: one click; on many from the list."""
        partners = self._create_customer() | self._create_customer()
        partners.with_user(self.seller).action_truck_verify()
        self.assertRecordValues(
            partners,
            [
                {
                    "truck_verified_by_id": self.seller.id,
                    "truck_verified_date": Date.to_date("2026-03-02"),
                    "truck_needs_check": False,
                }
            ]
            * 2,
        )

    def test_who_may_not_change_a_customer_verifies_nothing(self):
        """R1.11: the name stands for somebody who could have corrected the data."""
        with self.assertRaises(AccessError):
            self.customer.with_user(self.users["service"]).action_truck_verify()

    def test_a_copy_is_not_verified(self):
        """R1.11: nobody has compared it with anything."""
        self.customer.action_truck_verify()
        copy = self.customer.copy()
        self.assertFalse(copy.truck_verified_date or copy.truck_verified_by_id)

    def test_stale_and_never_verified_are_listed(self):
        """R1.11: after the months in the settings; what is new is fresh."""
        never = self._create_customer("2025-03-01")
        new = self._create_customer("2025-03-03")
        stale = self._create_customer(truck_verified_date="2025-03-01")
        fresh = self._create_customer(truck_verified_date="2025-03-02")
        everybody = never | new | stale | fresh
        self.assertEqual(self._find_due(everybody), never | stale)
        self.assertEqual(everybody.filtered("truck_needs_check"), never | stale)
        self.env.company.truck_verify_months = 24
        self.assertFalse(self._find_due(everybody))

    def test_zero_months_list_nothing(self):
        """R1.11: a company that does not want the list."""
        customer = self._create_customer()
        self.assertTrue(self._find_due(customer))
        self.env.company.truck_verify_months = 0
        self.assertFalse(self._find_due(customer))
        self.assertFalse(customer.truck_needs_check)

    def test_the_list_of_data_to_check_begins_with_ones_own(self):
        """R1.11: a salesperson opens it and sees his, a manager all."""
        mine = self._create_customer(user_id=self.seller.id)
        theirs = self._create_customer(user_id=self.rival.id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_action_check"
        )
        self.assertIn("search_default_mine", action["context"])
        self.assertIn("truck_needs_check", action["domain"])
        found = (
            self.env["res.partner"]
            .with_user(self.seller)
            .search(
                [
                    ("id", "in", (mine | theirs).ids),
                    ("truck_needs_check", "=", True),
                    ("user_id", "=", self.seller.id),
                ]
            )
        )
        self.assertEqual(found.sudo(False).ids, mine.ids)

    def test_nobodys_customer_is_mine_in_one_click(self):
        """R4.1: with his people, and the chatter tells."""
        customer = self._create_customer(user_id=False)
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": customer.id}
        )
        person.with_user(self.seller).action_truck_assign_to_me()
        self.assertEqual((customer | person).user_id, self.seller)
        note = customer.message_ids[0]
        self.assertIn(f"nobody → {self.seller.name}", note.body)
        self.assertEqual(note.author_id, self.seller.partner_id)
        self.assertIn(self.seller.partner_id, customer.message_partner_ids)

    def test_somebody_elses_customer_takes_a_manager(self):
        """R4.1: the message says whose he is and whom to ask."""
        with self.assertRaisesRegex(UserError, "Other Haulier.*truck_rival.*manager"):
            self.other.with_user(self.seller).action_truck_assign_to_me()
        self.assertEqual(self.other.user_id, self.rival)
        self.other.with_user(self.manager).action_truck_assign_to_me()
        self.assertEqual(self.other.user_id, self.manager)

    def test_the_counts_of_a_form_are_one_query(self):
        """R4.1: vehicles and contacts together, for many customers as for one."""
        self._create_vehicle(owner_id=self.customer.id)
        self._log()
        self._log(contact_ids=self.buyer.ids)
        partners = self.customer | self.other | self.buyer
        for user in (self.manager, self.seller):
            records = partners.with_user(user)
            fields = ["truck_vehicle_count", "truck_interaction_count"]
            records.read(fields)
            counts = []
            for some in (records[:1], records[:1], records):
                self.env.flush_all()
                self.env.invalidate_all()
                some.fetch(["commercial_partner_id"])
                before = self.env.cr.sql_log_count
                some._compute_truck_counts()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(counts[1], counts[2], user.login)
            self.assertEqual(records.mapped("truck_vehicle_count"), [1, 0, 0])
            self.assertEqual(records.mapped("truck_interaction_count"), [2, 0, 2])

    def test_counts_are_of_what_the_user_may_read(self):
        """R13.1: contacts of another's customer are not counted either."""
        self._log(self.rival, partner_id=self.other.id)
        for user, count in ((self.seller, 0), (self.rival, 1), (self.manager, 1)):
            self.assertEqual(
                self.other.with_user(user).truck_interaction_count, count, user.login
            )

    def test_a_new_record_in_a_form_counts_nothing(self):
        """R4.1: before it is saved."""
        new = self.env["res.partner"].with_user(self.manager).new({"name": "New"})
        self.assertEqual((new.truck_vehicle_count, new.truck_interaction_count), (0, 0))
