from odoo import api, fields, models
from odoo.tools import SQL

from .truck_customer_grading import SALES


class TruckCustomerGradeHistory(models.Model):
    """A customer came to another grade or return class, when, and why.

    Written by grading, in the same statement, and never changed. The first grade by
    rules is no movement: a million new customers fill no history.
    """

    _name = "truck.customer.grade.history"
    _description = "Grade Movement"
    _inherit = ["truck.in.use.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    dealer_id = fields.Many2one(
        related="partner_id.truck_dealer_id", string="Serving Dealer"
    )
    territory_id = fields.Many2one(
        related="partner_id.truck_territory_id", string="Territory"
    )
    date = fields.Date(required=True, readonly=True, index=True)
    grade_from_id = fields.Many2one(
        "truck.customer.grade",
        string="Grade Before",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    grade_to_id = fields.Many2one(
        "truck.customer.grade",
        string="New Grade",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    direction = fields.Selection(
        selection=[
            ("first", "First Grade"),
            ("up", "Up"),
            ("down", "Down"),
            ("same", "Return Class Only"),
        ],
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        selection=[
            ("rule", "By Rules"),
            ("override", "By Hand"),
            ("override_end", "Hand-Set Grade Ended"),
        ],
        string="Kind of Movement",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    score_from = fields.Float(
        string="Score Before", digits=(16, 1), readonly=True, aggregator="avg"
    )
    score_to = fields.Float(
        string="Score", digits=(16, 1), readonly=True, aggregator="avg"
    )
    return_class_from = fields.Selection(
        selection="_selection_return_class",
        string="Return Before",
        readonly=True,
        groups=SALES,
    )
    return_class_to = fields.Selection(
        selection="_selection_return_class",
        string="Return",
        readonly=True,
        groups=SALES,
    )
    revenue = fields.Monetary(string="Revenue (12 months)", readonly=True, groups=SALES)
    scheme_id = fields.Many2one(
        "truck.grade.scheme",
        string="Rules",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    changed_by_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )

    @api.model
    def _selection_return_class(self):
        field = self.env["truck.customer.metrics"]._fields["return_class"]
        return field._description_selection(self.env)

    @api.model
    def _get_insert_query(self):
        """Return the INSERT of what moved among the rows of ``changed``."""
        return SQL(
            """
            INSERT INTO truck_customer_grade_history (
                   partner_id, company_id, date, grade_from_id, grade_to_id,
                   direction, kind, reason, score_from, score_to,
                   return_class_from, return_class_to, revenue, scheme_id,
                   changed_by_id, create_uid, create_date, write_uid, write_date)
            SELECT changed.partner_id, changed.company_id, changed.today,
                   changed.old_grade_id, changed.grade_id,
                   CASE WHEN NOT changed.is_moved THEN 'same'
                        WHEN before.id IS NULL THEN 'first'
                        WHEN (after.sequence, after.id) < (before.sequence, before.id)
                             THEN 'up'
                        ELSE 'down' END,
                   CASE WHEN changed.override_until IS NOT NULL THEN 'override'
                        WHEN changed.old_override_until IS NOT NULL
                             THEN 'override_end'
                        ELSE 'rule' END,
                   CASE WHEN changed.override_until IS NOT NULL
                        THEN changed.override_reason END,
                   changed.old_score, changed.score,
                   changed.old_return_class, changed.return_class,
                   changed.revenue_12m, changed.scheme_id,
                   CASE WHEN changed.override_until IS NOT NULL
                        THEN changed.override_user_id ELSE %(uid)s END,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM changed
              LEFT JOIN truck_customer_grade before ON before.id = changed.old_grade_id
              LEFT JOIN truck_customer_grade after ON after.id = changed.grade_id
             WHERE (changed.old_grade_id IS NOT NULL
                    OR changed.override_until IS NOT NULL)
               AND (changed.is_moved
                    OR changed.return_class IS DISTINCT FROM changed.old_return_class)
            """,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )
