from odoo.tests import tagged

from odoo.addons.truck_crm.tools import vin as vin_tools

from ..story import plan, stage
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestStory(DemoCommon):
    """What the demo company has, and that it fits together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicles = cls._search("truck.vehicle")
        cls.own = cls.vehicles.filtered("is_own")
        cls.sold = cls.own.filtered("sale_line_id")
        cls.invoices = cls._search("account.move", ("move_type", "=", "out_invoice"))
        owners = cls.own.history_ids.filtered(lambda row: row.kind == "owner")
        cls.owners = owners.grouped("vehicle_id")
        # trucks that a dealer had in his yard before he sold them on
        cls.held = cls.own.filtered(
            lambda v: v.state == "in_use"
            and any(
                row.date_to and row.partner_id == v.sale_id.partner_id
                for row in cls.owners[v]
            )
        )

    def test_company(self):
        """R13.4 The maker is Chinese: currency, books, time zone, yard."""
        self.assertEqual(self.company.currency_id.name, "CNY")
        self.assertEqual(self.company.chart_template, "cn")
        self.assertEqual(self.company.partner_id.tz, "Asia/Shanghai")
        self.assertEqual(len(self._search("stock.warehouse")), 1)

    def test_channel(self):
        """R2.1 R2.2 4 agents, 16 dealers, 40 transport companies, in every state."""
        dealers = self._search("truck.dealer")
        counts = {
            name: len(dealers.filtered_domain([("tier_id", "=", tier)]))
            for name in ("agent", "dealer", "sub_dealer", "transport")
            for tier in self.env.ref(f"truck_crm.truck_dealer_tier_{name}").ids
        }
        self.assertEqual(
            counts, {"agent": 4, "dealer": 16, "sub_dealer": 4, "transport": 40}
        )
        states = dealers._fields["state"].get_values(self.env)
        self.assertEqual(set(dealers.mapped("state")), set(states))
        for dealer in dealers:
            with self.subTest(dealer=dealer.code):
                self.assertTrue(dealer.staff_ids)
                self.assertTrue(dealer.city and dealer.country_state_id)
                self.assertTrue(dealer.phone and dealer.email)
        agents = dealers.filtered(lambda dealer: not dealer.parent_id)
        self.assertTrue(all(agents.mapped("user_id")))

    def test_customers(self):
        """R1.6 R2.1 150 customers with a dealer; a third are prospects, 2 archived."""
        customers = self._search("res.partner", ("ref", "=like", "KH%"))
        self.assertEqual(len(customers), 150)
        self.assertTrue(all(partner.truck_dealer_id for partner in customers))
        self.assertTrue(all(partner.user_id for partner in customers))
        self.assertEqual(len(customers.filtered("truck_is_customer")), 100)
        archived = self._search(
            "res.partner", ("ref", "=like", "KH%"), ("active", "=", False)
        )
        self.assertEqual(len(archived), 2)
        self.assertTrue(all(archived.mapped("comment")))

    def test_catalogue(self):
        """R3.1 Own models are sold as products with serial numbers, others are not."""
        models = self.env["truck.model"].search([("brand_id.code", "!=", False)])
        own = models.filtered("is_own")
        self.assertEqual(len(own), 12)
        self.assertEqual(set(own.product_tmpl_id.mapped("tracking")), {"serial"})
        self.assertGreaterEqual(len(models - own), 12)
        self.assertFalse((models - own).product_tmpl_id)

    def test_vins(self):
        """R3.2 400 vehicles, 290 own; every VIN is valid but one, of a competitor's."""
        self.assertEqual(len(self.vehicles), 400)
        self.assertEqual(len(self.own), 290)
        wrong = self.vehicles.filtered("has_vin_warning")
        self.assertEqual(len(wrong), 1)
        self.assertFalse(wrong.is_own)
        for vehicle in self.vehicles - wrong:
            self.assertTrue(vin_tools.has_valid_check_digit(vehicle.vin), vehicle.vin)

    def test_every_delivery_has_its_file(self):
        """R3.3 R2.3 Each truck that left has its file, with owner, dealer, price."""
        lines = self._search(
            "stock.move.line",
            ("state", "=", "done"),
            ("location_dest_id.usage", "=", "customer"),
        )
        self.assertEqual(lines.lot_id, self.own.lot_id)
        self.assertEqual(len(self.sold), 289)  # one came back and stayed
        for vehicle in self.sold:
            with self.subTest(vin=vehicle.vin):
                self.assertTrue(vehicle.owner_id and vehicle.dealer_id)
                self.assertTrue(vehicle.user_id and vehicle.price)
                self.assertEqual(vehicle.sale_id.truck_dealer_id, vehicle.dealer_id)
                self.assertTrue(vehicle.engine_number and vehicle.color)
                if vehicle.owner_id.truck_dealer_ids.tier_id.is_reseller:
                    self.assertFalse(vehicle.plate)

    def test_dates_of_vehicles(self):
        """R3.2 Ordered, delivered, registered, read: in this order, in a year."""
        today = self.company._truck_to_local_date(self.env.cr.now())
        for vehicle in self.sold:
            dates = [
                vehicle.sale_date,
                vehicle.delivery_date,
                vehicle.registration_date or vehicle.delivery_date,
                vehicle.mileage_date or today,
                today,
            ]
            with self.subTest(vin=vehicle.vin):
                self.assertEqual(dates, sorted(dates))
                self.assertLess(vehicle.production_date, vehicle.delivery_date)
                self.assertLess((today - vehicle.sale_date).days, 380)
                self.assertEqual(
                    vehicle.picking_id.date_done.date(), vehicle.delivery_date
                )
                holder = vehicle.history_ids.filtered(
                    lambda row: row.kind == "owner" and not row.date_to
                )
                self.assertEqual(holder.partner_id, vehicle.owner_id)
                if vehicle not in self.held:
                    self.assertEqual(holder.date_from, vehicle.delivery_date)

    def test_receipts_before_deliveries(self):
        """R3.3 No truck left the yard before it had come in."""
        lines = self._search("stock.move.line", ("state", "=", "done"))
        for lot, moved in lines.grouped("lot_id").items():
            moved = moved.sorted("date")
            self.assertEqual(moved[0].location_id.usage, "supplier", lot.name)
            for before, after in zip(moved, moved[1:], strict=False):
                self.assertEqual(before.location_dest_id, after.location_id, lot.name)

    def test_orders_and_invoices(self):
        """R3.2 Order, delivery, invoice, payment: in this order, and balanced."""
        self.assertTrue(self.invoices)
        for invoice in self.invoices:
            order = invoice.line_ids.sale_line_ids.order_id
            sent = order.picking_ids.filtered(
                lambda p: p.picking_type_code == "outgoing"
            )
            with self.subTest(invoice=invoice.name):
                self.assertEqual(invoice.state, "posted")
                self.assertEqual(invoice.amount_untaxed, order.amount_untaxed)
                self.assertAlmostEqual(sum(invoice.line_ids.mapped("balance")), 0)
                self.assertLessEqual(order.date_order.date(), sent.date_done.date())
                self.assertLessEqual(sent.date_done.date(), invoice.invoice_date)
                for payment in invoice.matched_payment_ids:
                    self.assertLessEqual(invoice.invoice_date, payment.date)
        states = set(self.invoices.mapped("payment_state"))
        self.assertEqual(states, {"paid", "partial", "not_paid", "reversed"})
        for invoice in self.invoices.filtered(lambda m: m.payment_state == "paid"):
            self.assertFalse(invoice.amount_residual)

    def test_open_business(self):
        """R3.3 Quotations, orders that wait for a truck, a return and a resale."""
        states = set(self._search("sale.order").mapped("state"))
        self.assertEqual(states, {"draft", "sent", "sale", "cancel"})
        waiting = self._search(
            "stock.picking",
            ("picking_type_code", "=", "outgoing"),
            ("state", "not in", ("done", "cancel")),
        )
        self.assertEqual(len(waiting), 8)
        resold = {v for v, rows in self.owners.items() if rows[1:]} - set(self.held)
        self.assertEqual(len(resold), 1)
        self.assertEqual(len(self.own.filtered(lambda v: v.state == "returned")), 1)

    def test_held_by_dealers(self):
        """R6.4 Some dealers find the end customer weeks after the delivery."""
        self.assertGreater(len(self.held), 4)
        for vehicle in self.held:
            now, then = self.owners[vehicle]
            with self.subTest(vin=vehicle.vin):
                self.assertTrue(then.partner_id.truck_dealer_ids)
                self.assertEqual(then.date_from, vehicle.delivery_date)
                self.assertEqual(then.date_to, now.date_from)
                self.assertGreater(now.date_from, then.date_from)
                self.assertGreater(vehicle.registration_date, now.date_from)
                self.assertEqual(now.partner_id.truck_dealer_id, vehicle.dealer_id)
        metrics = self._search("truck.customer.metrics", ("stock_days", ">", 0))
        dealers = metrics.partner_id.truck_dealer_ids.mapped("code")
        self.assertLessEqual({"HN02", "HZ02"}, set(dealers))
        self.assertLessEqual(set(dealers), set(plan.YARDS))
        self.assertGreater(len(dealers), 2)

    def test_mileage(self):
        """R3.2 Most trucks have a log; one has had its odometer changed."""
        read = self.own.filtered("mileage")
        self.assertGreater(len(read), 100)
        changed = self.own.mileage_ids.filtered("is_replaced")
        self.assertEqual(len(changed), 1)
        vehicle = changed.vehicle_id
        self.assertGreater(vehicle.mileage, vehicle.mileage_ids[0].odometer)

    def test_nothing_was_said_today(self):
        """R3.2 The chatter of the documents tells of the days when they were made."""
        start = self.env.cr.now().replace(hour=0, minute=0, second=0, microsecond=0)
        for model in ("account.move", "account.payment", "stock.picking"):
            records = self._search(model, ("create_date", "<", start))
            late = records.message_ids.filtered(lambda message: message.date > start)
            self.assertFalse(late, model)

    def test_same_in_every_database(self):
        """R3.2 The plan depends on the day only, so that reports can be compared."""

        def tell():
            year = plan.Year(stage.Stage.random("plan"), self.env.cr.now().date())
            models = {row["code"]: row for row in stage.rows("models")}
            sales = plan.make_sales(
                year,
                {row["ref"]: row for row in stage.rows("customers")},
                {row["code"]: row for row in stage.rows("channel")},
                models,
            )
            return plan.give_vins(year, sales, models)

        self.assertEqual(tell(), tell())
