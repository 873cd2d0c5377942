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
            ValidationError, "Stands Under: South cannot come under Qinzhou, which is"
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
        dealer.action_activate()
        self.assertEqual(dealer.state, "active")

    def test_no_dealer_stands_under_a_terminated_one(self):
        """R2.2: nor does a terminated one leave others behind."""
        with self.assertRaisesRegex(
            ValidationError, "Stands Under of Qinzhou: Nanning is terminated"
        ):
            self.nanning.state = "terminated"
        self.nanning.state = "active"
        self.north.state = "terminated"
        with self.assertRaisesRegex(ValidationError, "North is terminated"):
            self.nanning.parent_id = self.north

    def test_dealer_with_customers_is_not_terminated_by_hand(self):
        """R2.2: the button asks for a successor; a write cannot go round it."""
        self.customer.write({"truck_dealer_id": self.north.id, "active": False})
        with self.assertRaisesRegex(
            ValidationError, "State of North: it still serves customers, such as Haul"
        ):
            self.north.with_user(self.users["manager"]).state = "terminated"

    def test_terminated_dealer_gets_no_customers(self):
        """R2.2: nor does an import give it some."""
        self.north.state = "terminated"
        with self.assertRaisesRegex(
            ValidationError, "Serving Dealer of Haulier: North is terminated"
        ):
            self.customer.truck_dealer_id = self.north
        with self.assertRaisesRegex(ValidationError, "Serving Dealer of New"):
            self.env["res.partner"].create(
                {"name": "New", "truck_dealer_id": self.north.id}
            )

    @mute_logger("odoo.sql_db")
    def test_capacity_and_staff_cannot_be_negative(self):
        """R2.2: bad input."""
        for name in (
            "distribution_capacity",
            "warehouse_capacity",
            "sales_staff_count",
            "service_staff_count",
            "staff_count",
        ):
            with self.subTest(name), self.assertRaises(IntegrityError):
                self.north[name] = -1
                self.env.flush_all()
            self.env.invalidate_all(flush=False)

    def test_staff_in_all_is_at_least_its_parts(self):
        """R2.2: bad input, told with the figures."""
        self.north.write({"sales_staff_count": 3, "service_staff_count": 4})
        with self.assertRaisesRegex(ValidationError, "of North: 6 is less than .*7"):
            self.north.staff_count = 6
        self.north.staff_count = 7

    def test_visibility_is_the_share_of_known_end_customers(self):
        """R2.3: an owner who resells is no end customer; a transport company is."""
        sold = {
            VINS[0]: (self.qinzhou, self.customer),
            VINS[1]: (self.qinzhou, self.nanning.partner_id),
            VINS[2]: (self.beibu, self.beibu.partner_id),
            VINS[3]: (self.south, self.env["res.partner"]),
        }
        for vin, (dealer, owner) in sold.items():
            self._create_vehicle(vin, dealer_id=dealer.id, owner_id=owner.id)
        dealers = self.south | self.nanning | self.qinzhou | self.beibu | self.north
        self.assertEqual(dealers.mapped("visibility"), [0.5, 2 / 3, 0.5, 1, 0])
        self.assertEqual(dealers.mapped("own_visibility"), [0, 0, 0.5, 1, 0])
        unknown = self.south.action_view_hidden_vehicles()["domain"]
        self.assertEqual(
            set(self.env["truck.vehicle"].search(unknown).mapped("vin")),
            {VINS[1], VINS[3]},
        )

    def test_without_resellers_a_vehicle_without_owner_is_not_known(self):
        """R2.3: nothing is known of no owner, whatever the tiers."""
        self.env["truck.dealer.tier"].search([]).is_reseller = False
        self._create_vehicle(VINS[0], dealer_id=self.south.id)
        self.assertEqual(self.south.visibility, 0)

    def test_own_counts_leave_out_the_branch(self):
        """R2.1: both figures, of a dealer itself and of its branch."""
        self.customer.truck_dealer_id = self.nanning
        self._create_vehicle(VINS[0], dealer_id=self.nanning.id)
        self._create_vehicle(VINS[1], dealer_id=self.qinzhou.id)
        both = self.south | self.nanning
        self.assertEqual(both.mapped("own_customer_count"), [0, 1])
        self.assertEqual(both.mapped("customer_count"), [1, 1])
        self.assertEqual(both.mapped("own_vehicle_count"), [0, 1])
        self.assertEqual(both.mapped("vehicle_count"), [2, 2])

    def test_dealers_are_grouped_by_province_and_brand(self):
        """R2.2: as a salesperson asks for it in the list."""
        self.south.partner_id.state_id = self.env.ref("base.state_cn_GX")
        self.south.brand_ids = self.brand
        dealers = self.env["truck.dealer"].with_user(self.users["seller"])
        for name in ("country_state_id", "brand_ids"):
            groups = dealers.formatted_read_group([], [name], ["__count"])
            counts = {group[name] and group[name][0]: group for group in groups}
            self.assertEqual(counts[self.south[name].id]["__count"], 1, name)

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
