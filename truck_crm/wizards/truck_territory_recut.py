from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class TruckTerritoryRecut(models.TransientModel):
    """Moves existing customers to the territories that their addresses lie in now.

    What would move is written down first, customer by customer, with what it earns;
    only what was shown is moved.
    """

    _name = "truck.territory.recut"
    _description = "Re-cut Territories"

    company_id = fields.Many2one(
        "res.company",
        string="Manufacturer",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_ids = fields.Many2many(
        "truck.territory",
        relation="truck_territory_recut_rel",
        string="Only These Territories",
        help="Only customers who would come to these territories or leave them, parts"
        " included. Empty: all.",
    )
    is_handover = fields.Boolean(
        string="Hand Over to the Lead Salesperson",
        help="The lead salesperson of the new territory becomes the salesperson of the"
        " customers that move there. Where there is none, they keep theirs.",
    )
    date_from = fields.Date(string="Revenue Since", readonly=True)
    state = fields.Selection(
        selection=[("draft", "New"), ("shown", "Shown"), ("done", "Applied")],
        required=True,
        readonly=True,
        default="draft",
    )
    line_ids = fields.One2many(
        "truck.territory.recut.line", inverse_name="recut_id", readonly=True
    )
    customer_count = fields.Integer(
        string="Customers to Move", compute="_compute_totals"
    )
    revenue = fields.Monetary(string="Their Revenue", compute="_compute_totals")
    moved_count = fields.Integer(string="Customers Moved", readonly=True)

    @api.depends("state")
    def _compute_display_name(self):
        for recut in self:
            recut.display_name = self.env._("Re-cut Territories")

    @api.depends("line_ids.customer_count", "line_ids.revenue")
    def _compute_totals(self):
        for recut in self:
            recut.customer_count = sum(recut.line_ids.mapped("customer_count"))
            recut.revenue = sum(recut.line_ids.mapped("revenue"))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_show(self):
        """Write down who would move and with what; nothing moves yet."""
        self.ensure_one()
        self._check_not_applied()
        today = self.company_id._truck_to_local_date(fields.Datetime.now())
        self.date_from = today - relativedelta(months=12)
        self.line_ids.unlink()
        Move = self.env["truck.territory.recut.move"]
        Move._clear(self)
        Move._fill(self)
        groups = Move._read_group(
            [("recut_id", "=", self.id)],
            ["territory_from_id", "territory_to_id"],
            ["__count", "revenue:sum", "opportunity_count:sum"],
        )
        self.env["truck.territory.recut.line"].create(
            [
                {
                    "recut_id": self.id,
                    "territory_from_id": source.id,
                    "territory_to_id": target.id,
                    "customer_count": count,
                    "revenue": revenue,
                    "opportunity_count": opportunities,
                }
                for source, target, count, revenue, opportunities in groups
            ]
        )
        self.state = "shown"

    def action_apply(self):
        """Move the customers that were shown and that still would move so."""
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(
                self.env._(
                    "These customers are being moved at this moment. Wait a little and"
                    " look at the history of territories."
                )
            )
        self._check_not_applied()
        if self.state != "shown":
            raise UserError(
                self.env._("Look first at who would move: press “Show What Moves”.")
            )
        Territory = self.env["truck.territory"]
        moved = Territory._move(self._get_shown_moves_query())
        self.write({"state": "done", "moved_count": len(moved)})

    def action_view_customers(self):
        """Open the customers that would move, or have moved."""
        self.ensure_one()
        return self.env["truck.territory.recut.move"]._action_view(
            Domain("recut_id", "=", self.id), self.env._("Customers to Move")
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _check_not_applied(self):
        if self.state == "done":
            raise UserError(
                self.env._(
                    "These territories are re-cut already. Begin a new one to see what"
                    " would move now."
                )
            )

    def _get_partners_query(self):
        """Return the SELECT of the partners whom the user may move.

        No other company's, and not our own people and companies: they are nobody's
        customers. Nor are the archived contacts that the core keeps for its users, the
        public visitor's and the portal's template.
        """
        companies = self.env.companies | self.company_id
        return SQL(
            """
            SELECT id
              FROM res_partner
             WHERE (company_id IS NULL OR company_id = ANY(%s))
               AND partner_share IS NOT FALSE
               AND id NOT IN (SELECT partner_id FROM res_company)
               AND (active OR id NOT IN (SELECT partner_id FROM res_users))
            """,
            companies.ids,
        )

    def _get_shown_moves_query(self):
        """Return the moves that were shown, less what has changed since."""
        self.flush_recordset()
        Move = self.env["truck.territory.recut.move"]
        Move.flush_model()
        shown = SQL(
            "SELECT partner_id FROM truck_territory_recut_move WHERE recut_id = %s",
            self.id,
        )
        leads = self._get_lead_rows() if self.is_handover else []
        return SQL(
            """
            SELECT move.partner_id, move.territory_from_id, move.territory_to_id,
                   lead.user_id AS user_to_id
              FROM (%(moves)s) move
              JOIN truck_territory_recut_move shown
                ON shown.recut_id = %(id)s AND shown.partner_id = move.partner_id
               AND shown.territory_to_id IS NOT DISTINCT FROM move.territory_to_id
               AND shown.territory_from_id IS NOT DISTINCT FROM move.territory_from_id
              LEFT JOIN unnest(%(territories)s::int4[], %(users)s::int4[])
                   AS lead (territory_id, user_id)
                ON lead.territory_id = move.territory_to_id
            """,
            moves=self.env["truck.territory"]._get_moves_query(shown),
            id=self.id,
            territories=[territory_id for territory_id, _user_id in leads],
            users=[user_id for _territory_id, user_id in leads],
        )

    def _get_lead_rows(self):
        """Return (territory id, user id) of who gets the customers."""
        leads = self.line_ids.territory_to_id._get_lead_users()
        return [(territory.id, user.id) for territory, user in leads.items() if user]
