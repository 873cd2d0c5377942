"""The figures of all customers: refreshed, against the same figures in bare SQL.

python3 -m benchmarks.customer_metrics [--scale 1] [--database DB] [--record]

All in one run, on one base: the aggregates into temporary tables (customers, and their
months), without chunks, comparison, grades and writing; the first fill; the night in
which two customers of a hundred changed; the hour of such a day, in which an eighth of
them was noted, and one in which all of them were; the turn of the day; and what Odoo
itself takes to tell some of these figures for 1,000 customers. The silent scores of all
are given by a job of their own, which the night wakes; so they stand before the hours.
What is short is done several times, with other customers or days each time, and bare
aggregates in between, since machines get faster and slower: medians count.
"""

import argparse
import statistics
from datetime import datetime, timedelta

from benchmarks.generate import LAST_DAY, Generator
from benchmarks.measure import record, table, verdict
from dev import database, template
from dev.say import say
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.customer_metrics"
FILL, NIGHT, HOUR = 4, 1.5, 0.1
MOMENT = f"{LAST_DAY} 03:00:00"
PERCENT = 2  # a day
HOURLY = PERCENT / 8
ASKED = 1000  # customers that Odoo is asked for
ROUNDS, NIGHTS = 5, 3


def fill(name, scale):
    """Fill a database, vehicles and orders included."""
    generator = Generator(name, scale)
    generator.dealers()
    generator.customers(truck_dealer_id=generator._any_dealer("n * 11"))
    generator.vehicles()
    database.sql("UPDATE truck_vehicle SET is_own = true", name)
    generator.orders(state="'sale'")
    generator.invoices()
    database.sql("VACUUM ANALYZE", name)


def aggregate(env, moment, rounds):
    """Time the bare aggregates, of customers and of their months.

    :return: the seconds of each round, and the rows of customers
    """
    import time
    from datetime import datetime

    from odoo.tools import SQL

    from odoo.addons.truck_crm.models.truck_customer_metrics_run import STAGED
    from odoo.addons.truck_crm.models.truck_customer_metrics_source import Scope

    metrics = env["truck.customer.metrics"]
    shared = metrics._get_tables(Scope(), datetime.fromisoformat(moment))
    staged = {name: shared.pop(name) for name in STAGED}
    staged["bare"] = metrics._get_query()
    staged["bare_month"] = metrics._get_month_query()
    seconds = []
    for _round in range(rounds):
        for name in staged:
            env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(name)))
        start = time.perf_counter()
        for name, query in staged.items():
            table = SQL.identifier(name)
            env.cr.execute(
                SQL(
                    "CREATE TEMPORARY TABLE %s AS %s %s",
                    *(table, metrics._get_with(shared), query),
                )
            )
            if name in STAGED:
                env.cr.execute(SQL("ANALYZE %s", table))
        seconds.append(time.perf_counter() - start)
    env.cr.execute("SELECT count(*) FROM bare")
    (count,) = env.cr.fetchone()
    env.cr.rollback()
    return seconds, count


def run_job(env, name, moment):
    """Time a job at a moment.

    :return: seconds, the longest that a row of metrics was locked, rows written,
        marks that were done
    """
    import time
    from datetime import datetime
    from unittest.mock import patch

    from odoo import fields

    now = datetime.fromisoformat(moment)
    run = env["truck.customer.metrics.run"]
    cls, longest, begun, marks = type(run), [0], [], []
    write, do_marks = cls._write_batch, cls._do_marks

    def timed(self, changes, target, low):
        begun[:] = [time.perf_counter()]
        return write(self, changes, target, low)

    def done(self):
        marks.append(do_marks(self))
        return marks[-1]

    commit = type(env["ir.cron"])._commit_progress

    def committed(self, *args, **kwargs):
        res = commit(self, *args, **kwargs)
        if begun:
            longest.append(time.perf_counter() - begun.pop())
        return res

    start = time.perf_counter()
    cls._write_batch, cls._do_marks = timed, done
    type(env["ir.cron"])._commit_progress = committed
    try:
        with patch.object(fields.Datetime, "now", lambda *_args: now):
            getattr(run, name)()
    finally:
        cls._write_batch, cls._do_marks = write, do_marks
        type(env["ir.cron"])._commit_progress = commit
    env.cr.commit()
    seconds = time.perf_counter() - start
    last = run.search([], limit=1)
    return seconds, max(longest), last.changed_count, sum(marks)


