import time
from contextlib import contextmanager

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from .truck_customer_metrics_source import Scope

LOCK = 7265321  # of the session that refreshes; nobody else does meanwhile
FIRST_CHUNK = 200_000  # customers
# What a chunk should take; a job is ended after 120. Each reads whole tables, so that
# many small ones would take far longer than few big ones.
CHUNK_SECONDS = 60
BATCH = 5_000  # rows that are written, or customers that are graded, at once
MARKS = 50_000  # customers with new facts that are reckoned at once
MEMBER = "metrics_member"
STAGED = (MEMBER, "metrics_line", "metrics_sale", "metrics_order")
FIRST = "metrics_first"  # grades of new rows


class TruckCustomerMetricsRun(models.Model):
    """The nightly refreshing of all customers, chunk by chunk in order of their ids.

    Each chunk is reckoned into temporary tables, in which only what changed is left;
    that locks nothing. Then the changes are written in short transactions. ``cursor``
    moves behind a chunk that is written: killed at any moment, the next call does the
    chunk once more. What is written twice stays the same.
    """

    _name = "truck.customer.metrics.run"
    _description = "Refreshing of Customer Metrics"
    _order = "id desc"
    _rec_name = "moment"

    moment = fields.Datetime(
        string="As Of",
        required=True,
        readonly=True,
        help="Of which moment the figures are. Later changes were taken over up to it.",
    )
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    cursor = fields.Integer(readonly=True, help="The last customer that was done.")
    chunk_size = fields.Integer(
        readonly=True, default=FIRST_CHUNK, help="Customers that are done at once."
    )
    changed_count = fields.Integer(string="Rows Changed", readonly=True)
    date_end = fields.Datetime(string="Ended On", readonly=True)

    _running_uniq = models.UniqueIndex(
        "(state) WHERE state = 'running'", "The metrics are being refreshed already."
    )

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Refresh all customers, or carry on with it; what is noted follows."""
        with self._alone() as is_alone:
            if not is_alone:
                return
            run = self.search([("state", "=", "running")]) or self._begin()
            self.env["ir.cron"]._commit_progress(remaining=run._count_remaining())
            while run.state == "running":
                if not run._do_chunk():
                    break
            if run.state == "done":
                for name in ("customer_metrics_changed", "silent_case"):
                    self.env.ref(f"truck_crm.ir_cron_truck_{name}")._trigger()

    @api.model
    def _cron_refresh_changed(self):
        """Refresh the customers with new facts, and those whom passing time changes."""
        cron = self.env["ir.cron"]
        with self._alone() as is_alone:
            last = self.search([], limit=1)
            if not is_alone or last.state != "done":
                return
            last._mark_due()
            cron._commit_progress(remaining=self._count_marks())
            while done := last._do_marks():
                left = cron._commit_progress(done, remaining=self._count_marks())
                if not left:
                    return

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs of which nothing depends any more."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=3)
        last = self.search([], limit=1)
        old = self.search([("moment", "<", limit), ("id", "!=", last.id)])
        old.unlink()

    # ------------------------------------------------------------
    # ONE SERVER AT A TIME
    # ------------------------------------------------------------

    @contextmanager
    def _alone(self):
        """Give whether no other session refreshes; it is kept over commits.

        The lock is the session's: it is gone with the process, however that ends.
        """
        cr = self.env.cr
        cr.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (is_alone,) = cr.fetchone()
        try:
            yield is_alone
        except BaseException:
            cr.rollback()
            raise
        finally:
            if is_alone:
                cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _retry(self, step):
        """Do a step again when a user was quicker, each time with a fresh look."""
        for attempt in range(5):
            try:
                return step()
            except (SerializationFailure, DeadlockDetected):
                if attempt == 4:
                    raise
                self.env.cr.rollback()
        return None

    # ------------------------------------------------------------
    # ALL CUSTOMERS
    # ------------------------------------------------------------

    @api.model
    def _begin(self):
        last = self.search([], limit=1)
        return self.create(
            {
                "moment": fields.Datetime.now(),
                "chunk_size": last.chunk_size or FIRST_CHUNK,
            }
        )

    def _do_chunk(self):
        """Do the next customers.

        :return: the seconds that are left for the job
        """
        cron = self.env["ir.cron"]
        scope, size = self._get_next_scope(), self.chunk_size
        # Killed in the midst of it, the next try is half as big.
        self.chunk_size = max(size // 2, 1000)
        cron._commit_progress()
        start = time.monotonic()
        changed = self._do_scope(scope)
        seconds = time.monotonic() - start
        factor = min(max(CHUNK_SECONDS / max(seconds, 0.1), 0.25), 4)
        self.write(
            {
                "chunk_size": max(int(size * factor), 1000),
                "changed_count": self.changed_count + changed,
                "cursor": scope.high or self.cursor,
            }
        )
        if scope.high is None:
            self.write({"state": "done", "date_end": fields.Datetime.now()})
        return cron._commit_progress(size, remaining=self._count_remaining())

    def _get_next_scope(self):
        """Return the range of ids of the next customers, without end at the last."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_partner
                    WHERE id > %s AND id = commercial_partner_id
                    ORDER BY id OFFSET %s LIMIT 1""",
                self.cursor,
                self.chunk_size - 1,
            )
        )
        return Scope(low=self.cursor, high=rows[0][0] if rows else None)

    def _count_remaining(self):
        if self.state == "done":
            return 0
        query = SQL(
            """SELECT count(*) + 1 FROM res_partner
                WHERE id > %s AND id = commercial_partner_id""",
            self.cursor,
        )
        return self.env.execute_query(query)[0][0]

    def _do_scope(self, scope):
        """Reckon a range of customers, and write what changed.

        :return: number of rows written
        """
        cron, changed = self.env["ir.cron"], 0
        metrics = self.env["truck.customer.metrics"]
        self.env.flush_all()
        self._stage(scope)
        cron._commit_progress()
        for changes, (target, _query) in metrics._get_targets().items():
            for low in range(0, self._count_rows(changes), BATCH):
                changed += self._retry(
                    lambda c=changes, t=target, n=low: self._write_batch(c, t, n)
                )
                cron._commit_progress()
        # Contacts leave their window without a fact; grades that change by waiting
        # have a job of their own.
        members = SQL("(SELECT id FROM metrics_member WHERE id = partner_id)")
        self._retry(lambda: metrics._update_contacts(members))
        cron._commit_progress()
        partner_ids = self._get_ungraded_ids() if scope.ids is None else scope.ids
        for first in range(0, len(partner_ids), BATCH):
            batch = partner_ids[first : first + BATCH]
            self._retry(lambda ids=batch: metrics._grade(ids))
            cron._commit_progress()
        for name in (*STAGED, *metrics._get_targets(), FIRST):
            self._drop_temporary(name)
        return changed

    def _get_ungraded_ids(self):
        """Return the customers whose figures changed after they were graded."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id
                     FROM metrics_change
                     JOIN truck_customer_metrics AS row USING (partner_id, company_id)
                    WHERE old_id IS NOT NULL OR row.grade_date IS NULL
                       OR row.last_contact_date IS NOT NULL
                    ORDER BY partner_id"""
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _stage(self, scope):
        """Reckon a range of customers into temporary tables."""
        metrics = self.env["truck.customer.metrics"]
        # Merging would follow an index over the journal items: a page from the disk for
        # nearly each, where reading the table through takes a tenth of the time.
        self.env.cr.execute("SET LOCAL enable_mergejoin = off")
        self._create_temporary(MEMBER, metrics._get_member_query(scope))
        if scope.ids is not None:
            # Of a few, a few samples say enough.
            self.env.cr.execute("SET LOCAL default_statistics_target = 10")
            scope = scope._replace(members=self._get_staged_members())
        tables = metrics._get_tables(scope, self.moment)
        staged = {name: tables.pop(name) for name in STAGED}
        del staged[MEMBER]
        for name, (target, query) in metrics._get_targets().items():
            staged[name] = target._get_changes(query, scope)
        for name, query in staged.items():
            self._create_temporary(name, query, tables)
            if name not in STAGED:  # it is written batch by batch
                self._index_temporary(name, ["number"])
        first = metrics._get_first_query("metrics_change")
        self._create_temporary(FIRST, first, tables)
        self._index_temporary(FIRST, metrics._get_key_columns())

    def _get_staged_members(self):
        query = SQL("SELECT id FROM %s", SQL.identifier(MEMBER))
        return [partner_id for (partner_id,) in self.env.execute_query(query)]

    def _create_temporary(self, name, query, tables=()):
        """Make a temporary table from a query that reads others."""
        metrics = self.env["truck.customer.metrics"]
        self._drop_temporary(name)
        self.env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s AS %s %s",
                *(SQL.identifier(name), metrics._get_with(tables), query),
            )
        )
        if name in STAGED:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))

    def _index_temporary(self, name, columns):
        columns = SQL(", ").join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL("CREATE INDEX ON %s (%s)", SQL.identifier("pg_temp", name), columns)
        )

    def _drop_temporary(self, name):
        self.env.cr.execute(
            SQL("DROP TABLE IF EXISTS %s", SQL.identifier("pg_temp", name))
        )

    def _count_rows(self, name):
        query = SQL("SELECT count(*) FROM %s", SQL.identifier(name))
        return self.env.execute_query(query)[0][0]

    def _write_batch(self, changes, target, low):
        """Write the next changes; return how many were."""
        batch = f"{changes}_batch"
        tables = {
            batch: SQL(
                "SELECT * FROM %s WHERE number > %s AND number <= %s",
                *(SQL.identifier(changes), low, low + BATCH),
            )
        } | target._get_writing(batch, FIRST)
        query = SQL(
            "%s SELECT count FROM %s",
            self.env["truck.customer.metrics"]._get_with(tables),
            SQL.identifier(f"{batch}_done"),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------
    # CUSTOMERS WITH NEW FACTS
    # ------------------------------------------------------------

    def _mark_due(self):
        """Note whom the passing of time changes since the figures were reckoned."""
        metrics, now = self.env["truck.customer.metrics"], fields.Datetime.now()
        if now <= self.moment:
            return
        windows = metrics._get_windows(self.moment, now)
        self.moment = now
        if not windows:
            return
        self.env.flush_all()
        due = SQL(" UNION ALL ").join(
            SQL("(%s)", fragment.due) for fragment in metrics._get_fragments(windows)
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO truck_customer_metrics_mark (partner_id)
                   SELECT DISTINCT partner_id FROM (%s) AS due (partner_id)
                    WHERE partner_id IS NOT NULL""",
                due,
            )
        )

    def _do_marks(self):
        """Refresh the next customers with new facts; return how many marks were.

        A mark goes when its customer is done: killed before, the next call does it.
        """
        mark = self.env["truck.customer.metrics.mark"]
        noted = mark._get_next(MARKS)
        if noted:
            metrics = self.env["truck.customer.metrics"]
            self._do_scope(metrics._get_scope(noted.values()))
            mark._forget(noted)
        return len(noted)

    @api.model
    def _count_marks(self):
        return self.env["truck.customer.metrics.mark"].search_count([])
