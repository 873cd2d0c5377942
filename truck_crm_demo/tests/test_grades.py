from odoo.tests import freeze_time, tagged

from ..story import grades, handover
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestGrades(DemoCommon):
    """How important the customers of the demo company are, and what they bring."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # on the day when the story was told, which may have been last week
        cls.startClassPatcher(freeze_time(cls.company.create_date))
        cls.metrics = cls._search("truck.customer.metrics")
        cls.history = cls._search("truck.customer.grade.history")

    def test_grades(self):
        """R6.2 Every customer has a grade; A is rare, D is usual."""
        self.assertTrue(all(self.metrics.mapped("grade_id")))
        counts = [
            len(self.metrics.filtered(lambda row, g=grade: row.grade_id == g))
            for grade in self.env["truck.customer.grade"].search([])
        ]
        self.assertEqual(len(counts), 4)
        self.assertTrue(all(counts), counts)
        self.assertEqual(counts[0], min(counts))
        self.assertEqual(counts[-1], max(counts))
        self.assertGreater(len(set(self.metrics.mapped("score"))), 20)

    def test_return_classes(self):
        """R6.4 Some bring much, some little, and some cost more than they bring."""
        classes = set(self.metrics._fields["return_class"].get_values(self.env))
        self.assertEqual(set(self.metrics.mapped("return_class")) - {False}, classes)
        losing = self.metrics.filtered(lambda row: row.return_class == "negative")
        for row in losing:
            self.assertGreater(row.expense_12m, row.margin_12m)

    def test_by_hand(self):
        """R6.2 The sales director has set one grade, with a reason and an end."""
        by_hand = self._search(
            "truck.customer.standing", ("override_grade_id", "!=", False)
        )
        self.assertEqual(by_hand.partner_id.ref, grades.BY_HAND)
        self.assertTrue(by_hand.is_overridden and by_hand.override_reason)
        self.assertEqual(by_hand.override_user_id, self._user("demo_manager"))
        row = self.metrics.filtered(lambda m: m.partner_id == by_hand.partner_id)
        self.assertEqual(row.grade_id.code, "A")
        self.assertNotEqual(row.rule_grade_id, row.grade_id)
        self.assertTrue(self._search("truck.customer.standing").strategy_id[2:])

    def test_movements(self):
        """R6.2 Customers have moved up and down in the last months, one by hand."""
        self.assertGreater(len(self.history), 8)
        self.assertLessEqual({"up", "down"}, set(self.history.mapped("direction")))
        self.assertEqual(set(self.history.mapped("kind")), {"rule", "override"})
        self.assertGreater(len(set(self.history.mapped("date"))), 3)
        for row in self.history:
            self.assertEqual(row.create_date.date(), row.date)

    def test_months(self):
        """R6.2 What was sold stands in twelve months, and makes the year."""
        months = self._search("truck.customer.metrics.month")
        self.assertGreaterEqual(len(set(months.mapped("month"))), 11)
        self.assertAlmostEqual(
            sum(months.mapped("revenue")), sum(self.metrics.mapped("revenue_12m"))
        )
        self.assertTrue(sum(months.mapped("margin")))

    def test_figures_are_up_to_date(self):
        """R6.2 What the story has written is what the nightly job would write."""
        Metrics = self.env["truck.customer.metrics"]
        self.assertFalse(Metrics._refresh(self.metrics.partner_id.ids))

    def test_handover(self):
        """R4.1 The largest fleets came to the key-account manager, and it is noted."""
        key = self._user("demo_key")
        customers = self._search("res.partner", ("ref", "!=", False))
        mine = customers.filtered(lambda partner: partner.user_id == key)
        self.assertEqual(len(mine), 8)
        for partner in mine:
            notes = partner.message_ids.filtered(
                lambda message: handover.REASON in (message.body or "")
            )
            self.assertEqual(len(notes), 1)
            self.assertLess(notes.date, self.company.create_date)
