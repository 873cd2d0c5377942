from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from .truck_dealer_history import PLACE_FIELDS


class TruckDealer(models.Model):
    """A place in the sales channel between the manufacturer and the end customer.

    The channel is a tree of its own: ``res.partner.parent_id`` says to which legal
    entity a contact belongs, ``truck.dealer.parent_id`` through whom trucks are sold.
    """

    _name = "truck.dealer"
    _description = "Dealer"
    _inherit = [
        "truck.dealer.branch",
        "truck.dealer.contract",
        "truck.dealer.place",
        "truck.interaction.mixin",
        "truck.complaint.subject",
        "truck.tree.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _parent_store = True
    _truck_complaint_field = "dealer_id"
    _truck_subscription_field = "dealer_id"
    # salespeople read dealers only, and still leave notes and close their activities
    _mail_post_access = "read"
    _order = "code, id"
    _rec_names_search = ["partner_id.name", "code"]
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of

    partner_id = fields.Many2one(
        "res.partner",
        string="Company or Person",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    name = fields.Char(related="partner_id.name")
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)
    city = fields.Char(related="partner_id.city")
    country_state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    image_128 = fields.Image(related="partner_id.image_128")
    code = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self.env._("New"),
        help="Dealer number; left at “New”, the next one is taken.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Manufacturer",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    tier_id = fields.Many2one(
        "truck.dealer.tier",
        string="Tier",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    tier_color = fields.Integer(related="tier_id.color")
    parent_id = fields.Many2one(
        "truck.dealer",
        string="Stands Under",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '!=', 'terminated'), ('id', '!=', id)]",
        tracking=True,
        help="Empty: directly under the manufacturer.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("truck.dealer", inverse_name="parent_id")
    state = fields.Selection(
        selection=[
            ("candidate", "Candidate"),
            ("active", "Trading"),
            ("suspended", "Suspended"),
            ("terminated", "Terminated"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="candidate",
        index=True,
        tracking=True,
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who looks after this dealer and all below it.",
    )
    staff_ids = fields.One2many(
        "truck.dealer.staff", inverse_name="dealer_id", string="Staff"
    )
    territory_ids = fields.Many2many(
        "truck.territory",
        relation="truck_dealer_territory_rel",
        column1="dealer_id",
        column2="territory_id",
        string="Authorised Territories",
        check_company=True,
        help="Where the dealer may sell, all parts of these territories included.",
    )
    note = fields.Html()
    # Contract
    brand_ids = fields.Many2many(
        "truck.brand",
        string="Authorised Brands",
        domain="[('is_own', '=', True)]",
        help="Own brands that this dealer may sell.",
    )
    contract_date_start = fields.Date(string="Contract From", copy=False, tracking=True)
    contract_date_end = fields.Date(
        string="Contract Until",
        copy=False,
        tracking=True,
        help="Empty: without an end. Some days before it, whoever looks after the"
        " dealer is given an activity.",
    )
    contract_state = fields.Selection(
        selection=[
            ("running", "In Force"),
            ("ending", "Ends Soon"),
            ("ended", "Ended"),
        ],
        string="Contract",
        compute="_compute_contract_state",
    )
    is_contract_reminded = fields.Boolean(
        string="Reminded of the Contract's End", readonly=True, copy=False
    )
    # Capacity
    distribution_capacity = fields.Integer(
        copy=False,
        aggregator="sum",
        help="Vehicles that the dealer can sell in a year.",
    )
    warehouse_capacity = fields.Integer(
        copy=False,
        aggregator="sum",
        help="Vehicles that can stand on the dealer's premises.",
    )
    sales_staff_count = fields.Integer(
        string="Sales Staff", copy=False, help="People at the dealer who sell."
    )
    service_staff_count = fields.Integer(
        string="Service Staff", copy=False, help="People at the dealer who repair."
    )
    staff_count = fields.Integer(
        string="Staff in All",
        copy=False,
        help="Everybody at the dealer, sales and service included.",
    )
    target_ids = fields.One2many(
        "truck.dealer.target", inverse_name="dealer_id", string="Targets"
    )
    # Where it stood, and its end
    history_ids = fields.One2many(
        "truck.dealer.history", inverse_name="dealer_id", string="History"
    )
    moved_history_ids = fields.Many2many(
        "truck.dealer.history",
        relation="truck_dealer_history_moved_rel",
        column1="dealer_id",
        column2="history_id",
        string="Moved Along",
        readonly=True,
        copy=False,
        help="Moves of a dealer above, with which this one moved along.",
    )
    termination_date = fields.Date(string="Terminated On", readonly=True, copy=False)
    termination_reason = fields.Text(readonly=True, copy=False)
    successor_id = fields.Many2one(
        "truck.dealer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Who took over the customers when this dealer was terminated.",
    )
    # The branch
    is_in_my_branch = fields.Boolean(
        string="In My Branch",
        compute="_compute_is_in_my_branch",
        search="_search_is_in_my_branch",
        help="You are the salesperson of this dealer or of one above it.",
    )
    branch_count = fields.Integer(
        string="Dealers Below", compute="_compute_branch_counts"
    )
    customer_count = fields.Integer(
        string="Customers",
        compute="_compute_branch_counts",
        help="Customers whom this dealer and all below it serve.",
    )
    vehicle_count = fields.Integer(
        string="Vehicles",
        compute="_compute_branch_counts",
        help="Vehicles that this dealer and all below it have sold.",
    )
    visibility = fields.Float(
        string="Terminal Visibility",
        compute="_compute_branch_counts",
        aggregator=None,
        help="Share of the branch's vehicles whose end customer is known: they have an"
        " owner, and he is no dealer who resells.",
    )
    own_customer_count = fields.Integer(
        string="Own Customers",
        compute="_compute_branch_counts",
        help="Customers whom this dealer serves itself.",
    )
    own_vehicle_count = fields.Integer(
        string="Own Vehicles",
        compute="_compute_branch_counts",
        help="Vehicles that this dealer has sold itself.",
    )
    own_visibility = fields.Float(
        compute="_compute_branch_counts",
        aggregator=None,
        help="Share of the dealer's own vehicles whose end customer is known.",
    )

    _partner_uniq = models.UniqueIndex(
        "(partner_id)",
        "This company or person is a dealer already: open that dealer instead.",
    )
    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another dealer has this code: the code must be unique."
    )
    _check_contract_dates = models.Constraint(
        "CHECK(contract_date_start <= contract_date_end)",
        "The contract of a dealer cannot end before it begins: correct Contract From or"
        " Contract Until.",
    )
    _check_capacities = models.Constraint(
        "CHECK(distribution_capacity >= 0 AND warehouse_capacity >= 0)",
        "The capacity of a dealer cannot be negative: correct Distribution Capacity or"
        " Warehouse Capacity.",
    )
    _check_staff_counts = models.Constraint(
        "CHECK(sales_staff_count >= 0 AND service_staff_count >= 0"
        " AND staff_count >= 0)",
        "The number of a dealer's staff cannot be negative: correct Sales Staff,"
        " Service Staff or Staff in All.",
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("partner_id.name", "code")
    def _compute_display_name(self):
        for dealer in self:
            dealer.display_name = dealer.partner_id.name or dealer.code

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("sales_staff_count", "service_staff_count", "staff_count")
    def _check_staff_total(self):
        for dealer in self:
            parts = dealer.sales_staff_count + dealer.service_staff_count
            if 0 < dealer.staff_count < parts:
                raise ValidationError(
                    self.env._(
                        "Staff in All of %(dealer)s: %(total)s is less than sales and"
                        " service together (%(parts)s). Correct one of the three.",
                        dealer=dealer.display_name,
                        total=dealer.staff_count,
                        parts=parts,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        new = self.env._("New")
        for vals in vals_list:
            if vals.get("code", new) == new:
                company_id = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company_id)
                vals["code"] = sequence.next_by_code("truck.dealer")
        dealers = super().create(vals_list)
        # sudo: the history is written for the user, who has no right to write it
        self.env["truck.dealer.history"].sudo()._record(dealers)
        return dealers

    def write(self, vals):
        if "contract_date_end" in vals:
            vals = {**vals, "is_contract_reminded": False}
        res = super().write(vals)
        if "company_id" in vals:  # it may be a company of others now
            self.check_access("write")
        if "contract_date_end" in vals:
            self._close_contract_reminders()
        if PLACE_FIELDS & vals.keys():
            # sudo: the history is written for the user, who has no right to write it
            self.env["truck.dealer.history"].sudo()._record(self)
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_activate(self):
        """Let candidates and suspended or terminated dealers trade (again)."""
        self.write({"state": "active", **self._prepare_termination_vals()})

    def action_suspend(self):
        """Stop active dealers for a while; everything stays where it is."""
        self._ensure_state("active")
        self.state = "suspended"

    def action_terminate(self):
        """Open the preview of what ending the relation means, and who takes over."""
        self.check_access("write")
        wizard = self.env["truck.dealer.terminate"].create(
            {"dealer_ids": [Command.set(self.ids)]}
        )
        return wizard._get_records_action(
            name=self.env._("Terminate"), target="new", context={}
        )

    def action_view_branch(self):
        """Open the branch of this dealer as a tree."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_dealer_action"
        )
        action["display_name"] = self.env._(
            "Branch of %(name)s", name=self.display_name
        )
        action["domain"] = [("id", "child_of", self.id)]
        return action

    def _truck_prepare_interaction_vals(self):
        return {
            **self._truck_prepare_customer_vals(self.partner_id),
            "company_id": self.company_id.id,
        }

    def _truck_prepare_complaint_vals(self):
        return {"dealer_id": self.id}

    def action_view_customers(self):
        """Open the customers of this dealer and of all below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_action"
        )
        name = self.display_name
        action["display_name"] = self.env._("Customers of %(name)s", name=name)
        action["domain"] = [("truck_dealer_id", "child_of", self.id)]
        action["context"] = {
            "default_is_company": True,
            "default_truck_dealer_id": self.id,
            "truck_assign_ref": True,
            "truck_short_state": True,
        }
        return action

    def action_view_customer_history(self):
        """Open who was served by this dealer itself, from when to when."""
        self.ensure_one()
        History = self.env["truck.customer.dealer.history"]
        return History._action_view([("dealer_id", "=", self.id)])

    def action_view_hidden_vehicles(self):
        """Open the vehicles of the branch whose end customer is not known."""
        return self.env["truck.vehicle"]._action_view(
            Domain("dealer_id", "child_of", self.ids)
            & (
                Domain("owner_id", "=", False)
                | Domain("owner_id.truck_dealer_ids.tier_id.is_reseller", "=", True)
            )
        )

    def action_view_vehicles(self):
        """Open the vehicles that this dealer and all below it have sold."""
        return self.env["truck.vehicle"]._action_view(
            [("dealer_id", "child_of", self.ids)], default_dealer_id=self[:1].id
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _ensure_state(self, state):
        """Raise unless all of these dealers are in ``state``."""
        others = self.filtered(lambda dealer: dealer.state != state)
        if others:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Only a dealer in state “%(state)s” allows this: %(dealers)s.",
                    state=states[state],
                    dealers=format_list(self.env, others.mapped("display_name")),
                )
            )

    def _get_customers(self, limit=None):
        """Return the customers whom these dealers serve themselves, archived too."""
        customers = self.env["res.partner"].with_context(active_test=False)
        return customers.search([("truck_dealer_id", "in", self.ids)], limit=limit)
