from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


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

    @api.constrains("truck_dealer_id")
    def _check_truck_dealer(self):
        for partner in self:
            dealer = partner.truck_dealer_id
            if dealer.state == "terminated":
                raise ValidationError(
                    self.env._(
                        "Serving Dealer of %(partner)s: %(dealer)s is terminated."
                        " Choose another dealer.",
                        partner=partner.display_name,
                        dealer=dealer.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("truck_dealer_id") for vals in vals_list):
            self.env["truck.customer.dealer.history"]._record(partners.ids)
        return partners

    def write(self, vals):
        res = super().write(vals)
        if "truck_dealer_id" in vals:
            self.env["truck.customer.dealer.history"]._record(self.ids)
        return res

    def action_truck_view_dealer_history(self):
        """Open who served this customer, from when to when."""
        self.ensure_one()
        History = self.env["truck.customer.dealer.history"]
        return History._action_view([("partner_id", "=", self.id)])

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

    @api.model
    def _truck_hand_over(self, dealers, successor, date):
        """Let another dealer serve all customers of some dealers, in one statement.

        In SQL, since they may be a hundred thousand. A hook for who needs to know.

        :param date: from when on the successor serves them
        :return: ids of the customers
        """
        self.flush_model(["truck_dealer_id"])
        rows = self.env.execute_query(
            SQL(
                """ UPDATE res_partner
                       SET truck_dealer_id = %s, write_uid = %s,
                           write_date = now() AT TIME ZONE 'UTC'
                     WHERE truck_dealer_id = ANY(%s)
                 RETURNING id
                """,
                successor.id,
                self.env.uid,
                dealers.ids,
            )
        )
        self.invalidate_model(["truck_dealer_id", "write_uid", "write_date"])
        partner_ids = [partner_id for (partner_id,) in rows]
        self.env["truck.customer.dealer.history"]._record(partner_ids, date)
        return partner_ids
