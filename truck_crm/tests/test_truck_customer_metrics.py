import random

from odoo.tests import tagged

from .common import VINS
from .metrics_common import MetricsCommon

CUSTOMERS, DOCUMENTS = 8, 50


@tagged("post_install", "-at_install")
class TestTruckCustomerMetricsProperty(MetricsCommon):
    """R6.4: whatever happened, the figures are those of a plain recomputation."""

    def _invent(self, seed):
        """Invent customers, their people and a history; return the customers."""
        self.random = random.Random(seed)
        users = [False, self.env.user.id, self.users["seller"].id]
        customers = self.env["res.partner"]
        people = []
        for number in range(CUSTOMERS):
            customer = self._customer(
                f"Customer {number}",
                user_id=self.random.choice(users),
                company_id=self.random.choice([False, False, self.second.id])
                if number > 3
                else False,
            )
            customers |= customer
            people += [customer, *self._invent_people(customer)]
        for _number in range(DOCUMENTS):
            self._invent_document(self.random.choice(people))
        for vin in VINS:
            owner = self.random.choice(people).commercial_partner_id
            self._create_vehicle(
                vin,
                owner_id=owner.id,
                company_id=owner.company_id.id
                or self.random.choice([False, self.first.id]),
            )
        for customer in customers[:5]:
            self.env["truck.partner.fleet"].create(
                {
                    "partner_id": customer.id,
                    "brand_id": self.brand.id,
                    "number": self.random.randint(1, 9),
                }
            )
        return customers

    def _invent_people(self, customer):
        return self.env["res.partner"].create(
            [
                {"name": f"{customer.name}, person {n}", "parent_id": customer.id}
                for n in range(self.random.randint(0, 2))
            ]
        )

    def _invent_document(self, partner):
        date = self._date("2021-06-15").replace(
            year=self.random.choice([2021, 2022, 2023, 2024, 2024]),
            month=self.random.randint(1, 12),
            day=self.random.choice([1, 14, 15, 16, 28]),
        )
        company = partner.commercial_partner_id.company_id or self.random.choice(
            [self.first, self.second]
        )
        kind = self.random.choice(
            ["invoice"] * 5 + ["refund", "spend", "order", "order"]
        )
        if kind == "order":
            moment = f"{date} {self.random.choice(['15:30:00', '16:30:00'])}"
            self._order(partner, moment, company)
        elif kind == "spend":
            self._spend(partner, date, self.random.randint(1, 50), company)
        else:
            self._invent_invoice(partner, date, company, kind)

    def _invent_invoice(self, partner, date, company, kind):
        move = self._invoice(
            partner,
            date,
            price=self.random.randint(1, 9999) / 100,
            quantity=self.random.choice([1, 2, 2.5]),
            post=self.random.random() > 0.1,
            company=company,
            move_type="out_refund" if kind == "refund" else "out_invoice",
            unit=self.random.choice([self.spare.uom_id, self.dozen]),
            currency_id=self.random.choice([self.first, self.second]).currency_id.id,
            invoice_date_due=self.random.choice([date, "2024-06-14", "2024-06-15"]),
        )
        chance = self.random.random()
        if move.state != "posted":
            if chance < 0.5:
                move.button_cancel()
        elif kind == "invoice" and chance < 0.6:
            part = None if chance < 0.3 else round(move.amount_total / 3, 2)
            self._pay(
                move,
                "2024-06-15" if chance < 0.1 else max(str(date), "2024-01-01"),
                part,
            )
        elif chance > 0.9:
            move.button_draft()

    def test_random_histories(self):
        """R6.4: currencies, refunds, companies, contacts, part payments, drafts."""
        customers = self._invent(1)
        self._refresh()
        rows = self._assert_right(customers)
        self.assertGreater(len(rows), CUSTOMERS)
        self.assertEqual(rows.partner_id, customers)
        for name in ("revenue_12m", "overdue_amount", "collection_days"):
            self.assertGreater(len(set(rows.mapped(name))), 3, name)
        self.assertFalse(self._refresh(), "nothing changed: nothing is written")

    def test_random_histories_after_more_happened(self):
        """R6.4: noted facts alone make the figures right again."""
        customers = self._invent(3)
        self._run_jobs("_cron_refresh")
        for _number in range(12):
            self._invent_document(self.random.choice(customers))
        moves = self.env["account.move"].search(
            [("partner_id", "in", customers.ids), ("state", "=", "posted")]
        )
        moves[:3].button_draft()
        customers[0].action_archive()
        contact = self.env["res.partner"].search(
            [("parent_id", "in", customers.ids)], limit=1
        )
        contact.parent_id = customers[7]
        self.env["truck.vehicle"].search([], limit=1).owner_id = customers[2]
        self._run_jobs("_cron_refresh_changed")
        self._assert_right(customers)
        self.assertFalse(self._refresh(), "a full look finds nothing that was missed")

    def test_random_histories_on_later_days(self):
        """R6.4: what changes without a write is found day by day."""
        customers = self._invent(4)
        self._run_jobs("_cron_refresh")
        for day in ("2024-06-16", "2024-06-29", "2025-03-01", "2026-06-15"):
            now = f"{day} 03:00:00"
            self._run_jobs("_cron_refresh_changed", now=now)
            self._assert_right(customers, day)
            months = self.months.search([("partner_id", "in", customers.ids)])
            self.assertLessEqual(str(max(months.mapped("month"))), day)
            self.assertFalse(self._refresh(now=now))


