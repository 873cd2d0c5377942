from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list


class TruckTerritory(models.Model):
    """A part of the country with the salespeople who look after its customers.

    A tree: a region holds provinces, a province cities. What lies in it say its areas
    (``truck.territory.area``); a customer gets it from the address.
    """

    _name = "truck.territory"
    _description = "Territory"
    _inherit = ["truck.tree.mixin", "mail.thread", "mail.activity.mixin"]
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _order = "complete_name, id"
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, tracking=True)
    complete_name = fields.Char(
        string="Territory", compute="_compute_complete_name", recursive=True, store=True
    )
    code = fields.Char(copy=False, help="Short name for lists and imports.")
    company_id = fields.Many2one(
        "res.company",
        string="Manufacturer",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    parent_id = fields.Many2one(
        "truck.territory",
        string="Part of",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('id', '!=', id)]",
        tracking=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("truck.territory", inverse_name="parent_id")
    active = fields.Boolean(default=True)
    user_ids = fields.Many2many(
        "res.users",
        relation="truck_territory_user_rel",
        column1="territory_id",
        column2="user_id",
        string="Salespeople",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who looks after the customers here.",
    )
    lead_user_id = fields.Many2one(
        "res.users",
        string="Lead Salesperson",
        compute="_compute_lead_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        domain="[('id', 'in', user_ids)]",
        tracking=True,
        help="Gets the customers that come here when territories are re-cut. Without"
        " one, the lead salesperson of the territory above does.",
    )
    area_ids = fields.One2many(
        "truck.territory.area", inverse_name="territory_id", string="Areas", copy=False
    )
    area_text = fields.Char(string="Extent", compute="_compute_area_text")
    dealer_ids = fields.Many2many(
        "truck.dealer",
        relation="truck_dealer_territory_rel",
        column1="territory_id",
        column2="dealer_id",
        string="Authorised Dealers",
        check_company=True,
        help="Dealers who may sell here.",
    )
    note = fields.Html()
    territory_count = fields.Integer(
        string="Territories Below", compute="_compute_territory_count"
    )
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )
    vehicle_count = fields.Integer(string="Vehicles", compute="_compute_vehicle_count")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "Another territory has this code: the code must be unique.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for territory in self:
            names = (territory.parent_id.complete_name, territory.name)
            territory.complete_name = " / ".join(filter(None, names))

    @api.depends("user_ids")
    def _compute_lead_user_id(self):
        for territory in self:
            if territory.lead_user_id not in territory.user_ids:
                territory.lead_user_id = territory.user_ids[:1]

    @api.depends("area_ids.display_name")
    @api.depends_context("lang")
    def _compute_area_text(self):
        for territory in self:
            names = territory.area_ids.mapped("display_name")
            more = len(names) - 5
            text = ", ".join(name for name in names[:5] if name)
            territory.area_text = f"{text} (+{more})" if more > 0 else text

    @api.depends("child_ids")
    def _compute_territory_count(self):
        counts = self._roll_up(
            lambda branch: dict.fromkeys(branch.filtered("active"), 1)
        )
        for territory in self:
            # one that is not saved yet is not counted itself
            itself = territory.active and bool(territory.id)
            territory.territory_count = counts[territory] - itself

    def _compute_customer_count(self):
        counts = self._roll_up(self._count_customers)
        for territory in self:
            territory.customer_count = counts[territory]

    def _compute_vehicle_count(self):
        counts = self._roll_up(self._count_vehicles)
        for territory in self:
            territory.vehicle_count = counts[territory]

    def _roll_up(self, count):
        """Return ``{territory: what is in it and in all below}``.

        One query for the branches and one for what is in them, whatever the size.

        :param count: returns ``{territory: number}`` of territories
        """
        Territory = self.with_context(active_test=False)
        branch = Territory.search_fetch(
            [("id", "child_of", self.ids)], ["parent_path", "active"]
        )
        totals = dict.fromkeys(self, 0)
        for territory, number in count(branch).items():
            for ancestor_id in map(int, territory.parent_path.split("/")[:-1]):
                ancestor = self.browse(ancestor_id)
                if ancestor in totals:
                    totals[ancestor] += number
        return totals

    @api.model
    def _get_customer_domain(self, territories, operator="in"):
        """Return the domain of the customers in territories. A hook.

        The legal entities among them, as the list of customers shows them.
        """
        return Domain("truck_territory_id", operator, territories.ids) & Domain(
            [
                ("partner_share", "=", True),
                ("ref_company_ids", "=", False),
                ("truck_dealer_ids", "=", False),
            ]
        )

    @api.model
    def _count_customers(self, territories):
        """Return ``{territory: number of customers}``, as the user sees them."""
        groups = self.env["res.partner"]._read_group(
            self._get_customer_domain(territories), ["truck_territory_id"], ["__count"]
        )
        return dict(groups)

    @api.model
    def _count_vehicles(self, territories):
        """Return ``{territory: number of vehicles}`` by where their owners are."""
        groups = self.env["truck.vehicle"]._read_group(
            [("owner_id.truck_territory_id", "in", territories.ids)],
            ["owner_id.truck_territory_id"],
            ["__count"],
        )
        return dict(groups)

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("active", "company_id")
    def _check_areas(self):
        """What comes back from the archive may have been given away meanwhile."""
        self.env.registry.clear_cache()
        self.area_ids._check_overlap()

    @api.constrains("lead_user_id", "user_ids")
    def _check_lead_user_id(self):
        for territory in self:
            lead = territory.lead_user_id
            if lead and lead not in territory.user_ids:
                raise ValidationError(
                    self.env._(
                        "Lead Salesperson of %(territory)s: %(user)s is not among the"
                        " salespeople. Add the user there or choose one of them.",
                        territory=territory.display_name,
                        user=lead.name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        res = super().write(vals)
        if "company_id" in vals:  # it may be a company of others now
            self.check_access("write")
        return res

    @api.ondelete(at_uninstall=False)
    def _check_no_history(self):
        # sudo: the history of customers whom the user does not see counts as well
        histories = self.env["truck.territory.history"].sudo()
        domain = Domain("territory_from_id", "in", self.ids) | Domain(
            "territory_to_id", "in", self.ids
        )
        history = histories.search(domain, limit=1)
        if history:
            territory = (history.territory_from_id | history.territory_to_id) & self
            raise UserError(
                self.env._(
                    "%(territory)s cannot be deleted: the history of customers names"
                    " it. Archive it instead.",
                    territory=format_list(self.env, territory.mapped("display_name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _check_no_customer(self):
        # sudo: customers whom the user does not see count as well
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partner = partners.search(
            [("truck_territory_id", "in", self.ids)], order="id", limit=1
        )
        if partner:
            raise UserError(
                self.env._(
                    "%(territory)s cannot be deleted: customers lie in it. Archive it"
                    " instead, then re-cut territories, which shows where they go.",
                    territory=partner.truck_territory_id.display_name,
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_branch(self):
        """Open the territories in this one."""
        self.ensure_one()
        action = self._get_action("truck_crm.truck_territory_action_list")
        action["domain"] = [("id", "child_of", self.id), ("id", "!=", self.id)]
        action["context"] = {"default_parent_id": self.id}
        return action

    def action_view_customers(self):
        """Open the customers here and in all territories below."""
        self.ensure_one()
        action = self._get_action("truck_crm.truck_customer_action")
        action["domain"] = list(self._get_customer_domain(self, "child_of"))
        action["context"] = {
            "default_is_company": True,
            "truck_assign_ref": True,
            "truck_short_state": True,
        }
        return action

    def action_view_vehicles(self):
        """Open the vehicles of the owners here and in all territories below."""
        return self.env["truck.vehicle"]._action_view(
            [("owner_id.truck_territory_id", "child_of", self.ids)]
        )

    def action_view_history(self):
        """Open who came to these territories, and who left them."""
        action = self._get_action("truck_crm.truck_territory_history_action")
        action["domain"] = [
            "|",
            ("territory_from_id", "child_of", self.ids),
            ("territory_to_id", "child_of", self.ids),
        ]
        return action

    def _get_action(self, xml_id):
        """Return an action that bears the name of this territory."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        if len(self) == 1:
            action["display_name"] = f"{action['name']}: {self.display_name}"
        return action

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_lead_users(self):
        """Return ``{territory: who gets its customers}``, by the nearest above."""
        # sudo: a user of a branch may not see the territories above
        territories = self.sudo()
        leads = {}
        for territory in territories:
            place = territory
            while place and not place.lead_user_id.active:
                place = place.parent_id
            leads[territory] = place.lead_user_id
        return leads

    @api.model
    def _assign(self, partner_ids=None):
        """Give partners, or all, the territory of their address; one statement.

        :return: ids of the partners that moved; each has its row in the history
        """
        ids = None if partner_ids is None else SQL("SELECT unnest(%s)", partner_ids)
        return self._move(self._get_moves_query(ids))

    @api.model
    def _get_moves_query(self, partners=None):
        """Return the SELECT of (partner_id, territory_from_id, territory_to_id,
        user_to_id) of the partners who are not where their address is.

        :param SQL partners: SELECT of the ids in question; all when there is none
        """
        Area = self.env["truck.territory.area"]
        self.env["res.partner"].flush_model(["truck_territory_id"])
        return SQL(
            """
            SELECT partner.id AS partner_id,
                   partner.truck_territory_id AS territory_from_id,
                   place.territory_id AS territory_to_id,
                   NULL::int4 AS user_to_id
              FROM (%s) place
              JOIN res_partner partner ON partner.id = place.id
             WHERE partner.truck_territory_id IS DISTINCT FROM place.territory_id
            """,
            Area._get_query(Area._get_partner_source(partners)),
        )

    @api.model
    def _move(self, moves):
        """Move partners and write the history, in one statement.

        Two at once do not move a partner twice: the second has to begin anew and finds
        him where he belongs.

        :param SQL moves: as from ``_get_moves_query``
        :return: ids of the partners that moved
        """
        self.env["res.partner"].flush_model(["truck_territory_id", "user_id"])
        company = self.env.company
        today = company._truck_to_local_date(fields.Datetime.now())
        rows = self.env.execute_query(
            SQL(
                """
                WITH move AS (%(moves)s),
                before AS (
                    SELECT move.*, partner.user_id AS user_from_id
                      FROM move JOIN res_partner partner ON partner.id = move.partner_id
                ),
                moved AS (
                    UPDATE res_partner partner
                       SET truck_territory_id = before.territory_to_id,
                           user_id = coalesce(before.user_to_id, partner.user_id),
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM before
                     WHERE partner.id = before.partner_id
                 RETURNING partner.id, before.territory_from_id,
                           before.territory_to_id, before.user_from_id, partner.user_id
                )
                INSERT INTO truck_territory_history (
                       partner_id, territory_from_id, territory_to_id, user_from_id,
                       user_to_id, date, changed_by_id, company_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT moved.id, moved.territory_from_id, moved.territory_to_id,
                       moved.user_from_id, moved.user_id, %(day)s, %(uid)s,
                       territory.company_id, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM moved
                  JOIN truck_territory territory ON territory.id
                       = coalesce(moved.territory_to_id, moved.territory_from_id)
             RETURNING partner_id
                """,
                moves=moves,
                uid=self.env.uid,
                now=self.env.cr.now(),
                day=today,
            )
        )
        partners = self.env["res.partner"].browse(row[0] for row in rows)
        fields_moved = ["truck_territory_id", "user_id"]
        partners.invalidate_recordset([*fields_moved, "write_uid", "write_date"])
        partners.modified(fields_moved)
        return partners.ids
