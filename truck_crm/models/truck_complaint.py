from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .truck_complaint_category import SEVERITIES, get_highest
from .truck_complaint_step import STEPS

# A change of these may bring in another owner,
OWNED = {"team_id", "category_id", "company_id"}
# of these, who follows such complaints,
FOLLOWED = {"partner_id", "vehicle_ids", "dealer_id", "category_id"}
# and of these may make it one that few may see.
PRIVATE = {"is_confidential", "category_id", "accused_ids"}


class TruckComplaint(models.Model):
    """What a customer is unhappy about, from the call to the lesson learnt.

    Fields and values; how it goes on: ``truck_complaint_flow.py``, duplicates:
    ``truck_complaint_duplicate.py``, who may know: ``truck_complaint_private.py``.
    """

    _name = "truck.complaint"
    _description = "Complaint"
    _inherit = [
        "truck.complaint.clocked",
        "truck.complaint.channel",
        "truck.complaint.flow",
        "truck.complaint.duplicate",
        "truck.complaint.followed",
        "truck.complaint.private",
        "truck.interaction.mixin",
        "truck.complaint.insight",
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
    ]
    _order = "date_open desc, id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of
    # customers answer on their own complaints, salespeople on those they may read
    _mail_post_access = "read"
    _mail_thread_customer = True
    _primary_email = "email_from"
    _truck_interaction_field = "complaint_id"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    subject = fields.Char(required=True, tracking=True)
    description = fields.Html()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    # Who and what about
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        tracking=True,
        help="The customer (a legal entity); empty as long as nobody knows.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Who complained, of the customer's people.",
    )
    contact_name = fields.Char(
        string="Caller", help="Who called, as long as he is no contact."
    )
    email_from = fields.Char(string="E-mail")
    phone = fields.Char()
    vehicle_ids = fields.Many2many(
        "truck.vehicle", string="Vehicles", check_company=True
    )
    mileage = fields.Integer(string="Mileage (km)", aggregator=None)
    order_id = fields.Many2one(
        "sale.order",
        string="Order",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    dealer_id = fields.Many2one(
        "truck.dealer",
        string="Dealer",
        compute="_compute_dealer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who serves the customer, else who sold the vehicle.",
    )
    # What it is
    category_id = fields.Many2one(
        "truck.complaint.category",
        string="Category",
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    severity = fields.Selection(
        selection=SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="At least what the category says; it is never lowered by itself.",
    )
    is_vehicle_down = fields.Boolean(
        string="Vehicle Stands Still", help="The truck cannot be used until then."
    )
    is_safety = fields.Boolean(
        string="Safety Concerned", help="People were hurt, or could have been."
    )
    channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("web", "Web Page"),
            ("portal", "Portal"),
            ("visit", "Visit"),
            ("survey", "Survey"),
            ("silent", "Silent Signal"),
            ("api", "Other System"),
        ],
        string="Came In By",
        default="phone",
        required=True,
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        compute="_compute_is_confidential",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Only for those with the right to confidential complaints. It is so from"
        " the start when members of staff are accused.",
    )
    accused_ids = fields.Many2many(
        "res.partner",
        "truck_complaint_accused_rel",
        string="Accused",
        help="Members of staff, ours or a dealer's. Makes the complaint confidential.",
    )
    # Where it stands
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("merged", "Merged"),
        ],
        default="new",
        required=True,
        index=True,
        tracking=True,
    )
    step = fields.Selection(
        selection=STEPS,
        compute="_compute_step",
        store=True,
        help="The first of the six steps that is not done yet.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Case Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who answers for it; at first the leader of the team, or his deputy.",
    )
    team_id = fields.Many2one(
        "truck.complaint.team",
        string="Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    date_open = fields.Datetime(
        string="Received On", default=fields.Datetime.now, required=True, index=True
    )
    date_response = fields.Datetime(string="First Answer", readonly=True, copy=False)
    date_solved = fields.Datetime(string="Solved On", readonly=True, copy=False)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Times Re-Opened", readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "truck.complaint",
        string="Merged Into",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    merged_ids = fields.One2many(
        "truck.complaint", inverse_name="merged_into_id", string="Merged In"
    )
    step_ids = fields.One2many(
        "truck.complaint.step", inverse_name="complaint_id", string="Steps"
    )
    promise_ids = fields.One2many(
        "truck.complaint.promise", inverse_name="complaint_id", string="Promises"
    )
    # What was learnt
    cause = fields.Html(string="Root Cause", copy=False)
    remedy = fields.Html(copy=False)
    lesson = fields.Text(copy=False, help="What is done so that it never comes again.")
    cost = fields.Monetary(copy=False, help="What it took to make it good, all in all.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    satisfaction = fields.Selection(
        selection=[
            ("1", "Very Dissatisfied"),
            ("2", "Dissatisfied"),
            ("3", "So-So"),
            ("4", "Satisfied"),
            ("5", "Very Satisfied"),
        ],
        copy=False,
        tracking=True,
        help="What the customer says of the solution.",
    )
    solution_id = fields.Many2one(
        "truck.solution",
        string="Solution",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    is_visible = fields.Boolean(
        compute="_compute_is_visible",
        search="_search_is_visible",
        help="You may read this complaint. For the rules of what belongs to it.",
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "Another complaint of the company bears this number."
    )

    _check_mileage = models.Constraint(
        "CHECK(mileage >= 0)", "Mileage (km) of a complaint cannot be negative."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            names = (complaint.name, complaint.subject)
            complaint.display_name = " · ".join(name for name in names if name)

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"
        return res

    @api.depends("contact_id", "vehicle_ids")
    def _compute_partner_id(self):
        """The customer of the contact, else who runs or owns the vehicle."""
        # sudo: whose truck it is, whoever takes the call
        for complaint, known in zip(self, self.sudo(), strict=True):
            vehicle = known.vehicle_ids[:1]
            holder = known.contact_id or vehicle.operator_id or vehicle.owner_id
            if not known.partner_id:
                complaint.partner_id = holder.commercial_partner_id

    @api.depends("partner_id", "vehicle_ids", "company_id")
    def _compute_dealer_id(self):
        # sudo: who serves a customer, whoever takes the call
        for complaint, known in zip(self, self.sudo(), strict=True):
            dealer = known.partner_id._truck_get_dealer(known.company_id)
            dealer = dealer or known.vehicle_ids.dealer_id[:1]
            complaint.dealer_id = dealer or known.dealer_id

    @api.depends("category_id")
    def _compute_severity(self):
        for complaint in self:
            known = (complaint.severity, complaint.category_id.severity)
            complaint.severity = get_highest(known)

    @api.depends("category_id", "accused_ids")
    def _compute_is_confidential(self):
        for complaint in self:
            complaint.is_confidential = bool(
                complaint.is_confidential
                or complaint.category_id.is_about_staff
                or complaint.accused_ids
            )

    @api.depends("category_id", "company_id")
    def _compute_team_id(self):
        Team = self.env["truck.complaint.team"]
        usual = {company: Team._get_default(company) for company in self.company_id}
        for complaint in self:
            complaint.team_id = (
                complaint.category_id._get_team(complaint.company_id)
                or complaint.team_id
                or usual.get(complaint.company_id)
            )

    @api.depends("team_id", "is_confidential")
    def _compute_user_id(self):
        now = fields.Datetime.now()
        for complaint in self:
            # sudo: who leads a team and who stands in for him is no secret
            owner = complaint.user_id.sudo()
            if not owner and complaint.team_id.user_id:
                # by the company's day: a mail comes in by nobody's
                company = complaint.company_id or self.env.company
                today = company._truck_to_local_date(now)
                owner = complaint.team_id.sudo().user_id._truck_get_substitute(today)
            if complaint.is_confidential:
                owner = complaint._get_trusted_owner(owner)
            complaint.user_id = owner.with_env(self.env)

    @api.depends("step_ids.date")
    def _compute_step(self):
        for complaint in self:
            todo = complaint.step_ids.filtered(lambda step: not step.date)
            complaint.step = todo.sorted("sequence")[:1].kind

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        # Rules are evaluated as superuser: go back to the user they are made for.
        visible = self.sudo(False)._filtered_access("read")
        for complaint in self:
            complaint.is_visible = complaint in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.sudo(False)._search([]))

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("contact_id", "partner_id")
    def _check_contact_id(self):
        # sudo: the rule holds for all contacts, readable or not
        for complaint in self.sudo():
            customer, contact = complaint.partner_id, complaint.contact_id
            if customer and contact and contact.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "Contact of complaint %(name)s: %(contact)s does not belong to"
                        " %(customer)s. Choose one of this customer's people, or the"
                        " other customer.",
                        name=complaint.name,
                        contact=contact.display_name,
                        customer=customer.display_name,
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Forget who belongs to another customer."""
        customer = self.partner_id
        if customer and self.contact_id.commercial_partner_id != customer:
            self.contact_id = False

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Take in complaints: number, steps, clocks, and whoever follows such cases."""
        vals_list = self._to_customers(vals_list)
        self._add_numbers(vals_list)
        complaints = super().create(vals_list)
        # sudo: what makes up a complaint is made for whoever takes it in
        known = complaints.sudo()
        known._make_steps()
        known._protect_confidential()
        known._add_owners()
        known._add_subscribers()
        return complaints

    def write(self, vals):
        (vals,) = self._to_customers([vals])
        # sudo: who may write it now may lose sight of it by writing
        known = self.sudo()
        public = known.browse()
        if not PRIVATE.isdisjoint(vals):
            public = known.filtered(lambda complaint: not complaint.is_confidential)
        if "state" in vals:
            self._check_may_close(vals["state"])
            for state_vals, complaints in self._group_by_state_vals(vals["state"]):
                super(TruckComplaint, complaints).write({**vals, **state_vals})
        else:
            super().write(vals)
        if "company_id" in vals:  # it may be a company of others now
            self.check_access("write")
        public._protect_confidential()
        if not OWNED.isdisjoint(vals):
            known._add_owners()
        if not FOLLOWED.isdisjoint(vals):
            known._add_subscribers()
        return True

    def copy_data(self, default=None):
        """A copy is a new case: nobody has answered or promised anything yet."""
        default = {
            "state": "new",
            "date_open": fields.Datetime.now(),
            **(default or {}),
        }
        return super().copy_data(default)

    @api.model
    def _add_numbers(self, vals_list):
        """Put the next numbers into values without one, drawn in one query."""
        new = [vals for vals in vals_list if not vals.get("name")]
        # sudo: taking in a complaint takes a number, with a right to sequences or not
        sequence = self.env["ir.sequence"].sudo()
        companies = {vals.get("company_id") or self.env.company.id for vals in new}
        for company_id in companies:
            mine = [
                vals
                for vals in new
                if (vals.get("company_id") or self.env.company.id) == company_id
            ]
            numbers = sequence.with_company(company_id)._truck_next_by_code(
                "truck.complaint", len(mine)
            )
            for vals, number in zip(mine, numbers, strict=True):
                vals["name"] = number

    @api.model
    def _to_customers(self, vals_list):
        """Return values with the customer in place of a contact of his, who is named.

        The values that were given stay as they are.
        """
        partners = self.env["res.partner"].browse(
            vals["partner_id"] for vals in vals_list if vals.get("partner_id")
        )
        # sudo: which customer a contact belongs to, whoever may see the customer
        customers = {
            partner.id: partner.commercial_partner_id.id for partner in partners.sudo()
        }
        result = []
        for vals in vals_list:
            vals = dict(vals)
            partner_id = vals.get("partner_id")
            if customers.get(partner_id, partner_id) != partner_id:
                vals["partner_id"] = customers[partner_id]
                vals.setdefault("contact_id", partner_id)
            result.append(vals)
        return result

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id", "partner_id"]

    def _mail_get_partners(self, introspect_fields=False):
        """Whom to write to: the contact, else the customer; one, as portals ask it."""
        return {
            complaint.id: complaint.contact_id or complaint.partner_id
            for complaint in self
        }

    def _truck_prepare_interaction_vals(self):
        vals = {"complaint_id": self.id, "company_id": self.company_id.id}
        if len(self.vehicle_ids) == 1:
            vals["vehicle_id"] = self.vehicle_ids.id
        holder = self.contact_id or self.partner_id
        return {**(self._truck_prepare_customer_vals(holder) if holder else {}), **vals}
