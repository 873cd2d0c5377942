from odoo import fields, models


class TruckComplaintClocked(models.AbstractModel):
    """What of a complaint has to do with time: clocks, policy, escalation."""

    _name = "truck.complaint.clocked"
    _description = "Complaint With Clocks"

    policy_id = fields.Many2one(
        "truck.escalation.policy", readonly=True, copy=False, ondelete="restrict"
    )
    clock_ids = fields.One2many("truck.complaint.clock", "complaint_id", readonly=True)
    escalation_ids = fields.One2many(
        "truck.complaint.escalation", "complaint_id", readonly=True
    )
    escalation_level = fields.Integer(readonly=True, copy=False)

    def _update_clocks(self):
        """Bring the clocks of these complaints in line with what they say now.

        Called after a complaint or promise was created or written. Reads policy,
        state, dates and promises; doing it twice changes nothing.
        """
