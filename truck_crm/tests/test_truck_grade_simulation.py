from odoo.exceptions import AccessError
from odoo.tests import tagged

from .grade_common import GradeCommon


@tagged("post_install", "-at_install")
class TestTruckGradeSimulation(GradeCommon):
    """R6.2: who would move where, before a rule changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"A": 5000, "B": 5000, "C": 500, "D": 50}
        cls.rows = {
            code: cls._create_metrics(
                f"Fleet {code}",
                revenue_12m=revenue,
                last_order_date="2026-02-01" if code == "A" else False,
            )
            for code, revenue in values.items()
        }
        cls.Metrics._grade()

    def _simulate(self, change=None, user="manager", **context):
        scheme = self.scheme.with_user(self.users[user]).with_context(**context)
        draft = scheme.browse(scheme.action_draft()["res_id"])
        if change:
            change(draft)
        action = draft.action_simulate()
        return draft.env[action["res_model"]].browse(action["res_id"])

    def _raise_middle_band(self, draft):
        draft.rule_ids[0].band_ids[1].points = 95

    def test_nothing_moves_without_a_change(self):
        """R6.2: the same rules make the same grades: the diagonal alone."""
        simulation = self._simulate()
        self.assertEqual(simulation.customer_count, self._count_all())
        self.assertFalse(simulation.moved_count)
        self.assertFalse(simulation.class_count)
        self.assertTrue(all(line.direction == "same" for line in simulation.line_ids))

    def _count_all(self):
        return self.Metrics.search_count([("company_id", "=", self.env.company.id)])

    def test_the_matrix_says_who_moves_with_what_revenue(self):
        """R6.2: from, to, customers and revenue; nobody has moved yet."""
        simulation = self._simulate(self._raise_middle_band)
        moved = simulation.line_ids.filtered(lambda line: line.direction != "same")
        self.assertRecordValues(
            moved,
            [
                {
                    "grade_from_id": self.grades["C"].id,
                    "grade_to_id": self.grades["B"].id,
                    "direction": "up",
                    "customer_count": 1,
                    "revenue": 500,
                }
            ],
        )
        self.assertEqual((simulation.up_count, simulation.down_count), (1, 0))
        self.assertIn("table-success", simulation.matrix)
        self.assertEqual(self.rows["C"].grade_id.code, "C")

    def test_customers_that_move_are_listed(self):
        """R6.2: with scores now and then, and each can be opened."""
        simulation = self._simulate(self._raise_middle_band)
        action = simulation.line_ids.filtered(
            lambda line: line.direction == "up"
        ).action_view_customers()
        moves = simulation.env[action["res_model"]].search(action["domain"])
        self.assertRecordValues(
            moves,
            [
                {
                    "partner_id": self.rows["C"].partner_id.id,
                    "score_from": 30,
                    "score_to": 57,
                }
            ],
        )
        opened = moves.action_view_customer()
        self.assertEqual(opened["res_id"], self.rows["C"].partner_id.id)
        every = simulation.action_view_customers()
        self.assertEqual(
            simulation.env[every["res_model"]].search(every["domain"]), moves
        )

    def test_what_is_simulated_is_what_happens(self):
        """R6.2: applied, each customer has the grade that was shown."""

        def change(draft):
            self._raise_middle_band(draft)
            draft.write({"return_high": 90, "return_medium": 80})
            draft.threshold_ids.filtered(
                lambda t: t.grade_id.code == "B"
            ).score_min = 70

        for row in self.rows.values():
            row.return_12m = row.revenue_12m / 2
        self.Metrics._grade()
        simulation = self._simulate(change, user="admin")
        moves = self.env["truck.grade.simulation.move"].search(
            [("simulation_id", "=", simulation.id)]
        )
        shown = {m.partner_id: (m.grade_to_id, m.return_class_to) for m in moves}
        self.assertEqual(len(shown), 4)
        self.assertEqual(simulation.class_count, 4)
        simulation.action_apply()
        for row in self.rows.values():
            with self.subTest(row=row.partner_id.name):
                self.assertEqual(
                    (row.grade_id, row.return_class), shown[row.partner_id]
                )

    def test_grades_by_hand_stay(self):
        """R6.2: a rule moves nobody whose grade is set by hand."""
        self.env["truck.customer.standing"].create(
            {
                "partner_id": self.rows["C"].partner_id.id,
                "override_grade_id": self.grades["C"].id,
                "override_reason": "Watched",
                "override_until": "2026-12-31",
            }
        )
        simulation = self._simulate(self._raise_middle_band)
        self.assertFalse(simulation.moved_count)

    def test_again_after_a_change(self):
        """R6.2: the same simulation shows the rules as they are now."""
        simulation = self._simulate(self._raise_middle_band)
        self._set_back(simulation.scheme_id)
        self.assertEqual(simulation.scheme_id.state, "draft")
        simulation.action_simulate()
        self.assertFalse(simulation.moved_count)
        self.assertEqual(simulation.scheme_id.state, "simulated")

    def _set_back(self, draft):
        draft.rule_ids[0].band_ids[1].points = 50

    def test_others_do_not_see_it(self):
        """R6.2, R13.1: revenue of all customers is for who has simulated."""
        simulation = self._simulate(self._raise_middle_band)
        rival = self.users["admin"]
        move = self.env["truck.grade.simulation.move"].search(
            [("simulation_id", "=", simulation.id)]
        )
        for record in (simulation, simulation.line_ids[0], move):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(rival).read(["id", "create_uid", "display_name"])

    def test_a_company_that_one_does_not_work_in(self):
        """R13.1: its customers are not counted out."""
        other = self.env["res.company"].create({"name": "Other"})
        simulation = self._simulate()
        simulation.sudo().company_id = other
        with self.assertRaises(AccessError):
            simulation.action_simulate()

    def test_as_many_queries_for_many_customers(self):
        """R6.2: one statement, however many move."""
        simulation = self._simulate(self._raise_middle_band)
        simulation.action_simulate()  # fills the caches of the process
        counts = []
        for _ in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            simulation.action_simulate()
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(20):
                self._create_metrics(f"More {number}", revenue_12m=500)
            self.Metrics._grade()
        self.assertEqual(counts[0], counts[1])
        simulation.action_simulate()
        self.assertEqual(simulation.moved_count, 41)
