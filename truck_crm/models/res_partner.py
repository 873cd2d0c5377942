from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column


class ResPartner(models.Model):
    _inherit = "res.partner"

    truck_dealer_id = fields.Many2one(
        "truck.dealer",
        string="Serving Dealer",
        ondelete="set null",
        domain="[('state', '!=', 'terminated')]",
        help="Who looks after this customer in the sales channel.",
    )
    truck_territory_id = fields.Many2one(
        "truck.territory",
        string="Territory",
        compute="_compute_truck_territory_id",
        store=True,
        precompute=True,
        ondelete="set null",
        help="Where the address lies. Contacts have none: their company does.",
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

    _truck_territory_idx = models.Index(
        "(truck_territory_id) INCLUDE (active, company_id, partner_share)"
        " WHERE truck_territory_id IS NOT NULL"
    )

    def _auto_init(self):
        # Made before the ORM would fill it: a million partners get their territory by
        # one statement, when there are territories, not one by one at installation.
        if not column_exists(self.env.cr, self._table, "truck_territory_id"):
            create_column(self.env.cr, self._table, "truck_territory_id", "int4")
        return super()._auto_init()

    @api.depends(
        *("is_company", "parent_id", "company_id"),
        *("country_id", "state_id", "city", "zip"),
    )
    def _compute_truck_territory_id(self):
        """One query for all; none while there are no areas of territories."""
        found = self.env["truck.territory.area"]._match(self)
        for partner in self:
            partner.truck_territory_id = found.get(partner, False)

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

    def write(self, vals):
        """Keep who came to another territory because the address changed."""
        territory = self._fields["truck_territory_id"]
        if vals.keys().isdisjoint(self.pool.field_depends[territory]):
            return super().write(vals)
        if not self.env["truck.territory.area"]._has_areas():
            return super().write(vals)
        before = {partner: partner.truck_territory_id for partner in self}
        result = super().write(vals)
        self.env["truck.territory.history"]._record(before)
        return result

    def action_truck_view_vehicles(self):
        """Open the vehicles that the customer owns or operates."""
        return self.env["truck.vehicle"]._action_view(
            self._truck_get_vehicle_domain(), default_owner_id=self[:1].id
        )

    def action_truck_view_dealer(self):
        """Open the customer's place in the sales channel."""
        self.ensure_one()
        return self.truck_dealer_ids._get_records_action(name=self.env._("Dealer"))

    def action_truck_view_territory_history(self):
        """Open in which territories the customer was."""
        self.ensure_one()
        self.env["truck.territory.history"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_territory_history_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        return action

    def _truck_is_entity(self):
        """Tell whether the partner is a legal entity of its own, not a contact."""
        self.ensure_one()
        return self.is_company or not self.parent_id

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
