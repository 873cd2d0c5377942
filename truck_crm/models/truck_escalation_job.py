import logging
from datetime import timedelta
from typing import NamedTuple

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
# A clock that cannot be served is tried again after so long; the others go on.
POSTPONE = timedelta(minutes=30)


class Rung(NamedTuple):
    """A level that is called about a clock now.

    :ivar clock: the clock
    :ivar level: the level
    :ivar due_at: when it was due
    :ivar call: whom it calls, a ``Call``
    """

    clock: models.BaseModel
    level: models.BaseModel
    due_at: object
    call: object


class TruckEscalationJob(models.AbstractModel):
    """The job that climbs the ladders: every level once, whatever happens.

    A batch of due clocks is locked and done in one transaction: the rows of the levels
    (one per clock, level and cycle, by a unique index), what is told to whom, and when
    each clock is due next. It can be killed at any moment and run on several servers.
    """

    _name = "truck.escalation.job"
    _description = "Climbing of Escalation Ladders"

    @api.model
    def _escalate(self, batch_size):
        """Serve all clocks that are due, in batches with a commit each."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        remaining = self.search_count(
            [("state", "=", "running"), ("due_at", "<=", now)]
        )
        if remaining:
            cron._commit_progress(remaining=remaining)
        while remaining:
            done = self._escalate_batch(batch_size)
            if not done:
                # the rest is locked by another server, which sees to it
                cron._commit_progress(remaining=0)
                break
            if not cron._commit_progress(done):
                return
        self._wake_for_next()

    @api.model
    def _wake_for_next(self):
        """Have the job run when the next clock is due."""
        rows = self.env.execute_query(
            SQL("SELECT min(due_at) FROM truck_complaint_clock WHERE state = 'running'")
        )
        if rows[0][0]:
            self._wake(rows[0][0])

    @api.model
    def _escalate_batch(self, batch_size):
        """Serve the next clocks that are due; return how many.

        Two servers: each locks what the other has not. Who looks at a clock that was
        changed since his transaction began looks again.
        """
        while True:
            clocks = self.browse()
            try:
                clocks = self._take(batch_size)
                if clocks:
                    clocks._climb()
                self.env.flush_all()
            except SerializationFailure:
                self._roll_back()
            except Exception:
                self._roll_back()
                if not clocks:
                    raise
                _logger.exception("Escalation of %s clocks: one by one", len(clocks))
                return self._escalate_singly(clocks.ids)
            else:
                return len(clocks)

    @api.model
    def _escalate_singly(self, ids):
        """Serve clocks one by one; put off the one that cannot be served."""
        for clock_id in ids:
            try:
                clock = self._take(1, clock_id)
                clock._climb()
                self.env.flush_all()
            except SerializationFailure:
                self._roll_back()
            except Exception:
                self._roll_back()
                _logger.exception("Escalation of clock %s is put off", clock_id)
                self.browse(clock_id).due_at = fields.Datetime.now() + POSTPONE
                self.env.flush_all()
            self.env["ir.cron"]._commit_progress()
        return len(ids)

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.clear()

    @api.model
    def _take(self, batch_size, clock_id=None):
        """Lock the clocks that have been due longest and nobody has locked.

        :param clock_id: this one only
        """
        self.flush_model(["state", "due_at"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM truck_complaint_clock"
                " WHERE state = 'running' AND due_at <= %s AND %s"
                " ORDER BY due_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
                fields.Datetime.now(),
                SQL("id = %s", clock_id) if clock_id else SQL("true"),
                batch_size,
            )
        )
        return self.browse(row[0] for row in rows)

    def _climb(self):
        """Call every level of these clocks that is due, and plan the next one."""
        now = fields.Datetime.now()
        complaints = self.complaint_id
        bench = self._get_bench(complaints, self, now)
        grades = self.env["truck.escalation.policy"]._get_grades(complaints)
        days = {
            company: company._truck_to_local_date(now)
            for company in complaints.company_id
        }
        rungs = []
        for clock in self:
            complaint = clock.complaint_id
            wanted = self._get_wanted(complaint, grades[complaint], now)
            wanted = wanted.get((clock.kind, clock.promise_id))
            ladder = wanted and clock._get_own_ladder(wanted, bench) or []
            climbed, rest = clock._split(ladder, now, days[complaint.company_id])
            rungs += climbed
            due_at, level = rest[0] if rest else (False, self.next_level_id.browse())
            clock.write({"due_at": due_at, "next_level_id": level.id})
        self.env["truck.complaint.escalation"]._climb(rungs)

    def _get_own_ladder(self, wanted, bench):
        """Return the levels of this clock that are still to be called, in order."""
        complaint = self.complaint_id
        vals = {
            "date_start": self.date_start,
            "ack_date": self.ack_date,
            "ack_deadline": self.ack_deadline,
        }
        deadline = self._get_deadline(complaint, wanted, vals, bench)
        if not deadline:
            return []
        return self._get_ladder(complaint, wanted, vals, deadline, bench)

    def _split(self, ladder, now, today):
        """Divide a ladder into the levels that are called now, and the rest.

        Levels that were missed are called in order. Where nobody can be called, the
        next level is, before its time, if the level says so.

        :return: ``Rung`` s, and what is left of the ladder
        """
        rungs, is_pushed = [], False
        for index, (due_at, level) in enumerate(ladder):
            if due_at > now and not (is_pushed and level.height):
                return rungs, ladder[index:]
            call = level._find_people(self.complaint_id, today)
            rungs.append(Rung(self, level, due_at, call))
            is_pushed = level._is_pushed(call)
        return rungs, []
