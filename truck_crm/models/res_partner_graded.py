from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"
SALES = "truck_crm.truck_crm_group_user"
METRICS = "truck.customer.metrics"


class ResPartnerGraded(models.AbstractModel):
    """Grade and return class on the partner, of the company that one works in.

    Read from ``truck.customer.metrics`` as the user may; nothing is stored here.
    """

    _name = "res.partner.graded"
    _description = "Grade of a Partner"

    truck_metrics_ids = fields.One2many(
        METRICS, inverse_name="partner_id", string="Customer Metrics", groups=GROUPS
    )
    truck_grade_id = fields.Many2one(
        "truck.customer.grade",
        string="Grade",
        compute="_compute_truck_grade",
        search="_search_truck_grade_id",
        groups=GROUPS,
    )
    truck_grade = fields.Char(
        string="Grade Code", compute="_compute_truck_grade", groups=GROUPS
    )
    truck_return_class = fields.Selection(
        selection="_selection_truck_return_class",
        string="Return Class",
        compute="_compute_truck_return_class",
        search="_search_truck_return_class",
        groups=SALES,
    )

    @api.model
    def _selection_truck_return_class(self):
        return (
            self.env[METRICS]._fields["return_class"]._description_selection(self.env)
        )

    @api.depends_context("company", "uid")
    def _compute_truck_grade(self):
        """One query, the code of the grade included: every partner form pays it."""
        Metrics = self.env[METRICS]
        Metrics.flush_model(["grade_id"])
        query = Metrics._search(self._truck_get_metrics_domain())
        grade = query.join(
            query.table, "grade_id", "truck_customer_grade", "id", "grade_id"
        )
        rows = self.env.execute_query(
            query.select(
                SQL.identifier(query.table, "partner_id"),
                SQL.identifier(grade, "id"),
                SQL.identifier(grade, "code"),
            )
        )
        found = {partner_id: (grade_id, code) for partner_id, grade_id, code in rows}
        for partner in self:
            grade_id, code = found.get(partner._origin.id, (False, False))
            partner.truck_grade_id = grade_id
            partner.truck_grade = code

    @api.depends_context("company", "uid")
    def _compute_truck_return_class(self):
        rows = self.env[METRICS].search_fetch(
            self._truck_get_metrics_domain(), ["partner_id", "return_class"]
        )
        classes = {row.partner_id.id: row.return_class for row in rows}
        for partner in self:
            partner.truck_return_class = classes.get(partner._origin.id, False)

    def _truck_get_metrics_domain(self):
        """Return the domain of the rows that these partners show."""
        return Domain("partner_id", "in", self._origin.ids) & Domain(
            "company_id", "=", self.env.company.id
        )

    @api.model
    def _search_truck_grade_id(self, operator, value):
        return self._truck_search_metrics("grade_id", operator, value)

    @api.model
    def _search_truck_return_class(self, operator, value):
        return self._truck_search_metrics("return_class", operator, value)

    @api.model
    def _truck_search_metrics(self, name, operator, value):
        """Return the partners whose row of this company has one of these values.

        Who has no row yet has no grade.
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        of_company = Domain("company_id", "=", self.env.company.id)
        if operator != "in":
            rows = of_company & Domain(name, operator, value)
            return Domain("truck_metrics_ids", "any", rows)
        values = {v for v in value if v}
        domain = Domain(
            "truck_metrics_ids", "any", of_company & Domain(name, "in", values)
        )
        if len(values) < len(value):
            graded = of_company & Domain(name, "!=", False)
            domain |= Domain("truck_metrics_ids", "not any", graded)
        return domain
