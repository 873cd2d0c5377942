from odoo import fields, models
from odoo.fields import Domain


class TruckTerritoryRecutLine(models.TransientModel):
    """How many customers, with what revenue, would go from one territory to another."""

    _name = "truck.territory.recut.line"
    _description = "Re-cut Territories: From and To"
    _order = "revenue desc, customer_count desc, id"
    # goes with its re-cut, not by its own age
    _transient_max_hours = 0
    _transient_max_count = 0

    recut_id = fields.Many2one(
        "truck.territory.recut", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="recut_id.currency_id")
    territory_from_id = fields.Many2one(
        "truck.territory", string="From", ondelete="cascade"
    )
    territory_to_id = fields.Many2one(
        "truck.territory", string="To", ondelete="cascade"
    )
    user_from_ids = fields.Many2many(
        related="territory_from_id.user_ids", string="Salespeople So Far"
    )
    user_to_id = fields.Many2one(
        "res.users", string="New Lead", compute="_compute_user_to_id"
    )
    customer_count = fields.Integer(string="Customers")
    revenue = fields.Monetary(string="Revenue (12 months)")
    opportunity_count = fields.Integer(string="Open Opportunities")

    def _compute_user_to_id(self):
        leads = self.territory_to_id._get_lead_users()
        for line in self:
            line.user_to_id = leads.get(line.territory_to_id)

    def action_view_customers(self):
        """Open the customers behind this line."""
        self.ensure_one()
        domain = Domain(
            [
                ("recut_id", "=", self.recut_id.id),
                ("territory_from_id", "=", self.territory_from_id.id),
                ("territory_to_id", "=", self.territory_to_id.id),
            ]
        )
        return self.env["truck.territory.recut.move"]._action_view(
            domain,
            self.env._(
                "From %(old)s to %(new)s",
                old=self.territory_from_id.name or self.env._("no territory"),
                new=self.territory_to_id.name or self.env._("no territory"),
            ),
        )
