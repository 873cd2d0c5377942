from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, format_list

from .truck_model import USES

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"
# Fetched together, but not along with core's fields: orders and mails do not need them.
PROFILE = "truck_profile"
# What we think of a customer is not for its own people in the portal.
INTERNAL = "base.group_user"


class ResPartnerProfile(models.AbstractModel):
    """What a person types in about a customer or a contact, and how far that is.

    All stored fields here go when a contact is made anonymous.
    """

    _name = "res.partner.profile"
    _description = "Profile of a Customer"
    _inherit = ["truck.in.use.mixin"]

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
    # Contact persons and their part in the decision to buy
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

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

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

    # ------------------------------------------------------------
    # CONSTRAINTS AND ONCHANGES
    # ------------------------------------------------------------

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
                        date=format_date(self.env, partner.truck_founding_date),
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

    @api.onchange("truck_mobile", "country_id", "company_id")
    def _onchange_truck_mobile_validation(self):
        if self.truck_mobile:
            self.truck_mobile = (
                self._phone_format(fname="truck_mobile", force_format="INTERNATIONAL")
                or self.truck_mobile
            )