def score_silence(env):
    """Give the rows their silent scores, as the job does that the night wakes.

    :return: seconds, and number of rows
    """
    import time

    start, count = time.perf_counter(), 0
    while done := env["truck.customer.metrics"]._silence_due():
        env.cr.commit()
        count += done
    return time.perf_counter() - start, count


def change(env, percent, shift, is_noted):
    """Book something more for some customers of a hundred, in SQL.

    A line and its invoice are written, as posting does.

    :param shift: others for each number
    :param is_noted: note them, as Odoo's own methods would
    :return: number of customers
    """
    env.cr.execute(
        """
        WITH changed AS (
            UPDATE account_move_line SET balance = balance - 1
             WHERE id IN (
                   SELECT max(line.id) FROM account_move_line line
                    WHERE line.display_type = 'product'
                      AND abs(hashint8(line.partner_id + %s) %% 10000) < %s
                    GROUP BY line.partner_id)
         RETURNING partner_id, move_id
        ), posted AS (
            UPDATE account_move SET write_date = now() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT move_id FROM changed)
        )
        SELECT partner_id FROM changed
        """,
        [shift, percent * 100],
    )
    ids = [partner_id for (partner_id,) in env.cr.fetchall()]
    if is_noted:
        env["truck.customer.metrics.mark"]._add("partner", ids)
    env.cr.commit()
    return len(ids)


def compare(env, moment):
    """Return how many rows differ from a fresh bare aggregate."""
    from datetime import datetime

    from odoo.tools import SQL

    from odoo.addons.truck_crm.models.truck_customer_metrics_source import Scope

    metrics = env["truck.customer.metrics"]
    tables = metrics._get_tables(Scope(), datetime.fromisoformat(moment))
    counts = []
    for target, query in metrics._get_targets().values():
        changes = target._get_changes(query, Scope())
        env.cr.execute(
            SQL(
                "%s SELECT count(*) FROM (%s) AS change",
                metrics._get_with(tables),
                changes,
            )
        )
        counts.append(env.cr.fetchone()[0])
    return counts


def ask_odoo(env, number, moment):
    """Let Odoo tell figures of customers one by one, as their forms do.

    :return: seconds, and how many differ from ours
    """
    import time
    from datetime import date

    from dateutil.relativedelta import relativedelta

    metrics = env["truck.customer.metrics"].search(
        [("revenue_12m", "!=", 0)], order="id", limit=number
    )
    partners = metrics.partner_id
    today = date.fromisoformat(moment[:10])
    answers = {}
    start = time.perf_counter()
    for partner in partners:
        partner.invalidate_recordset(flush=False)
        answers[partner] = (
            partner.total_invoiced,
            partner.credit,
            partner.sale_order_count,
            partner.days_sales_outstanding,
        )
    seconds = time.perf_counter() - start
    # Of copied documents the lines are what counts, not the totals.
    lines = dict(
        env["account.move.line"]._read_group(
            [
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">", today - relativedelta(months=12)),
                ("invoice_date", "<=", today),
                ("partner_id", "in", partners.ids),
            ],
            ["partner_id"],
            ["balance:sum"],
        )
    )
    wrong = sum(
        abs(row.revenue_12m + lines.get(row.partner_id, 0)) > 0.005
        or abs(row.due_amount - answers[row.partner_id][1]) > 0.005
        or row.order_count != answers[row.partner_id][2]
        for row in metrics
    )
    return seconds, len(partners), wrong


def measure(name, scale):
    """Return the results: ``[(what, seconds, budget or None, note)]``."""
    own = None if name else database.clone(template.addon())
    name = own or name
    try:
        if own:
            fill(own, scale)
        with Worker(name) as worker:
            return _measure(name, worker)
    finally:
        if own:
            database.drop(own)


