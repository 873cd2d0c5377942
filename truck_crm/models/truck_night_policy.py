from odoo import api, fields, models
from odoo.tools import date_utils


class TruckNightPolicy(models.AbstractModel):
    """What a nightly job looks for in a company, how often it tells, and whom."""

    _name = "truck.night.policy"
    _description = "Policy of a Nightly Job"
    _inherit = ["truck.in.use.mixin"]
    _order = "company_id, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies without a policy of their own.",
    )
    period_months = fields.Integer(string="Once Per (months)", required=True, default=3)
    due_days = fields.Integer(string="Due After (days)", required=True)
    user_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", ondelete="restrict"
    )

    _company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE active IS TRUE",
        "The company has a policy of this kind already: change that one.",
    )
    _check_period = models.Constraint(
        "CHECK(period_months IN (1, 2, 3, 4, 6, 12))",
        "Once Per (months) of a policy: enter 1, 2, 3, 4, 6 or 12: they divide a year.",
    )

    @api.model
    def _get_by_company(self):
        """Return ``{policy: companies}`` of all companies that have one.

        A company's own, that of the one above it, else the shared one.
        """
        # sudo: every company is looked after, whoever asks
        policies = self.sudo().search([("active", "=", True)])
        by_company = {policy.company_id: policy for policy in policies}
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        shared = by_company.get(companies.browse())
        found = {}
        for company in companies.search([("active", "in", [True, False])]):
            above = reversed(company.parent_ids)
            own = next((by_company[c] for c in above if c in by_company), shared)
            if own:
                found[own] = found.get(own, companies.browse()) | company
        return found

    def _get_period(self, day):
        """Return the first day of the period in which a day lies."""
        self.ensure_one()
        first = date_utils.start_of(day, "month")
        return date_utils.subtract(first, months=(first.month - 1) % self.period_months)
