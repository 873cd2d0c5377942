from odoo.tests import HttpCase, tagged

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestGradeTours(TruckCrmCommon, HttpCase):
    """Rules and grades, clicked through in a browser by those who decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls.env["truck.customer.metrics"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.env.company.id,
                "revenue_12m": 400_000,
                "fleet_count": 40,
            }
        )
        cls.row._grade()

    def test_change_a_rule(self):
        """R6.2: draft, change, simulate, look, apply."""
        scheme = self.env.ref("truck_crm.truck_grade_scheme_standard")
        before = self.row.grade_id
        self.start_tour(
            f"/odoo/truck-grading-schemes/{scheme.id}",
            "truck_crm_change_a_grading_rule",
            login="truck_admin",
        )
        self.assertEqual(scheme.state, "replaced")
        self.assertLess(self.row.grade_id.sequence, before.sequence)

    def test_figures_on_the_customers_form(self):
        """R6.2, R6.4: chart, figures anew on demand, a grade set by hand."""
        self.start_tour(
            f"/odoo/truck-customers/{self.customer.id}",
            "truck_crm_metrics_page",
            login="truck_manager",
        )
        self.assertEqual(self.row.revenue_12m, 0)
        self.assertEqual(self.row.grade_id.code, "A")
        self.assertEqual(self.row.override_user_id, self.users["manager"])
