from odoo import api, fields, models


class TruckComplaintMerge(models.TransientModel):
    """Makes one complaint of several about the same event; everything is kept."""

    _name = "truck.complaint.merge"
    _description = "Merge Complaints"

    complaint_ids = fields.Many2many(
        "truck.complaint",
        string="Complaints",
        required=True,
        help="Take out what is not about the same event.",
    )
    survivor_id = fields.Many2one(
        "truck.complaint",
        string="Goes On",
        compute="_compute_survivor_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', complaint_ids)]",
        help="The others become part of it; their numbers lead to it.",
    )
    has_other_customers = fields.Boolean(compute="_compute_has_other_customers")

    @api.depends("complaint_ids")
    def _compute_survivor_id(self):
        """The oldest, unless another one was chosen."""
        for wizard in self:
            complaints = wizard.complaint_ids._origin
            if wizard.survivor_id not in complaints:
                oldest = complaints.sorted(lambda c: (c.date_open, c.id))
                wizard.survivor_id = oldest[:1]

    @api.depends("complaint_ids")
    def _compute_has_other_customers(self):
        for wizard in self:
            wizard.has_other_customers = len(wizard.complaint_ids.partner_id) > 1

    def action_confirm(self):
        """Merge, and open the complaint that goes on.

        :raise UserError: when they do not go together
        """
        self.ensure_one()
        survivor = self.survivor_id
        (self.complaint_ids - survivor)._merge_into(survivor)
        return survivor._get_records_action(name=self.env._("Complaint"))
