from odoo import api, fields, models
from odoo.tools import SQL

NEVER = SQL("NULL::date")


class TruckSilentSignal(models.Model):
    """A sign of a silent complaint, what it weighs, and how often it was right."""

    _name = "truck.silent.signal"
    _description = "Signal of Silent Complaints"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "truck.silent.policy", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=[
            ("payment", "Pays later than usual"),
            ("order", "Orders later than usual"),
            ("survey", "Low survey score"),
            ("unreached", "Accepts no contact"),
            ("no_contact", "Not talked to for long"),
        ],
        required=True,
    )
    weight = fields.Float(
        required=True, default=20, help="Points of the 100 that the score has at most."
    )
    threshold = fields.Float(
        required=True,
        default=1.5,
        help="Pays later, orders later, not talked to: times the usual period. Survey:"
        " a score below so many percent. No contact: so many attempts in a row.",
    )
    minimum = fields.Integer(
        required=True,
        default=0,
        help="Pays later: overdue for so many days. Orders later: with so many orders"
        " at least. Survey: for so many days after the answer.",
    )
    explanation = fields.Char(compute="_compute_explanation")
    # How often it was right
    case_count = fields.Integer(
        string="Asked",
        compute="_compute_hits",
        help="Care tasks with a clear answer in which this signal was on.",
    )
    hit_count = fields.Integer(string="Unspoken Complaints", compute="_compute_hits")
    hit_rate = fields.Float(
        compute="_compute_hits",
        help="Share of the customers asked who had a complaint that they had not told.",
    )

    _check_figures = models.Constraint(
        "CHECK(weight > 0 AND weight <= 100 AND threshold > 0 AND minimum >= 0)",
        "Weight of a signal is above 0 and at most 100, Threshold above 0, Minimum not"
        " negative.",
    )

    @api.depends("kind", "threshold", "minimum")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for signal in self:
            texts = signal._get_explanations()
            signal.explanation = texts.get(signal.kind, False)

    def _get_explanations(self):
        """Return ``{kind: what the figures of this signal mean}``."""
        number, minimum = f"{self.threshold:g}", self.minimum
        return {
            "payment": self.env._(
                "Overdue for more than %(days)s days, and invoiced %(factor)s times as"
                " long ago as the customer usually takes to pay",
                days=minimum,
                factor=number,
            ),
            "order": self.env._(
                "%(factor)s times the usual time between orders has passed (with"
                " %(count)s orders or more)",
                factor=number,
                count=minimum,
            ),
            "survey": self.env._(
                "Last survey below %(percent)s %%, for %(days)s days",
                percent=number,
                days=minimum,
            ),
            "unreached": self.env._(
                "Not reached %(count)s times in a row", count=number
            ),
            "no_contact": self.env._(
                "Last contact %(factor)s times as long ago as the grade allows",
                factor=number,
            ),
        }

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_hits(self):
        """One query for all, over the cases that the user may see."""
        groups = self.env["truck.silent.case"]._read_group(
            [
                ("signal_ids", "in", self.ids),
                ("result", "in", ["complaint", "other", "content"]),
            ],
            ["signal_ids", "result"],
            ["__count"],
        )
        counts = {}
        for signal, result, count in groups:
            asked, right = counts.get(signal, (0, 0))
            counts[signal] = (asked + count, right + count * (result == "complaint"))
        for signal in self:
            asked, right = counts.get(signal._origin, (0, 0))
            signal.case_count, signal.hit_count = asked, right
            signal.hit_rate = right / asked if asked else 0

    # ------------------------------------------------------------
    # CRUD: other rules, other scores
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        signals = super().create(vals_list)
        signals.policy_id._rescore()
        return signals

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys() <= {"name", "sequence"}:
            self.policy_id._rescore()
        return res

    def unlink(self):
        policies = self.policy_id
        res = super().unlink()
        policies._rescore()
        return res

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _get_span(self):
        """Return SQL of the first and last day on which the signal is on.

        They read ``metrics``, a row of the figures with ``today`` and
        ``contact_interval`` besides. NULL: no such day.
        """
        self.ensure_one()
        return getattr(self, f"_get_{self.kind}_span")()

    def _get_payment_span(self):
        """Later than its own habit: ``collection_days`` is from invoice to payment."""
        begin = SQL(
            """CASE WHEN collection_days > 0 THEN greatest(
                overdue_since + %s::int,
                open_since + ceil(collection_days * %s)::int) + 1 END""",
            self.minimum,
            self.threshold,
        )
        return SQL("CASE WHEN overdue_amount > 0 THEN %s END", begin), NEVER

    def _get_order_span(self):
        begin = SQL(
            """CASE WHEN order_count >= %s AND order_cycle_days > 0
                THEN last_order_date + ceil(order_cycle_days * %s)::int + 1 END""",
            max(self.minimum, 2),
            self.threshold,
        )
        return begin, NEVER

    def _get_survey_span(self):
        begin = SQL("CASE WHEN survey_score < %s THEN survey_date END", self.threshold)
        return begin, SQL("survey_date + %s::int", self.minimum)

    def _get_unreached_span(self):
        begin = SQL("CASE WHEN unreached_count >= %s THEN today END", self.threshold)
        return begin, NEVER

    def _get_no_contact_span(self):
        begin = SQL(
            "last_contact_date + ceil(contact_interval * %s)::int + 1", self.threshold
        )
        return begin, NEVER
