from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestQueryCounts(TruckCrmCommon):
    """R2.1, R3.3: what takes a query per record is slow with a nation of them."""

    def _count(self, method, *args):
        """Return how many queries a call takes that finds nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        method(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _count_delivery(self, product, quantity, first):
        """Return how many queries the delivery of some serial numbers takes."""
        vins = [f"LGGA2B4D6RL{first + n:06}" for n in range(quantity)]
        self._stock(*vins, product=product)
        order = self._sell(quantity, product)
        picking = order.picking_ids.with_env(self.env(context={}))
        picking.action_assign()
        picking.move_ids.picked = True
        queries = self._count(picking.button_validate)
        self.assertEqual(picking.state, "done")
        return queries

    def test_vehicles_of_a_delivery_are_made_together(self):
        """R3.3: four times as many trucks take not one query more for their files.

        Stock itself takes some per serial number: they are taken off by the same
        delivery of a product that is no truck.
        """
        engine = self._create_serial_product("Engine")
        extra = {}
        self._count_delivery(self.product, 1, 100)  # fills the caches of the process
        for quantity in (5, 20):
            first = quantity * 1000
            truck = self._count_delivery(self.product, quantity, first)
            extra[quantity] = truck - self._count_delivery(
                engine, quantity, first + 500
            )
        self.assertEqual(self.model.vehicle_count, 26)
        self.assertEqual(extra[5], extra[20])

    def test_deliveries_without_trucks_cost_next_to_nothing(self):
        """R3.3: goods that are no trucks take no query for what is not there."""
        part = self._create_serial_product("Part", tracking="none")
        order = self._sell(5, part)
        picking = order.picking_ids
        self.env["stock.quant"]._update_available_quantity(
            part, self.warehouse.lot_stock_id, 5
        )
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.flush_all()
        with self.assertQueryCount(0):
            picking.move_line_ids._truck_update_vehicles()

    def test_branches_are_counted_together(self):
        """R2.1: the counts of many dealers take as many queries as those of one."""
        fields = ["branch_count", "customer_count", "vehicle_count", "visibility"]
        self._create_vehicle(VINS[0], dealer_id=self.qinzhou.id)
        dealers = self.south | self.nanning | self.qinzhou | self.beibu | self.north
        self.south.read(fields)
        one = self._count(self.south.read, fields)
        for number, dealer in enumerate(dealers):
            self._create_vehicle(VINS[number + 1], dealer_id=dealer.id)
        self.assertEqual(self._count(dealers.read, fields), one)
        self.assertEqual(dealers.mapped("vehicle_count"), [5, 4, 2, 1, 1])

    def test_targets_are_counted_together(self):
        """R2.2: the sales of many dealers and years take as many queries as of one."""
        dealers = self.south | self.nanning | self.qinzhou | self.beibu | self.north
        targets = self.env["truck.dealer.target"].create(
            [
                {"dealer_id": dealer.id, "year": year, "vehicle_target": 1}
                for dealer in dealers
                for year in (2023, 2024)
            ]
        )
        for vin, dealer in zip(VINS, dealers, strict=False):
            self._create_vehicle(vin, dealer_id=dealer.id, sale_date="2024-05-06")
        fields = ["vehicle_count", "revenue", "vehicle_share"]
        self._count(targets.read, fields)  # fills the caches of the process
        one = self._count(targets[1].read, fields)
        self.assertEqual(self._count(targets.read, fields), one)
        self.assertEqual(
            targets.filtered(lambda t: t.year == 2024).mapped("vehicle_count"),
            [4, 3, 1, 1, 1],
        )

    def test_serving_history_is_written_in_sets(self):
        """R2.2: a new dealer for many customers takes as many queries as for one."""
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        History = self.env["truck.customer.dealer.history"]
        customers.write({"truck_dealer_id": self.south.id})
        self._count(History._record, customers.ids)  # fills the caches of the process
        one = self._count(History._record, customers[:1].ids)
        self.assertEqual(self._count(History._record, customers.ids), one)
        self.assertEqual(
            History.search_count([("partner_id", "in", customers.ids)]), 20
        )

    def test_a_customer_without_a_dealer_costs_nothing(self):
        """R2.2: who does not touch the serving dealer pays no query for its history."""
        with patch.object(
            type(self.env["truck.customer.dealer.history"]), "_record"
        ) as record:
            partner = self.env["res.partner"].create({"name": "Passer-by"})
            partner.write({"name": "Walker"})
            record.assert_not_called()
            partner.write({"truck_dealer_id": self.south.id})
            record.assert_called_once()

    def test_smart_buttons_are_counted_together(self):
        """R3.2: the vehicles of many customers, models, orders, transfers, invoices."""
        owners = self.customer | self.partner
        for vin, owner in zip(VINS, owners, strict=False):
            (lot,) = self._stock(vin)
            order = self._sell(partner_id=owner.id)
            self._deliver(order.picking_ids, lot)
            order._create_invoices()
        orders = self.env["sale.order"].search([("partner_id", "in", owners.ids)])
        self.assertEqual(len(orders), 2)
        for records in (owners, orders, orders.picking_ids, orders.invoice_ids):
            records = records.browse(records.ids)  # read together, as by a list
            with self.subTest(records._name):
                fields = ["truck_vehicle_count"]
                records[:1].read(fields)
                one = self._count(records[:1].read, fields)
                self.assertEqual(self._count(records.read, fields), one)
                self.assertEqual(records.mapped("truck_vehicle_count"), [1, 1])

    def test_the_partner_form_of_odoo_stays_light(self):
        """R1.1: what is dear to load stands on the customer's file, not on every form.

        Of the five queries that the form may take more, the profile takes two and the
        grade one; no other is left.
        """
        customer = self.customer.with_user(self.users["manager"])
        view = customer.get_view(self.env.ref("base.view_partner_form").id, "form")
        names = {
            node.get("name"): {}
            for node in etree.fromstring(view["arch"]).iter("field")
            if node.get("name").startswith("truck_")
        }
        self.assertIn("truck_goods_ids", names)
        for heavy in ("truck_fleet_ids", "truck_route_ids", "truck_completeness"):
            self.assertNotIn(heavy, names)
        bare = {"display_name": {}}
        for specification in (bare, {**bare, **names}):
            customer.web_read(specification)  # fills the caches of the process
        less = self._count(customer.web_read, bare)
        more = self._count(customer.web_read, {**bare, **names})
        self.assertLessEqual(more - less, 5)
