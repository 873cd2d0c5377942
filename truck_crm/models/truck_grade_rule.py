from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date, formatLang, ormcache

METRICS = "truck.customer.metrics"
STRATEGY = "strategy"
# What grading itself writes, and what is no figure.
NO_METRICS = {"score", "grade_next_date", "grade_date", "override_until"}
TYPES = {"integer", "float", "monetary", "date", "datetime"}


class TruckGradeRule(models.Model):
    """A figure of the customer, its weight, and how many points its values give."""

    _name = "truck.grade.rule"
    _description = "Grading Rule"
    _inherit = ["truck.grade.part"]
    _order = "scheme_id, sequence, id"
    _rec_name = "metric"

    scheme_id = fields.Many2one(
        "truck.grade.scheme", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    metric = fields.Selection(
        selection="_selection_metric",
        string="Figure",
        required=True,
        help="A figure of the customer, days since a date, or our strategy with him.",
    )
    is_strategy = fields.Boolean(compute="_compute_kind")
    is_date = fields.Boolean(string="In Days", compute="_compute_kind")
    weight = fields.Float(string="Weight (%)", digits=(5, 2), required=True)
    points_empty = fields.Integer(
        string="Points Without a Value",
        help="For customers of whom the figure is not known, or the day never was."
        " Sums and counts are never empty: they are 0.",
    )
    band_ids = fields.One2many(
        "truck.grade.band", inverse_name="rule_id", string="Bands", copy=True
    )
    band_text = fields.Char(string="Points", compute="_compute_band_text")

    _metric_uniq = models.UniqueIndex(
        "(scheme_id, metric)",
        "A figure has one rule in a scheme: change the rule that is there.",
    )
    _check_weight = models.Constraint(
        "CHECK(weight > 0 AND weight <= 100)",
        "Weight (%) of a rule must be more than 0 and at most 100. Delete a rule that"
        " is not to count.",
    )
    _check_points_empty = models.Constraint(
        "CHECK(points_empty >= 0 AND points_empty <= 100)",
        "Points Without a Value of a rule must lie between 0 and 100.",
    )

    @api.model
    def _selection_metric(self):
        """Return the figures that can be graded by, as (name, label)."""
        figures = self.env[METRICS]._fields
        pairs = [
            (name, figures[name]._description_string(self.env))
            for name in self._get_metric_names()
        ]
        return [*pairs, (STRATEGY, self.env._("Strategy"))]

    @api.model
    @ormcache()
    def _get_metric_names(self):
        """Return the names of stored numbers and dates of the metrics."""
        return tuple(
            name
            for name, field in self.env[METRICS]._fields.items()
            if field.store
            and field.type in TYPES
            and name not in NO_METRICS
            and name not in ("id", "create_date", "write_date")
        )

    @api.depends("metric")
    def _compute_kind(self):
        for rule in self:
            rule.is_strategy = rule.metric == STRATEGY
            rule.is_date = rule._get_type() in ("date", "datetime")

    @api.depends("band_ids.points", "band_ids.display_name")
    @api.depends_context("lang")
    def _compute_band_text(self):
        for rule in self:
            rule.band_text = " · ".join(
                f"{band.display_name}: {band.points}" for band in rule._get_bands()
            )

    @api.constrains("band_ids", "metric")
    def _check_bands(self):
        for rule in self:
            if rule.band_ids and (problem := rule._get_problem()):
                raise ValidationError(problem)

    def _get_schemes(self):
        return self.scheme_id

    @api.model
    def _get_new_schemes(self, vals_list):
        ids = {vals.get("scheme_id") for vals in vals_list}
        return self.env["truck.grade.scheme"].browse(filter(None, ids))

    def _get_type(self):
        field = self.env[METRICS]._fields.get(self.metric or "")
        return field.type if field else None

    def _get_label(self):
        """Return the name of the figure in the user's language."""
        self.ensure_one()
        return dict(self._selection_metric()).get(self.metric, self.metric)

    def _get_bands(self):
        """Return the bands of the rule in the order of their values."""
        return self.band_ids.sorted(lambda b: (b.strategy_id.sequence, b.value_from))

    def _get_problem(self):
        """Return what is wrong with the bands, with the remedy, or None."""
        self.ensure_one()
        rule = self._get_label()
        if not self.band_ids:
            return self.env._(
                "Bands of rule %(rule)s: there are none. Add a band for each range of"
                " values, with its points.",
                rule=rule,
            )
        is_strategy = self.metric == STRATEGY
        if is_strategy and not all(band.strategy_id for band in self.band_ids):
            return self.env._(
                "Bands of rule %(rule)s: one names no strategy. Choose its strategy, or"
                " delete it.",
                rule=rule,
            )
        if not is_strategy and self.band_ids.strategy_id:
            return self.env._(
                "Bands of rule %(rule)s: one names a strategy, but this rule is about a"
                " figure. Delete the band and enter from which value on it holds.",
                rule=rule,
            )
        return self._get_overlap(rule)

    def _get_overlap(self, rule):
        seen = set()
        for band in self.band_ids:
            key = band.strategy_id or band.value_from
            if key in seen:
                return self.env._(
                    "Bands of rule %(rule)s: two begin at %(value)s, so they overlap."
                    " Give one of the two another beginning, or delete it.",
                    rule=rule,
                    value=band.strategy_id.name or band._format(band.value_from),
                )
            seen.add(key)
        return None

    # ------------------------------------------------------------
    # POINTS: in SQL for all, in Python to explain one
    # ------------------------------------------------------------

    def _get_value_sql(self, date):
        """Return the value that the rule looks at; NULL where there is none."""
        if self.metric == STRATEGY:
            return SQL("standing.strategy_id")
        column = SQL.identifier("metrics", self.metric)
        kind = self._get_type()
        if kind == "date":
            return SQL("(%s::date - %s)", date, column)
        if kind == "datetime":
            return SQL("(%s::date - %s::date)", date, column)
        if kind in ("integer", "monetary"):
            return SQL("coalesce(%s, 0)", column)
        return column

    def _get_points_sql(self, date):
        """Return how many points the rule gives to a row of the metrics."""
        self.ensure_one()
        if self.metric != STRATEGY and not self._get_type():
            return SQL("%s", self.points_empty)  # the addon of the figure has gone
        value = self._get_value_sql(date)
        if self.metric == STRATEGY:
            cases = [
                SQL("WHEN %s = %s THEN %s", value, band.strategy_id.id, band.points)
                for band in self.band_ids
            ]
            otherwise = self.points_empty
        else:
            *upper, lowest = self._get_bands().sorted("value_from", reverse=True)
            cases = [SQL("WHEN %s IS NULL THEN %s", value, self.points_empty)]
            cases += [
                SQL("WHEN %s >= %s THEN %s", value, band.value_from, band.points)
                for band in upper
            ]
            otherwise = lowest.points
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), otherwise)

    def _get_next_dates_sql(self, date):
        """Return the days to come on which the points change just by waiting."""
        self.ensure_one()
        if self._get_type() not in ("date", "datetime"):
            return []
        column = SQL("%s::date", SQL.identifier("metrics", self.metric))
        _lowest, *upper = self._get_bands().sorted("value_from")
        days = [SQL("%s + %s", column, -int(-band.value_from // 1)) for band in upper]
        return [
            SQL("CASE WHEN %(d)s > %(t)s THEN %(d)s END", d=d, t=date) for d in days
        ]

    def _explain(self, metrics, strategy, empty, date):
        """Return what the rule says of one row, for people to read.

        :param empty: names of the figures that the row has no value of
        :return: dict with ``name``, ``value``, ``points``, ``weight``, ``score``
        """
        self.ensure_one()
        value, text = self._get_value(metrics, strategy, empty, date)
        points = self.points_empty
        for band in self._get_bands():
            if self.metric == STRATEGY:
                if band.strategy_id == strategy:
                    points = band.points
            elif value is not None and (
                band == self._get_bands()[0] or value >= band.value_from
            ):
                points = band.points
        return {
            "name": self._get_label(),
            "value": text,
            "points": points,
            "weight": self.weight,
            "score": points * self.weight / 100,
        }

    def _get_value(self, metrics, strategy, empty, date):
        """Return the value of one row, None if there is none, and its text."""
        kind = self._get_type()
        if self.metric == STRATEGY:
            return strategy.id or None, strategy.name or ""
        if not kind:
            return None, ""
        value = metrics[self.metric]
        if kind in ("date", "datetime"):
            if not value:
                return None, ""
            day = fields.Date.to_date(value)
            return (date - day).days, format_date(self.env, day)
        if kind == "float" and self.metric in empty:
            return None, ""
        currency = metrics.currency_id if kind == "monetary" else None
        digits = 2 if kind == "float" else 0
        return value, formatLang(self.env, value, digits=digits, currency_obj=currency)
