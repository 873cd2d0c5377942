from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Customers and their people; how they are found: ``res_partner_finder.py``."""

    _name = "res.partner"
    _inherit = ["res.partner", "res.partner.finder"]

    truck_dealer_id = fields.Many2one(
        "truck.dealer",
        string="Serving Dealer",
        ondelete="set null",
        domain="[('state', '!=', 'terminated')]",
        help="Who looks after this customer in the sales channel.",
    )
    # One at most; a One2many because the link is held by the dealer.
    truck_dealer_ids = fields.One2many(
        "truck.dealer",
        inverse_name="partner_id",
        string="Is the Dealer",
        context={"active_test": False},
    )
    truck_vehicle_count = fields.Integer(
        string="Vehicles",
        compute="_compute_truck_vehicle_count",
        groups="truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service",
    )

    # Counts over a branch read this index alone, core's record rule included. It holds
    # only partners with a dealer: the others cost nothing.
    _truck_dealer_idx = models.Index(
        "(truck_dealer_id) INCLUDE (active, company_id, partner_share)"
        " WHERE truck_dealer_id IS NOT NULL"
    )

    def _compute_truck_vehicle_count(self):
        """Count the vehicles that the customer owns or operates, each once."""
        vehicles = self.env["truck.vehicle"].search_fetch(
            self._truck_get_vehicle_domain(), ["owner_id", "operator_id"]
        )
        counts = dict.fromkeys(self._ids, 0)
        for vehicle in vehicles:
            for partner in vehicle.owner_id | vehicle.operator_id:
                if partner.id in counts:
                    counts[partner.id] += 1
        for partner in self:
            partner.truck_vehicle_count = counts.get(partner.id, 0)

    def action_truck_view_vehicles(self):
        """Open the vehicles that the customer owns or operates."""
        return self.env["truck.vehicle"]._action_view(
            self._truck_get_vehicle_domain(), default_owner_id=self[:1].id
        )

    def action_truck_view_dealer(self):
        """Open the customer's place in the sales channel."""
        self.ensure_one()
        return self.truck_dealer_ids._get_records_action(name=self.env._("Dealer"))

    def _truck_get_vehicle_domain(self):
        """Domain of the vehicles that these customers own or operate. A hook."""
        return Domain("owner_id", "in", self.ids) | Domain(
            "operator_id", "in", self.ids
        )

    def _truck_get_dealer(self, company):
        """Return the dealer through whom this partner, or none, buys of a company.

        :param company: the manufacturer, a res.company; its parents' dealers count too
        :return: the partner itself when it is a dealer, else the dealer that serves it
        """
        partner = self.commercial_partner_id
        dealers = partner.truck_dealer_ids or partner.truck_dealer_id
        return dealers.filtered(lambda dealer: dealer.company_id in company.parent_ids)
