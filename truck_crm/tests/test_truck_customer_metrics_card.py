import json
from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .grade_common import GradeCommon

MONEY = ("revenue_12m", "return_12m", "return_class", "revenue_chart", "score_detail")


@tagged("post_install", "-at_install")
class TestTruckCustomerMetricsCard(GradeCommon):
    """R6.2, R6.4: figures, trend and grade on the screens, for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls._create_metrics(
            user="seller",
            revenue_12m=5000,
            return_12m=1000,
            last_order_date="2026-02-01",
        )
        cls.foreign = cls._create_metrics("Foreign", user="rival", revenue_12m=50)
        cls.Metrics._grade()
        (cls.row | cls.foreign).write({"revenue_12m": 500})
        cls.Metrics._grade()
        cls.row.write({"revenue_12m": 5000})
        cls.foreign.write({"revenue_12m": 50})
        cls.Metrics._grade()

    def _add_month(self, month, revenue, row=None):
        row = row or self.row
        self.env["truck.customer.metrics.month"].create(
            {
                "partner_id": row.partner_id.id,
                "company_id": row.company_id.id,
                "month": month,
                "revenue": revenue,
            }
        )

    def test_the_chart_has_the_last_twelve_months(self):
        """R6.2: months without revenue are there too, older ones are not."""
        self._add_month("2026-02-01", 300)
        self._add_month("2025-04-01", 200)
        self._add_month("2025-03-01", 100)
        self._add_month("2026-01-01", 999, self.foreign)
        [series] = json.loads(self.row.revenue_chart)
        values = [point["value"] for point in series["values"]]
        self.assertEqual(values, [200, *[0] * 9, 300, 0])
        self.assertEqual(series["values"][0]["label"], "Apr")

    def test_many_cards_take_the_queries_of_one(self):
        """R6.2: charts of a list are read together."""
        fields = ["revenue_chart", "movement_count", "override_reason"]
        rows = self.row | self.foreign
        rows.read(fields)
        counts = []
        for some in (self.row, rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.browse(some.ids).read(fields)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_the_service_desk_sees_the_grade_and_no_money(self):
        """R13.1: neither in the list nor on the form, the chart or the search."""
        row = self.row.with_user(self.users["service"])
        self.assertIn(row, row.search([]))
        self.assertEqual(row.grade_id.code, "A")
        self.assertEqual(row.partner_id.truck_grade, "A")
        self.assertTrue(row.partner_id.action_truck_view_metrics()["res_id"])
        for name in MONEY:
            with self.subTest(name), self.assertRaises(AccessError):
                row.read([name])
        with self.assertRaises(AccessError):
            row.search([("revenue_12m", ">", 0)])
        with self.assertRaises(AccessError):
            row.partner_id.read(["truck_return_class"])
        for view in ("list", "kanban", "form"):
            arch = row.get_view(view_type=view)["arch"]
            for name in MONEY:
                self.assertNotIn(f'name="{name}"', arch)

    def test_a_salesperson_sees_his_customers(self):
        """R13.1: figures and movements of others' customers are hidden."""
        seller = self.users["seller"]
        for model in ("truck.customer.metrics", "truck.customer.grade.history"):
            found = self.env[model].with_user(seller).search([])
            self.assertIn(self.row.partner_id, found.partner_id)
            self.assertNotIn(self.foreign.partner_id, found.partner_id)
        foreign = self.foreign.partner_id.with_user(seller)
        self.assertFalse(foreign.truck_grade)
        self.assertFalse(foreign.truck_return_class)
        own = self.row.partner_id.with_user(seller)
        self.assertEqual((own.truck_grade, own.truck_return_class), ("A", "high"))

    def test_customers_are_found_by_grade_and_return(self):
        """R6.2: of the company that one works in; without a grade too."""
        Partner = self.env["res.partner"]
        among = Domain(
            "id", "in", (self.row | self.foreign).partner_id.ids + self.partner.ids
        )
        a, d = self.grades["A"], self.grades["D"]
        graded, poor = self.row.partner_id, self.foreign.partner_id
        table = [
            ([("truck_grade_id", "=", a.id)], graded),
            ([("truck_grade_id", "in", (a | d).ids)], graded | poor),
            ([("truck_grade_id", "!=", a.id)], poor | self.partner),
            ([("truck_grade_id", "=", False)], self.partner),
            ([("truck_grade_id", "!=", False)], graded | poor),
            ([("truck_grade_id", "ilike", "Strategic")], graded),
            ([("truck_return_class", "=", "high")], graded),
            ([("truck_return_class", "=", False)], self.partner),
        ]
        for domain, expected in table:
            with self.subTest(domain):
                self.assertEqual(Partner.search(among & Domain(domain)), expected)
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = Partner.with_company(other)
        self.assertFalse(elsewhere.search(among & Domain("truck_grade_id", "=", a.id)))
        self.assertFalse(graded.with_company(other).truck_grade)

    def test_figures_are_grouped_by_dealer_and_territory(self):
        """R6.2: through the customer, without keeping either twice."""
        self.row.partner_id.truck_dealer_id = self.south
        groups = self.Metrics._read_group(
            [("id", "in", (self.row | self.foreign).ids)],
            ["dealer_id"],
            ["revenue_12m:sum"],
        )
        self.assertIn((self.south, 5000), groups)
        fields = self.Metrics.fields_get(["dealer_id", "territory_id"])
        self.assertTrue(all(field["groupable"] for field in fields.values()))

    def test_the_page_of_a_customer_shows_its_cards(self):
        """R6.2: the form asks for nothing of it; the widget knows which view."""
        view = self.env["ir.ui.view"].browse(self.Metrics.get_page_view_id())
        self.assertIn("revenue_chart", view.arch)
        arch = self.env["res.partner"].get_view(view_type="form")["arch"]
        self.assertIn('widget name="truck_customer_metrics"', arch)
        self.assertNotIn("truck_metrics_ids", arch)

    def test_from_the_card_to_what_belongs_to_it(self):
        """R6.2: the customer's file, movements, and the standing with its values."""
        row = self.row.with_user(self.users["key"])
        self.assertEqual(row.action_view_customer()["res_id"], row.partner_id.id)
        action = row.action_view_movements()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((len(found), row.movement_count), (2, 2))
        action = row.action_set_standing()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_partner_id"], row.partner_id.id)
        with self.assertRaises(AccessError):
            self.row.with_user(self.users["seller"]).action_set_standing()
        self.assertEqual(row.grade_date, date(2026, 3, 2))
