from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-01 04:00:00")
class TestTruckDealerTerminate(TruckCrmCommon):
    """R2.2: a dealer goes, its customers go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2024-01-10 04:00:00"):
            cls.customer.truck_dealer_id = cls.nanning
            cls.archived = cls.env["res.partner"].create(
                {
                    "name": "Archived",
                    "active": False,
                    "truck_dealer_id": cls.nanning.id,
                }
            )

    def _open(self, dealers, user="manager", **values):
        """Open the wizard as the button does, filled in as the user would."""
        dealers = dealers.with_user(self.users[user])
        action = dealers.action_terminate()
        wizard = self.env[action["res_model"]].with_user(self.users[user])
        wizard = wizard.browse(action["res_id"])
        wizard.write({"reason": "Not renewed", **values})
        return wizard

    def test_preview_shows_what_is_left(self):
        """R2.2: before anything happens."""
        self._create_vehicle(VINS[0], owner_id=self.customer.id)
        self._create_vehicle(VINS[1], dealer_id=self.nanning.id)
        self._sell()
        self.env["sale.order"].create({"partner_id": self.customer.id})
        self.env["crm.lead"].create(
            {
                "name": "Ten trucks",
                "type": "opportunity",
                "partner_id": self.customer.id,
            }
        )
        wizard = self._open(self.nanning)
        self.assertRecordValues(
            wizard,
            [
                {
                    "customer_count": 2,
                    "vehicle_count": 1,
                    "quotation_count": 1,
                    "order_count": 1,
                    "opportunity_count": 1,
                    "is_successor_required": True,
                    "problem": False,
                }
            ],
        )
        self.assertEqual(wizard.child_ids, self.qinzhou | self.beibu)
        self.assertEqual(self.nanning.state, "active")

    def test_customers_and_quotations_go_to_the_successor(self):
        """R2.2: in one step; what was sold stays with who sold it."""
        sold = self._create_vehicle(
            VINS[0], owner_id=self.customer.id, dealer_id=self.nanning.id
        )
        order = self._sell()
        quotation = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(quotation.truck_dealer_id, self.nanning)
        self._open(self.nanning, successor_id=self.north.id).action_confirm()
        self.assertRecordValues(
            self.nanning,
            [
                {
                    "state": "terminated",
                    "termination_date": self._date("2024-06-01"),
                    "termination_reason": "Not renewed",
                    "successor_id": self.north.id,
                }
            ],
        )
        customers = self.customer | self.archived
        self.assertEqual(customers.truck_dealer_id, self.north)
        self.assertEqual(quotation.truck_dealer_id, self.north)
        self.assertEqual(order.truck_dealer_id, self.nanning)
        self.assertEqual(sold.dealer_id, self.nanning)
        self.assertEqual((self.qinzhou | self.beibu).parent_id, self.south)

    def test_history_says_who_served_until_when(self):
        """R2.2: one row per customer, from the day that the user gives."""
        wizard = self._open(self.nanning, successor_id=self.north.id, date="2024-05-20")
        wizard.action_confirm()
        rows = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertRecordValues(
            rows,
            [
                {
                    "dealer_id": self.north.id,
                    "date_from": self._date("2024-05-20"),
                    "date_to": False,
                },
                {
                    "dealer_id": self.nanning.id,
                    "date_from": self._date("2024-01-10"),
                    "date_to": self._date("2024-05-20"),
                },
            ],
        )

    def test_a_day_before_the_customer_came_leaves_no_contradiction(self):
        """R2.2: dated back behind a change, the successor follows on that change."""
        self._open(
            self.nanning, successor_id=self.north.id, date="2023-12-01"
        ).action_confirm()
        rows = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(rows.mapped("date_from"), [self._date("2024-01-10")] * 2)
        self.assertEqual(rows.mapped("date_to"), [False, self._date("2024-01-10")])

    def test_dealer_and_successor_get_a_message_and_customers_none(self):
        """R2.2: a hundred thousand messages would tell nobody anything."""
        before = self.customer.message_ids
        self._open(self.nanning, successor_id=self.north.id).action_confirm()
        for dealer in self.nanning | self.north:
            body = dealer.message_ids.filtered("body")[:1].body
            self.assertIn("Customers handed over: 2", body)
            self.assertIn("Not renewed", body)
        self.assertEqual(self.customer.message_ids, before)

    def test_customers_need_a_successor_and_the_end_a_reason(self):
        with self.assertRaisesRegex(UserError, "Successor: customers or open quot"):
            self._open(self.nanning).action_confirm()
        with self.assertRaisesRegex(UserError, "Reason: say why"):
            self._open(
                self.nanning, successor_id=self.north.id, reason=" "
            ).action_confirm()
        self.assertEqual(self.nanning.state, "active")

    def test_without_customers_nobody_has_to_follow(self):
        self._open(self.north).action_confirm()
        self.assertRecordValues(
            self.north, [{"state": "terminated", "successor_id": False}]
        )

    def test_quotations_alone_need_a_successor(self):
        self.env["sale.order"].create(
            {"partner_id": self.customer.id, "truck_dealer_id": self.beibu.id}
        )
        with self.assertRaisesRegex(UserError, "open quotations are left"):
            self._open(self.beibu).action_confirm()

    def test_who_stood_below_goes_under_the_successor(self):
        yulin = self._create_dealer("Yulin", "dealer", self.south)
        self._open(
            self.nanning, successor_id=yulin.id, child_target="successor"
        ).action_confirm()
        self.assertEqual((self.qinzhou | self.beibu).parent_id, yulin)

    def test_tiers_are_asked_before_anything_moves(self):
        """R2.2: told in the preview, and refused."""
        wizard = self._open(
            self.nanning, successor_id=self.beibu.id, child_target="successor"
        )
        message = "Tier of Qinzhou: a Sub-Dealer cannot stand under a Transport Comp"
        self.assertIn(message, wizard.problem)
        with self.assertRaisesRegex(UserError, message):
            wizard.action_confirm()
        self.assertEqual(self.nanning.state, "active")
        self.assertEqual(self.customer.truck_dealer_id, self.nanning)

    def test_a_successor_from_below_takes_the_place(self):
        """R2.2: it goes up first, and the others may go under it."""
        self._open(
            self.nanning, successor_id=self.qinzhou.id, child_target="successor"
        ).action_confirm()
        self.assertEqual(self.qinzhou.parent_id, self.south)
        self.assertEqual(self.beibu.parent_id, self.qinzhou)
        self.assertEqual(self.customer.truck_dealer_id, self.qinzhou)

    def test_nobody_goes_under_who_stands_below_him(self):
        """R2.2: the successor's own chain cannot be hung under the successor."""
        wizard = self._open(
            self.south, successor_id=self.qinzhou.id, child_target="successor"
        )
        self.assertIn("Nanning cannot go under Qinzhou", wizard.problem)
        with self.assertRaisesRegex(UserError, "who stands below it"):
            wizard.action_confirm()
        wizard.child_target = "parent"
        wizard.action_confirm()
        self.assertFalse(self.nanning.parent_id)

    def test_several_dealers_end_together(self):
        """R2.2: those right below go to the first above who stays."""
        self.customer.truck_dealer_id = self.qinzhou
        small = self._create_dealer("Small", "transport", self.qinzhou)
        both = self.nanning | self.qinzhou
        wizard = self._open(both, successor_id=self.north.id)
        self.assertEqual(wizard.child_ids, small | self.beibu)
        wizard.action_confirm()
        self.assertEqual(set(both.mapped("state")), {"terminated"})
        self.assertEqual((small | self.beibu).parent_id, self.south)
        self.assertEqual((self.customer | self.archived).truck_dealer_id, self.north)

    def test_bad_successors_are_refused(self):
        """R2.2: one of those that end, one terminated, one of another manufacturer."""
        self.beibu.state = "terminated"
        other = self.env["res.company"].create({"name": "Other Maker"})
        stranger = self._create_dealer("Stranger", "agent", company_id=other.id)
        for successor, message in (
            (self.nanning, "Nanning is terminated itself"),
            (self.beibu, "Beibu is terminated itself"),
            (stranger, "Stranger belongs to another manufacturer, Other Maker"),
        ):
            with self.subTest(successor.name):
                wizard = self._open(self.nanning, successor_id=self.north.id)
                wizard.sudo().successor_id = successor
                with self.assertRaisesRegex(UserError, message):
                    wizard.sudo().action_confirm()

    def test_a_day_to_come_is_refused(self):
        wizard = self._open(self.nanning, successor_id=self.north.id, date="2024-06-02")
        with self.assertRaisesRegex(UserError, "is yet to come"):
            wizard.action_confirm()

    def test_who_is_terminated_is_not_terminated_again(self):
        wizard = self._open(self.nanning, successor_id=self.north.id)
        again = self._open(self.nanning, successor_id=self.south.id)
        wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "Nanning: terminated already"):
            again.action_confirm()
        self.assertEqual(self.customer.truck_dealer_id, self.north)

    def test_reactivating_forgets_the_end_and_keeps_the_customers_away(self):
        self._open(self.nanning, successor_id=self.north.id).action_confirm()
        self.nanning.with_user(self.users["manager"]).action_activate()
        self.assertRecordValues(
            self.nanning,
            [
                {
                    "state": "active",
                    "termination_date": False,
                    "termination_reason": False,
                    "successor_id": False,
                }
            ],
        )
        self.assertEqual(self.customer.truck_dealer_id, self.north)

    def test_managers_terminate_and_others_do_not(self):
        """R13.1"""
        for name in ("seller", "key", "service", "clerk"):
            with self.subTest(name), self.assertRaises(AccessError):
                self._open(self.nanning, user=name)
        self._open(self.nanning, "admin", successor_id=self.north.id).action_confirm()

    def test_the_form_asks_for_the_successor(self):
        """R2.2: as a manager fills it in on the screen."""
        wizard = self._open(self.nanning, reason=False)
        with Form(wizard) as form:
            form.reason = "Bankrupt"
            form.successor_id = self.north
            self.assertEqual(form.customer_count, 2)
        wizard.action_confirm()
        self.assertEqual(self.nanning.termination_reason, "Bankrupt")

    def test_open_activities_about_the_contract_go(self):
        self.nanning.activity_schedule(
            "truck_crm.mail_activity_type_dealer_contract",
            user_id=self.users["seller"].id,
        )
        self._open(self.nanning, successor_id=self.north.id).action_confirm()
        self.assertFalse(self.nanning.activity_ids)

    def test_customers_of_other_companies_go_too(self):
        """R2.2: whom the manager may not see is not left behind."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        hidden = self.env["res.partner"].create(
            {"name": "Hidden", "company_id": other.id}
        )
        hidden.truck_dealer_id = self.nanning
        wizard = self._open(self.nanning, successor_id=self.north.id)
        self.assertEqual(wizard.customer_count, 3)
        wizard.action_confirm()
        self.assertEqual(hidden.truck_dealer_id, self.north)

    def test_wizard_takes_several_from_the_list(self):
        wizard = self._open(self.qinzhou | self.beibu)
        self.assertEqual(wizard.dealer_ids, self.qinzhou | self.beibu)
