from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckCustomerDealerHistory(TruckCrmCommon):
    """R2.2, R2.3: which dealer served a customer, and when."""

    def _serve(self, day, dealer, customers=None):
        with freeze_time(f"{day} 04:00:00"):
            (customers or self.customer).write({"truck_dealer_id": dealer.id})

    def _get_rows(self, customer=None):
        """Return (dealer, from, to) of a customer's history, the newest first."""
        customer = customer or self.customer
        rows = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", customer.id)]
        )
        return [
            (row.dealer_id, str(row.date_from), row.date_to and str(row.date_to))
            for row in rows
        ]

    def test_each_change_is_written_down(self):
        self._serve("2024-03-01", self.nanning)
        self._serve("2024-05-10", self.north)
        self._serve("2024-06-01", self.env["truck.dealer"])
        self._serve("2024-07-01", self.qinzhou)
        self.assertEqual(
            self._get_rows(),
            [
                (self.qinzhou, "2024-07-01", False),
                (self.north, "2024-05-10", "2024-06-01"),
                (self.nanning, "2024-03-01", "2024-05-10"),
            ],
        )

    def test_customers_made_with_a_dealer_have_it_from_that_day(self):
        with freeze_time("2024-03-01 04:00:00"):
            first, second = self.env["res.partner"].create(
                [
                    {"name": "First", "truck_dealer_id": self.north.id},
                    {"name": "Second"},
                ]
            )
        self.assertEqual(self._get_rows(first), [(self.north, "2024-03-01", False)])
        self.assertEqual(self._get_rows(second), [])

    def test_a_slip_of_the_same_day_leaves_no_trace(self):
        self._serve("2024-03-01", self.nanning)
        self._serve("2024-05-10", self.north)
        self._serve("2024-05-10", self.qinzhou)
        self._serve("2024-05-10", self.qinzhou)
        self.assertEqual(
            self._get_rows(),
            [
                (self.qinzhou, "2024-05-10", False),
                (self.nanning, "2024-03-01", "2024-05-10"),
            ],
        )

    def test_a_delivery_writes_it_too(self):
        """R2.3: who sold the truck serves the customer behind it from then on."""
        (lot,) = self._stock(VINS[0])
        order = self._sell(truck_dealer_id=self.nanning.id)
        self._deliver(order.picking_ids, lot)
        self.assertEqual([row[0] for row in self._get_rows()], [self.nanning])

    def test_a_delivery_of_a_terminated_dealer_serves_the_successor(self):
        """R2.2: ordered before the end and delivered after it."""
        (lot,) = self._stock(VINS[0])
        order = self._sell(truck_dealer_id=self.qinzhou.id)
        self.qinzhou.write({"state": "terminated", "successor_id": self.beibu.id})
        self.beibu.write({"state": "terminated", "successor_id": self.nanning.id})
        self._deliver(order.picking_ids, lot)
        self.assertEqual(self._find_vehicle().dealer_id, self.qinzhou)
        self.assertEqual(self.customer.truck_dealer_id, self.nanning)

    def test_a_delivery_of_a_dealer_whom_nobody_followed_serves_nobody(self):
        (lot,) = self._stock(VINS[0])
        order = self._sell(truck_dealer_id=self.qinzhou.id)
        self.qinzhou.state = "terminated"
        self._deliver(order.picking_ids, lot)
        self.assertEqual(self._find_vehicle().dealer_id, self.qinzhou)
        self.assertFalse(self.customer.truck_dealer_id)

    def test_a_salesperson_writes_it_by_serving(self):
        """R13.1: he has no right to write the history itself."""
        self.customer.with_user(self.users["seller"]).truck_dealer_id = self.nanning
        row = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(row.create_uid, self.users["seller"])
        with self.assertRaises(AccessError):
            row.with_user(self.users["seller"]).date_from = "2020-01-01"
        row.with_user(self.users["manager"]).date_from = "2020-01-01"

    @mute_logger("odoo.sql_db")
    def test_bad_days_are_refused(self):
        self._serve("2024-03-01", self.nanning)
        row = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", self.customer.id)]
        )
        with self.assertRaises(IntegrityError):
            row.date_to = "2024-02-01"
            self.env.flush_all()

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with freeze_time("2024-09-01 04:00:00"):
            wizard._merge([source.id, target.id], target)
        self.env.invalidate_all()

    def test_merging_customers_keeps_the_history_of_both(self):
        """R2.2: core would delete the history of the one that goes."""
        twin = self.env["res.partner"].create({"name": "Twin"})
        self._serve("2024-02-01", self.beibu, twin)
        self._serve("2024-03-01", self.nanning, self.customer)
        self._serve("2024-05-10", self.qinzhou, twin)
        self._merge(twin, self.customer)
        self.assertEqual(self.customer.truck_dealer_id, self.nanning)
        self.assertEqual(
            self._get_rows(),
            [
                (self.qinzhou, "2024-05-10", "2024-09-01"),
                (self.nanning, "2024-03-01", False),
                (self.beibu, "2024-02-01", "2024-05-10"),
            ],
        )

    def test_merging_into_a_customer_without_a_dealer_takes_the_dealer_along(self):
        twin = self.env["res.partner"].create({"name": "Twin"})
        self._serve("2024-02-01", self.beibu, twin)
        self._merge(twin, self.customer)
        self.assertEqual(self.customer.truck_dealer_id, self.beibu)
        self.assertEqual(self._get_rows(), [(self.beibu, "2024-02-01", False)])

    def test_the_histories_open_from_customer_and_dealer(self):
        self._serve("2024-03-01", self.nanning)
        self._serve("2024-05-10", self.north)
        History = self.env["truck.customer.dealer.history"]
        seller = self.users["seller"]
        action = self.customer.with_user(seller).action_truck_view_dealer_history()
        self.assertEqual(len(History.with_user(seller).search(action["domain"])), 2)
        action = self.nanning.with_user(seller).action_view_customer_history()
        rows = History.with_user(seller).search(action["domain"])
        self.assertEqual(rows.partner_id, self.customer)

    def test_only_the_days_can_be_corrected(self):
        """R2.3, R13.1: what was is nobody's to make up, whatever the client sends."""
        self._serve("2024-03-01", self.nanning)
        vehicle = self._create_vehicle(owner_id=self.customer.id)
        rows = (
            self.env["truck.customer.dealer.history"].search(
                [("partner_id", "=", self.customer.id)]
            ),
            self.nanning.history_ids,
            vehicle.history_ids,
        )
        forged = (
            {"dealer_id": self.north.id},
            {"parent_id": self.north.id},
            {"partner_id": self.north.partner_id.id},
        )
        for row, vals in zip(rows, forged, strict=True):
            row = row.with_user(self.users["manager"])
            with self.subTest(model=row._name), self.assertRaises(UserError):
                row.write(vals)
            row.write({"date_from": "2024-02-01"})
