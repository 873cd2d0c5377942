from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

COLOURS = {"up": "table-success", "down": "table-danger", "same": "text-muted"}


class TruckGradeSimulation(models.TransientModel):
    """Who would move where if a draft of the grading rules were in force.

    Made by the statement that grades, with the rules of the draft: figures, strategy
    and grades set by hand are those of now. Nothing is locked and nobody moves.
    """

    _name = "truck.grade.simulation"
    _description = "Grade Simulation"

    scheme_id = fields.Many2one(
        "truck.grade.scheme",
        string="Rules",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    scheme_state = fields.Selection(related="scheme_id.state", string="State of Rules")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "truck.grade.simulation.line", inverse_name="simulation_id", readonly=True
    )
    date = fields.Datetime(string="Simulated On", readonly=True)
    customer_count = fields.Integer(string="Customers", compute="_compute_totals")
    moved_count = fields.Integer(string="Would Move", compute="_compute_totals")
    up_count = fields.Integer(string="Up", compute="_compute_totals")
    down_count = fields.Integer(string="Down", compute="_compute_totals")
    class_count = fields.Integer(
        string="Other Return Class",
        readonly=True,
        help="Customers whose return class would be another one.",
    )
    matrix = fields.Html(
        string="From and To", compute="_compute_matrix", sanitize=False
    )

    @api.depends("scheme_id")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._(
                "Simulation of %(scheme)s", scheme=simulation.scheme_id.name
            )

    @api.depends("line_ids.customer_count", "line_ids.direction")
    def _compute_totals(self):
        for simulation in self:
            counts = dict.fromkeys(("up", "down", "same"), 0)
            for line in simulation.line_ids:
                counts[line.direction] += line.customer_count
            simulation.customer_count = sum(counts.values())
            simulation.up_count = counts["up"]
            simulation.down_count = counts["down"]
            simulation.moved_count = counts["up"] + counts["down"]

    @api.depends("line_ids.customer_count", "line_ids.revenue")
    @api.depends_context("lang")
    def _compute_matrix(self):
        for simulation in self:
            simulation.matrix = simulation.line_ids and self.env["ir.qweb"]._render(
                "truck_crm.truck_grade_simulation_matrix", simulation._get_matrix()
            )

    def _get_matrix(self):
        """Return the table of customers and revenue by grade now and grade then."""
        self.ensure_one()
        lines = {(line.grade_from_id, line.grade_to_id): line for line in self.line_ids}
        grades = self.env["truck.customer.grade"].with_context(active_test=False)
        grades = grades.search(
            [
                "|",
                ("active", "=", True),
                ("id", "in", (self.line_ids.grade_from_id.ids)),
            ]
        )
        sources = [*grades, *([grades.browse()] if self._has_ungraded() else [])]
        return {
            "grades": grades,
            "rows": [
                {
                    "name": source.code or self.env._("None"),
                    "cells": [self._get_cell(lines.get((source, t))) for t in grades],
                }
                for source in sources
            ],
        }

    def _has_ungraded(self):
        return any(not line.grade_from_id for line in self.line_ids)

    def _get_cell(self, line):
        if not line:
            return None
        return {
            "count": formatLang(self.env, line.customer_count, digits=0),
            "revenue": formatLang(
                self.env, line.revenue, digits=0, currency_obj=self.currency_id
            ),
            "class": COLOURS[line.direction],
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_simulate(self):
        """Reckon once more who would move.

        :raise ValidationError: the rules are not complete, naming row and remedy
        """
        self.ensure_one()
        scheme = self.scheme_id
        scheme.check_access("read")
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "Company: %(company)s is not among those that you work in.",
                    company=self.company_id.name,
                )
            )
        scheme._check_simulable()
        self._clear()
        self._fill()
        self.date = fields.Datetime.now()
        if scheme.state == "draft":
            scheme.check_access("write")
            # sudo: the state follows what is done, nobody writes it
            scheme.sudo().state = "simulated"

    def action_apply(self):
        """Put the rules in force; see the scheme."""
        self.ensure_one()
        self.scheme_id.action_apply()
        return self.scheme_id._get_records_action(name=self.env._("Grading Scheme"))

    def action_edit(self):
        """Go back to the rules."""
        self.ensure_one()
        return self.scheme_id._get_records_action(name=self.env._("Grading Scheme"))

    def action_view_customers(self):
        """Open the customers that would move."""
        self.ensure_one()
        return self.env["truck.grade.simulation.move"]._action_view(
            [("simulation_id", "=", self.id)], self.env._("Who Would Move")
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _clear(self):
        """Forget what was simulated; by SQL, as it was made."""
        self.line_ids.unlink()
        self.env.cr.execute(
            SQL(
                "DELETE FROM truck_grade_simulation_move WHERE simulation_id = %s",
                self.id,
            )
        )
        self.env["truck.grade.simulation.move"].invalidate_model()

    def _fill(self):
        """Write down in one statement who would move, and the sums of all."""
        self.env.flush_all()
        Metrics = self.env["truck.customer.metrics"]
        graded = Metrics._get_graded_query(
            SQL(
                "metrics.company_id = %s AND metrics.partner_active IS NOT FALSE",
                self.company_id.id,
            ),
            draft=self.scheme_id,
        )
        if not graded:
            return
        trace = SQL("%(u)s, %(n)s, %(u)s, %(n)s", u=self.env.uid, n=self.env.cr.now())
        self.env.execute_query(
            SQL(
                """
                WITH graded AS MATERIALIZED (%(graded)s), moved AS (
                    INSERT INTO truck_grade_simulation_move (
                           simulation_id, partner_id, grade_from_id, grade_to_id,
                           score_from, score_to, return_class_from, return_class_to,
                           is_override, revenue,
                           create_uid, create_date, write_uid, write_date)
                    SELECT %(id)s, partner_id, old_grade_id, grade_id, old_score,
                           score, old_return_class, return_class,
                           override_until IS NOT NULL, revenue_12m, %(trace)s
                      FROM graded
                     WHERE grade_id IS DISTINCT FROM old_grade_id
                        OR return_class IS DISTINCT FROM old_return_class
                 RETURNING return_class_from IS DISTINCT FROM return_class_to
                           AS is_other_class
                ), lines AS (
                    INSERT INTO truck_grade_simulation_line (
                           simulation_id, grade_from_id, grade_to_id, customer_count,
                           revenue, create_uid, create_date, write_uid, write_date)
                    SELECT %(id)s, old_grade_id, grade_id, count(*),
                           coalesce(sum(revenue_12m), 0), %(trace)s
                      FROM graded
                     GROUP BY old_grade_id, grade_id
                )
                UPDATE truck_grade_simulation
                   SET class_count = (SELECT count(*) FROM moved WHERE is_other_class)
                 WHERE id = %(id)s
                RETURNING id
                """,
                graded=graded,
                id=self.id,
                trace=trace,
            )
        )
        self.env.invalidate_all(flush=False)
