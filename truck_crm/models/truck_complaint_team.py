from odoo import api, fields, models


class TruckComplaintTeam(models.Model):
    """Who answers complaints, and in whose working hours its clocks run."""

    _name = "truck.complaint.team"
    _description = "Complaint Team"
    _inherit = [
        "truck.complaint.team.alias",
        "truck.clock.source",
        "truck.in.use.mixin",
    ]
    _order = "sequence, id"
    _truck_clock_fields = frozenset({"calendar_id"})

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Team Leader",
        domain="[('share', '=', False)]",
        ondelete="set null",
        help="Owns what comes in and belongs to nobody yet; absent, his deputy does.",
    )
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        help="In these hours the clocks run. Empty: those of the company.",
    )

    @api.model
    def _get_default(self, company):
        """Return the team that answers what no category gives to another.

        The first of the company, else of the companies above it.
        """
        # sudo: which team it is, whoever takes the complaint in
        teams = self.sudo().search([("company_id", "parent_of", company.ids)])
        for above in (company, *company.parent_ids[::-1]):
            if found := teams.filtered(lambda team, c=above: team.company_id == c):
                return found[0].with_env(self.env)
        return self.browse()
