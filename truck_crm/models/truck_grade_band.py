from odoo import api, fields, models
from odoo.tools import formatLang


class TruckGradeBand(models.Model):
    """How many points a rule gives from a value on, up to the next band.

    Only beginnings are entered, so that bands neither overlap nor leave a gap; the
    lowest holds all that lies below it too.
    """

    _name = "truck.grade.band"
    _description = "Band of a Grading Rule"
    _inherit = ["truck.grade.part"]
    _order = "rule_id, value_from, id"

    rule_id = fields.Many2one(
        "truck.grade.rule", required=True, index=True, ondelete="cascade"
    )
    value_from = fields.Float(
        string="From Value",
        digits=(16, 4),
        help="In the unit of the figure; for a date: days ago.",
    )
    range_text = fields.Char(string="Holds", compute="_compute_range_text")
    strategy_id = fields.Many2one(
        "truck.customer.strategy", index="btree_not_null", ondelete="restrict"
    )
    points = fields.Integer(help="0 to 100.")

    _check_points = models.Constraint(
        "CHECK(points >= 0 AND points <= 100)",
        "Points of a band must lie between 0 and 100.",
    )

    @api.depends("value_from", "rule_id.band_ids.value_from", "rule_id.metric")
    @api.depends_context("lang")
    def _compute_range_text(self):
        for band in self:
            band.range_text = band._get_range_text()

    @api.depends("range_text", "strategy_id")
    def _compute_display_name(self):
        for band in self:
            band.display_name = band.strategy_id.name or band.range_text

    def _get_range_text(self):
        """Return in words which values lie in the band."""
        self.ensure_one()
        if self.rule_id.metric == "strategy":
            return False
        values = sorted(set(self.rule_id.band_ids.mapped("value_from")))
        lower = [value for value in values if value < self.value_from]
        upper = [value for value in values if value > self.value_from]
        low, high = self.value_from, upper[0] if upper else None
        low, high = (
            value if value is None else self._format(value) for value in (low, high)
        )
        if not lower and high is None:
            return self.env._("all")
        if not lower:
            return self.env._("below %(high)s", high=high)
        if high is None:
            return self.env._("%(low)s and more", low=low)
        return self.env._("%(low)s to below %(high)s", low=low, high=high)

    def _format(self, value):
        digits = 0 if value == int(value) else 2
        return formatLang(self.env, value, digits=digits)

    def _get_schemes(self):
        return self.rule_id.scheme_id

    @api.model
    def _get_new_schemes(self, vals_list):
        ids = {vals.get("rule_id") for vals in vals_list}
        return self.env["truck.grade.rule"].browse(filter(None, ids)).scheme_id
