from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 20_000
# To the ORM no number is the same as zero; here it is a row not reckoned yet.
UNSCORED = Domain.custom(
    to_sql=lambda _model, alias, _query: SQL(
        "%s IS NULL", SQL.identifier(alias, "silent_score")
    )
)


class TruckCustomerMetricsSilent(models.AbstractModel):
    """How much speaks for it that a customer is unhappy and does not say so.

    Reckoned right after the grade, in the same transaction, by one statement per
    policy: the signals read nothing but the figures of the row itself.
    """

    _name = "truck.customer.metrics.silent"
    _description = "Silence in Figures"
    _inherit = ["truck.customer.grading"]

    silent_score = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Weights of the signals that speak for a silent complaint, 0 to 100.",
    )
    silent_next_date = fields.Date(
        string="Silence Changes by Waiting",
        readonly=True,
        index="btree_not_null",
        help="The next day on which the silent score changes though nothing happens.",
    )

    _unscored_idx = models.Index("(id) WHERE silent_score IS NULL")

    def _grade_where(self, condition, date=None):
        count = super()._grade_where(condition, date)
        self._silence_where(condition, date)
        return count

    @api.model
    def _silence_where(self, condition, date=None):
        """Reckon the silent score of rows that a condition on ``metrics`` holds for.

        :param SQL condition: of rows of ``metrics``
        :param date: the day that counts; each company's today, if None
        :return: number of rows written
        """
        Policy = self.env["truck.silent.policy"]
        self.env["truck.customer.metrics"].flush_model()
        self.env["truck.customer.grade"].flush_model()
        count = 0
        for policy, companies in Policy._get_by_company().items():
            query = policy._get_score_query(companies, condition, date)
            count += self._write_silence(query)
        return count

    def _write_silence(self, query):
        """Write scores where they differ; return how many did."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE truck_customer_metrics AS metrics
                   SET silent_score = scored.score,
                       silent_next_date = scored.next_date
                  FROM (%s) AS scored
                 WHERE metrics.id = scored.id
                   AND (metrics.silent_score, metrics.silent_next_date)
                       IS DISTINCT FROM (scored.score, scored.next_date)
                """,
                query,
            )
        )
        self.env["truck.customer.metrics"].invalidate_model(
            ["silent_score", "silent_next_date"], flush=False
        )
        return self.env.cr.rowcount

    @api.model
    def _silence_due(self, batch_size=BATCH):
        """Reckon the rows without a score, and those whose score changes by waiting.

        New rows have none: the nightly run grades them before they are inserted.

        :return: number of rows that were looked at; 0 when none is due
        """
        Metrics = self.env["truck.customer.metrics"].sudo()  # sudo: a job
        companies = self.env["res.company"]
        for scored in self.env["truck.silent.policy"]._get_by_company().values():
            companies |= scored
        now = fields.Datetime.now()
        for day, same_day in companies.grouped(
            lambda company: company._truck_to_local_date(now)
        ).items():
            for term in (UNSCORED, Domain("silent_next_date", "<=", day)):
                due = Metrics.search(
                    term & Domain("company_id", "in", same_day.ids),
                    order="id",
                    limit=batch_size,
                ).try_lock_for_update(allow_referencing=True)
                if due:
                    self._silence_where(SQL("metrics.id = ANY(%s)", due.ids))
                    return len(due)
        return 0
