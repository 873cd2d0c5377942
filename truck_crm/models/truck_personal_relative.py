from odoo import api, fields, models


class TruckPersonalRelative(models.Model):
    """A member of the family of a contact."""

    _name = "truck.personal.relative"
    _description = "Family Member"
    _inherit = ["truck.personal.mixin", "truck.birthday.mixin"]
    _order = "sequence, id"

    profile_id = fields.Many2one(
        "truck.personal.profile", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    relation_id = fields.Many2one(
        "truck.personal.option",
        string="Relation",
        required=True,
        ondelete="restrict",
        domain="[('kind', '=', 'relation')]",
    )
    name = fields.Char(string="Full Name")
    note = fields.Char()

    @api.depends("relation_id.name", "name")
    def _compute_display_name(self):
        for relative in self:
            words = (relative.relation_id.name, relative.name)
            relative.display_name = " ".join(filter(None, words))

    @api.model
    def _get_public_fields(self):
        # here the name is private already
        return super()._get_public_fields() - {"display_name"}
