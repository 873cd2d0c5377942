from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

# So many customers are moved in one transaction: some seconds. More than that are left
# to a job, since a request would be cut off and the user would wait for minutes.
BATCH = 20_000
# So many partners are looked at while the user waits: some seconds. More by the job.
SHOWN_AT_ONCE = 100_000
MAX_CONFLICTS = 100  # with users at the same customers, until the job fails


class TruckTerritoryRecut(models.TransientModel):
    """Moves existing customers to the territories that their addresses lie in now.

    What would move is written down first, customer by customer, with what it earns;
    only what was shown is moved. Of many a job does both; it moves batch by batch:
    ``move_cursor`` is written in the same transaction as the customers it stands for,
    so that a job that is killed carries on behind the last batch.
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
        selection=[
            ("draft", "New"),
            ("showing", "Being Looked Up"),
            ("shown", "Shown"),
            ("running", "Moving"),
            ("done", "Applied"),
        ],
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
    move_cursor = fields.Integer(readonly=True)

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
        """Write down who would move and with what; nothing moves yet.

        Of many partners by a job, so that nobody waits for a minute.

        :raise UserError: when they are moved already, or looked up or moved just now
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(self._get_moving_text())
        self._check_not_applied()
        if self._has_many_partners():
            self.state = "showing"
            self.env.ref("truck_crm.ir_cron_truck_territory_recut")._trigger()
        else:
            self._show()

    def action_apply(self):
        """Move the customers that were shown and that still would move so.

        Few at once; many by a job, so that nobody waits for minutes.

        :raise UserError: when they are moved already or just now, or were not shown
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(self._get_moving_text())
        self._check_not_applied()
        if self.state != "shown":
            raise UserError(
                self.env._("Look first at who would move: press “Show What Moves”.")
            )
        self.write({"state": "running", "move_cursor": 0, "moved_count": 0})
        if self.customer_count > BATCH:
            self.env.ref("truck_crm.ir_cron_truck_territory_recut")._trigger()
        else:
            self._move_batch(BATCH + 1)

    def action_view_customers(self):
        """Open the customers that would move, or have moved."""
        self.ensure_one()
        return self.env["truck.territory.recut.move"]._action_view(
            Domain("recut_id", "=", self.id), self.env._("Customers to Move")
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _show(self):
        """Write down who would move; as whoever asks, in the own company's day."""
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

    def _has_many_partners(self):
        """Tell whether more partners have to be looked at than a user waits for."""
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 FROM (%s) AS partner LIMIT 1 OFFSET %s",
                self._get_partners_query(),
                SHOWN_AT_ONCE,
            )
        )
        return bool(rows)

    @api.model
    def _get_moving_text(self):
        return self.env._(
            "These customers are being moved at this moment. Wait a little and"
            " look at the history of territories."
        )

    def _check_not_applied(self):
        if self.state == "showing":
            raise UserError(
                self.env._(
                    "Who would move is being looked up at this moment. Wait for the"
                    " message that tells you when it is there."
                )
            )
        if self.state == "running":
            raise UserError(self._get_moving_text())
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

    @api.model
    def _cron_move(self, batch_size=BATCH):
        """Carry on with every re-cut that runs, committing after each batch."""
        cron = self.env["ir.cron"]
        for recut in self.search([("state", "=", "showing")]):
            # Another server may be at it: ask again once locked.
            if recut.try_lock_for_update().filtered(lambda r: r.state == "showing"):
                user = recut.with_user(recut.create_uid)
                user.with_company(recut.company_id)._show()
                recut._tell_shown()
                if not cron._commit_progress(1):
                    return
        running = self.search([("state", "=", "running")])
        cron._commit_progress(remaining=sum(r._count_waiting() for r in running))
        conflicts = 0
        for recut in running:
            # Another server may be at it: ask again once locked.
            while recut.try_lock_for_update().filtered(
                lambda recut: recut.state == "running"
            ):
                try:
                    count = recut._move_batch(batch_size)
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    # A user has changed one of these customers meanwhile.
                    conflicts += 1
                    if conflicts > MAX_CONFLICTS:
                        raise
                    self.env.cr.rollback()
                    continue
                if not cron._commit_progress(count):
                    return
                recut.invalidate_recordset()

    def _move_batch(self, batch_size):
        """Move the next of the customers that were shown; the last batch ends it.

        :return: how many were looked at
        :rtype: int
        """
        ids = self._get_waiting(batch_size)
        if ids:
            # As whoever applies it: the history says by whom, in the own company's day.
            user = self.with_user(self.create_uid).with_company(self.company_id)
            moves = user._get_shown_moves_query(ids)
            moved = user.env["truck.territory"]._move(moves)
            self.moved_count += len(moved)
            self.move_cursor = ids[-1]
        if len(ids) < batch_size:
            self.state = "done"
            self._tell_done()
        return len(ids)

    def _get_waiting(self, limit):
        """Return the ids of the next rows of what was shown."""
        Move = self.env["truck.territory.recut.move"]
        return Move.search(self._get_waiting_domain(), order="id", limit=limit).ids

    def _get_waiting_domain(self):
        return [("recut_id", "=", self.id), ("id", ">", self.move_cursor)]

    def _count_waiting(self):
        Move = self.env["truck.territory.recut.move"]
        return Move.search_count(self._get_waiting_domain())

    def _tell_shown(self):
        recut = self.with_context(lang=self.create_uid.lang)
        recut._tell(
            recut.env._(
                "It is looked up who would come to another territory: %(count)s"
                " customers. Load the page of the re-cut again.",
                count=recut.customer_count,
            )
        )

    def _tell_done(self):
        recut = self.with_context(lang=self.create_uid.lang)
        recut._tell(
            recut.env._(
                "Territories are re-cut: %(count)s customers have moved.",
                count=recut.moved_count,
            )
        )

    def _tell(self, message):
        """Tell whoever has asked for it, who need not have stayed on the page."""
        self.create_uid._bus_send(
            "simple_notification",
            {"type": "success", "sticky": True, "message": message},
        )

    def _get_shown_moves_query(self, shown_ids):
        """Return moves that were shown, by their ids, less what has changed since."""
        self.flush_recordset()
        Move = self.env["truck.territory.recut.move"]
        Move.flush_model()
        shown = SQL(
            "SELECT partner_id FROM truck_territory_recut_move WHERE id = ANY(%s)",
            shown_ids,
        )
        leads = self._get_lead_rows() if self.is_handover else []
        return SQL(
            """
            SELECT move.partner_id, move.territory_from_id, move.territory_to_id,
                   lead.user_id AS user_to_id
              FROM (%(moves)s) move
              JOIN truck_territory_recut_move shown
                ON shown.id = ANY(%(ids)s) AND shown.partner_id = move.partner_id
               AND shown.territory_to_id IS NOT DISTINCT FROM move.territory_to_id
               AND shown.territory_from_id IS NOT DISTINCT FROM move.territory_from_id
              LEFT JOIN unnest(%(territories)s::int4[], %(users)s::int4[])
                   AS lead (territory_id, user_id)
                ON lead.territory_id = move.territory_to_id
            """,
            moves=self.env["truck.territory"]._get_moves_query(shown),
            ids=shown_ids,
            territories=[territory_id for territory_id, _user_id in leads],
            users=[user_id for _territory_id, user_id in leads],
        )

    def _get_lead_rows(self):
        """Return (territory id, user id) of who gets the customers."""
        leads = self.line_ids.territory_to_id._get_lead_users()
        return [(territory.id, user.id) for territory, user in leads.items() if user]

    def _transient_clean_rows_older_than(self, seconds):
        """Keep what the job has not done with, were it down for a day."""
        open_states = ("showing", "running")
        if self.sudo().search_count([("state", "in", open_states)], limit=1):
            return False
        return super()._transient_clean_rows_older_than(seconds)
