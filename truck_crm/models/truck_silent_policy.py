from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 50_000


class TruckSilentPolicy(models.Model):
    """Which signs speak for a silent complaint, and when somebody asks the customer.

    Nine of ten customers who are unhappy say nothing. Signals have weights; who
    reaches the threshold gets a care task (``truck.silent.case``), once per period.
    """

    _name = "truck.silent.policy"
    _description = "Policy of Silent Complaints"
    _inherit = ["truck.night.policy"]
    _order = "company_id, id"

    signal_ids = fields.One2many("truck.silent.signal", "policy_id", copy=True)
    threshold = fields.Float(
        required=True,
        default=50,
        help="With so many points somebody is to ask the customer.",
    )
    period_months = fields.Integer(
        help="A customer is asked at most once in so many months, beginning in January:"
        " 3 is a quarter of the year.",
    )
    due_days = fields.Integer(default=3, help="Until then the customer is to be asked.")
    open_limit = fields.Integer(
        string="Open Tasks Per Person",
        required=True,
        default=10,
        help="Nobody has more care tasks at a time than this; the customers with the"
        " highest scores come first.",
    )
    user_id = fields.Many2one(string="For Customers Without a Salesperson")
    rescore_cursor = fields.Integer(
        readonly=True,
        default=0,
        copy=False,
        help="Behind this row the scores follow a change of the policy; -1: all do.",
    )

    _check_figures = models.Constraint(
        "CHECK(threshold > 0 AND threshold <= 100 AND due_days >= 0"
        " AND open_limit > 0)",
        "Threshold of a policy is from 1 to 100, Due After not negative, Open Tasks Per"
        " Person at least 1.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._trigger_job()
        return policies

    def write(self, vals):
        res = super().write(vals)
        if not {"active", "company_id"}.isdisjoint(vals):
            self._rescore()
        if not {"threshold", "open_limit"}.isdisjoint(vals):
            self._trigger_job()
        return res

    def _rescore(self):
        """Let the job reckon all scores anew: other rules hold."""
        # sudo: the cursor is the job's; whoever changed the policy had the right to
        self.sudo().write({"rescore_cursor": 0})
        self._trigger_job()

    @api.model
    def _trigger_job(self):
        # sudo: waking a job; while the addon is installed there is none yet
        job = self.env.ref("truck_crm.ir_cron_truck_silent_case", False)
        if job:
            job.sudo()._trigger()

    # ------------------------------------------------------------
    # SCORES
    # ------------------------------------------------------------

    def _get_score_query(self, companies, condition, date=None):
        """Return the SELECT of id, score and next_date of rows of the metrics.

        :param companies: those for which the policy holds
        :param SQL condition: which rows of ``metrics``
        :param date: the day that counts; each company's today, if None
        """
        signals = self.signal_ids.filtered("active")
        names = [SQL.identifier(f"signal_{signal.id}") for signal in signals]
        weights = [
            SQL("CASE WHEN %s THEN %s ELSE 0 END", self._is_on(name), signal.weight)
            for name, signal in zip(names, signals, strict=True)
        ]
        changes = [change for name in names for change in self._get_changes(name)]
        return SQL(
            """
            SELECT id, least(100, round((%(score)s)::numeric, 1)) AS score,
                   %(next_date)s AS next_date
              FROM (%(spans)s) AS span
            """,
            score=SQL(" + ").join(weights) if weights else SQL("0"),
            next_date=SQL("least(%s)", SQL(", ").join(changes))
            if changes
            else SQL("NULL::date"),
            spans=self._get_span_query(signals, companies, condition, date),
        )

    def _get_span_query(self, signals, companies, condition, date=None):
        """Return the SELECT of rows with the days on which each signal is on.

        A signal is on from the day ``begin`` to the day ``end``, both included; who has
        never bought anything, or is archived, gives none.
        """
        now = fields.Datetime.now()
        columns = [
            SQL(
                "daterange(%(begin)s, %(end)s, '[]') AS %(name)s",
                begin=SQL("CASE WHEN is_customer THEN %s END", begin),
                # greatest() passes over NULL, which is here: without an end
                end=SQL(
                    "CASE WHEN %(end)s IS NOT NULL"
                    " THEN greatest(%(begin)s, %(end)s) END",
                    begin=begin,
                    end=end,
                ),
                name=SQL.identifier(f"signal_{signal.id}"),
            )
            for signal in signals
            for begin, end in [signal._get_span()]
        ]
        rows = [
            SQL(
                "(%s::int, %s::date, %s::int)",
                company.id,
                date or company._truck_to_local_date(now),
                company.truck_day_contact_days,
            )
            for company in companies
        ]
        return SQL(
            """
            SELECT %(columns)s
              FROM (
                   SELECT metrics.*, company.today,
                          COALESCE(grade.contact_interval_days, company.contact_days)
                              AS contact_interval,
                          metrics.partner_active
                              AND (metrics.order_count > 0
                                   OR metrics.vehicle_count > 0) AS is_customer
                     FROM truck_customer_metrics AS metrics
                     JOIN (VALUES %(rows)s) AS company (id, today, contact_days)
                       ON company.id = metrics.company_id
                     LEFT JOIN truck_customer_grade AS grade
                       ON grade.id = metrics.grade_id
                    WHERE %(condition)s
                   ) AS metrics
            """,
            columns=SQL(", ").join(
                [SQL("id, today, partner_id, company_id"), *columns]
            ),
            rows=SQL(", ").join(rows),
            condition=condition,
        )

    @api.model
    def _is_on(self, name):
        """Return SQL that is true when the signal is on today.

        An open lower bound means that the signal has no begin: it is off.
        """
        return SQL("(lower(%(name)s) IS NOT NULL AND %(name)s @> today)", name=name)

    @api.model
    def _get_changes(self, name):
        """Return SQL of the days on which a signal goes on or off by itself."""
        return [
            SQL(
                "CASE WHEN lower(%(name)s) > today THEN lower(%(name)s) END", name=name
            ),
            SQL(
                "CASE WHEN lower(%(name)s) IS NOT NULL AND upper(%(name)s) > today"
                " THEN upper(%(name)s) END",
                name=name,
            ),
        ]

    def _rescore_batch(self, companies, size=BATCH):
        """Reckon the next rows after a change of the policy; return how many were."""
        self.invalidate_recordset(["rescore_cursor"])
        if self.rescore_cursor < 0 or not self.try_lock_for_update(
            allow_referencing=True
        ):
            return 0
        rows = self.env.execute_query(
            SQL(
                """SELECT max(id), count(*) FROM (
                       SELECT id FROM truck_customer_metrics
                        WHERE id > %s AND company_id = ANY(%s)
                        ORDER BY id LIMIT %s) AS batch""",
                self.rescore_cursor,
                companies.ids,
                size,
            )
        )
        ((last, count),) = rows
        if not count:
            self.rescore_cursor = -1
            return 0
        condition = SQL(
            "metrics.id > %s AND metrics.id <= %s", self.rescore_cursor, last
        )
        query = self._get_score_query(companies, condition)
        self.env["truck.customer.metrics"]._write_silence(query)
        self.rescore_cursor = last
        return count

    # ------------------------------------------------------------
    # WHO IS ASKED
    # ------------------------------------------------------------

    def _get_candidate_query(self, companies, limit):
        """Return the SELECT of those who reach the threshold and were not asked yet.

        :return: SQL of partner_id, company_id, user_id, period, today, silent_score
        """
        now = fields.Datetime.now()
        rows = []
        for company in companies:
            today = company._truck_to_local_date(now)
            period = self._get_period(today)
            rows.append(SQL("(%s::int, %s::date, %s::date)", company.id, today, period))
        return SQL(
            """
            SELECT candidate.partner_id, candidate.company_id, candidate.user_id,
                   candidate.period, candidate.today, candidate.silent_score
              FROM (
                   SELECT metrics.partner_id, metrics.company_id, owner.id AS user_id,
                          company.period, company.today, metrics.silent_score,
                          row_number() OVER (
                              PARTITION BY owner.id
                              ORDER BY metrics.silent_score DESC,
                                       metrics.revenue_12m DESC NULLS LAST, metrics.id
                          ) AS place
                     FROM truck_customer_metrics AS metrics
                     JOIN (VALUES %(rows)s) AS company (id, today, period)
                       ON company.id = metrics.company_id
                     LEFT JOIN res_users AS seller
                       ON seller.id = metrics.user_id AND seller.active
                     LEFT JOIN res_users AS owner
                       ON owner.id = COALESCE(seller.id, %(user)s)
                    WHERE metrics.silent_score >= %(threshold)s
                      AND metrics.partner_active
                      AND NOT EXISTS (
                          SELECT FROM truck_silent_case AS known
                           WHERE known.partner_id = metrics.partner_id
                             AND known.company_id = metrics.company_id
                             AND (known.period = company.period
                                  OR known.state = 'open')
                          )
                   ) AS candidate
              LEFT JOIN (
                   SELECT seller_id, count(*) AS number FROM truck_silent_case
                    WHERE state = 'open' GROUP BY seller_id
                   ) AS busy ON busy.seller_id IS NOT DISTINCT FROM candidate.user_id
             WHERE place + COALESCE(busy.number, 0) <= %(open_limit)s
             ORDER BY candidate.silent_score DESC, candidate.partner_id
             LIMIT %(limit)s
            """,
            rows=SQL(", ").join(rows),
            user=self.user_id.id or None,
            threshold=self.threshold,
            open_limit=self.open_limit,
            limit=limit,
        )
