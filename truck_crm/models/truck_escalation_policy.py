from odoo import fields, models


class TruckEscalationPolicy(models.Model):
    """How long which complaint may take, and who is called when it takes longer."""

    _name = "truck.escalation.policy"
    _description = "Escalation Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade")
    level_ids = fields.One2many("truck.escalation.level", "policy_id", copy=True)
