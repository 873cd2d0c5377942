from odoo import fields, models


class TruckSolution(models.Model):
    """What helped against a problem: symptom, cause, remedy."""

    _name = "truck.solution"
    _description = "Solution"
    _order = "name, id"

    name = fields.Char(string="Symptom", required=True)
    cause = fields.Html()
    remedy = fields.Html()
    fault_code = fields.Char()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade")
