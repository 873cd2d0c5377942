from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class TruckProfileField(models.Model):
    """A field of the customer that a complete profile has filled in.

    So everybody asks the same: what is missing is shown on the customer.
    """

    _name = "truck.profile.field"
    _description = "Profile Field"
    _order = "sequence, id"
    _rec_name = "field_id"

    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        "ir.model.fields",
        string="Field",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'),"
        " ('ttype', 'not in', ('boolean', 'binary'))]",
    )
    field_name = fields.Char(related="field_id.name", string="Technical Name")
    applies_to = fields.Selection(
        selection=[
            ("both", "Companies and Persons"),
            ("company", "Companies"),
            ("person", "Persons"),
            ("contact", "Contacts of a Company"),
        ],
        required=True,
        default="both",
        help="Persons are customers themselves, such as owner-drivers; contacts are the"
        " people of a company.",
    )
    active = fields.Boolean(default=True)

    _field_uniq = models.UniqueIndex(
        "(field_id, applies_to)",
        "This field is asked of them already: remove one of the two rows.",
    )

    @api.constrains("field_id")
    def _check_field(self):
        for row in self:
            # sudo: who keeps this list need not read the fields of every model
            field = row.sudo().field_id
            if field.model != "res.partner" or field.ttype in ("boolean", "binary"):
                raise ValidationError(
                    self.env._(
                        "Field %(field)s: it cannot be empty or is no field of a"
                        " contact. Choose another field.",
                        field=field.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _get_names(self):
        """Return ``{kind of partner: (names of the fields to fill in)}``."""
        # sudo: what is asked is the same for everybody
        rows = self.sudo().search([("active", "=", True)])
        pairs = [
            (row.applies_to, row.field_id.name)
            for row in rows
            if row.field_id.name in self.env["res.partner"]
        ]
        return {
            kind: tuple(
                dict.fromkeys(name for to, name in pairs if to in (kind, wider))
            )
            for kind, wider in (
                ("company", "both"),
                ("person", "both"),
                ("contact", "contact"),
            )
        }
