from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ..tools.working_time import elapsed, moment_of
from .truck_complaint_clocked import ACTIVITY_TYPE, OPEN_STATES

CRON = "truck_crm.ir_cron_truck_escalation"
# A job that is woken later than this finds what is written now.
WAKE_MARGIN = timedelta(minutes=5)


class Wanted(NamedTuple):
    """What a complaint says of one of its clocks.

    :ivar kind: of the clock
    :ivar state: of the clock
    :ivar hours: its length in working hours; None for a promise
    :ivar deadline: of a promise
    :ivar done: when it was done
    """

    kind: str
    state: str
    hours: object = None
    deadline: object = False
    done: object = False


class Bench(NamedTuple):
    """What is read once for many complaints.

    :ivar now: the moment
    :ivar works: ``{complaint: WorkingTime}``
    :ivar pauses: ``{complaint id: [(from, to)]}``, in order
    :ivar called: ``{(clock id, cycle): ids of levels}`` that have been called
    """

    now: object
    works: dict
    pauses: dict
    called: dict


class TruckComplaintClockKeeper(models.AbstractModel):
    """Keeps the clocks of complaints in line with what the complaints say.

    Nothing here is counted on: from the beginning, the pauses and the policy a deadline
    comes out the same however often, and after a change of the calendar too.
    """

    _name = "truck.complaint.clock.keeper"
    _description = "Keeping of Complaint Clocks"

    # ------------------------------------------------------------
    # ALL CLOCKS OF SOME COMPLAINTS
    # ------------------------------------------------------------

    @api.model
    def _keep(self, complaints):
        """Create and change the clocks of complaints (with sudo)."""
        now = fields.Datetime.now()
        grades = self._keep_policies(complaints)
        clocks = complaints.clock_ids  # of new ones, none is asked for
        existing = {(c.complaint_id, c.kind, c.promise_id): c for c in clocks}
        bench = self._get_bench(complaints, clocks, now)
        new, ended = [], self.browse()
        for complaint in complaints:
            for (kind, promise), wanted in self._get_wanted(
                complaint, grades[complaint], now
            ).items():
                clock = existing.pop((complaint, kind, promise), self.browse())
                vals = clock._prepare_vals(complaint, wanted, bench)
                if clock and clock._set(vals) and wanted.state in ("done", "cancelled"):
                    ended |= clock
                if not clock and wanted.state != "cancelled":
                    key = {"complaint_id": complaint.id, "kind": kind}
                    new.append({**key, "promise_id": promise.id, **vals})
        clocks |= self.create(new)
        self._keep_deadlines(complaints, clocks)
        ended._close_activities(bench)
        due = [clock.due_at for clock in clocks if clock.due_at]
        if due:
            self._wake(min(due))

    @api.model
    def _keep_policies(self, complaints):
        """Pick the policy of each complaint anew, unless it is over.

        :return: ``{complaint: grade of its customer}``
        """
        Policy = self.env["truck.escalation.policy"].sudo()
        grades = Policy._get_grades(complaints)
        picked = Policy._pick(
            complaints.filtered(lambda c: c.state in OPEN_STATES or not c.policy_id),
            grades,
        )
        for complaint, policy in picked.items():
            if complaint.policy_id != policy:
                complaint._store({"policy_id": policy.id})
        return grades

    @api.model
    def _get_wanted(self, complaint, grade, now):
        """Return ``{(kind, promise): Wanted}`` of a complaint."""
        wanted = {}
        policy, none = complaint.policy_id, complaint.promise_ids.browse()
        is_gone = complaint.state == "merged" or not complaint.active
        is_over = complaint.state in ("solved", "closed")
        solved = complaint.date_solved or (is_over and (complaint.date_closed or now))
        for kind, done in (
            ("response", complaint.date_response or solved),
            ("solution", is_over and solved),
        ):
            hours = policy and policy._get_clock_hours(complaint, kind, grade)
            if done and not is_gone:
                state = "done" if hours else "cancelled"
            elif is_gone or not hours:
                state = "cancelled"
            else:
                state = "paused" if complaint.state == "waiting" else "running"
            wanted[kind, none] = Wanted(kind, state, hours or 0, False, done)
        for promise in complaint.promise_ids:
            done = promise.date_done or (promise.state == "kept" and now)
            if is_gone or promise.state == "cancelled" or (is_over and not done):
                state = "cancelled"
            else:
                state = "done" if done else "running"
            wanted["promise", promise] = Wanted(
                "promise", state, None, promise.date_due, done
            )
        return wanted

    @api.model
    def _keep_deadlines(self, complaints, clocks):
        """Write the next deadline of each complaint on it."""
        deadlines = {}
        for clock in clocks:
            if clock.state == "running" and clock.deadline:
                known = deadlines.get(clock.complaint_id, clock.deadline)
                deadlines[clock.complaint_id] = min(known, clock.deadline)
        for complaint in complaints:
            deadline = deadlines.get(complaint, False)
            if complaint.date_deadline != deadline:
                complaint._store({"date_deadline": deadline})

    def _close_activities(self, bench):
        """Take back what people were told to do about clocks that are at their end."""
        called = self.filtered(lambda c: bench.called.get((c.id, c.cycle)))
        if called:
            called.complaint_id.activity_unlink([ACTIVITY_TYPE])

    @api.model
    def _wake(self, moment):
        """Have the job run at a moment, unless it runs before and will see to it."""
        # by its id: a reference would be looked for in the table each time
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(CRON)
        if not cron_id:  # being installed
            return
        # sudo: jobs are the system's
        cron = self.env["ir.cron"].sudo().browse(cron_id)
        known = (
            self.env["ir.cron.trigger"]
            .sudo()
            .search_count(
                [
                    ("cron_id", "=", cron.id),
                    ("call_at", ">", fields.Datetime.now() + WAKE_MARGIN),
                    ("call_at", "<=", moment),
                ],
                limit=1,
            )
        )
        if not known:
            cron._trigger(at=moment)

    # ------------------------------------------------------------
    # WHAT IS READ ONCE
    # ------------------------------------------------------------

    @api.model
    def _get_bench(self, complaints, clocks, now):
        """Read what the clocks of these complaints are reckoned from."""
        rows = self._keep_pauses(complaints, now)
        pauses = {}
        for row in rows:
            pauses.setdefault(row.complaint_id.id, []).append(
                (row.date_from, row.date_to or None)
            )
        called = {}
        if clocks.ids:
            found = self.env["truck.complaint.escalation"].search_fetch(
                [("clock_id", "in", clocks.ids)], ["clock_id", "level_id", "cycle"]
            )
            for row in found:
                key = (row.clock_id.id, row.cycle)
                called.setdefault(key, set()).add(row.level_id.id)
        moments = [now, now + timedelta(days=30), *complaints.mapped("date_open")]
        works = self.env["truck.complaint.clock"]._get_works(complaints, moments)
        return Bench(now, works, pauses, called)

    @api.model
    def _keep_pauses(self, complaints, now):
        """Begin and end the pauses of complaints; return all that they have had."""
        Pause, rows = self.env["truck.complaint.pause"], complaints.pause_ids
        standing = rows.filtered(lambda row: not row.date_to)
        waiting = complaints.filtered(lambda c: c.state == "waiting")
        standing.filtered(lambda row: row.complaint_id not in waiting).date_to = now
        if waiting - standing.complaint_id:
            rows.flush_recordset(["date_to"])  # one pause ends before the next begins
        new = Pause.create(
            [
                {"complaint_id": complaint.id, "date_from": now}
                for complaint in waiting - standing.complaint_id
            ]
        )
        return rows + new

    # ------------------------------------------------------------
    # ONE CLOCK
    # ------------------------------------------------------------

    def _set(self, vals):
        """Write what differs; tell whether the state has changed."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != (value or False)
            and (self[name] or value)
        }
        if changed:
            self.write(changed)
        return "state" in changed

    def _prepare_vals(self, complaint, wanted, bench):
        """Return what this clock (empty: a new one) has to say.

        :return: values; none when it is done already
        """
        if self.state == "done" and wanted.state == "done":
            return {"date_done": wanted.done} if self.date_done != wanted.done else {}
        vals = {"state": wanted.state, "due_at": False, "next_level_id": False}
        vals["date_start"] = self._get_start(complaint, wanted, bench.now)
        if self.state == "done" and wanted.state in ("running", "paused"):
            vals |= self._prepare_restart_vals(bench.now)
        if wanted.hours is not None:
            vals["hours"] = wanted.hours
        getattr(self, f"_add_vals_{wanted.state}")(vals, complaint, wanted, bench)
        return vals

    def _get_start(self, complaint, wanted, now):
        if wanted.hours is None:
            return self.date_start or now
        return self.date_restart or complaint.date_open

    def _prepare_restart_vals(self, now):
        """Return what a clock is that was done and has to run again: it begins anew."""
        return {
            "date_start": now,
            "date_restart": now,
            "cycle": self.cycle + 1,
            "date_done": False,
            "used_hours": 0.0,
            **self._prepare_ack_vals(),
        }

    @api.model
    def _prepare_ack_vals(self, date=False, deadline=False, user=None):
        """Return what a clock says of its acknowledging; without arguments, nothing."""
        return {
            "ack_date": date,
            "ack_deadline": deadline,
            "ack_user_id": user and user.id,
        }

    def _add_vals_cancelled(self, vals, complaint, wanted, bench):
        vals["seconds_left"] = 0

    def _add_vals_paused(self, vals, complaint, wanted, bench):
        """A clock that stands still has no deadline, but so much left of its length."""
        work, pauses = bench.works[complaint], bench.pauses.get(complaint.id, [])
        used = elapsed(work, vals["date_start"], pauses, bench.now)
        vals["deadline"] = False
        vals["seconds_left"] = round(wanted.hours * 3600 - used)

    def _add_vals_done(self, vals, complaint, wanted, bench):
        work, pauses = bench.works[complaint], bench.pauses.get(complaint.id, [])
        start = vals["date_start"]
        done = max(wanted.done, start)
        used = elapsed(work, start, pauses, done)
        if wanted.hours is None:
            deadline, is_late = wanted.deadline, wanted.done > wanted.deadline
        else:
            seconds = wanted.hours * 3600
            deadline = moment_of(work, start, pauses, seconds) or False
            is_late = used > seconds
        vals |= {
            "date_done": wanted.done,
            "used_hours": round(used / 3600, 4),
            "deadline": deadline,
            "seconds_left": 0,
            "is_breached": self.is_breached or is_late,
        }

    def _add_vals_running(self, vals, complaint, wanted, bench):
        vals["seconds_left"] = 0
        merged = {**{name: self[name] for name in ("ack_date", "ack_deadline")}, **vals}
        deadline = self._get_deadline(complaint, wanted, merged, bench)
        ladder = self._get_ladder(complaint, wanted, merged, deadline, bench)
        if merged["ack_deadline"] and merged["ack_deadline"] > deadline:
            deadline = merged["ack_deadline"]
        vals["deadline"] = deadline
        if ladder:
            vals["due_at"], level = ladder[0]
            vals["next_level_id"] = level.id

    def _get_deadline(self, complaint, wanted, vals, bench):
        """Return the deadline by promise or policy, whatever was acknowledged."""
        if wanted.hours is None:
            return wanted.deadline
        pauses = bench.pauses.get(complaint.id, [])
        work = bench.works[complaint]
        return moment_of(work, vals["date_start"], pauses, wanted.hours * 3600)

    def _get_ladder(self, complaint, wanted, vals, deadline, bench, policy=None):
        """Return the levels that are still to be called, in order.

        :param vals: what the clock says
        :param policy: another one than the complaint's, to simulate it
        :return: pairs of moment and level
        """
        work = bench.works[complaint]
        called = bench.called.get((self.id, vals.get("cycle", self.cycle)), ())
        until = vals["ack_deadline"]
        if until and until > deadline:
            arguments = (work, vals["ack_date"], [], None, until)
        elif wanted.hours is None:
            until = False
            arguments = (work, vals["date_start"], [], None, deadline)
        else:
            until = False
            pauses = bench.pauses.get(complaint.id, [])
            seconds = wanted.hours * 3600
            arguments = (work, vals["date_start"], pauses, seconds, deadline)
        ladder = []
        for level in (policy or complaint.policy_id).level_ids:
            if level.clock not in ("all", wanted.kind) or level.id in called:
                continue
            moment = level._get_moment(*arguments)
            # acknowledged: nobody but the owner hears of it before the new deadline
            if moment and (not until or moment >= until or not level.height):
                ladder.append((moment, level))
        return sorted(ladder, key=lambda pair: (pair[0], pair[1].sequence, pair[1].id))
