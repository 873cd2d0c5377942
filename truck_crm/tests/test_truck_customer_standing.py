from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .grade_common import GradeCommon

A = "truck_crm.truck_customer_grade_a"


@tagged("post_install", "-at_install")
class TestTruckCustomerStanding(GradeCommon):
    """R6.2: strategy and a grade set by hand: who, why, until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls._create_metrics(user="key", revenue_12m=500)
        cls.other = cls._create_metrics("Other", user="seller", revenue_12m=500)
        cls.Metrics._grade()
        cls.Standing = cls.env["truck.customer.standing"]

    def _set(self, row=None, user="manager", **values):
        return self.Standing.with_user(self.users[user]).create(
            {
                "partner_id": (row or self.row).partner_id.id,
                "override_grade_id": self.grades["A"].id,
                "override_reason": "200 trucks announced",
                "override_until": "2026-03-31",
                **values,
            }
        )

    def test_a_grade_by_hand_holds_at_once(self):
        """R6.2: with reason, end and who, in the history too; the rules' one beside."""
        self._set()
        self.assertRecordValues(
            self.row,
            [
                {
                    "grade_id": self.grades["A"].id,
                    "rule_grade_id": self.grades["C"].id,
                    "override_until": date(2026, 3, 31),
                    "override_reason": "200 trucks announced",
                    "override_user_id": self.users["manager"].id,
                    "grade_next_date": date(2026, 4, 1),
                }
            ],
        )
        self.assertRecordValues(
            self._get_history(self.row)[-1],
            [
                {
                    "kind": "override",
                    "direction": "up",
                    "reason": "200 trucks announced",
                    "changed_by_id": self.users["manager"].id,
                }
            ],
        )

    def test_it_ends_by_itself(self):
        """R6.2: on its last day it holds, in the night after the rules decide."""
        standing = self._set()
        with freeze_time("2026-03-31 12:00:00"):
            self.assertFalse(self.Metrics._grade_due())
            self.assertEqual(self.row.grade_id.code, "A")
            self.assertTrue(standing.is_overridden)
        self.env.invalidate_all()
        with freeze_time("2026-04-01 12:00:00"):
            self.assertTrue(self.Metrics._grade_due())
            self.assertFalse(standing.is_overridden)
        self.assertEqual(self.row.grade_id.code, "C")
        self.assertFalse(self.row.override_until)
        last = self._get_history(self.row)[-1]
        self.assertEqual((last.kind, last.direction), ("override_end", "down"))
        self.assertEqual(last.date, date(2026, 4, 1))

    def test_grading_leaves_it(self):
        """R6.2: a night's run does not take off what holds."""
        self._set()
        self.row.revenue_12m = 5000
        self.Metrics._grade()
        self.assertEqual(self.row.grade_id.code, "A")
        self.assertEqual(self.row.rule_grade_id.code, "B")

    def test_it_can_be_ended_at_once(self):
        """R6.2: removing it lets the rules decide, and nothing of it stays."""
        standing = self._set()
        standing.action_end_override()
        self.assertEqual(self.row.grade_id.code, "C")
        self.assertFalse(standing.override_reason or standing.override_until)
        self.assertFalse(standing.override_user_id)
        standing.write(
            {"override_grade_id": self.grades["B"].id}
            | {"override_reason": "again", "override_until": "2026-03-02"}
        )
        self.assertEqual(self.row.grade_id.code, "B")
        standing.sudo().unlink()
        self.assertEqual(self.row.grade_id.code, "C")

    def test_it_needs_reason_and_end(self):
        """R6.2: each refusal names the field, the customer and the remedy."""
        table = [
            ({"override_reason": False}, "Reason of the grade by hand of Fleet: empty"),
            ({"override_reason": "  "}, "Reason of the grade by hand of Fleet: empty"),
            ({"override_until": False}, "Until of the grade by hand of Fleet: empty"),
            ({"override_until": "2026-03-01"}, "03/01/2026 is in the past"),
        ]
        for values, message in table:
            with self.subTest(message), self._assert_refused(message):
                self._set(**values)

    def test_a_contact_is_not_graded(self):
        """R6.2: the legal entity is, and the message says which."""
        contact = self.env["res.partner"].create(
            {"name": "Wang", "parent_id": self.row.partner_id.id}
        )
        with self._assert_refused("Choose Fleet"):
            self._set(partner_id=contact.id)

    def test_a_customer_without_figures_gets_a_row(self):
        """R6.2: a strategic newcomer is graded before the first order."""
        partner = self.env["res.partner"].create({"name": "Newcomer"})
        self._set(partner_id=partner.id)
        row = self.Metrics.search([("partner_id", "=", partner.id)])
        self.assertEqual(row.grade_id.code, "A")

    def test_who_may_set_it(self):
        """R6.2, R13.1: managers all, key accounts their own; others read."""
        self._set(user="key")
        with self.assertRaises(AccessError):
            self._set(self.other, user="key")
        for name in ("seller", "service"):
            with self.subTest(name), self.assertRaises(AccessError):
                self._set(self.other, user=name)
        standing = self._set(self.other, user="manager")
        with self.assertRaises(AccessError):
            standing.with_user(self.users["key"]).action_end_override()
        own = self.Standing.search([("partner_id", "=", self.row.partner_id.id)])
        stranger = self._create_metrics("Third", user="seller").partner_id
        with self.assertRaises(AccessError):
            own.with_user(self.users["key"]).partner_id = stranger

    def test_who_sets_it_is_not_forged(self):
        """R6.2, R13.1: the name is that of who writes."""
        standing = self._set(override_user_id=self.users["seller"].id)
        self.assertEqual(standing.override_user_id, self.users["manager"])
        standing.with_user(self.users["admin"]).write(
            {"override_user_id": self.users["seller"].id}
        )
        self.assertEqual(standing.override_user_id, self.users["manager"])

    def test_merged_customers_keep_one(self):
        """R6.2: the survivor's; without, that of who is merged into it."""
        mine = self._set(self.row)
        self._set(self.other, override_reason="theirs")
        survivor, merged = self.row.partner_id, self.other.partner_id
        self.other.unlink()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((survivor | merged).ids, survivor)
        left = self.Standing.search([("partner_id", "=", survivor.id)])
        self.assertEqual(left, mine)
