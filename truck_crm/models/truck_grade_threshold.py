from odoo import api, fields, models


class TruckGradeThreshold(models.Model):
    """From which score on a customer has a grade."""

    _name = "truck.grade.threshold"
    _description = "Threshold of a Grade"
    _inherit = ["truck.grade.part"]
    _order = "scheme_id, score_min desc, id"
    _rec_name = "grade_id"

    scheme_id = fields.Many2one(
        "truck.grade.scheme", required=True, index=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "truck.customer.grade", required=True, index=True, ondelete="restrict"
    )
    score_min = fields.Float(
        string="From Score",
        digits=(5, 1),
        help="Of 100. The last grade begins at 0, so that everybody has one.",
    )
    contact_interval_days = fields.Integer(related="grade_id.contact_interval_days")
    protection_days = fields.Integer(related="grade_id.protection_days")

    _check_score = models.Constraint(
        "CHECK(score_min >= 0 AND score_min <= 100)",
        "From Score of a grade must lie between 0 and 100.",
    )

    def _get_schemes(self):
        return self.scheme_id

    @api.model
    def _get_new_schemes(self, vals_list):
        ids = {vals.get("scheme_id") for vals in vals_list}
        return self.env["truck.grade.scheme"].browse(filter(None, ids))
