from odoo import api, fields, models


class TruckPersonalEvent(models.Model):
    """Something that happened in the life of a contact."""

    _name = "truck.personal.event"
    _description = "Life Event"
    _inherit = ["truck.personal.mixin"]
    _order = "date desc, id desc"
    _rec_name = "kind_id"

    profile_id = fields.Many2one(
        "truck.personal.profile", required=True, index=True, ondelete="cascade"
    )
    kind_id = fields.Many2one(
        "truck.personal.option",
        string="What Happened",
        required=True,
        ondelete="restrict",
        domain="[('kind', '=', 'event')]",
    )
    date = fields.Date(required=True)
    note = fields.Char(string="Details")

    @api.model
    def _get_public_fields(self):
        # here the name is private already
        return super()._get_public_fields() - {"display_name"}
