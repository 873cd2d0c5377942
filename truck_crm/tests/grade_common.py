from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command

from .common import TruckCrmCommon

TODAY = "2026-03-02"
NOON = datetime(2026, 3, 2, 12)


class GradeCommon(TruckCrmCommon):
    """A scheme of two figures, and customers whose figures are written by hand.

    revenue (60 %): below 100 gives 0 points, below 1000 gives 50, more gives 100.
    days since the last order (40 %): up to 90 gives 100, more gives 20, never 0.
    A from 80, B from 50, C from 20, D.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.grades = {
            code: cls.env.ref(f"truck_crm.truck_customer_grade_{code.lower()}")
            for code in "ABCD"
        }
        cls.Metrics = cls.env["truck.customer.metrics"]
        cls.scheme = cls._create_scheme()
        cls.scheme._put_in_force(cls.env.uid)

    @classmethod
    def _create_scheme(cls, **values):
        return cls.env["truck.grade.scheme"].create(
            {
                "name": "Test",
                "rule_ids": [
                    cls._rule("revenue_12m", 60, {0: 0, 100: 50, 1000: 100}),
                    cls._rule("last_order_date", 40, {0: 100, 91: 20}),
                ],
                "threshold_ids": [
                    Command.create({"grade_id": cls.grades[code].id, "score_min": low})
                    for code, low in {"A": 80, "B": 50, "C": 20, "D": 0}.items()
                ],
                **values,
            }
        )

    @classmethod
    def _rule(cls, metric, weight, points_by_value, points_empty=0):
        """Return the command that makes a rule with its bands."""
        return Command.create(
            {
                "metric": metric,
                "weight": weight,
                "points_empty": points_empty,
                "band_ids": [
                    Command.create({"value_from": value, "points": points})
                    for value, points in points_by_value.items()
                ],
            }
        )

    @classmethod
    def _create_metrics(cls, name="Fleet", user=None, company=None, **values):
        """Return the row of a new customer with these figures, not graded yet."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user and cls.users[user].id}
        )
        return cls._add_metrics(partner, company, **values)

    @classmethod
    def _add_metrics(cls, partner, company=None, **values):
        company = company or cls.env.company
        domain = [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        row = cls.Metrics.search(domain)
        vals = {"user_id": partner.user_id.id, "partner_active": True, **values}
        if row:
            row.write(vals)
            return row
        return cls.Metrics.create(
            {"partner_id": partner.id, "company_id": company.id, **vals}
        )

    @contextmanager
    def _assert_refused(self, message, error=ValidationError):
        """Assert that what happens inside is refused with these words, and undone."""
        with self.assertRaises(error) as caught:
            yield
        self.assertIn(message, str(caught.exception))

    @classmethod
    def _get_history(cls, row):
        """Return the movements of a customer, the oldest first."""
        return cls.env["truck.customer.grade.history"].search(
            [("partner_id", "=", row.partner_id.id)], order="id"
        )
