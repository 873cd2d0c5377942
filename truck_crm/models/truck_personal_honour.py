from odoo import api, fields, models


class TruckPersonalHonour(models.Model):
    """A title, a prize or an office that a contact was given."""

    _name = "truck.personal.honour"
    _description = "Honour"
    _inherit = ["truck.personal.mixin"]
    _order = "date desc, id desc"

    profile_id = fields.Many2one(
        "truck.personal.profile", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Title", required=True)
    date = fields.Date()
    awarded_by = fields.Char()
    note = fields.Char()

    @api.model
    def _get_public_fields(self):
        # here the name is private already
        return super()._get_public_fields() - {"display_name"}
