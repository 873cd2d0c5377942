from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.truck_customer_metrics_fragment import Fragment
from .common import VINS
from .metrics_common import NOW, MetricsCommon


@tagged("post_install", "-at_install")
class TestTruckCustomerMetricsRun(MetricsCommon):
    """R6.4: the nightly and the hourly job, and what others add to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["truck.customer.metrics.run"].sudo()
        cls.marks = cls.env["truck.customer.metrics.mark"].sudo()

    def _noted(self):
        """Return who is noted by what was written so far, and forget it."""
        self.env.cr.flush()
        marks = self.marks.search([("partner_id", "!=", 0)])
        partner_ids = set(marks.mapped("partner_id"))
        marks.unlink()
        return self.env["res.partner"].browse(partner_ids)

    # --- the night ---

    def test_chunks_reach_everybody(self):
        """R6.4: chunks of a thousand or of all give the same."""
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(7)]
        )
        for customer in customers:
            self._invoice(customer, "2024-03-01", 10)
        with patch(
            "odoo.addons.truck_crm.models.truck_customer_metrics_run.FIRST_CHUNK", 2
        ):
            self._run_jobs("_cron_refresh")
        run = self.runs.search([], limit=1)
        self.assertEqual(run.state, "done")
        self.assertGreaterEqual(run.changed_count, 14)
        rows = self.metrics.search([("partner_id", "in", customers.ids)])
        self.assertEqual(sum(rows.mapped("revenue_12m")), 70)
        self.assertFalse(self._refresh())

    def test_a_run_that_was_cut_off_carries_on(self):
        """R6.4: who was done stays done, the others follow; the moment is the same."""
        first, second = self._customer("First"), self._customer("Second")
        for customer in (first, second):
            self._invoice(customer, "2024-03-01", 10)
        run = self.runs.create({"moment": NOW, "cursor": first.id, "chunk_size": 1000})
        self._run_jobs("_cron_refresh", now="2024-06-17 03:00:00")
        self.assertEqual(self.runs.search([]), run)
        self.assertEqual(run.state, "done")
        self.assertTrue(self._row(second))

    def test_a_killed_chunk_is_tried_in_halves(self):
        """R6.4: before it is begun, the size for the next try is written down."""
        sizes = []

        def note(run, scope):
            sizes.append(run.chunk_size)
            return 0

        run = self.runs.create({"moment": NOW, "chunk_size": 9000})
        with patch.object(type(self.runs), "_do_scope", note):
            self._run_jobs("_cron_refresh")
        self.assertEqual(sizes[0], 4500)
        self.assertGreater(run.chunk_size, 9000)  # it was quick

    def test_rows_of_who_is_no_customer_go(self):
        """R6.4: a row without customer, fact or home is taken away by the night."""
        self._invoice(self.customer, "2024-03-01", 10)
        self._run_jobs("_cron_refresh")
        stray = self.metrics.create(
            {"partner_id": self.customer.id, "company_id": self.second.id}
        )
        own = self.metrics.create(
            {"partner_id": self.first.partner_id.id, "company_id": self.first.id}
        )
        self._run_jobs("_cron_refresh", now="2024-06-16 03:00:00")
        self.assertFalse((stray | own).exists())
        self.assertTrue(self._row(self.customer))

    def test_what_somebody_changed_meanwhile_is_left_and_noted(self):
        """R6.4: a row that is no longer the one that was compared is not written."""
        self._invoice(self.customer, "2024-03-01", 10)
        self._refresh()
        self._invoice(self.customer, "2024-03-01", 10)
        self._noted()
        stage = type(self.runs)._stage

        def stage_and_meet(run, scope):
            stage(run, scope)
            run.env.cr.execute(
                "UPDATE truck_customer_metrics SET order_cycle_days = 99"
                " WHERE partner_id = %s",
                [self.customer.id],
            )

        with patch.object(type(self.runs), "_stage", stage_and_meet):
            with patch.object(type(self.runs), "_cron_refresh_changed", lambda run: 0):
                self._run_jobs("_cron_refresh")
        row = self._row(self.customer)
        self.assertEqual((row.order_cycle_days, row.revenue_12m), (99, 10))
        self._run_jobs("_cron_refresh_changed")
        self.assertEqual(row.revenue_12m, 20)

    def test_before_the_first_night_the_hour_does_nothing(self):
        """R6.4: the noted ones wait for the first fill."""
        self.runs.search([("id", "!=", 0)]).unlink()
        self._run_jobs("_cron_refresh_changed")
        self.assertFalse(self.runs.search([], limit=1))

    # --- the hour ---

    def test_documents_note_their_customers(self):
        """R6.4: posting, paying, undoing, ordering; a draft notes nobody."""
        self._noted()
        move = self._invoice(self.customer, "2024-03-01", 10, post=False)
        self.assertNotIn(self.customer, self._noted())
        move.action_post()
        self.assertIn(self.customer, self._noted())
        payment = self._pay(move, "2024-04-01", 5)
        self.assertIn(self.customer, self._noted())
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertIn(self.customer, self._noted())
        move.button_draft()
        self.assertIn(self.customer, self._noted())
        move.button_cancel()
        self.assertNotIn(self.customer, self._noted())
        order = self._order(self.customer, "2024-03-01 08:00:00", state="draft")
        self.assertNotIn(self.customer, self._noted())
        order.action_confirm()
        self.assertIn(self.customer, self._noted())
        order.date_order = "2024-03-02 08:00:00"
        self.assertIn(self.customer, self._noted())

    def test_both_sides_of_a_move_are_noted(self):
        """R6.4: whose it was, and whose it becomes: invoice items, orders, vehicles."""
        other = self._customer("Other")
        both = self.customer | other
        entry = self._spend(self.customer, "2024-03-01", 10)
        order = self._order(self.customer, "2024-03-01 08:00:00")
        vehicle = self._create_vehicle(VINS[0], owner_id=self.customer.id)
        fleet = self.env["truck.partner.fleet"].create(
            {"partner_id": self.customer.id, "brand_id": self.brand.id}
        )
        self._noted()
        entry.line_ids.partner_id = other
        self.assertEqual(self._noted() & both, both)
        order.partner_id = other
        self.assertEqual(self._noted() & both, both)
        vehicle.owner_id = other
        self.assertEqual(self._noted() & both, both)
        fleet.partner_id = other
        self.assertEqual(self._noted() & both, both)
        fleet.unlink()
        self.assertIn(other, self._noted())

    def test_windows_that_pass_note_their_customers(self):
        """R6.4: leaving the window and becoming overdue are found by their dates."""
        leaving, late, idle = map(self._customer, ("Leaving", "Late", "Idle"))
        self._invoice(leaving, "2023-06-16", 10, invoice_date_due="2030-01-01")
        self._invoice(late, "2024-06-01", 10, invoice_date_due="2024-06-15")
        self._invoice(idle, "2024-01-10", 10, invoice_date_due="2030-01-01")
        self._run_jobs("_cron_refresh")
        self.assertEqual(self._row(leaving).revenue_12m, 10)
        self.assertEqual(self._row(late).overdue_amount, 0)
        self._run_jobs("_cron_refresh_changed", now="2024-06-15 09:00:00")
        self._noted()
        run, seen = self.runs.search([], limit=1), self.metrics._get_windows
        self.assertFalse(seen(run.moment, datetime(2024, 6, 15, 15, 59, 59)))
        self._run_jobs("_cron_refresh_changed", now="2024-06-15 16:00:00")
        self.assertEqual(self._row(leaving).revenue_12m, 0)
        self.assertEqual(self._row(leaving).revenue_previous_12m, 10)
        self.assertEqual(self._row(late).overdue_amount, 10)

    def test_who_is_noted_is_graded_though_no_figure_changed(self):
        """R6.2: a contact is in the figures at once, the grade follows by the hour."""
        self._invoice(self.customer, "2024-03-01", 10)
        self._run_jobs("_cron_refresh")
        row = self._row(self.customer)
        row.score = 1000  # more than any rules give
        self._noted()
        self.env["truck.interaction"].create(
            {"partner_id": self.customer.id, "date": "2024-06-14 03:00:00"}
        )
        self._run_jobs("_cron_refresh_changed")
        self.assertLessEqual(row.score, 100)

    # --- hooks ---

    def test_a_fragment_joins_without_touching_the_refresh(self):
        """R6.4: an addon's costs add to those there are, and lower the return."""
        get_fragments = type(self.metrics)._get_fragments
        cost = Fragment(
            ("expense_12m",),
            SQL(
                """
                SELECT member.partner_id, vehicle.company_id,
                       sum(vehicle.mileage) AS expense_12m
                  FROM truck_vehicle AS vehicle
                  JOIN metrics_member AS member ON member.id = vehicle.owner_id
                 GROUP BY member.partner_id, vehicle.company_id
                """
            ),
        )
        vehicle = self._create_vehicle(VINS[0], owner_id=self.customer.id)
        vehicle.company_id = self.first
        self.env["truck.vehicle.mileage"].create(
            {"vehicle_id": vehicle.id, "odometer": 30}
        )
        self._invoice(self.customer, "2024-03-01", 100)
        self._spend(self.customer, "2024-03-01", 20)

        def with_cost(model, windows=()):
            return [*get_fragments(model, windows), cost]

        with patch.object(type(self.metrics), "_get_fragments", with_cost):
            self._refresh()
            row = self._row(self.customer)
            self.assertEqual((row.expense_12m, row.return_12m), (50, 43))
            self._run_jobs("_cron_refresh", "_cron_refresh_changed")
            self.assertEqual((row.expense_12m, row.return_12m), (50, 43))

    def test_a_fragment_with_a_wrong_column_is_named(self):
        """R6.4: what is no field of the row is refused with its name."""
        wrong = [Fragment(("no_such_figure",), SQL("SELECT 1"))]
        with patch.object(type(self.metrics), "_get_fragments", lambda *_args: wrong):
            with self.assertRaisesRegex(UserError, "no_such_figure"):
                self._refresh()

    @mute_logger("odoo.sql_db")
    def test_queries_do_not_grow_with_customers(self):
        """R6.4: twenty customers take as many queries as two."""
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(20)]
        )
        counts = []
        for partners in (customers[:1], customers[:2], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._refresh(partners)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
