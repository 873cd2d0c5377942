from odoo import api, fields, models

SEVERITIES = [("normal", "Ordinary"), ("raised", "Raised"), ("major", "Major")]
# The least of them first.
RANKS = {code: rank for rank, (code, _label) in enumerate(SEVERITIES)}


def get_highest(severities):
    """Return the highest of some severities, of which some may be empty."""
    return max(filter(None, severities), key=RANKS.get, default="normal")


class TruckComplaintCategory(models.Model):
    """What complaints are about: a tree, from "Quality" down to "Gearbox"."""

    _name = "truck.complaint.category"
    _description = "Complaint Category"
    _inherit = ["truck.tree.mixin"]
    _parent_store = True
    _order = "sequence, id"
    _rec_name = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", recursive=True, search="_search_complete_name"
    )
    parent_id = fields.Many2one(
        "truck.complaint.category",
        string="Parent Category",
        index=True,
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("truck.complaint.category", inverse_name="parent_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        "truck.complaint.team",
        string="Team",
        ondelete="set null",
        help="Who answers such complaints. Empty: as the category above says.",
    )
    severity = fields.Selection(
        selection=SEVERITIES,
        default="normal",
        required=True,
        help="Complaints of this category are at least so severe.",
    )
    is_about_staff = fields.Boolean(
        string="About Staff",
        help="Complaints of this category are confidential from the start.",
    )

    is_fault = fields.Boolean(
        string="Fault of the Truck",
        compute="_compute_is_fault",
        store=True,
        readonly=False,
        precompute=True,
        recursive=True,
        help="Counted in the fault analysis, and watched for clusters. At first as the"
        " category above says.",
    )

    @api.depends("parent_id.is_fault")
    def _compute_is_fault(self):
        for category in self:
            parent = category.parent_id
            category.is_fault = parent.is_fault if parent else True

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for category in self:
            names = [category.parent_id.complete_name, category.name]
            category.complete_name = " / ".join(filter(None, names))

    @api.model
    def _search_complete_name(self, operator, value):
        """A category is found by its own name and by those of all above it."""
        if operator != "ilike":
            return [("name", operator, value)]
        # of some hundred at most; child_of takes no query
        return [("id", "child_of", self.search([("name", "ilike", value)]).ids)]

    def _get_team(self, company):
        """Return the team of this category, or of the nearest one above that has one.

        :param company: teams of another one do not count
        """
        category = self
        while category:
            # sudo: which team it is, whoever may see the team
            team = category.sudo().team_id
            if team and team.active and team.company_id in company.parent_ids:
                return team.with_env(self.env)
            category = category.parent_id
        return self.env["truck.complaint.team"]