@tagged("post_install", "-at_install")
class TestTruckCustomerMetrics(MetricsCommon):
    """R6.4: what the figures mean, case by case."""

    def _amounts(self, partner, *names, company=None):
        row = self._row(partner, company)
        return [row[name] for name in names]

    def test_currency(self):
        """R6.4: amounts are in the company's currency, at the rate of the invoice."""
        rate = self.euro.rate_ids.sorted("name")[-1:].rate
        self._invoice(self.customer, "2024-03-01", 90, currency_id=self.euro.id)
        self._refresh()
        row = self._row(self.customer)
        self.assertEqual(row.currency_id, self.first.currency_id)
        self.assertNotEqual(rate, 1)
        self.assertAlmostEqual(row.revenue_12m, 90 / rate)
        self.assertAlmostEqual(row.due_amount, 90 / rate)

    def test_refunds(self):
        """R6.4: a refund takes off revenue and cost, an unused one what is overdue."""
        self._invoice(self.customer, "2024-03-01", 100, quantity=3)
        self._refund(self.customer, "2024-04-01", price=100)
        self._refresh()
        row = self._row(self.customer)
        self.assertEqual((row.revenue_12m, row.margin_12m), (200, 200 - 2 * 7))
        self.assertEqual((row.due_amount, row.overdue_amount), (200, 200))
        self.assertEqual(str(row.last_invoice_date), "2024-03-01")

    def test_several_companies(self):
        """R6.4: a row per company with a fact, and one at the customer's home."""
        self._invoice(self.customer, "2024-03-01", 100)
        self._invoice(self.customer, "2024-03-02", 50, company=self.second)
        nobody = self._customer("Nobody Yet", company_id=self.second.id)
        self._refresh()
        rows = self.metrics.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(rows), 2 if self.main == self.first else 3)
        for company, revenue in ((self.first, 100), (self.second, 50)):
            row = self._row(self.customer, company)
            self.assertEqual(row.revenue_12m, revenue)
            self.assertEqual(row.currency_id, company.currency_id)
        self.assertEqual(
            self.metrics.search([("partner_id", "=", nobody.id)]).company_id,
            self.second,
        )

    def test_archived(self):
        """R6.4: an archived customer keeps his figures; the row tells that he is."""
        self._invoice(self.customer, "2024-03-01", 100)
        self.customer.action_archive()
        self._refresh()
        self.assertEqual(
            self._amounts(self.customer, "revenue_12m", "partner_active"), [100, False]
        )
        self.customer.action_unarchive()
        self._refresh(self.customer)
        self.assertTrue(self._row(self.customer).partner_active)

    def test_merged(self):
        """R6.4: the one that is left has the figures of both, at once."""
        other = self._customer("Twin")
        for partner, price in ((self.customer, 100), (other, 30)):
            self._invoice(partner, "2024-03-01", price)
            self._order(partner, "2024-02-01 08:00:00")
        self._refresh()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        gone = other.id
        wizard._merge((self.customer | other).ids, self.customer)
        self.assertFalse(self.metrics.search([("partner_id", "=", gone)]))
        self.assertFalse(self.months.search([("partner_id", "=", gone)]))
        self._refresh(self.customer)
        self._assert_right(self.customer)
        row = self._row(self.customer)
        self.assertEqual((row.revenue_12m, row.order_count), (130, 2))
        months = self.months.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(sum(months.mapped("revenue")), 130)

    def test_a_company_that_becomes_a_contact_hands_over(self):
        """R6.4: what a legal entity bought is of the one it belongs to afterwards."""
        other = self._customer("Branch Office")
        self._invoice(other, "2024-03-01", 30)
        self._refresh()
        other.write({"is_company": False, "parent_id": self.customer.id})
        self._refresh(other)
        self.assertFalse(self._row(other))
        self.assertEqual(self._row(self.customer).revenue_12m, 30)

    def test_invoices_of_contacts_count_for_their_company(self):
        """R6.4: a contact that goes elsewhere leaves the invoices behind."""
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        other = self._customer("New Employer")
        self._invoice(contact, "2024-03-01", 30)
        contact.parent_id = other
        self._refresh()
        self.assertEqual(self._row(self.customer).revenue_12m, 30)
        self.assertEqual(self._row(other).revenue_12m, 0)

    def test_the_window_ends_on_the_day_twelve_months_ago(self):
        """R6.4: an invoice of that very day belongs to the year before."""
        self._invoice(self.customer, "2023-06-15", 10)
        self._invoice(self.customer, "2023-06-16", 20)
        self._invoice(self.customer, "2022-06-15", 40)
        self._refresh()
        names = ("revenue_12m", "revenue_previous_12m", "growth")
        self.assertEqual(self._amounts(self.customer, *names), [20, 10, 1])

    def test_days_are_those_of_the_company(self):
        """R6.4: in China it is the 16th already, and an order of the night is of it."""
        self._order(self.customer, "2024-06-15 16:30:00")
        self._invoice(self.customer, "2024-06-15", 10)
        self._refresh(now="2024-06-15 15:30:00")
        row = self._row(self.customer)
        self.assertEqual(row.overdue_amount, 0)
        self.assertEqual(row.order_count_12m, 0)
        self._refresh(now="2024-06-15 16:30:00")
        self.assertEqual(row.overdue_amount, 10)
        self.assertEqual((row.order_count, row.order_count_12m), (1, 1))
        self.assertEqual(str(row.last_order_date), "2024-06-16")

    def test_margin_takes_the_booked_cost_of_goods(self):
        """R6.4: what was booked with the invoice counts, not today's cost."""
        move = self._invoice(self.customer, "2024-03-01", 100, post=False)
        accounts = self.company_data
        common = {
            "move_id": move.id,
            "display_type": "cogs",
            "product_id": self.spare.id,
            "cogs_origin_id": move.invoice_line_ids.id,
        }
        stock = accounts["default_account_assets"]
        self.env["account.move.line"].create(
            [
                {**common, "account_id": stock.id, "balance": -60},
                {
                    **common,
                    "account_id": accounts["default_account_expense"].id,
                    "balance": 60,
                },
            ]
        )
        move.action_post()
        self._refresh()
        self.assertEqual(self._row(self.customer).margin_12m, 40)
        self._assert_right(self.customer)

    def test_return_is_margin_less_expense(self):
        """R6.4: entries on expense accounts that bear the customer, of 12 months."""
        self._invoice(self.customer, "2024-03-01", 100)
        self._spend(self.customer, "2024-05-01", 110)
        self._spend(self.customer, "2023-05-01", 500)
        self._refresh()
        names = ("margin_12m", "expense_12m", "return_12m")
        self.assertEqual(self._amounts(self.customer, *names), [93, 110, -17])

    def test_collection_period_is_weighted(self):
        """R6.4: 10 days for 300, 40 days for 100: 17.5 days; open ones do not count."""
        slow = self._invoice(self.customer, "2024-03-01", 100)
        quick = self._invoice(self.customer, "2024-03-01", 300)
        self._invoice(self.customer, "2024-01-01", 900)
        self._pay(slow, "2024-04-10")
        self._pay(quick, "2024-03-11")
        self._refresh()
        self.assertEqual(self._row(self.customer).collection_days, 17.5)

    def test_refunds_are_no_payments(self):
        """R6.4: what was taken back says nothing of how quickly a customer pays."""
        self._pay(self._invoice(self.customer, "2024-03-01", 100), "2024-03-11")
        returned = self._invoice(self.customer, "2024-01-01", 300)
        returned |= self._refund(self.customer, "2024-05-01", price=300)
        receivables = returned.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        receivables.reconcile()
        self.assertTrue(all(receivables.mapped("reconciled")))
        self._refresh()
        self.assertEqual(self._row(self.customer).collection_days, 10)

    def test_exchange_differences_are_no_payments(self):
        """R6.4: of 45 half was paid, the rest was lost by the rate: 40 and 10 days."""
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "company_id": self.first.id,
                "name": "2024-04-01",
                "rate": 4,
            }
        )
        abroad = self._invoice(
            self.customer, "2024-03-01", 90, currency_id=self.euro.id
        )
        self._pay(abroad, "2024-04-10")
        self._pay(self._invoice(self.customer, "2024-03-01", 22.5), "2024-03-11")
        matched = abroad.line_ids.matched_credit_ids
        self.assertEqual(sorted(matched.mapped("amount")), [22.5, 22.5])
        self.assertTrue(matched.exchange_move_id)
        self._refresh()
        self.assertEqual(self._row(self.customer).collection_days, 25)

    def test_payments_not_matched_count_against_overdue(self):
        """R6.4: who has paid is not told to be late."""
        invoice = self._invoice(self.customer, "2024-03-01", 100)
        self._invoice(self.customer, "2024-06-15", 50)
        payment = self._pay(invoice, "2024-04-10", 30)
        payment.move_id.line_ids.remove_move_reconcile()
        self._refresh()
        names = ("due_amount", "overdue_amount", "overdue_since")
        self.assertEqual(
            self._amounts(self.customer, *names),
            [120, 70, self._date("2024-03-01")],
        )

    def test_stock_period_of_a_dealer(self):
        """R6.4: days from taking a truck over until another has it."""
        dealer = self.south.partner_id
        for vin, sold in ((VINS[0], "2024-04-11"), (VINS[1], "2024-05-31")):
            vehicle = self._create_vehicle(
                vin, owner_id=dealer.id, delivery_date="2024-04-01"
            )
            vehicle.with_context(
                truck_history_date=self._date(sold)
            ).owner_id = self.customer
        self._create_vehicle(VINS[2], owner_id=dealer.id, delivery_date="2024-04-01")
        self._refresh()
        company = self._create_company_of(self.env["truck.vehicle"])
        self.assertEqual(self._row(dealer, company).stock_days, 35)
        self.assertEqual(self._row(dealer, company).vehicle_count, 1)
        self.assertEqual(self._row(self.customer, company).vehicle_count, 2)
        self.assertEqual(self._row(self.customer, company).stock_days, 0)

    def _create_company_of(self, vehicles):
        return vehicles.search([("vin", "=", VINS[0])]).company_id

    def test_own_people_and_companies_are_no_customers(self):
        """R6.4: no rows for the companies of the database and who works in them."""
        self._refresh()
        partners = self.metrics.search([]).partner_id
        self.assertIn(self.customer, partners)
        users = self.env["res.users"].search([("share", "=", False)])
        own = users.partner_id | self.first.partner_id | self.second.partner_id
        self.assertFalse(own & partners)

    def test_the_salesperson_is_taken_over_at_once(self):
        """R4.2: with a salesperson a customer has a row, and it follows him."""
        seller, rival = self.users["seller"], self.users["rival"]
        customer = self._customer("New", user_id=seller.id)
        row = self.metrics.search([("partner_id", "=", customer.id)])
        self.assertEqual((row.user_id, row.company_id), (seller, seller.company_id))
        customer.user_id = rival
        self.assertEqual(row.user_id, rival)
        customer.user_id = False
        self.assertFalse(row.user_id)
        other = self._customer("Without")
        self.assertFalse(self.metrics.search([("partner_id", "=", other.id)]))

    def test_months(self):
        """R6.4: revenue, margin and orders by month, of the months set."""
        self._invoice(self.customer, "2024-03-01", 100)
        self._invoice(self.customer, "2024-03-31", 10)
        self._refund(self.customer, "2024-04-01", price=40)
        self._order(self.customer, "2024-04-01 08:00:00")
        self._invoice(self.customer, "2021-06-30", 5)
        self._invoice(self.customer, "2021-07-01", 6)
        self._refresh()
        rows = self.months.search(
            [("partner_id", "=", self.customer.id)], order="month"
        )
        self.assertEqual(
            [(str(r.month), r.revenue, r.margin, r.order_count) for r in rows],
            [
                ("2021-07-01", 6, -1, 0),
                ("2024-03-01", 110, 96, 0),
                ("2024-04-01", -40, -33, 1),
            ],
        )
        self.env["ir.config_parameter"].set_param("truck_crm.metrics_months", 3)
        self._refresh(self.customer)
        rows = self.months.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(rows), 1)

    def test_rows_that_stay_are_not_rewritten(self):
        """R6.4: a second look writes nothing; a change only what it changes."""
        other = self._customer("Other")
        for partner in (self.customer, other):
            self._invoice(partner, "2024-03-01", 100)
        self._refresh()
        query = "SELECT id, ctid::text FROM truck_customer_metrics"
        self.env.cr.execute(query)
        before = dict(self.env.cr.fetchall())
        self.assertEqual(self._refresh(now="2024-06-15 09:00:00"), 0)
        self._invoice(other, "2024-03-02", 100)
        self.assertEqual(self._refresh(), 2, "his row and his month")
        self.env.cr.execute(query)
        moved = [
            number for number, at in self.env.cr.fetchall() if before[number] != at
        ]
        written = self.metrics.browse(moved)
        self.assertEqual(written.partner_id, other)
        self.assertEqual(written.company_id, self.env.company)

    def test_the_button_refreshes_one_customer(self):
        """R6.4: who may see the customer may have his figures reckoned."""
        other = self._customer("Other")
        for partner in (self.customer, other):
            self._invoice(partner, "2024-03-01", 100)
        customer = self.customer.with_user(self.users["seller"])
        customer.action_truck_refresh_metrics()
        self.assertTrue(self._row(self.customer))
        self.assertFalse(self._row(other))
