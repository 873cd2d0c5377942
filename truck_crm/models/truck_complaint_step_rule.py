from odoo import fields, models

from .truck_complaint_step import STEPS


class TruckComplaintStepRule(models.Model):
    """What one of the six steps is about, and of which complaints it is asked."""

    _name = "truck.complaint.step.rule"
    _description = "Rule of a Complaint Step"
    _order = "sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(selection=STEPS, string="Step", required=True)
    required_from = fields.Selection(
        selection=[
            ("normal", "All Complaints"),
            ("raised", "From Raised On"),
            ("major", "Major Ones Only"),
            ("never", "None"),
        ],
        string="Required Of",
        required=True,
        default="normal",
        help="Such complaints cannot be closed before the step is done.",
    )
    needs_evidence = fields.Boolean(
        help="It is done only when somebody has written what was done, or added a file."
    )
    guidance = fields.Text(
        string="What to Do", translate=True, help="Shown on the step itself."
    )

    _kind_uniq = models.UniqueIndex("(kind)", "There is a rule of this step already.")

    def _is_required(self, severity):
        """Tell whether the step is asked of complaints of a severity."""
        ranks = ("normal", "raised", "major", "never")
        severity = severity or "normal"
        return bool(self) and ranks.index(severity) >= ranks.index(self.required_from)
