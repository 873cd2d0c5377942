import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .grade_common import TODAY, GradeCommon


@tagged("post_install", "-at_install")
class TestTruckCustomerGrading(GradeCommon):
    """R6.2, R6.4: grade and return class as the rules in force make them."""

    def test_the_score_is_the_sum_of_weighted_points(self):
        """R6.2: 60 % of the points of revenue and 40 % of those of recency."""
        rows = [
            self._create_metrics(revenue_12m=5000, last_order_date="2026-02-01"),
            self._create_metrics(revenue_12m=500, last_order_date="2026-02-01"),
            self._create_metrics(revenue_12m=500, last_order_date="2025-02-01"),
            self._create_metrics(revenue_12m=50),
        ]
        self.Metrics._grade()
        self.assertEqual([row.score for row in rows], [100, 70, 38, 0])
        self.assertEqual([row.grade_id.code for row in rows], ["A", "B", "C", "D"])

    def test_a_band_begins_with_its_value(self):
        """R6.2: the beginning belongs to the band, what is just below does not."""
        rows = [
            self._create_metrics(revenue_12m=value) for value in (-5, 99.99, 100, 1000)
        ]
        self.Metrics._grade([row.partner_id.id for row in rows])
        self.assertEqual([row.score for row in rows], [0, 0, 30, 60])

    def test_a_threshold_belongs_to_the_better_grade(self):
        """R6.2: who reaches the score has the grade."""
        row = self._create_metrics(revenue_12m=1000, last_order_date="2025-02-01")
        self.Metrics._grade()
        self.assertEqual((row.score, row.grade_id.code), (68, "B"))
        self.scheme.threshold_ids[0].score_min = 68
        self.Metrics._grade()
        self.assertEqual(row.grade_id.code, "A")

    def test_days_are_reckoned_to_the_date_given(self):
        """R6.2: 90 days after the order it is recent, a day later it is not."""
        row = self._create_metrics(last_order_date="2026-01-01")
        self.Metrics._grade(date=date(2026, 4, 1))
        self.assertEqual(row.score, 40)
        self.assertEqual(row.grade_next_date, date(2026, 4, 2))
        self.Metrics._grade(date=date(2026, 4, 2))
        self.assertEqual(row.score, 8)
        self.assertFalse(row.grade_next_date)

    def test_only_rows_that_differ_are_written(self):
        """R6.2: grading again what is graded writes nothing, and no history."""
        row = self._create_metrics(revenue_12m=5000)
        self._create_metrics(revenue_12m=50)
        written = self.Metrics._grade([row.partner_id.id])
        self.assertEqual(written, 1)
        self.assertEqual(self.Metrics._grade([row.partner_id.id]), 0)
        self.assertFalse(self._get_history(row))

    def test_only_the_customers_named_are_graded(self):
        """R6.2: a chunk is graded without the others."""
        row = self._create_metrics(revenue_12m=5000)
        other = self._create_metrics(revenue_12m=5000)
        self.Metrics._grade([row.partner_id.id])
        self.assertTrue(row.grade_id)
        self.assertFalse(other.grade_id)

    def test_movements_are_written_down(self):
        """R6.2: from, to, score, direction, rules and day; the first grade is none."""
        row = self._create_metrics(revenue_12m=500)
        self.Metrics._grade()
        row.revenue_12m = 5000
        self.Metrics._grade()
        row.revenue_12m = 50
        with freeze_time("2026-03-09 12:00:00"):
            self.Metrics._grade()
        first, second = self._get_history(row)
        self.assertRecordValues(
            first | second,
            [
                {
                    "date": date(2026, 3, 2),
                    "grade_from_id": self.grades["C"].id,
                    "grade_to_id": self.grades["B"].id,
                    "direction": "up",
                    "kind": "rule",
                    "score_to": 60,
                    "revenue": 5000,
                },
                {
                    "date": date(2026, 3, 9),
                    "grade_from_id": self.grades["B"].id,
                    "grade_to_id": self.grades["D"].id,
                    "direction": "down",
                    "kind": "rule",
                    "score_to": 0,
                    "revenue": 50,
                },
            ],
        )
        self.assertEqual(second.score_from, 60)
        self.assertEqual(second.scheme_id, self.scheme)
        self.assertEqual(row.grade_date, date(2026, 3, 9))

    def test_a_score_that_keeps_its_grade_is_no_movement(self):
        """R6.2: the score follows, the history does not fill up."""
        row = self._create_metrics(revenue_12m=5000, last_order_date="2025-12-20")
        self.Metrics._grade()
        self.assertEqual(row.score, 100)
        self.scheme.threshold_ids[0].score_min = 60
        with freeze_time("2026-04-20 12:00:00"):
            self.Metrics._grade()
        self.assertEqual((row.score, row.grade_id.code), (68, "A"))
        self.assertFalse(self._get_history(row))
        self.assertEqual(row.grade_date, date(2026, 3, 2))

    def test_return_class_by_share_of_revenue(self):
        """R6.4: high from 15 %, medium from 5 %, then low, negative below 0."""
        values = {150: "high", 149: "medium", 50: "medium", 49: "low", 0: "low"}
        values[-1] = "negative"
        rows = {
            self._create_metrics(revenue_12m=1000, return_12m=amount): name
            for amount, name in values.items()
        }
        self.Metrics._grade()
        self.assertEqual([row.return_class for row in rows], list(rows.values()))

    def test_return_class_without_revenue(self):
        """R6.4: nothing is no class; cost without revenue is negative."""
        none = self._create_metrics()
        cost = self._create_metrics(return_12m=-10)
        gain = self._create_metrics(return_12m=10)
        self.Metrics._grade()
        self.assertFalse(none.return_class)
        self.assertEqual(cost.return_class, "negative")
        self.assertEqual(gain.return_class, "high")

    def test_return_class_by_amount(self):
        """R6.4: in the company's currency instead of a share."""
        self.scheme.write(
            {"return_basis": "amount", "return_high": 500, "return_medium": 100}
        )
        rows = [
            self._create_metrics(revenue_12m=9, return_12m=amount)
            for amount in (500, 499, 100, 99, -1)
        ]
        self.Metrics._grade()
        self.assertEqual(
            [row.return_class for row in rows],
            ["high", "medium", "medium", "low", "negative"],
        )

    def test_another_return_class_is_a_movement_of_its_own(self):
        """R6.4: the grade stays, the class moves; who looks at grades is not told."""
        row = self._create_metrics(revenue_12m=1000, return_12m=200)
        self.Metrics._grade()
        row.return_12m = -5
        self.Metrics._grade()
        last = self._get_history(row)[-1]
        self.assertRecordValues(
            last,
            [
                {
                    "direction": "same",
                    "return_class_from": "high",
                    "return_class_to": "negative",
                }
            ],
        )
        History = self.env["truck.customer.grade.history"]
        self.assertNotIn(last, History.with_user(self.users["service"]).search([]))

    def test_strategy_counts(self):
        """R6.2: what we want with a customer gives the points of its band."""
        names = ("lighthouse", "phase_out", "normal")
        good, bad, other = (
            self.env.ref(f"truck_crm.truck_customer_strategy_{name}") for name in names
        )
        self.scheme.rule_ids[0].weight = 50
        self.scheme.rule_ids[1].weight = 30
        self.scheme.rule_ids = [
            Command.create(
                {
                    "metric": "strategy",
                    "weight": 20,
                    "points_empty": 40,
                    "band_ids": [
                        Command.create({"strategy_id": good.id, "points": 100}),
                        Command.create({"strategy_id": bad.id, "points": 0}),
                    ],
                }
            )
        ]
        rows = [self._create_metrics() for _ in range(4)]
        for row, strategy in zip(rows, (good, bad, other), strict=False):
            self.env["truck.customer.standing"].create(
                {"partner_id": row.partner_id.id, "strategy_id": strategy.id}
            )
        self.Metrics._grade()
        self.assertEqual([row.score for row in rows], [20, 0, 8, 8])
        self.assertEqual(rows[0].strategy_id, good)

    def test_a_company_is_graded_by_its_own_scheme_or_the_shared_one(self):
        """R6.2: a company's scheme holds there and in its branches."""
        company = self.env["res.company"].create({"name": "Other"})
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        own = self._create_scheme(
            company_id=company.id,
            rule_ids=[self._rule("revenue_12m", 100, {0: 0, 1: 100})],
        )
        own._put_in_force(self.env.uid)
        partner = self.env["res.partner"].create({"name": "Fleet"})
        rows = [
            self._add_metrics(partner, c, revenue_12m=50)
            for c in (self.env.company, company, branch)
        ]
        self.Metrics._grade()
        self.assertEqual([row.score for row in rows], [0, 100, 100])
        self.assertEqual(self.scheme.state, "active")

    def test_due_rows_are_graded_without_a_write(self):
        """R6.2: what changes by waiting is found by its day, in batches."""
        rows = [self._create_metrics(last_order_date="2026-01-01") for _ in range(3)]
        late = self._create_metrics(last_order_date="2026-02-01")
        self.Metrics._grade()
        self.assertEqual(self.Metrics._grade_due(), 0)
        with freeze_time("2026-04-03 12:00:00"):
            self.assertEqual(self.Metrics._grade_due(batch_size=2), 2)
            self.assertEqual(self.Metrics._grade_due(batch_size=2), 1)
            self.assertEqual(self.Metrics._grade_due(batch_size=2), 0)
        self.assertEqual([row.score for row in rows], [8, 8, 8])
        self.assertEqual(late.score, 40)

    def test_the_job_ends_when_nothing_is_due(self):
        """R6.2: the nightly job grades what is due and by new rules, then stops."""
        row = self._create_metrics(last_order_date="2026-01-01")
        self.Metrics._grade()
        fresh = self._create_metrics(revenue_12m=5000)
        self.scheme.write({"is_regrading": True, "regrade_cursor": 0})
        with freeze_time("2026-05-03 12:00:00"), self.enter_registry_test_mode():
            cron = self.env.ref("truck_crm.ir_cron_truck_customer_grade")
            cron.method_direct_trigger()
        self.assertEqual(row.score, 8)
        self.assertEqual(fresh.score, 60)
        self.assertFalse(self.scheme.is_regrading)

    def test_grading_takes_the_same_queries_for_one_and_for_many(self):
        """R6.2: one statement writes grades and history, however many customers."""
        rows = [self._create_metrics(revenue_12m=5000) for _ in range(21)]
        ids = [row.partner_id.id for row in rows]
        counts = []
        self.Metrics._grade(ids[:1])
        for chunk in (ids[1:2], ids[2:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.Metrics._grade(chunk), len(chunk))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------
    # AGAINST PLAIN PYTHON
    # ------------------------------------------------------------

    def _expect(self, figures, rules, thresholds, today):
        """Return (score, grade) of a customer, reckoned without SQL or models."""
        total = Decimal(0)
        for name, (weight, empty, bands) in rules.items():
            value = figures.get(name)
            if name.endswith("_date") or name == "overdue_since":
                value = value and (today - value).days
            elif name in ("revenue_12m", "vehicle_count"):
                value = value or 0
            points = empty
            if value is not None:
                beginnings = [b for b in bands if b <= value]
                points = bands[max(beginnings) if beginnings else min(bands)]
            total += Decimal(str(weight)) * points / 100
        score = total.quantize(Decimal("0.1"), ROUND_HALF_UP)
        code = next(c for c, low in thresholds.items() if score >= Decimal(str(low)))
        return float(score), code

    def _draw(self, rng, kind):
        if kind == "date":
            return date(2026, 3, 2) - timedelta(days=rng.randint(-5, 800))
        return {
            "money": rng.choice([0, 100, 250.5, 1000]) + rng.choice([0, -0.01, 300]),
            "share": rng.choice([-0.5, -0.25, 0, 0.1, 0.25, 1.5]),
            "count": rng.randint(0, 12),
        }[kind]

    def test_scores_are_those_of_plain_python(self):
        """R6.2: random rules over random figures, gaps in the figures included."""
        kinds = {
            "revenue_12m": "money",
            "growth": "share",
            "vehicle_count": "count",
            "last_order_date": "date",
            "overdue_since": "date",
        }
        edges = {
            "money": [-100, 0, 100, 250.5, 1000],
            "share": [-0.25, 0, 0.1, 0.25],
            "count": [0, 1, 5, 10],
            "date": [0, 1, 90, 365, 500],
        }
        today = date(2026, 3, 2)
        for seed in range(6):
            rng = random.Random(seed)
            weights = [Decimal(rng.randint(1, 2400)) / 100 for _ in kinds]
            weights[-1] = 100 - sum(weights[:-1])
            rules = {
                name: (
                    weight,
                    rng.randint(0, 100),
                    {
                        edge: rng.randint(0, 100)
                        for edge in rng.sample(edges[kind], rng.randint(1, 4))
                    },
                )
                for (name, kind), weight in zip(kinds.items(), weights, strict=True)
            }
            lows = sorted(rng.sample(range(1, 100), 3), reverse=True)
            thresholds = dict(zip("ABCD", [*lows, 0], strict=True))
            scheme = self._create_scheme(
                rule_ids=[
                    self._rule(name, float(weight), bands, empty)
                    for name, (weight, empty, bands) in rules.items()
                ],
                threshold_ids=[
                    Command.create({"grade_id": self.grades[c].id, "score_min": low})
                    for c, low in thresholds.items()
                ],
            )
            scheme._check_simulable()
            scheme._put_in_force(self.env.uid)
            figures = [
                {n: self._draw(rng, k) for n, k in kinds.items() if rng.random() < 0.8}
                for _ in range(40)
            ]
            rows = [self._create_metrics(**values) for values in figures]
            self._set_null(rows, figures, "growth")
            self.Metrics._grade(date=today)
            for row, values in zip(rows, figures, strict=True):
                with self.subTest(seed=seed, values=values):
                    self.assertEqual(
                        (row.score, row.grade_id.code),
                        self._expect(values, rules, thresholds, today),
                    )

    def _set_null(self, rows, figures, name):
        """Take the value of a float that is not known; for the ORM it is 0."""
        self.env.flush_all()
        ids = [
            r.id for r, values in zip(rows, figures, strict=True) if name not in values
        ]
        self.env.cr.execute(
            "UPDATE truck_customer_metrics SET growth = NULL WHERE id = ANY(%s)", [ids]
        )
        self.env.invalidate_all()

    def test_the_explanation_adds_up_to_the_score(self):
        """R6.2: the table on the form says how the score came about."""
        row = self._create_metrics(revenue_12m=500, last_order_date="2025-02-01")
        self.Metrics._grade()
        rules = row._explain(self.scheme)["rules"]
        self.assertEqual([rule["score"] for rule in rules], [30, 8])
        self.assertEqual([rule["points"] for rule in rules], [50, 20])
        self.assertIn("Revenue", row.score_detail)
        self.assertIn("38.0", row.score_detail)

    def test_the_explanation_is_right_for_the_delivered_rules(self):
        """R6.2: for random customers, rules with dates, floats and strategy too."""
        scheme = self.env.ref("truck_crm.truck_grade_scheme_standard")
        scheme._put_in_force(self.env.uid)
        rng = random.Random(5)
        figures = [
            {
                "revenue_12m": rng.choice([0, 400000, 3000000]),
                "growth": rng.choice([-0.5, 0.05, 0.5]),
                "fleet_count": rng.randint(0, 120),
                "overdue_since": rng.choice([False, "2026-02-20", "2025-11-01"]),
                "return_12m": rng.choice([-5, 5, 200000]),
                "collection_days": rng.choice([0.5, 45, 300]),
                "last_order_date": rng.choice([False, "2026-01-01", "2021-01-01"]),
            }
            for _ in range(15)
        ]
        rows = [self._create_metrics(**values) for values in figures]
        self.Metrics._grade()
        for row in rows:
            with self.subTest(row=row):
                total = row._explain(scheme)["total"]
                self.assertAlmostEqual(row.score, total, delta=0.051)

    def test_today_is_where_the_company_is(self):
        """R6.2: late on the 1st in UTC it is the 2nd in China."""
        self.env.company.partner_id.tz = "Asia/Shanghai"
        row = self._create_metrics(last_order_date="2025-12-01")
        with freeze_time("2026-03-01 20:00:00"):
            self.Metrics._grade()
        self.assertEqual(str(row.grade_date), TODAY)
