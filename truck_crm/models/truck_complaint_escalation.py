from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TruckComplaintEscalation(models.Model):
    """Who was called about a complaint, when, and why: one row per clock and level.

    The unique index is the proof that a level is called once. How people are told:
    ``truck.escalation.notice``.
    """

    _name = "truck.complaint.escalation"
    _description = "Escalation"
    _inherit = [
        "truck.escalation.row",
        "truck.escalation.notice",
        "truck.in.use.mixin",
    ]
    _order = "date desc, id desc"

    complaint_id = fields.Many2one(index=True)
    clock_id = fields.Many2one(
        "truck.complaint.clock",
        string="Deadline",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(related="clock_id.kind")
    level_id = fields.Many2one(index=True, ondelete="restrict")
    cycle = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    user_id = fields.Many2one(
        "res.users",
        string="Called",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The first user of those who were called.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "truck_complaint_escalation_partner_rel",
        "escalation_id",
        "partner_id",
        string="All Called",
        readonly=True,
    )
    date = fields.Datetime(string="Called On", required=True, readonly=True)
    due_at = fields.Datetime(string="Was Due", readonly=True)
    note = fields.Char(
        readonly=True, help="Who stood in for whom, or why nobody was called."
    )
    is_mine = fields.Boolean(
        string="Escalated to Me", compute="_compute_is_mine", search="_search_is_mine"
    )
    complaint_state = fields.Selection(
        related="complaint_id.state", string="State of Complaint"
    )

    _once_uniq = models.UniqueIndex(
        "(clock_id, level_id, cycle)", "A level is called once per clock and cycle."
    )

    @api.depends("partner_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        me = self.env.user.partner_id
        for row in self:
            row.is_mine = me in row.partner_ids

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("partner_ids", "in", self.env.user.partner_id.ids)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_called_text(self):
        """Return the names of all who were called, or why nobody was."""
        self.ensure_one()
        # sudo: names in a row that the user reads; some are people of dealers
        called = self.sudo().partner_ids.mapped("name")
        return ", ".join(called) or self.note or ""

    @api.model
    def _climb(self, rungs):
        """Write down levels, tell the people, and let complaints change hands.

        :param rungs: ``Rung`` s, in the order in which they are called
        """
        rows = self._record(rungs)
        called = [(row, rung) for row, rung in rows.items() if rung.call.people]
        heights = {}
        for row in rows:
            known = heights.get(row.complaint_id, row.complaint_id.escalation_level)
            heights[row.complaint_id] = max(known, row.height)
        for complaint, height in heights.items():
            if height > complaint.escalation_level:
                complaint._store({"escalation_level": height})
        self._log(rows)
        self._tell(called)
        for row, rung in called:
            if rung.level.moves_ownership and rung.call.users:
                row._move_ownership(rung.call.users[0])

    @api.model
    def _record(self, rungs):
        """Add the rows of levels by one statement; what exists stays.

        :return: ``{new row: Rung}``
        """
        if not rungs:
            return {}
        self.env.flush_all()
        now = fields.Datetime.now()
        keys = {(r.clock.id, r.level.id, r.clock.cycle): r for r in rungs}
        values = [self._get_row_sql(rung, now) for rung in keys.values()]
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO truck_complaint_escalation (complaint_id, clock_id,"
                " level_id, height, cycle, user_id, date, due_at, note, create_date,"
                " create_uid, write_date, write_uid) VALUES %s"
                " ON CONFLICT (clock_id, level_id, cycle) DO NOTHING"
                " RETURNING id, clock_id, level_id, cycle",
                SQL(", ").join(values),
            )
        )
        found = {key: row_id for row_id, *key in rows for key in [tuple(key)]}
        # in the order in which they are called
        records = {self.browse(found[k]): r for k, r in keys.items() if k in found}
        self._record_people(records)
        return records

    @api.model
    def _get_row_sql(self, rung, now):
        return SQL(
            "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rung.clock.complaint_id.id,
            rung.clock.id,
            rung.level.id,
            rung.level.height,
            rung.clock.cycle,
            rung.call.users[:1].id or None,
            now,
            rung.due_at,
            self._get_note(rung) or None,
            *(self.env.cr.now(), self.env.uid) * 2,
        )

    @api.model
    def _record_people(self, records):
        pairs = [
            SQL("(%s, %s)", row.id, partner.id)
            for row, rung in records.items()
            for partner in rung.call.people
        ]
        if pairs:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO truck_complaint_escalation_partner_rel"
                    " (escalation_id, partner_id) VALUES %s",
                    SQL(", ").join(pairs),
                )
            )
        complaints = self.env["truck.complaint"].union(
            *(rung.clock.complaint_id for rung in records.values())
        )
        complaints.invalidate_recordset(["escalation_ids", "escalation_count"])

    @api.model
    def _get_note(self, rung):
        """Return what is to be said of who was called, in the company's language."""
        company = rung.clock.complaint_id.company_id
        level = rung.level.with_context(lang=company.partner_id.lang or self.env.lang)
        if not rung.call.people:
            return level.env._(
                "Nobody to call: %(reason)s.", reason=level._get_nobody_text()
            )
        return ", ".join(self.with_env(level.env)._name_deputies(rung.call).values())

    @api.model
    def _name_deputies(self, call):
        """Return ``{partner who stands in: words that say for whom}``."""
        return {
            deputy.partner_id: self.env._(
                "%(deputy)s for %(user)s", deputy=deputy.name, user=user.name
            )
            for deputy, user in call.stand_ins.items()
        }

    def _move_ownership(self, user):
        """Make a user who was called the owner; he has been told of it already.

        Who owned it is told: he may not even see it any more.
        """
        complaint, before = self.complaint_id, self.complaint_id.user_id
        if before == user:
            return
        complaint.with_context(mail_auto_subscribe_no_notify=True).user_id = user
        if before:
            self.with_context(lang=before.lang)._tell_former_owner(before, user)

    def _tell_former_owner(self, before, user):
        complaint = self.complaint_id
        # what a confidential one is about is in the queue of mails for others to read
        title = complaint.name if complaint.is_confidential else complaint.display_name
        complaint.message_notify(
            partner_ids=before.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=title,
            force_record_name=title,
            body=self.env._(
                "%(user)s has taken it over: %(level)s.",
                user=user.name,
                level=self.level_id.name,
            ),
        )
