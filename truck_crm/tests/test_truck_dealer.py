from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckDealer(TruckCrmCommon):
    """R2.1, R2.2: the sales channel as a tree of dealers."""

    def test_code_comes_from_the_sequence_and_is_unique(self):
        self.assertRegex(self.south.code, r"^D\d{5}$")
        self.assertNotEqual(self.south.code, self.north.code)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.north.code = self.south.code
            self.env.flush_all()

    def test_partner_is_a_dealer_once(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["truck.dealer"].create(
                {
                    "partner_id": self.south.partner_id.id,
                    "tier_id": self.tiers["agent"].id,
                }
            )

    @mute_logger("odoo.sql_db")
    def test_second_dealer_for_a_partner_is_told_in_words(self):
        """Bad input: the user reads what to do, not a database error."""
        message = self.env["truck.dealer"].load(
            ["partner_id/.id", "tier_id/.id"],
            [[str(self.south.partner_id.id), str(self.tiers["agent"].id)]],
        )["messages"][0]["message"]
        self.assertIn("is a dealer already", message)

    def test_branch_is_all_below_and_itself(self):
        branch = self.env["truck.dealer"].search([("id", "child_of", self.nanning.id)])
        self.assertEqual(branch, self.nanning | self.qinzhou | self.beibu)

    def test_no_cycles(self):
        with self.assertRaisesRegex(
            ValidationError,
            "South cannot stand under Qinzhou, a dealer of the own branch",
        ):
            self.south.parent_id = self.qinzhou

    def test_tier_says_what_stands_under_what(self):
        with self.assertRaisesRegex(
            ValidationError,
            "Tier of Nanning: a Dealer cannot stand under a Sub-Dealer .Qinzhou.",
        ):
            self.qinzhou.parent_id = self.south
            self.nanning.parent_id = self.qinzhou

    def test_only_some_tiers_stand_under_the_manufacturer(self):
        with self.assertRaisesRegex(
            ValidationError,
            "a Sub-Dealer cannot stand directly under the manufacturer. Allowed above"
            " it: Regional Agent and Dealer",
        ):
            self.qinzhou.parent_id = False

    def test_change_of_tier_looks_at_those_below(self):
        with self.assertRaisesRegex(ValidationError, "Tier of Qinzhou"):
            self.nanning.tier_id = self.tiers["sub_dealer"]

    def test_change_of_the_tiers_rules_looks_at_all_dealers(self):
        with self.assertRaisesRegex(ValidationError, "Tier of Beibu"):
            self.tiers["transport"].parent_tier_ids = [
                Command.unlink(self.tiers["dealer"].id)
            ]

    def test_branch_moves_as_a_whole(self):
        """R2.1: all below goes with the dealer that moves."""
        self.nanning.parent_id = self.north
        branch = self.env["truck.dealer"].search([("id", "child_of", self.north.id)])
        self.assertEqual(branch, self.north | self.nanning | self.qinzhou | self.beibu)

    def test_states(self):
        dealer = self._create_dealer("New", "agent", state="candidate")
        with self.assertRaisesRegex(UserError, "Only a dealer in state “Trading”"):
            dealer.action_suspend()
        dealer.action_activate()
        dealer.action_suspend()
        self.assertEqual(dealer.state, "suspended")
        dealer.action_terminate()
        self.assertEqual(dealer.state, "terminated")

    def test_dealer_with_others_below_is_not_terminated(self):
        with self.assertRaisesRegex(UserError, "Qinzhou and Beibu"):
            self.nanning.action_terminate()
        (self.qinzhou | self.beibu).action_terminate()
        self.nanning.action_terminate()
        self.assertEqual(self.nanning.state, "terminated")

    def test_counts_roll_up_the_branch(self):
        """R2.1, R2.3: dealers, customers and vehicles of the whole branch."""
        self.customer.truck_dealer_id = self.qinzhou
        self._create_vehicle(VINS[0], dealer_id=self.beibu.id)
        self._create_vehicle(VINS[1], dealer_id=self.south.id)
        self.assertRecordValues(
            self.south | self.nanning | self.qinzhou | self.north,
            [
                {"branch_count": 3, "customer_count": 1, "vehicle_count": 2},
                {"branch_count": 2, "customer_count": 1, "vehicle_count": 1},
                {"branch_count": 0, "customer_count": 1, "vehicle_count": 0},
                {"branch_count": 0, "customer_count": 0, "vehicle_count": 0},
            ],
        )
        customers = self.south.action_view_customers()
        self.assertEqual(
            self.env["res.partner"].search(customers["domain"]), self.customer
        )

    def test_contacts_of_a_customer_buy_through_his_dealer(self):
        """R2.3: the dealer stands on the customer, and counts him once."""
        self.customer.truck_dealer_id = self.qinzhou
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        order = self.env["sale.order"].create({"partner_id": contact.id})
        self.assertEqual(order.truck_dealer_id, self.qinzhou)
        self.assertEqual(self.qinzhou.customer_count, 1)

    def test_my_branch_is_below_those_i_look_after(self):
        seller, rival = self.users["seller"], self.users["rival"]
        Dealer = self.env["truck.dealer"]
        mine = [("is_in_my_branch", "=", True)]
        ours = self.south | self.nanning | self.qinzhou | self.beibu
        self.assertEqual(Dealer.with_user(seller).search(mine), ours)
        self.assertFalse(Dealer.with_user(rival).search(mine))
        self.assertTrue(self.qinzhou.with_user(seller).is_in_my_branch)
        self.assertFalse(self.north.with_user(seller).is_in_my_branch)

    def test_change_of_salesperson_takes_effect_at_once(self):
        """R13.1: a rule that remembered the old salesperson would be a leak."""
        seller, rival = self.users["seller"], self.users["rival"]
        vehicle = self._create_vehicle(
            dealer_id=self.qinzhou.id, user_id=self.users["manager"].id
        )
        Vehicle = self.env["truck.vehicle"]
        self.assertIn(vehicle, Vehicle.with_user(seller).search([]))
        self.assertNotIn(vehicle, Vehicle.with_user(rival).search([]))
        self.south.user_id = rival
        self.assertNotIn(vehicle, Vehicle.with_user(seller).search([]))
        self.assertIn(vehicle, Vehicle.with_user(rival).search([]))

    def test_form_makes_a_dealer(self):
        """R2.2: as a manager enters it on the screen, staff included."""
        partner = self.env["res.partner"].create({"name": "Yulin", "is_company": True})
        chief = self.env["res.partner"].create({"name": "Chief"})
        role = self.env.ref("truck_crm.truck_dealer_role_general_manager")
        with Form(self.env["truck.dealer"].with_user(self.users["manager"])) as form:
            form.partner_id = partner
            form.tier_id = self.tiers["dealer"]
            form.parent_id = self.south
            with form.staff_ids.new() as staff:
                staff.role_id = role
                staff.partner_id = chief
        dealer = form.record
        self.assertEqual((dealer.name, dealer.state), ("Yulin", "candidate"))
        self.assertEqual(dealer.staff_ids.partner_id, chief)
        self.assertEqual(dealer.display_name, "Yulin")

    def test_dealer_is_found_by_name_and_code(self):
        Dealer = self.env["truck.dealer"]
        for text in ("Nanning", self.nanning.code):
            found = [found_id for found_id, _name in Dealer.name_search(text)]
            self.assertEqual(found, self.nanning.ids)
