from odoo import api, fields, models


class TruckEscalationRow(models.AbstractModel):
    """A level of the ladder that called, or would have called, about a complaint."""

    _name = "truck.escalation.row"
    _description = "Escalation of a Complaint"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, readonly=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        "truck.escalation.level",
        string="Ladder Step",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    height = fields.Integer(string="Level No.", readonly=True, aggregator="max")
    height_text = fields.Char(string="Level", compute="_compute_height_text")
    # Of the complaint, for lists
    partner_id = fields.Many2one(related="complaint_id.partner_id")
    subject = fields.Char(related="complaint_id.subject")

    @api.depends("height")
    @api.depends_context("lang")
    def _compute_height_text(self):
        for row in self:
            row.height_text = (
                self.env._("Level %(height)s", height=row.height)
                if row.height
                else self.env._("Warning")
            )

    def action_view_complaint(self):
        """Open the complaint of this row."""
        self.ensure_one()
        return self.complaint_id._get_records_action()
