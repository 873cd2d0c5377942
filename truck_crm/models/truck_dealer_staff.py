from odoo import fields, models


class TruckDealerStaff(models.Model):
    """A person with a role at a dealer; escalation and notices look here."""

    _name = "truck.dealer.staff"
    _description = "Dealer Staff"
    _inherit = ["truck.in.use.mixin"]
    _order = "dealer_id, sequence, id"
    _rec_name = "partner_id"

    dealer_id = fields.Many2one(
        "truck.dealer", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    role_id = fields.Many2one("truck.dealer.role", required=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        domain="[('is_company', '=', False)]",
        ondelete="restrict",
    )
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)

    _role_uniq = models.UniqueIndex(
        "(dealer_id, role_id, partner_id)",
        "This person has this role at the dealer already.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "dealer_id" in vals:  # whose it has become is asked, too
            self.check_access("write")
        return res
