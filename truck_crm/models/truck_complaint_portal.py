from odoo import api, fields, models
from odoo.fields import Domain

# All that a portal user can read of a complaint by whatever door; what other parts or
# addons add to it stays inside until it is listed here.
PORTAL_FIELDS = frozenset(
    (
        "id",
        "display_name",
        "name",
        "subject",
        "description",
        "active",
        "company_id",
        "partner_id",
        "channel",
        "state",
        "date_open",
        "date_response",
        "date_solved",
        "date_closed",
        "mileage",
        "reported_vehicle",
        "access_url",
        "access_token",
    )
)


class TruckComplaintPortal(models.AbstractModel):
    """What a customer, and a dealer's staff, see of complaints in the portal."""

    _name = "truck.complaint.portal"
    _description = "Complaint in the Portal"

    is_in_my_portal = fields.Boolean(
        compute="_compute_is_in_my_portal",
        search="_search_is_in_my_portal",
        help="Of the company for which you work, or of a customer of the dealers for"
        " which you work. For the rule of portal users.",
    )

    @api.depends("partner_id", "dealer_id")
    @api.depends_context("uid")
    def _compute_is_in_my_portal(self):
        mine = self.filtered_domain(self._search_is_in_my_portal("in", [True]))
        mine.is_in_my_portal = True
        (self - mine).is_in_my_portal = False

    @api.model
    def _search_is_in_my_portal(self, operator, value):
        if operator != "in":
            return NotImplemented
        # asked each time: a value in the rule's domain would be kept per user
        customer = self.env.user.partner_id.commercial_partner_id
        dealers = self._get_portal_dealers()
        return Domain("partner_id", "=", customer.id) | Domain(
            "dealer_id", "child_of", dealers.ids
        )

    def _has_field_access(self, field, operation):
        """Portal users read what is listed, and write nothing."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or self.env.user.has_group("base.group_user"):
            return True
        return operation == "read" and field.name in PORTAL_FIELDS

    @api.model
    def _get_portal_dealers(self):
        """Return the dealers for which the user works, as long as they are ours."""
        # sudo: who works where is asked of the user himself
        staff = self.env["truck.dealer.staff"].sudo()
        return staff.search(
            Domain("partner_id", "=", self.env.user.partner_id.id)
            & Domain("dealer_id.active", "=", True)
            & Domain("dealer_id.state", "!=", "terminated")
        ).dealer_id

    @api.model
    def _get_portal_vehicles(self):
        """Return the trucks that the user's company owns or operates."""
        customer = self.env.user.partner_id.commercial_partner_id
        # sudo: portal users have no right on vehicles; these are their own
        vehicles = self.env["truck.vehicle"].sudo()
        return vehicles.search(
            Domain("company_id", "in", [False, *self.env.company.parent_ids.ids])
            & Domain("state", "=", "in_use")
            & (
                Domain("owner_id.commercial_partner_id", "=", customer.id)
                | Domain("operator_id.commercial_partner_id", "=", customer.id)
            ),
            limit=500,
        )

    @api.model
    def _get_portal_categories(self):
        """Return what a customer can choose a complaint to be about."""
        # sudo: names of categories are no secret
        return (
            self.env["truck.complaint.category"].sudo().search([("active", "=", True)])
        )

    def _get_portal_customers(self):
        """Return ``{complaint id: name of its customer}`` for a dealer's staff.

        Nothing for others: a customer reads his own complaints only.
        """
        if not self._get_portal_dealers():
            return {}
        # sudo: portal users have no right on partners; these are of their branch
        return {complaint.id: complaint.partner_id.name for complaint in self.sudo()}

    def _get_portal_known_vehicles(self):
        """Return the vehicles of a complaint that its reader may know of.

        Those of his own company, or of his branch: who names the VIN of another's truck
        learns nothing about it.
        """
        self.ensure_one()
        user = self.env.user
        complaint = self.sudo()
        if not user.share:
            return complaint.vehicle_ids
        customer = user.partner_id.commercial_partner_id
        dealers = self._get_portal_dealers()
        branch = dealers.search([("id", "child_of", dealers.ids)])
        return complaint.vehicle_ids.filtered(
            lambda vehicle: customer
            in (vehicle.owner_id | vehicle.operator_id).commercial_partner_id
            or self._get_branch_dealer(vehicle) in branch
        )

    def _get_portal_files(self):
        """Return the files of a complaint that came with it from outside."""
        self.ensure_one()
        # sudo: each is read by its own token; files of notes are not among them
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("create_uid.share", "=", True),
                    ("access_token", "!=", False),
                ],
                order="id",
            )
        )
