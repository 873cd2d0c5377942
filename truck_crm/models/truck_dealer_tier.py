from odoo import api, fields, models
from odoo.tools import format_list


class TruckDealerTier(models.Model):
    """A level of the channel, and under which other levels it may stand."""

    _name = "truck.dealer.tier"
    _description = "Dealer Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    is_root = fields.Boolean(
        string="Under the Manufacturer",
        help="Dealers of this tier may stand directly under the manufacturer.",
    )
    is_reseller = fields.Boolean(
        string="Resells Trucks",
        default=True,
        help="What it buys goes on to an end customer, whom the order should name."
        " Off for a transport company, which registers the trucks it buys.",
    )
    parent_tier_ids = fields.Many2many(
        "truck.dealer.tier",
        relation="truck_dealer_tier_parent_rel",
        column1="tier_id",
        column2="parent_tier_id",
        string="May Stand Under",
    )
    dealer_ids = fields.One2many("truck.dealer", inverse_name="tier_id")

    @api.constrains("is_root", "parent_tier_ids")
    def _check_dealers(self):
        self.env["truck.dealer"].sudo().search(  # a rule holds for hidden dealers too
            [("tier_id", "in", self.ids)]
        )._check_tier()

    def _get_allowed_text(self):
        """Return the names of what this tier may stand under, for messages."""
        names = self.parent_tier_ids.mapped("name")
        if self.is_root:
            names.insert(0, self.env._("the manufacturer"))
        return format_list(self.env, names) if names else self.env._("nothing")
