import json

from odoo import api, fields, models
from odoo.tools import SQL, date_utils, format_date

MONTHS = 12
SALES = "truck_crm.truck_crm_group_user"


class TruckCustomerMetrics(models.Model):
    """What the screens show of a row of the metrics: the trend, and why this grade."""

    _inherit = "truck.customer.metrics"

    # Read through the customer, to group by: nothing is kept twice.
    dealer_id = fields.Many2one(
        related="partner_id.truck_dealer_id", string="Serving Dealer"
    )
    territory_id = fields.Many2one(
        related="partner_id.truck_territory_id", string="Territory"
    )
    revenue_chart = fields.Text(
        string="Revenue by Month", compute="_compute_revenue_chart", groups=SALES
    )
    score_detail = fields.Html(
        string="Why This Score",
        compute="_compute_score_detail",
        sanitize=False,
        groups=SALES,
    )
    override_reason = fields.Char(
        string="Reason", compute="_compute_override", compute_sudo=True
    )
    override_user_id = fields.Many2one(
        "res.users", string="Set By", compute="_compute_override", compute_sudo=True
    )
    override_text = fields.Char(string="Set by Hand", compute="_compute_override_text")
    movement_count = fields.Integer(
        string="Movements", compute="_compute_movement_count"
    )

    @api.depends_context("lang", "tz")
    def _compute_revenue_chart(self):
        """Bars of the last twelve months, this one included; one query for all."""
        today = fields.Date.context_today(self)
        first = date_utils.start_of(
            date_utils.subtract(today, months=MONTHS - 1), "month"
        )
        months = [date_utils.add(first, months=n) for n in range(MONTHS)]
        groups = self.env["truck.customer.metrics.month"]._read_group(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("month", ">=", first),
            ],
            ["partner_id", "company_id", "month:month"],
            ["revenue:sum"],
        )
        revenues = {(p, c, month): revenue for p, c, month, revenue in groups}
        for row in self:
            row.revenue_chart = row._get_chart(
                months,
                [revenues.get((row.partner_id, row.company_id, m), 0) for m in months],
            )

    def _get_chart(self, months, values):
        """Return what the chart of a journal's dashboard draws bars of."""
        points = [
            {
                "label": format_date(self.env, month, date_format="MMM"),
                "value": value,
                "type": "past" if month == months[-1] else "future",
            }
            for month, value in zip(months, values, strict=True)
        ]
        key = self.env._("Revenue")
        return json.dumps([{"key": key, "values": points, "is_sample_data": False}])

    @api.depends("score", "strategy_id")
    @api.depends_context("lang")
    def _compute_score_detail(self):
        """A table of the rules: value, points, weight, and what that makes."""
        by_scheme = self.env["truck.grade.scheme"]._get_by_company()
        scheme_by_company = {
            company: scheme for scheme, cs in by_scheme.items() for company in cs
        }
        for row in self:
            scheme = scheme_by_company.get(row.company_id)
            row.score_detail = scheme and self.env["ir.qweb"]._render(
                "truck_crm.truck_customer_score_detail", row._explain(scheme)
            )

    def _explain(self, scheme):
        """Return what the table of the score says of this customer."""
        self.ensure_one()
        date = self.company_id._truck_to_local_date(fields.Datetime.now())
        empty = self._get_empty_names(scheme)
        rules = [
            rule.with_env(self.env)._explain(self, self.strategy_id, empty, date)
            for rule in scheme.rule_ids
        ]
        return {"rules": rules, "total": sum(rule["score"] for rule in rules)}

    def _get_empty_names(self, scheme):
        """Return the figures that have no value: for the ORM a float of none is 0."""
        names = [r.metric for r in scheme.rule_ids if r._get_type() == "float"]
        if not names:
            return set()
        columns = SQL(", ").join(SQL("%s IS NULL", SQL.identifier(n)) for n in names)
        [empty] = self.env.execute_query(
            SQL("SELECT %s FROM truck_customer_metrics WHERE id = %s", columns, self.id)
        )
        return {name for name, is_empty in zip(names, empty, strict=True) if is_empty}

    def _compute_override(self):
        rows = self.env["truck.customer.standing"].search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        standings = {(row.partner_id, row.company_id): row for row in rows}
        for row in self:
            standing = standings.get((row.partner_id, row.company_id), rows.browse())
            row.override_reason = row.override_until and standing.override_reason
            row.override_user_id = row.override_until and standing.override_user_id

    @api.depends("override_until", "grade_id", "rule_grade_id")
    @api.depends_context("lang")
    def _compute_override_text(self):
        for row in self:
            row.override_text = row.override_until and self.env._(
                "Grade %(grade)s is set by hand until %(date)s by %(user)s: %(reason)s."
                " By the rules it would be %(rule)s.",
                grade=row.grade_id.code,
                date=format_date(self.env, row.override_until),
                user=row.override_user_id.sudo().name,  # sudo: a colleague's name
                reason=row.override_reason,
                rule=row.rule_grade_id.code,
            )

    def _compute_movement_count(self):
        groups = self.env["truck.customer.grade.history"]._read_group(
            [("partner_id", "in", self.partner_id.ids)],
            ["partner_id", "company_id"],
            ["__count"],
        )
        counts = {(partner, company): count for partner, company, count in groups}
        for row in self:
            row.movement_count = counts.get((row.partner_id, row.company_id), 0)

    @api.model
    def get_page_view_id(self):
        """Return the id of the cards that the page of a customer's form shows."""
        self.check_access("read")
        # sudo: which view it is, is no secret
        return (
            self.env.ref("truck_crm.truck_customer_metrics_view_kanban_page").sudo().id
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_customer(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.partner_id.action_truck_view_file()

    def action_view_metrics(self):
        """Open all figures of the customer."""
        self.ensure_one()
        self.check_access("read")
        return self._get_records_action(name=self.env._("Customer Metrics"))

    def action_view_movements(self):
        """Open how the customer's grade has moved."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_grade_history_action"
        )
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return action | {"domain": domain, "context": {}}

    def action_set_standing(self):
        """Open strategy and grade by hand of the customer, in a dialog."""
        self.ensure_one()
        Standing = self.env["truck.customer.standing"]
        standing = Standing.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        if not standing:
            Standing.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Strategy and Grade by Hand"),
            "res_model": Standing._name,
            "res_id": standing.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
