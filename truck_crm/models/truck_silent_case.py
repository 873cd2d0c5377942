from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

ACTIVITY = "truck_crm.mail_activity_type_silent_case"


class TruckSilentCase(models.Model):
    """A care task: a customer who says nothing is asked whether he is content.

    Raised by the nightly job, at most once per customer and period: the unique index
    is the proof. What came of it tells how good the signals are.
    """

    _name = "truck.silent.case"
    _description = "Care Task"
    _inherit = ["truck.interaction.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, score desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    phone = fields.Char(related="partner_id.phone")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(string="Raised On", required=True, readonly=True, index=True)
    period = fields.Date(
        string="Period From",
        required=True,
        readonly=True,
        help="The customer is not asked again in this period.",
    )
    score = fields.Float(string="Silent Score", readonly=True, aggregator="avg")
    signal_ids = fields.Many2many(
        "truck.silent.signal",
        relation="truck_silent_case_signal_rel",
        column1="case_id",
        column2="signal_id",
        string="Signals",
        readonly=True,
    )
    seller_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Case Owner",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        ondelete="set null",
        tracking=True,
    )
    date_due = fields.Date(string="Due", tracking=True)
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    result = fields.Selection(
        selection=[
            ("complaint", "Unspoken complaint"),
            ("other", "Other reason"),
            ("content", "Satisfied"),
            ("unreached", "Nobody reached"),
        ],
        tracking=True,
        help="Was there a complaint that the customer had not told?",
    )
    note = fields.Text(string="What He Said", tracking=True)
    date_done = fields.Date(string="Done On", readonly=True)
    complaint_id = fields.Many2one(
        "truck.complaint", readonly=True, index="btree_not_null", ondelete="set null"
    )
    _period_uniq = models.UniqueIndex(
        "(partner_id, company_id, period)",
        "The customer has a care task in this period already: open that one.",
    )
    _open_idx = models.Index("(seller_id) WHERE state = 'open'")

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for case in self:
            names = (case.partner_id.display_name, fields.Date.to_string(case.date))
            case.display_name = " · ".join(name for name in names if name)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_done(self):
        """Close care tasks with what came of them.

        :raise UserError: when the result is missing, or what the complaint is about
        """
        for case in self:
            if not case.result:
                raise UserError(
                    self.env._(
                        "Result of the care task of %(customer)s is missing: say"
                        " whether there was a complaint that nobody had told.",
                        customer=case.partner_id.display_name,
                    )
                )
            if case.result == "complaint" and not case.note:
                raise UserError(
                    self.env._(
                        "What He Said is missing at the care task of %(customer)s:"
                        " write down what the complaint is about.",
                        customer=case.partner_id.display_name,
                    )
                )
        self.write({"state": "done", "date_done": fields.Date.context_today(self)})
        self.activity_feedback([ACTIVITY])

    def action_reopen(self):
        """Open care tasks again whose result was wrong."""
        self.write({"state": "open", "date_done": False})

    def action_create_complaint(self):
        """Make a complaint of what the customer had not told, and show it.

        Once: a second call shows the complaint that there is.

        :return: the action of the complaint's form
        """
        self.ensure_one()
        if not self.complaint_id:
            vals = self._prepare_complaint_vals()
            self.complaint_id = self.env["truck.complaint"].create(vals)
            self.result = "complaint"
        return {
            "type": "ir.actions.act_window",
            "res_model": "truck.complaint",
            "res_id": self.complaint_id.id,
            "view_mode": "form",
        }

    def _prepare_complaint_vals(self):
        """Return the values of the complaint that this care task brings to light."""
        partner = self.partner_id
        return {
            "subject": self.env._(
                "Not told so far: %(text)s", text=self._get_subject()
            ),
            "description": self.note,
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "dealer_id": partner.truck_dealer_id.id,
            "channel": "silent",
            "phone": partner.phone,
            "email_from": partner.email,
            "user_id": self.user_id.id,
        }

    def _get_subject(self):
        first = (self.note or "").strip().split("\n")[0]
        return first[:80] or ", ".join(self.signal_ids.mapped("name"))

    def _truck_prepare_interaction_vals(self):
        self.ensure_one()
        vals = self._truck_prepare_customer_vals(self.partner_id)
        return {"company_id": self.company_id.id, **vals}

    # ------------------------------------------------------------
    # THE NIGHTLY JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_raise(self, batch_size=200):
        """Bring the scores up to date, and raise the care tasks that are due.

        Commits batch by batch and can be killed at any moment. Two servers: a policy is
        locked while a batch of it is done, the unique index keeps tasks single.
        """
        cron = self.env["ir.cron"]
        Policy = self.env["truck.silent.policy"]
        Metrics = self.env["truck.customer.metrics"].sudo()  # sudo: a job
        found = Policy._get_by_company().items()
        steps = [
            *(partial(policy._rescore_batch, companies) for policy, companies in found),
            Metrics._silence_due,
            *(
                partial(self.sudo()._raise_batch, policy, companies, batch_size)
                for policy, companies in found
            ),
        ]
        for step in steps:
            while done := self._retry(step):
                if not cron._commit_progress(done):
                    return

    def _retry(self, step):
        """Do a step again, with a fresh look, when another server was quicker."""
        for attempt in range(5):
            try:
                return step()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if attempt == 4:
                    raise
                self.env.cr.rollback()
                self.env.transaction.clear()
        return 0

    @api.model
    def _raise_batch(self, policy, companies, limit):
        """Raise the care tasks of the next customers, with their activities.

        :return: how many; 0 when there are no more, or another server is at it
        """
        if not policy.try_lock_for_update(allow_referencing=True):
            return 0
        self.env.flush_all()
        candidates = policy._get_candidate_query(companies, limit)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_silent_case (
                       partner_id, company_id, seller_id, user_id, period, date, score,
                       date_due, state, create_uid, write_uid, create_date, write_date)
                SELECT partner_id, company_id, user_id, user_id, period, today,
                       silent_score, today + %(due)s::int, 'open',
                       %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM (%(candidates)s) AS candidate
                    ON CONFLICT (partner_id, company_id, period) DO NOTHING
             RETURNING id
                """,
                candidates=candidates,
                due=policy.due_days,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        cases = self.browse(case_id for (case_id,) in self.env.cr.fetchall())
        if cases:
            cases._note_signals(policy, companies)
            cases._give_to_substitutes()
            cases._plan_activities()
        return len(cases)

    def _note_signals(self, policy, companies):
        """Write down which signals were on, by one statement."""
        signals = policy.signal_ids.filtered("active")
        if not signals:
            return
        condition = SQL(
            "metrics.partner_id IN (SELECT partner_id FROM truck_silent_case"
            " WHERE id = ANY(%s))",
            self.ids,
        )
        spans = policy._get_span_query(signals, companies, condition)
        hits = SQL(" UNION ALL ").join(
            SQL(
                "SELECT partner_id, company_id, %s AS signal_id FROM span WHERE %s",
                signal.id,
                policy._is_on(SQL.identifier(f"signal_{signal.id}")),
            )
            for signal in signals
        )
        self.env.cr.execute(
            SQL(
                """
                WITH span AS MATERIALIZED (%(spans)s)
                INSERT INTO truck_silent_case_signal_rel (case_id, signal_id)
                SELECT task.id, hit.signal_id
                  FROM (%(hits)s) AS hit
                  JOIN truck_silent_case AS task
                 USING (partner_id, company_id)
                 WHERE task.id = ANY(%(ids)s)
                """,
                spans=spans,
                hits=hits,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["signal_ids"])

    def _give_to_substitutes(self):
        """Who is away today does not get the task: his deputy does."""
        for (user, day), cases in self.grouped(lambda c: (c.user_id, c.date)).items():
            acting = user and user._truck_get_substitute(day)
            if acting and acting != user:
                # without a mail that says so: the task is on My Day
                quiet = cases.with_context(mail_auto_subscribe_no_notify=True)
                quiet.user_id = acting

    def _plan_activities(self):
        """Plan the call of each task for its owner, in his language."""
        kind = self.env.ref(ACTIVITY)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for case in self.filtered("user_id"):
            texts = case.with_context(lang=case.user_id.lang)
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": kind.id,
                    "automated": True,
                    "user_id": case.user_id.id,
                    "date_deadline": case.date_due,
                    "summary": ", ".join(texts.signal_ids.mapped("name")),
                }
            )
        # quick: nobody wants a mail for each; they are on My Day
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(vals_list)