def _measure(name, worker):
    times, count = worker.call(aggregate, MOMENT, 3)
    del times[0]  # what it read from disk the others find in memory
    say(f"  bare: {times}")
    results = []
    database.sql(
        "TRUNCATE truck_customer_metrics, truck_customer_metrics_month,"
        " truck_customer_metrics_mark, truck_customer_metrics_run",
        name,
    )

    def add(what, seconds, budget, note):
        say(f"  {what}: {seconds:.2f} s, {note}")
        results.append((what, seconds, budget, note))

    def refresh(moment):
        seconds, locked, written, _ = worker.call(run_job, "_cron_refresh", moment)
        note = f"{written} rows written, at most {locked * 1000:.0f} ms locked"
        return seconds, note

    def refresh_changed(what, rounds, budget):
        runs = []
        for moment, percent, shift in rounds:
            if percent:
                worker.call(change, percent, shift, True)
            runs.append(worker.call(run_job, "_cron_refresh_changed", moment))
        times.extend(worker.call(aggregate, MOMENT, 1)[0])
        each = ", ".join(f"{run[0]:.2f}" for run in runs)
        note = f"{runs[-1][-1]} customers; each: {each}"
        add(what, statistics.median(run[0] for run in runs), budget, note)

    seconds, note = refresh(MOMENT)
    add("first fill", seconds, FILL, note)
    seconds, scored = worker.call(score_silence)
    add("silent scores of all, the job after it", seconds, None, f"{scored} rows")
    database.sql("VACUUM ANALYZE", name)
    refresh_changed("hour without a change", [(MOMENT, 0, 0)], None)
    for percent, first in ((HOURLY, 10), (PERCENT, 20)):
        rounds = [(MOMENT, percent, first + number) for number in range(ROUNDS)]
        refresh_changed(f"hour, {percent:g} % changed", rounds, HOUR)
    nights = []
    for number in range(NIGHTS):
        worker.call(change, PERCENT, 30 + number, False)
        database.sql("VACUUM ANALYZE account_move_line", name)
        night = MOMENT.replace(" 03", f" {4 + number:02}")
        nights.append(refresh(night))
        times.extend(worker.call(aggregate, MOMENT, 1)[0])
    each = ", ".join(f"{night[0]:.1f}" for night in nights)
    seconds = statistics.median(night[0] for night in nights)
    add("night, 2 % changed", seconds, NIGHT, f"{nights[-1][1]}; each: {each}")
    wrong = worker.call(compare, night)
    begin = datetime.fromisoformat(MOMENT)
    days = [f"{begin + timedelta(days=number + 1)}" for number in range(ROUNDS)]
    rounds = [(day, 0, 0) for day in days]
    refresh_changed("first hour of a day", rounds, HOUR)
    late = worker.call(compare, days[-1])
    say(f"  bare: {times}")
    bare = statistics.median(times)
    results.insert(0, ("bare aggregate", bare, None, f"median of {len(times)}"))
    seconds, asked, differing = worker.call(ask_odoo, ASKED, days[-1])
    note = f"four figures each; {differing} differ from ours"
    add(f"Odoo's own figures of {asked} customers", seconds, None, note)
    answers = (
        f"{count} rows. Rows and months that differ from a fresh aggregate after the"
        f" night: {wrong}, after the days: {late}."
    )
    return results, answers


def report(results, answers):
    """Return the results as Markdown."""
    bare = results[0][1]
    rows = [
        (
            what,
            f"{seconds:.2f}",
            f"{seconds / bare:.3f}",
            budget or "",
            verdict(seconds / bare, budget) if budget else "",
            note,
        )
        for what, seconds, budget, note in results
    ]
    head = ("what", "s", "ratio", "budget", "", "")
    return f"{table(head, rows)}\n\n{answers}"


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--database")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    text = report(*measure(options.database, options.scale))
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("Figures of customers", command, text)


if __name__ == "__main__":
    main()
