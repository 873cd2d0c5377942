from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .grade_common import GradeCommon


@tagged("post_install", "-at_install")
class TestTruckGradeScheme(GradeCommon):
    """R6.2, R6.4: rules are drafted, checked, simulated and only then in force."""

    def _draft(self, user="manager"):
        """Return a draft of the rules in force, as a user."""
        action = self.scheme.with_user(self.users[user]).action_draft()
        return (
            self.env[action["res_model"]]
            .with_user(self.users[user])
            .browse(action["res_id"])
        )

    def _apply(self, draft, user="admin"):
        draft = draft.with_user(self.users[user])
        draft.action_simulate()
        draft.action_apply()

    # ------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------

    def test_bad_rules_are_refused_with_the_remedy(self):
        """R6.2: what is wrong, where, and what to do about it."""
        rule = self.scheme.rule_ids[0]
        row = self.scheme.threshold_ids[1]
        table = [
            (
                "weights below",
                {"rule_ids": [Command.update(rule.id, {"weight": 55})]},
                "95.00 % together instead of 100 %. Add 5.00",
            ),
            (
                "weights above",
                {"rule_ids": [Command.update(rule.id, {"weight": 70})]},
                "110.00 % together instead of 100 %. Take off 10.00",
            ),
            ("no rules", {"rule_ids": [Command.clear()]}, "Add the figures"),
            (
                "no bands",
                {
                    "rule_ids": [
                        Command.update(rule.id, {"band_ids": [Command.clear()]})
                    ]
                },
                "Bands of rule Revenue",
            ),
            (
                "no threshold",
                {"threshold_ids": [Command.delete(row.id)]},
                "From Score: grade B has none",
            ),
        ]
        for name, change, message in table:
            draft = self._draft()
            with self.subTest(name):
                draft.write(self._translate(draft, change))
                self.assertIn(message, draft.problem)
                with self.assertRaisesRegex(ValidationError, message):
                    draft.action_simulate()
                self.assertEqual(draft.state, "draft")

    def _translate(self, draft, change):
        """Return the commands with the ids of the rows of a draft."""
        ids = dict(zip(self.scheme.rule_ids.ids, draft.rule_ids.ids, strict=True))
        if "threshold_ids" in change:
            ids = dict(
                zip(self.scheme.threshold_ids.ids, draft.threshold_ids.ids, strict=True)
            )
        return {
            name: [(c[0], ids.get(c[1], c[1]), c[2]) for c in commands]
            for name, commands in change.items()
        }

    def test_thresholds_that_overlap_are_refused(self):
        """R6.2: a worse grade begins below a better one, the last at 0."""
        table = [
            (1, 80, "From Score of grade B: 80.0 is not below the 80.0 of the better"),
            (1, 95, "Enter less for B, or more for A"),
            (3, 5, "From Score of grade D: 5.0 leaves customers below"),
        ]
        for index, score, message in table:
            draft = self._draft()
            row = draft.threshold_ids[index]
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                draft.threshold_ids = [Command.update(row.id, {"score_min": score})]

    def test_a_grade_twice_is_refused(self):
        """R6.2: each grade begins at one score."""
        draft = self._draft()
        with self.assertRaisesRegex(ValidationError, "grade A stands there twice"):
            draft.threshold_ids = [
                Command.create({"grade_id": self.grades["A"].id, "score_min": 90})
            ]

    def test_bands_that_overlap_are_refused(self):
        """R6.2: two bands cannot begin at one value; the rule and value are named."""
        draft = self._draft()
        with self.assertRaisesRegex(
            ValidationError, "Bands of rule Revenue.*two begin at 100, so they overlap"
        ):
            draft.rule_ids[0].band_ids = [
                Command.create({"value_from": 100, "points": 7})
            ]

    def test_a_strategy_rule_takes_strategies_and_others_figures(self):
        """R6.2: a band of the wrong kind is refused."""
        strategy = self.env.ref("truck_crm.truck_customer_strategy_normal")
        draft = self._draft()
        with self.assertRaisesRegex(ValidationError, "names a strategy"):
            draft.rule_ids[0].band_ids = [
                Command.create({"strategy_id": strategy.id, "points": 7})
            ]
        with self.assertRaisesRegex(ValidationError, "names no strategy"):
            draft.rule_ids[0].metric = "strategy"

    def test_return_thresholds_that_overlap_are_refused(self):
        """R6.4: high above medium above 0."""
        draft = self._draft()
        for high, medium in ((5, 5), (4, 5), (10, 0), (10, -1)):
            with (
                self.subTest(high=high),
                self.assertRaisesRegex(
                    ValidationError, "High From .* and Medium From .* overlap"
                ),
            ):
                draft.write({"return_high": high, "return_medium": medium})

    def test_bands_say_what_they_hold(self):
        """R6.2: from, to and open ends in words; no gap can be entered."""
        texts = self.scheme.rule_ids[0].band_ids.mapped("range_text")
        self.assertEqual(texts, ["below 100", "100 to below 1,000", "1,000 and more"])
        self.assertEqual(
            self.scheme.rule_ids[1].band_text, "below 91: 100 · 91 and more: 20"
        )

    def test_figures_of_the_metrics_can_be_graded_by(self):
        """R6.2: numbers and dates, and what a later addon adds; not our own results."""
        names = self.env["truck.grade.rule"]._get_metric_names()
        for name in ("revenue_12m", "growth", "last_order_date", "vehicle_count"):
            self.assertIn(name, names)
        for name in ("score", "id", "create_date", "grade_next_date", "user_id"):
            self.assertNotIn(name, names)

    # ------------------------------------------------------------
    # IN FORCE
    # ------------------------------------------------------------

    def test_rules_in_force_are_not_changed(self):
        """R6.2: no role changes or deletes them, or parts of them; by no door."""
        scheme = self.scheme.with_user(self.users["admin"])
        rule = scheme.rule_ids[0]
        for change in (
            lambda: rule.write({"weight": 5}),
            lambda: rule.band_ids[0].write({"points": 5}),
            lambda: rule.band_ids.unlink(),
            lambda: scheme.threshold_ids[0].write({"score_min": 99}),
            lambda: scheme.write({"return_high": 50}),
            lambda: scheme.unlink(),
            lambda: rule.copy({"metric": "growth"}),
        ):
            with self.assertRaisesRegex(UserError, "is in force, or was"):
                change()
        draft = self._draft("admin")
        with self.assertRaisesRegex(UserError, "is in force, or was"):
            draft.rule_ids[0].scheme_id = scheme

    def test_nobody_writes_the_state(self):
        """R6.2: Simulate and Apply are the only way."""
        draft = self._draft("admin")
        with self.assertRaises(AccessError):
            draft.state = "active"
        made = self.env["truck.grade.scheme"].with_user(self.users["admin"])
        made = made.create({"name": "By hand", "state": "active"})
        self.assertEqual(made.state, "draft")

    def test_an_unsimulated_draft_is_not_applied(self):
        """R6.2: first look who moves; after a change, look again."""
        draft = self._draft("admin")
        with self.assertRaisesRegex(UserError, "Press “Simulate”"):
            draft.action_apply()
        draft.action_simulate()
        self.assertEqual(draft.state, "simulated")
        draft.rule_ids[0].band_ids[0].points = 3
        self.assertEqual(draft.state, "draft")
        with self.assertRaisesRegex(UserError, "Press “Simulate”"):
            draft.action_apply()

    def test_applying_replaces_and_grades(self):
        """R6.2: one scheme in force, the earlier on file, customers graded at once."""
        row = self._create_metrics(revenue_12m=500)
        self.Metrics._grade()
        self.assertEqual(row.grade_id.code, "C")
        draft = self._draft("admin")
        draft.rule_ids[0].band_ids[1].points = 90
        self._apply(draft)
        self.assertRecordValues(
            self.scheme | draft,
            [
                {"state": "replaced", "applied_by_id": self.env.uid},
                {"state": "active", "applied_by_id": self.users["admin"].id},
            ],
        )
        self.assertEqual(str(self.scheme.date_to), "2026-03-02")
        self.assertEqual(row.grade_id.code, "B")
        last = self._get_history(row)[-1]
        self.assertEqual(last.scheme_id, draft)
        self.assertEqual(last.changed_by_id, self.users["admin"])
        self.assertFalse(draft.is_regrading)
        with self.assertRaisesRegex(UserError, "in force already"):
            draft.action_apply()

    def test_a_large_base_is_graded_by_the_job(self):
        """R6.2: batch by batch; killed after one, it goes on behind it."""
        rows = [self._create_metrics(revenue_12m=5000) for _ in range(5)]
        self.patch(
            self.registry["truck.grade.scheme"], "_count_rows", lambda self: 20_001
        )
        draft = self._draft("admin")
        self._apply(draft)
        self.assertTrue(draft.is_regrading)
        self.assertFalse(rows[0].grade_id)
        scheme = draft.sudo()
        others = self.Metrics.search_count([]) - 5
        scheme._regrade_batch(others + 2)
        self.assertEqual([bool(row.grade_id) for row in rows], [True] * 2 + [False] * 3)
        while scheme._regrade_batch(2):
            continue
        self.assertTrue(all(row.grade_id for row in rows))
        self.assertFalse(scheme.is_regrading)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_a_manager_drafts_and_simulates_but_does_not_apply(self):
        """R6.2, R13.1: an administrator puts rules in force."""
        draft = self._draft("manager")
        draft.action_simulate()
        with self.assertRaises(AccessError):
            draft.action_apply()
        self.assertEqual(self.scheme.state, "active")

    def test_others_read_the_rules_only(self):
        """R6.2, R13.1: everybody may know how customers are graded."""
        for name in ("seller", "key", "service"):
            scheme = self.scheme.with_user(self.users[name])
            with self.subTest(name):
                self.assertTrue(scheme.rule_ids[0].band_text)
                with self.assertRaises(AccessError):
                    scheme.action_draft()
                with self.assertRaises(AccessError):
                    scheme.action_simulate()

    def test_an_update_puts_the_delivered_rules_in_force_where_there_are_none(self):
        """R6.2: and leaves alone what a company has put in force."""
        scheme = self.env.ref("truck_crm.truck_grade_scheme_standard")
        activate = self.env["truck.grade.scheme"]._activate
        activate("truck_crm.truck_grade_scheme_standard")
        self.assertEqual(self.scheme.state, "active")
        self.scheme.state = "replaced"
        activate("truck_crm.truck_grade_scheme_standard")
        self.assertEqual(scheme.state, "active")

    def test_the_delivered_rules_are_complete_and_in_force(self):
        """R6.2: a company starts with rules that grade."""
        scheme = self.env.ref("truck_crm.truck_grade_scheme_standard")
        self.assertFalse(scheme.problem)
        self.assertEqual(scheme.state, "replaced")  # by the one of these tests
        self.assertTrue(scheme.date_from)
