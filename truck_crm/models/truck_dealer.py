from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list


class TruckDealer(models.Model):
    """A place in the sales channel between the manufacturer and the end customer.

    The channel is a tree of its own: ``res.partner.parent_id`` says to which legal
    entity a contact belongs, ``truck.dealer.parent_id`` through whom trucks are sold.
    """

    _name = "truck.dealer"
    _description = "Dealer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _parent_store = True
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
        string="Customers", compute="_compute_branch_counts"
    )
    vehicle_count = fields.Integer(string="Vehicles", compute="_compute_branch_counts")

    _partner_uniq = models.UniqueIndex(
        "(partner_id)",
        "This company or person is a dealer already: open that dealer instead.",
    )
    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another dealer has this code: the code must be unique."
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("partner_id.name", "code")
    def _compute_display_name(self):
        for dealer in self:
            dealer.display_name = dealer.partner_id.name or dealer.code

    @api.depends("user_id", "parent_id")
    @api.depends_context("uid")
    def _compute_is_in_my_branch(self):
        mine = self.filtered_domain(self._search_is_in_my_branch("in", [True]))
        mine.is_in_my_branch = True
        (self - mine).is_in_my_branch = False

    @api.model
    def _search_is_in_my_branch(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Runs inside record rules: bypass them, or it would ask itself for ever.
        heads = self.sudo().with_context(active_test=False)
        heads = heads.search([("user_id", "=", self.env.uid)])
        return Domain("id", "child_of", heads.ids)

    @api.depends("child_ids")
    def _compute_branch_counts(self):
        """Count what hangs on each dealer and on all below it, the dealer included.

        One query for the branches and one per kind of record, whatever the size.
        """
        Dealer = self.with_context(active_test=False)
        branch = Dealer.search_fetch(
            [("id", "child_of", self.ids)], ["parent_path", "active"]
        )
        customers = self._count_by_dealer("res.partner", "truck_dealer_id", branch)
        vehicles = self._count_by_dealer("truck.vehicle", "dealer_id", branch)
        own_ids = set(self.ids)
        totals = {dealer_id: [0, 0, 0] for dealer_id in own_ids}
        for dealer in branch:
            for ancestor_id in map(int, dealer.parent_path.split("/")[:-1]):
                if ancestor_id in own_ids:
                    total = totals[ancestor_id]
                    total[0] += dealer.active and ancestor_id != dealer.id
                    total[1] += customers.get(dealer.id, 0)
                    total[2] += vehicles.get(dealer.id, 0)
        for dealer in self:
            total = totals.get(dealer.id, (0, 0, 0))
            dealer.branch_count, dealer.customer_count, dealer.vehicle_count = total

    @api.model
    def _count_by_dealer(self, model_name, field_name, dealers):
        """Return ``{dealer id: number of records}`` of a model, as the user sees it."""
        groups = self.env[model_name]._read_group(
            [(field_name, "in", dealers.ids)], [field_name], ["__count"]
        )
        return {dealer.id: count for dealer, count in groups}

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    def _check_not_below(self, parent):
        """Raise when ``parent`` stands in the branch of one of these dealers.

        Asked before writing, since the core itself would only say that there is a
        recursion when it places the branch anew.
        """
        above = {int(dealer_id) for dealer_id in parent.parent_path.split("/")[:-1]}
        inside = self.filtered(lambda dealer: dealer.id in above)
        if inside:
            raise ValidationError(
                self.env._(
                    "Stands Under: %(dealers)s cannot stand under %(parent)s, a dealer"
                    " of the own branch. Choose a dealer outside the branch.",
                    dealers=format_list(self.env, inside.mapped("display_name")),
                    parent=parent.display_name,
                )
            )

    @api.constrains("parent_id", "tier_id")
    def _check_tier(self):
        """A dealer stands where its tier allows, and so do those right below it."""
        for dealer in self | self.child_ids:
            tier, parent = dealer.tier_id, dealer.parent_id
            if parent and parent.tier_id not in tier.parent_tier_ids:
                raise ValidationError(
                    self.env._(
                        "Tier of %(dealer)s: a %(tier)s cannot stand under a"
                        " %(parent_tier)s (%(parent)s). Allowed above it: %(allowed)s.",
                        dealer=dealer.display_name,
                        tier=tier.name,
                        parent_tier=parent.tier_id.name,
                        parent=parent.display_name,
                        allowed=tier._get_allowed_text(),
                    )
                )
            if not parent and not tier.is_root:
                raise ValidationError(
                    self.env._(
                        "Stands Under of %(dealer)s: a %(tier)s cannot stand directly"
                        " under the manufacturer. Allowed above it: %(allowed)s.",
                        dealer=dealer.display_name,
                        tier=tier.name,
                        allowed=tier._get_allowed_text(),
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
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("parent_id"):
            # sudo: the tree has no loop, whatever of it the user may see
            self._check_not_below(self.sudo().browse(vals["parent_id"]))
        return super().write(vals)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_activate(self):
        """Let candidates and suspended or terminated dealers trade (again)."""
        self.state = "active"

    def action_suspend(self):
        """Stop active dealers for a while; everything stays where it is."""
        self._ensure_state("active")
        self.state = "suspended"

    def action_terminate(self):
        """End the relation for good.

        :raise UserError: while dealers below are not terminated themselves
        """
        below = self.search(
            [("id", "child_of", self.ids), ("id", "not in", self.ids)]
        ).filtered(lambda dealer: dealer.state != "terminated")
        if below:
            raise UserError(
                self.env._(
                    "These dealers still stand below: %(dealers)s. Move them under"
                    " another dealer (Stands Under) or terminate them first.",
                    dealers=format_list(self.env, below.mapped("display_name")),
                )
            )
        self.state = "terminated"

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
        }
        return action

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
