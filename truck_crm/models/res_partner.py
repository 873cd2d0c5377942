from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list
from odoo.tools.sql import column_exists, create_column

from .truck_model import USES

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"
# Fetched together, but not along with core's fields: orders and mails do not need them.
PROFILE = "truck_profile"
# What we think of a customer is not for its own people in the portal.
INTERNAL = "base.group_user"


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
    truck_territory_id = fields.Many2one(
        "truck.territory",
        string="Territory",
        compute="_compute_truck_territory_id",
        store=True,
        precompute=True,
        ondelete="set null",
        help="Where the address lies. Contacts have none: their company does.",
        prefetch=PROFILE,
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
        groups=GROUPS,
    )
    # Profile. Parts that other models hold are for those who may read these models.
    truck_mobile = fields.Char(string="Mobile")
    truck_fax = fields.Char(string="Fax", prefetch=PROFILE)
    truck_legal_form = fields.Selection(
        selection=[
            ("limited", "Limited Company"),
            ("joint_stock", "Joint-Stock Company"),
            ("state_owned", "State-Owned Enterprise"),
            ("partnership", "Partnership"),
            ("sole_proprietor", "Sole Proprietor"),
            ("cooperative", "Cooperative"),
            ("natural_person", "Natural Person"),
            ("other", "Other"),
        ],
        string="Legal Form",
        prefetch=PROFILE,
    )
    truck_operating_mode_id = fields.Many2one(
        "truck.operating.mode",
        string="Operating Mode",
        ondelete="restrict",
        prefetch=PROFILE,
    )
    truck_scale_id = fields.Many2one(
        "truck.customer.scale",
        string="Scale",
        ondelete="restrict",
        groups=INTERNAL,
        help="By the number of trucks that the customer runs.",
        prefetch=PROFILE,
    )
    truck_founding_date = fields.Date(string="Founded On", prefetch=PROFILE)
    truck_development = fields.Text(
        string="Development",
        prefetch=False,
        groups=INTERNAL,
        help="How the business has grown.",
    )
    truck_goals = fields.Text(
        string="Direction and Goals",
        prefetch=False,
        groups=INTERNAL,
        help="What the customer plans.",
    )
    truck_goods_ids = fields.Many2many(
        "truck.goods", string="Goods Carried", groups=GROUPS
    )
    truck_main_use = fields.Selection(
        selection=USES, string="Main Use", prefetch=PROFILE
    )
    truck_annual_mileage = fields.Integer(
        string="Annual Mileage (km)",
        aggregator="avg",
        help="What one truck runs in a year.",
        prefetch=PROFILE,
    )
    truck_source_id = fields.Many2one(
        "utm.source",
        string="Customer Source",
        ondelete="set null",
        groups=INTERNAL,
        help="Where the customer came from: hotline, showroom, fair, referral, ...",
        prefetch=PROFILE,
    )
    truck_department_ids = fields.One2many(
        "truck.partner.department",
        inverse_name="partner_id",
        string="Departments",
        groups=GROUPS,
    )
    truck_fleet_ids = fields.One2many(
        "truck.partner.fleet",
        inverse_name="partner_id",
        string="Fleet",
        groups=GROUPS,
    )
    truck_route_ids = fields.One2many(
        "truck.partner.route",
        inverse_name="partner_id",
        string="Routes",
        groups=GROUPS,
    )
    truck_fleet_count = fields.Integer(
        string="Trucks Told Of", compute="_compute_truck_fleet_count", groups=GROUPS
    )
    # Contact persons and their part in the decision to buy
    truck_contact_ids = fields.One2many(
        "res.partner",
        inverse_name="parent_id",
        string="Decision Chain",
        domain=[("type", "=", "contact"), ("is_company", "=", False)],
        groups=GROUPS,
    )
    truck_department_id = fields.Many2one(
        "truck.partner.department",
        string="Department",
        ondelete="set null",
        domain="[('partner_id', '=', parent_id)]",
        groups=GROUPS,
        prefetch=PROFILE,
    )
    truck_buying_role_ids = fields.Many2many(
        "truck.buying.role", string="Buying Roles", groups=GROUPS
    )
    truck_authority = fields.Selection(
        selection=[
            ("none", "None"),
            ("recommends", "Recommends"),
            ("limited", "Decides Within a Limit"),
            ("alone", "Decides Alone"),
        ],
        string="Authority",
        groups=INTERNAL,
        prefetch=PROFILE,
    )
    truck_attitude = fields.Selection(
        selection=[
            ("supporter", "Supporter"),
            ("favourable", "Favourable"),
            ("neutral", "Neutral"),
            ("sceptical", "Sceptical"),
            ("opponent", "Opponent"),
        ],
        string="Attitude",
        groups=INTERNAL,
        help="How this person stands towards us.",
        prefetch=PROFILE,
    )
    truck_influence = fields.Selection(
        selection=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
        string="Influence",
        groups=INTERNAL,
        prefetch=PROFILE,
    )
    truck_greeting_optout = fields.Boolean(
        string="No Greetings",
        groups=INTERNAL,
        help="Gets no greetings for birthdays and festivals. Ticked at a company, none"
        " of its people does.",
        prefetch=PROFILE,
    )
    # How far the profile is
    truck_completeness = fields.Integer(
        string="Complete (%)",
        compute="_compute_truck_completeness",
        compute_sudo=True,  # says how much is filled in, not what
        groups=GROUPS,
    )
    truck_missing = fields.Char(
        string="Missing",
        compute="_compute_truck_completeness",
        compute_sudo=True,
        groups=GROUPS,
    )
    truck_is_customer = fields.Boolean(
        string="Has Bought",
        compute="_compute_truck_is_customer",
        search="_search_truck_is_customer",
        groups=GROUPS,
        help="Owns or operates a truck of an own brand, or has a confirmed order."
        " Others are prospects.",
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

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------
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

    @api.depends("truck_fleet_ids.number")
    def _compute_truck_fleet_count(self):
        for partner in self:
            partner.truck_fleet_count = sum(partner.truck_fleet_ids.mapped("number"))

    @api.depends_context("lang")
    def _compute_truck_completeness(self):
        names_by_kind = self.env["truck.profile.field"]._get_names()
        for partner in self:
            names = names_by_kind[partner._truck_get_profile_kind()]
            missing = [name for name in names if not partner[name]]
            filled = len(names) - len(missing)
            partner.truck_completeness = 100 * filled // len(names) if names else 100
            partner.truck_missing = format_list(
                self.env,
                [self._fields[name]._description_string(self.env) for name in missing],
            )

    def _truck_get_profile_kind(self):
        """Return what this partner is to the list of profile fields."""
        if self.is_company:
            return "company"
        return "contact" if self.parent_id else "person"

    @api.depends("commercial_partner_id")
    def _compute_truck_is_customer(self):
        domain = self._search_truck_is_customer("in", [True])
        # sudo: whether somebody has bought is the same for everybody
        bought = self.sudo().with_context(active_test=False)
        bought = bought.search(Domain("id", "in", self.ids) & domain)
        for partner in self:
            partner.truck_is_customer = partner._origin.id in bought._ids

    @api.model
    def _search_truck_is_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["truck.vehicle"].flush_model(["is_own", "owner_id", "operator_id"])
        self.env["sale.order"].flush_model(["state", "partner_id"])
        return Domain.custom(to_sql=self._truck_get_bought_sql)

    @api.model
    def _truck_get_bought_sql(self, partners, alias, query):
        """Return the condition that the customer to whom a partner belongs has bought.

        One EXISTS per way to buy, answered from an index for each partner that is
        looked at. Without OFFSET 0 the database would hash all vehicles and orders
        first: a page of 80 among 200,000 customers took 150 ms instead of 4 to 23.
        """
        return SQL(
            """(
                EXISTS (
                    SELECT FROM truck_vehicle
                    WHERE is_own AND owner_id = %(id)s OFFSET 0
                )
                OR EXISTS (
                    SELECT FROM truck_vehicle
                    WHERE is_own AND operator_id = %(id)s OFFSET 0
                )
                OR EXISTS (
                    SELECT FROM sale_order JOIN res_partner buyer
                        ON buyer.id = sale_order.partner_id
                    WHERE sale_order.state = 'sale'
                        AND buyer.commercial_partner_id = %(id)s OFFSET 0
                )
            )""",
            id=partners._field_to_sql(alias, "commercial_partner_id", query),
        )

    # ------------------------------------------------------------
    # CONSTRAINTS AND ONCHANGES
    # ------------------------------------------------------------

    @api.constrains("truck_dealer_id")
    def _check_truck_dealer(self):
        # sudo: whoever duplicates a customer need not see its dealer
        for partner in self.sudo():
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

    @api.constrains("truck_founding_date")
    def _check_truck_founding_date(self):
        today = fields.Date.context_today(self)
        for partner in self:
            if partner.truck_founding_date and partner.truck_founding_date > today:
                raise ValidationError(
                    self.env._(
                        "Founded On of %(partner)s: %(date)s lies in the future. Enter"
                        " the day of the business licence.",
                        partner=partner.display_name,
                        date=partner.truck_founding_date,
                    )
                )

    @api.constrains("truck_annual_mileage")
    def _check_truck_annual_mileage(self):
        for partner in self:
            if partner.truck_annual_mileage < 0:
                raise ValidationError(
                    self.env._(
                        "Annual Mileage (km) of %(partner)s: %(mileage)s is less than"
                        " zero. Enter what one truck runs in a year.",
                        partner=partner.display_name,
                        mileage=partner.truck_annual_mileage,
                    )
                )

    @api.constrains("truck_department_id", "parent_id")
    def _check_truck_department(self):
        # sudo: the rule holds for whoever writes, with a right to departments or none
        for partner in self.sudo():
            department = partner.truck_department_id
            if department and department.partner_id not in (
                partner.parent_id | partner.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "Department of %(contact)s: %(department)s is a department of"
                        " %(other)s. Choose a department of %(customer)s, or none.",
                        contact=partner.display_name,
                        department=department.display_name,
                        other=department.partner_id.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )

    @api.onchange("truck_fleet_ids")
    def _onchange_truck_fleet_ids(self):
        """Propose the scale that the number of trucks makes."""
        count = sum(self.truck_fleet_ids.mapped("number"))
        if count and not self.truck_scale_id:
            self.truck_scale_id = self.env["truck.customer.scale"]._get_by_count(count)

    @api.onchange("truck_mobile", "country_id", "company_id")
    def _onchange_truck_mobile_validation(self):
        if self.truck_mobile:
            self.truck_mobile = (
                self._phone_format(fname="truck_mobile", force_format="INTERNATIONAL")
                or self.truck_mobile
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("truck_assign_ref"):
            self._truck_add_refs(vals_list)
        partners = super().create(vals_list)
        if any(vals.get("truck_dealer_id") for vals in vals_list):
            self.env["truck.customer.dealer.history"]._record(partners.ids)
        return partners

    def write(self, vals):
        """Keep who came to another dealer, and by his address to another territory."""
        if vals.get("is_company"):
            self._truck_check_no_personal_profile()
        before = self._truck_get_territories(vals)
        res = super().write(vals)
        if before:
            self.env["truck.territory.history"]._record(before)
        if "truck_dealer_id" in vals:
            self.env["truck.customer.dealer.history"]._record(self.ids)
        return res

    def copy_data(self, default=None):
        """Leave out what the user may not read: without, duplicating would fail."""
        default = dict(default or {})
        hidden = {
            name
            for name, field in self._fields.items()
            if name.startswith("truck_") and not self._has_field_access(field, "read")
        } - default.keys()
        vals_list = super().copy_data(dict.fromkeys(hidden, False) | default)
        return [
            vals and {name: vals[name] for name in vals if name not in hidden}
            for vals in vals_list
        ]

    @api.ondelete(at_uninstall=False)
    def _truck_erase_personal_profiles(self):
        """A profile goes with its contact, files included, and leaves a trace."""
        # sudo: whoever may delete the contact takes the profile along, seen or not
        profiles = self.env["truck.personal.profile"].sudo()
        profiles = profiles.search([("partner_id", "in", self.ids)])
        if profiles:
            log = self.env["truck.personal.access.log"].sudo()
            log._trace("erase", profiles, self.env.uid)
            profiles.unlink()

    def _truck_get_territories(self, vals):
        """Return ``{partner: territory}`` if writing these values may change it."""
        territory = self._fields["truck_territory_id"]
        if vals.keys().isdisjoint(self.pool.field_depends[territory]):
            return {}
        if not self.env["truck.territory.area"]._has_areas():
            return {}
        return {partner: partner.truck_territory_id for partner in self}

    @api.model
    def get_import_templates(self):
        """Offer sheets for business cards and lists of customers."""
        lang = self.env.lang if self.env.lang in ("zh_CN", "zh_TW") else "en_US"
        path = "/truck_crm/static/xls/res_partner"
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Import Template for Business Cards"),
                "template": f"{path}_cards_{lang}.xlsx",
            },
            {
                "label": self.env._("Import Template for Customer Lists"),
                "template": f"{path}_customers_{lang}.xlsx",
            },
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_truck_assign_refs(self):
        """Give a customer number to those who have none; contacts need none."""
        # sudo: whoever may write these partners takes a number for them
        self.check_access("write")
        partners = self.filtered(lambda p: not p.ref and not p.parent_id)
        refs = self.env["ir.sequence"].sudo()._truck_next_refs(len(partners))
        for partner, ref in zip(partners, refs, strict=True):
            partner.ref = ref

    def action_truck_view_file(self):
        """Open the whole file of a customer: profile, fleet, people."""
        self.ensure_one()
        self.env["truck.partner.fleet"].check_access("read")
        view = self.env.ref("truck_crm.truck_customer_view_form")
        return {
            **self._get_records_action(),
            "name": self.env._("Customer File"),
            "views": [(view.id, "form")],
        }

    def action_truck_view_departments(self):
        """Open the customer's organisation chart."""
        self.ensure_one()
        self.env["truck.partner.department"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Organisation of %(name)s", name=self.display_name),
            "res_model": "truck.partner.department",
            "view_mode": "hierarchy,list,form",
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_truck_view_dealer_history(self):
        """Open who served this customer, from when to when."""
        self.ensure_one()
        History = self.env["truck.customer.dealer.history"]
        return History._action_view([("partner_id", "=", self.id)])

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

    def action_truck_view_territory_history(self):
        """Open in which territories the customer was."""
        self.ensure_one()
        self.env["truck.territory.history"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_territory_history_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        return action

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _phone_get_number_fields(self):
        # The mobile first, as in core: messages go there.
        return ["truck_mobile", *super()._phone_get_number_fields()]

    def _convert_fields_to_values(self, field_names):
        # An import hands the commercial fields of a company down to its contacts, also
        # those that a salesperson may not read (the credit limit), and would fail.
        readable = [
            name
            for name in field_names
            if self._has_field_access(self._fields[name], "read")
        ]
        return super()._convert_fields_to_values(readable)

    @api.model
    def _truck_add_refs(self, vals_list):
        """Put a customer number into the values of new customers without one."""
        context = self.env.context
        new = [
            vals
            for vals in vals_list
            if not vals.get("ref", context.get("default_ref"))
            and not vals.get("parent_id", context.get("default_parent_id"))
        ]
        # sudo: entering a customer takes a number, with a right to sequences or not
        refs = self.env["ir.sequence"].sudo()._truck_next_refs(len(new))
        for vals, ref in zip(new, refs, strict=True):
            vals["ref"] = ref

    def _truck_is_entity(self):
        """Tell whether the partner is a legal entity of its own, not a contact."""
        self.ensure_one()
        return self.is_company or not self.parent_id

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
