from odoo import fields, models


class TruckPartnerPart(models.AbstractModel):
    """What a customer consists of besides its fields: who may change the customer may
    change it too, and nobody else.
    """

    _name = "truck.partner.part"
    _description = "Part of a Customer"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )

    def write(self, vals):
        res = super().write(vals)
        if "partner_id" in vals:  # whose it has become is asked, too
            self.check_access("write")
        return res

    def _check_access(self, operation):
        denied = super()._check_access(operation)
        if denied or operation == "read" or self.env.su:
            return denied
        # sudo: reads only whose part it is; the customer's own rules are asked
        partners = self.sudo().partner_id.with_env(self.env)
        denied = partners._check_access("write")
        if not denied:
            return None
        forbidden, make_error = denied
        parts = self.filtered(lambda part: part.sudo().partner_id in forbidden.sudo())
        return parts, make_error
