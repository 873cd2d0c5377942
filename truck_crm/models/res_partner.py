from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_list


class ResPartner(models.Model):
    _inherit = "res.partner"

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

    def write(self, vals):
        if vals.get("is_company"):
            self._truck_check_no_personal_profile()
        return super().write(vals)

    def action_truck_view_personal_profile(self):
        """Open what is known of this person privately, or a new page for it."""
        self.ensure_one()
        Profile = self.env["truck.personal.profile"]
        profile = Profile.search([("partner_id", "=", self.id)])
        action = profile._get_records_action(
            name=self.env._("Personal Profile"),
            context={"default_partner_id": self.id},
        )
        return action | {"view_mode": "form", "views": [(False, "form")]}

    def action_truck_view_vehicles(self):
        """Open the vehicles that the customer owns or operates."""
        return self.env["truck.vehicle"]._action_view(
            self._truck_get_vehicle_domain(), default_owner_id=self[:1].id
        )

    def action_truck_view_dealer(self):
        """Open the customer's place in the sales channel."""
        self.ensure_one()
        return self.truck_dealer_ids._get_records_action(name=self.env._("Dealer"))

    def _truck_check_no_personal_profile(self):
        """Raise when one of these, that are to be companies, has a private profile."""
        # sudo: whoever may not see the profile must not leave a company with one
        profiles = self.env["truck.personal.profile"].sudo()
        profiles = profiles.search([("partner_id", "in", self.ids)])
        if profiles:
            raise ValidationError(
                self.env._(
                    "Company: %(names)s cannot become companies, since personal data"
                    " of them are kept. Have those erased first.",
                    names=format_list(self.env, profiles.mapped("display_name")),
                )
            )

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
