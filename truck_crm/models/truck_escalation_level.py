from odoo import fields, models


class TruckEscalationLevel(models.Model):
    """A rung of the ladder: after which time on which clock who is called, and how."""

    _name = "truck.escalation.level"
    _description = "Escalation Level"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "truck.escalation.policy", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
