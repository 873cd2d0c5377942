from odoo import fields, models
from odoo.exceptions import UserError


class TruckComplaintReopen(models.TransientModel):
    """Asks why complaints that were solved are opened again."""

    _name = "truck.complaint.reopen"
    _description = "Re-Open Complaints"

    complaint_ids = fields.Many2many(
        "truck.complaint", string="Complaints", required=True, readonly=True
    )
    reason = fields.Text(help="Kept in the chatter of each complaint.")

    def action_confirm(self):
        """Open the complaints again.

        :raise UserError: without a reason
        """
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "Reason: write what is wrong still, or what has come up again."
                )
            )
        self.complaint_ids._reopen(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
