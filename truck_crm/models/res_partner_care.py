from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"


class ResPartnerCare(models.AbstractModel):
    """Who looks after a customer: contacts, data that can be trusted, assignment.

    A parent of ``res.partner``; figures stand in ``truck.customer.metrics``.
    """

    _name = "res.partner.care"
    _description = "Care for a Customer"
    _inherit = ["truck.interaction.mixin", "truck.complaint.subject"]

    _truck_interaction_field = "partner_id"
    _truck_complaint_field = "partner_id"
    _truck_subscription_field = "partner_id"

    truck_vehicle_count = fields.Integer(
        string="Vehicles", compute="_compute_truck_counts", groups=GROUPS
    )
    truck_interaction_count = fields.Integer(compute="_compute_truck_counts")
    truck_complaint_count = fields.Integer(compute="_compute_truck_counts")
    truck_verified_by_id = fields.Many2one(
        "res.users",
        string="Verified By",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
        prefetch="truck_profile",
    )
    truck_verified_date = fields.Date(
        string="Verified On",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When somebody last compared the data with the customer.",
        prefetch="truck_profile",
    )
    truck_needs_check = fields.Boolean(
        string="To Check",
        compute="_compute_truck_needs_check",
        search="_search_truck_needs_check",
        groups=GROUPS,
        help="Nobody has verified the data for longer than the settings allow.",
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_truck_counts(self):
        """Count vehicles owned or operated, each once, contacts and complaints.

        One query for all, since every form of a partner asks for all.
        """
        vehicles = dict.fromkeys(self.ids, 0)
        others = {"interaction": {}, "complaint": {}}
        for kind, first, second, count in self._truck_fetch_counts():
            if kind in others:
                others[kind][first] = count
                continue
            for partner_id in {first, second} & vehicles.keys():
                vehicles[partner_id] += count
        for partner in self:
            partner.truck_vehicle_count = vehicles.get(partner._origin.id, 0)
            customer = partner._origin.commercial_partner_id
            partner.truck_interaction_count = others["interaction"].get(customer.id, 0)
            partner.truck_complaint_count = others["complaint"].get(customer.id, 0)

    def _truck_fetch_counts(self):
        """Return rows (kind, partner, other partner, count) of what the user reads."""
        vehicles = self.env["truck.vehicle"]._search(self._truck_get_vehicle_domain())
        interactions = self.env["truck.interaction"]._search(
            self._truck_get_interaction_domain(), order="id"
        )
        complaints = self.env["truck.complaint"]._search(
            self._truck_get_complaint_domain() & Domain("state", "!=", "merged"),
            order="id",
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT 'vehicle', owner_id, operator_id, count(*)
                  FROM (%s) AS v GROUP BY owner_id, operator_id
                UNION ALL
                SELECT 'interaction', partner_id, NULL, count(*)
                  FROM (%s) AS i GROUP BY partner_id
                UNION ALL
                SELECT 'complaint', partner_id, NULL, count(*)
                  FROM (%s) AS c GROUP BY partner_id
                """,
                self._truck_select(
                    vehicles, "truck.vehicle", "owner_id", "operator_id"
                ),
                self._truck_select(interactions, "truck.interaction", "partner_id"),
                self._truck_select(complaints, "truck.complaint", "partner_id"),
            )
        )

    @api.model
    def _truck_select(self, query, model, *fnames):
        """Return the SELECT of some columns of a query of ``_search``."""
        model = self.env[model]
        return query.select(
            *(model._field_to_sql(query.table, name, query) for name in fnames)
        )

    def _truck_get_interaction_domain(self):
        """Contacts are the customer's, whichever of his people is looked at."""
        return [("partner_id", "in", self.commercial_partner_id.ids)]

    def _truck_prepare_interaction_vals(self):
        return self._truck_prepare_customer_vals(self)

    def _truck_get_complaint_domain(self):
        """Complaints are the customer's, whoever of his people complained."""
        return Domain("partner_id", "in", self.commercial_partner_id.ids)

    def _truck_prepare_complaint_vals(self):
        return {
            "partner_id": self.commercial_partner_id.id,
            "contact_id": self.id if self != self.commercial_partner_id else False,
        }

    def _truck_get_subscribed(self):
        return self.commercial_partner_id

    def _truck_is_staff(self):
        """Tell whether somebody is one of our own users."""
        self.ensure_one()
        return not self.partner_share

    @api.depends("truck_verified_date")
    @api.depends_context("company")
    def _compute_truck_needs_check(self):
        due = self.filtered_domain(self._search_truck_needs_check("in", [True]))
        due.truck_needs_check = True
        (self - due).truck_needs_check = False

    @api.model
    def _search_truck_needs_check(self, operator, value):
        if operator != "in":
            return NotImplemented
        months = self.env.company.truck_verify_months
        if months <= 0:
            return Domain.FALSE
        now = fields.Datetime.now()
        limit = relativedelta(months=months)
        today = self.env.company._truck_to_local_date(now)
        # what is new was just learnt from the customer
        return Domain("truck_verified_date", "<", today - limit) | (
            Domain("truck_verified_date", "=", False)
            & Domain("create_date", "<", now - limit)
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        res = super().write(vals)
        if vals.get("parent_id"):
            self._truck_give_interactions()
        return res

    def _truck_give_interactions(self):
        """Give the contacts of who has joined a company to that company."""
        # sudo: whoever corrects a contact need not have logged its interactions
        interactions = self.env["truck.interaction"].sudo()
        interactions = interactions.search([("partner_id", "in", self.ids)])
        for partner, rows in interactions.grouped("partner_id").items():
            if partner.commercial_partner_id != partner:
                rows.partner_id = partner  # leads to the company, see write() there

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_truck_verify(self):
        """Note that the data of these customers were compared with them today.

        :raise AccessError: when the user may not change them
        """
        self.check_access("write")
        today = self.env.company._truck_to_local_date(fields.Datetime.now())
        # sudo: the fields are read only, so that a name stands for a check
        self.sudo().write(
            {"truck_verified_by_id": self.env.uid, "truck_verified_date": today}
        )

    def action_truck_assign_to_me(self):
        """Become the salesperson of these customers; of others' only as a manager.

        :raise UserError: when somebody else looks after one of them
        """
        customers = self.commercial_partner_id
        customers.check_access("write")
        others = customers.filtered(lambda c: c.user_id and c.user_id != self.env.user)
        if others and not self.env.user.has_group("truck_crm.truck_crm_group_manager"):
            raise UserError(
                self.env._(
                    "Salesperson: %(customers)s are looked after by %(users)s. Choose"
                    " customers without a salesperson, or ask a manager to reassign"
                    " these.",
                    customers=format_list(self.env, others.mapped("display_name")),
                    users=format_list(self.env, others.user_id.mapped("name")),
                )
            )
        customers._truck_assign(self.env.user)

    def action_truck_reassign(self):
        """Open the wizard that gives these customers to another salesperson."""
        customers = self.commercial_partner_id
        wizard = self.env["truck.customer.reassign"].create(
            {"partner_ids": customers.ids}
        )
        return wizard._get_records_action(
            name=self.env._("Reassign Customers"), target="new"
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _truck_assign(self, user, reason=None):
        """Give these customers, and their people who had the same one, to ``user``.

        The chatter of each keeps from whom to whom. Core would track it as well, with
        four queries for each: a book of 2,000 customers took 18 seconds.

        :param reason: why, noted with it
        """
        # sudo: people of the customer go along, readable or not
        people = self.sudo().search(
            [
                ("id", "not in", self.ids),
                ("commercial_partner_id", "in", self.ids),
                ("user_id", "in", [*self.user_id.ids, False]),
            ]
        )
        notes = {
            customer.id: customer._truck_get_assign_note(user, reason)
            for customer in self
        }
        quiet = {"tracking_disable": True}
        self.with_context(**quiet).write({"user_id": user.id})
        people.with_context(**quiet).write({"user_id": user.id})
        self._message_log_batch(bodies=notes)
        self.message_subscribe(partner_ids=user.partner_id.ids)

    def _truck_get_assign_note(self, user, reason):
        """Return what the chatter says of a customer that changes hands."""
        names = {
            "before": self.user_id.name or self.env._("nobody"),
            "after": user.name,
        }
        if reason:
            return self.env._(
                "Salesperson: %(before)s → %(after)s. Reason: %(reason)s",
                reason=reason,
                **names,
            )
        return self.env._("Salesperson: %(before)s → %(after)s", **names)
