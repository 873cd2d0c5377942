from odoo.tests import tagged

from ..story import changes, channel
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestDealers(DemoCommon):
    """What is on file of the demo company's dealers, and what they went through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = cls._search("truck.dealer")
        cls.today = cls.company._truck_to_local_date(cls.env.cr.now())

    def _dealer(self, code):
        return self.dealers.filtered(lambda dealer: dealer.code == code)

    def test_contracts(self):
        """R2.2 All who trade have a contract; one ends soon, one has ended."""
        trading = self.dealers.filtered(lambda dealer: dealer.state == "active")
        self.assertTrue(all(trading.mapped("contract_date_start")))
        states = self.dealers.mapped("contract_state")
        self.assertEqual((states.count("ending"), states.count("ended")), (1, 1))
        told = self.dealers.filtered("is_contract_reminded")
        self.assertEqual(len(told), 2)
        self.assertEqual(len(told.activity_ids.user_id), 2)

    def test_files(self):
        """R2.2 Brand, territories, capacity and staff of all who sell."""
        sellers = self.dealers.filtered(
            lambda dealer: dealer.tier_id.is_reseller and dealer.state == "active"
        )
        for dealer in sellers:
            with self.subTest(dealer=dealer.code):
                self.assertEqual(dealer.brand_ids.mapped("is_own"), [True])
                self.assertTrue(dealer.territory_ids)
                self.assertTrue(dealer.distribution_capacity)
                self.assertTrue(dealer.warehouse_capacity)
                self.assertGreater(dealer.staff_count, dealer.sales_staff_count)

    def test_targets(self):
        """R2.2 Agents and dealers have a target, and have come some way."""
        targets = self.env["truck.dealer.target"].search(
            [("dealer_id", "in", self.dealers.ids)]
        )
        told = self.company._truck_to_local_date(self.company.create_date).year
        self.assertLessEqual(set(targets.mapped("year")), {told - 1, told})
        self.assertIn(told, targets.mapped("year"))
        for target in targets:
            self.assertTrue(target.vehicle_target and target.revenue_target)
            if target.year < told:
                self.assertTrue(0.3 < target.vehicle_share < 2)

    def test_moved(self):
        """R2.1 A dealer came from one agent to another, and its branch along."""
        ((code, (before, _days)),) = channel.MOVED.items()
        now, then = self._dealer(code).history_ids
        self.assertEqual(then.parent_id, self._dealer(before))
        self.assertEqual(now.parent_id, self._dealer(code).parent_id)
        self.assertNotEqual(now.parent_id, then.parent_id)
        self.assertEqual(then.date_to, now.date_from)
        self.assertLess(now.date_from, self.today)
        self.assertEqual(now.moved_dealer_ids, self._dealer(code).child_ids)

    def test_terminated(self):
        """R2.7 A dealer was terminated; its customers went to the successor then."""
        dealer, successor = self._dealer(changes.ENDED), self._dealer(changes.SUCCESSOR)
        self.assertEqual(dealer.state, "terminated")
        self.assertEqual(dealer.successor_id, successor)
        self.assertTrue(dealer.termination_reason)
        self.assertLess(dealer.termination_date, self.today)
        rows = self.env["truck.customer.dealer.history"].search(
            [("dealer_id", "=", dealer.id)]
        )
        self.assertGreaterEqual(len(rows), 3)
        self.assertEqual(set(rows.mapped("date_to")), {dealer.termination_date})
        self.assertEqual(rows.partner_id.truck_dealer_id, successor)
        said = dealer.message_ids | successor.message_ids
        self.assertTrue(said)
        self.assertTrue(all(m.date.date() < self.today for m in said))

    def test_nothing_began_today(self):
        """R2.1 The histories begin when the dealers and customers came."""
        for model in ("truck.dealer.history", "truck.customer.dealer.history"):
            rows = self.env[model].search([("dealer_id", "in", self.dealers.ids)])
            self.assertTrue(rows)
            self.assertTrue(all(row.date_from < self.today for row in rows), model)
        came = {
            dealer: min(dealer.history_ids.mapped("date_from"))
            for dealer in self.dealers
        }
        for dealer in self.dealers.filtered("parent_id"):
            self.assertLessEqual(came[dealer.parent_id], came[dealer], dealer.code)

    def test_visibility(self):
        """R2.3 Most end customers are known; in the dealers' yards they are not."""
        agents = self.dealers.filtered(lambda dealer: not dealer.parent_id)
        for agent in agents:
            self.assertGreater(agent.visibility, 0.8)
        self.assertTrue(any(agent.visibility < 1 for agent in agents))
