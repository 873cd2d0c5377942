from odoo import api, fields, models
from odoo.tools import SQL

GRADE = "truck.customer.grade"
SALES = "truck_crm.truck_crm_group_user"
# What grading writes into a row of the metrics, only where it differs.
COLUMNS = (
    "score",
    "rule_grade_id",
    "grade_id",
    "return_class",
    "strategy_id",
    "override_until",
    "grade_next_date",
)


class TruckCustomerGrading(models.AbstractModel):
    """How rows of ``truck.customer.metrics`` get their grade and return class.

    One statement reads the figures, gives points, writes the rows that differ and the
    history of those that moved. Nothing of it is done row by row.
    """

    _name = "truck.customer.grading"
    _description = "Grading"

    rule_grade_id = fields.Many2one(
        GRADE,
        string="Grade by Rules",
        readonly=True,
        ondelete="set null",
        help="What the score makes; the grade, unless one is set by hand.",
    )
    grade_date = fields.Date(
        string="Graded Since", readonly=True, help="Since when the grade is this one."
    )
    override_until = fields.Date(
        string="By Hand Until",
        readonly=True,
        help="Until this day the grade is the one that somebody has set by hand.",
    )
    strategy_id = fields.Many2one(
        "truck.customer.strategy", readonly=True, ondelete="set null"
    )
    grade_next_date = fields.Date(
        string="Grade Changes by Waiting",
        readonly=True,
        index="btree_not_null",
        help="The next day on which the score can change though nothing happens, or a"
        " grade set by hand ends.",
    )

    @api.model
    def _grade(self, partner_ids=None, date=None):
        """Give the rows of these commercial entities (all if None) grade and class.

        Called by ``_refresh`` in the same transaction, after the figures are there.

        :param partner_ids: list of ids of ``res.partner``, or None
        :param date: the day that ages are reckoned to; each company's today, if None
        :return: number of rows written
        """
        condition = SQL("TRUE")
        if partner_ids is not None:
            condition = SQL("metrics.partner_id = ANY(%s)", list(partner_ids))
        return self._grade_where(condition, date)

    @api.model
    def _grade_where(self, condition, date=None):
        """Grade the rows that a condition on ``metrics`` holds for.

        :param SQL condition: of rows of ``metrics``
        :param date: as for ``_grade``
        :return: number of rows written
        """
        graded = self._get_graded_query(condition, date)
        if not graded:
            return 0
        Metrics = self.env["truck.customer.metrics"]
        self._flush_grading()
        [(count,)] = self.env.execute_query(self._get_write_query(graded))
        Metrics.invalidate_model()
        self.env["truck.customer.grade.history"].invalidate_model()
        self.env["res.partner"].invalidate_model(
            ["truck_grade", "truck_grade_id", "truck_return_class"], flush=False
        )
        return count

    @api.model
    def _flush_grading(self):
        self.env["truck.customer.metrics"].flush_model()
        self.env["truck.customer.standing"].flush_model()

    @api.model
    def _get_write_query(self, graded):
        """Return the statement that writes what differs, and its history.

        An UPDATE shows its new values only, so the old ones come with ``graded``.
        """
        new = [SQL("graded.%s", SQL.identifier(name)) for name in COLUMNS]
        old = [SQL("graded.%s", SQL.identifier(f"old_{name}")) for name in COLUMNS]
        values = [SQL("%s = changed.%s", *(SQL.identifier(n),) * 2) for n in COLUMNS]
        return SQL(
            """
            WITH changed AS (
                SELECT *, grade_id IS DISTINCT FROM old_grade_id AS is_moved
                  FROM (%(graded)s) graded
                 WHERE (%(new)s) IS DISTINCT FROM (%(old)s)
            ), written AS (
                UPDATE truck_customer_metrics metrics
                   SET %(values)s,
                       grade_date = CASE WHEN changed.is_moved THEN changed.today
                                         ELSE metrics.grade_date END
                  FROM changed
                 WHERE metrics.id = changed.id
             RETURNING metrics.id
            ), history AS (
                %(history)s
            )
            SELECT count(*) FROM written
            """,
            graded=graded,
            new=SQL(", ").join(new),
            old=SQL(", ").join(old),
            values=SQL(", ").join(values),
            history=self.env["truck.customer.grade.history"]._get_insert_query(),
        )

    @api.model
    def _get_graded_query(self, condition, date=None, draft=None, source=None):
        """Return the SELECT of rows with the grade and class that the rules make.

        The one computation, for grading as well as for simulating.

        :param SQL condition: which rows of ``metrics``
        :param date: the day that ages are reckoned to; each company's today, if None
        :param draft: a scheme to simulate: its companies' rows only, as if in force
        :param SQL source: a query of rows like those of ``metrics``, in their stead
        :return: SQL, or None if no company has rules
        """
        source = source or SQL.identifier(self.env["truck.customer.metrics"]._table)
        schemes = self.env["truck.grade.scheme"]._get_by_company(draft)
        now = fields.Datetime.now()
        parts = []
        for scheme, companies in schemes.items():
            if draft and scheme != draft:
                continue
            days = companies.grouped(lambda c: date or c._truck_to_local_date(now))
            parts += [
                scheme._get_graded_query(same_day.ids, condition, day, source)
                for day, same_day in days.items()
            ]
        return SQL(" UNION ALL ").join(parts) if parts else None

    @api.model
    def _get_first_query(self, changes):
        """Return the SELECT of the grades of rows that are about to be inserted.

        So that a million new rows are written once and not twice. The first grade by
        rules is no movement; who has one by hand is left to ``_grade``.

        :param str changes: the table that ``_get_changes`` fills
        """
        Metrics = self.env["truck.customer.metrics"]
        known = {*Metrics._get_key_columns(), *Metrics._get_value_columns()}
        columns = SQL(", ").join(
            SQL("change.%s", SQL.identifier(name))
            if name in known
            else SQL("NULL::%s AS %s", SQL(field.column_type[1]), SQL.identifier(name))
            for name, field in Metrics._fields.items()
            if field.store and field.column_type
        )
        graded = self._get_graded_query(
            SQL("TRUE"),
            source=SQL(
                "(SELECT %s FROM %s AS change WHERE seen IS NULL)",
                columns,
                SQL.identifier(changes),
            ),
        )
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        if not graded:
            return SQL(
                "SELECT partner_id, company_id, grade_date, %s FROM %s WHERE false",
                *(columns, SQL.identifier(Metrics._table)),
            )
        return SQL(
            """SELECT partner_id, company_id, today AS grade_date, %s
                 FROM (%s) AS graded WHERE override_until IS NULL""",
            *(columns, graded),
        )

    # ------------------------------------------------------------
    # WHAT CHANGES BY WAITING
    # ------------------------------------------------------------

    @api.model
    def _grade_due(self, batch_size=10_000):
        """Grade rows whose score can have changed though nothing happened.

        Days since the last order grow, a grade set by hand ends. Rows that another
        server is grading are left to it.

        :return: number of rows that were looked at; 0 when none is due
        """
        Metrics = self.env["truck.customer.metrics"].sudo()  # sudo: a job
        companies = self.env["res.company"]
        for graded in self.env["truck.grade.scheme"]._get_by_company().values():
            companies |= graded
        now = fields.Datetime.now()
        for day, same_day in companies.grouped(
            lambda company: company._truck_to_local_date(now)
        ).items():
            due = Metrics.search(
                [("grade_next_date", "<=", day), ("company_id", "in", same_day.ids)],
                order="id",
                limit=batch_size,
            ).try_lock_for_update(allow_referencing=True)
            if due:
                self._grade_where(SQL("metrics.id = ANY(%s)", due.ids))
                return len(due)
        return 0

    @api.model
    def _cron_grade(self):
        """Grade by rules that came into force, then what changes by waiting.

        Commits batch by batch; killed, it goes on behind the last batch.
        """
        cron = self.env["ir.cron"]
        Scheme = self.env["truck.grade.scheme"]
        while scheme := Scheme.search([("is_regrading", "=", True)], limit=1):
            if not scheme.try_lock_for_update():
                return
            if not cron._commit_progress(scheme._regrade_batch(20_000)):
                return
            scheme.invalidate_recordset()
        while count := self._grade_due():
            if not cron._commit_progress(count):
                return
