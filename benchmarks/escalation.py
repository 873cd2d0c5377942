"""Complaints that climb: due levels of a nation, an idle run, and deadlines of many.

python3 -m benchmarks.escalation [--scale 1] [--no-peer] [--record]

At scale 1 there are 20,000 open complaints, of which 2,000 are due, and deadlines are
set for 10,000. Beside it the addon helpdesk_mgmt_sla of the OCA sets those of as many
tickets in the same run, on the same calendar; it is fetched from the package registry
into a temporary folder and installed in the measured database only.
"""

import argparse
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from benchmarks.generate import Generator
from benchmarks.measure import median, record, table, verdict
from dev import addons, database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.escalation"
OPEN, DUE, DEADLINES = 20_000, 2_000, 10_000
PEER = "helpdesk_mgmt_sla"
PACKAGES = ("odoo-addon-helpdesk-mgmt", "odoo-addon-helpdesk-mgmt-sla")
BUDGETS = {"due": 60_000, "idle": 50}
# Monday afternoon in Shanghai: what came in four working hours before is due now.
NOW, BEFORE, JUST_NOW = (
    "2026-03-02 07:00:00",
    "2026-03-02 02:00:00",
    "2026-03-02 06:50:00",
)


class ComplaintGenerator(Generator):
    """Complaints of some hundred owners, one in ten of them due."""

    def fill(self):
        """Generate everything; vacuumed at the end, as a grown database is."""
        with Worker(self.name) as worker:
            more = worker.call(create_ladder_samples, BEFORE)
        self.samples |= more
        due = self.size(DUE)
        self._copy(
            "truck_complaint",
            self.size(OPEN),
            name="'G' || lpad(n::text, 7, '0')",
            user_id=f"{self.samples['owner']} + n % {self.samples['owners']}",
            date_open=f"CASE WHEN n <= {due} THEN '{BEFORE}'::timestamp"
            f" ELSE '{JUST_NOW}'::timestamp END",
            access_token="NULL",
        )
        self._sql("VACUUM ANALYZE")


# --- what the processes run ---


def create_ladder_samples(env, before):
    """Make one complaint, its team, and owners with chiefs up to the top."""
    from odoo.fields import Command

    group = env.ref("truck_crm.truck_crm_group_manager").id
    users, chiefs, number = env["res.users"], [None], 0
    for count in (1, 9, 30, 160):
        made = []
        for index in range(count):
            number += 1
            user = users.create(
                {
                    "name": f"Ladder {number}",
                    "login": f"benchmark_ladder_{number}",
                    "email": f"ladder{number}@example.com",
                    "group_ids": [Command.link(group)],
                    "truck_manager_id": chiefs[index % len(chiefs)],
                }
            )
            made.append(user.id)
        chiefs = made
    env["truck.escalation.policy"].search([]).action_draft()
    means = {"by_activity": True, "target": "manager"}
    env["truck.escalation.policy"].create(
        {
            "name": "Measured",
            "state": "running",
            "response_hours": 4,
            "solution_hours": 40,
            "level_ids": [
                Command.create({"name": f"{clock} {hours}", "clock": clock, **level})
                for clock in ("response", "solution")
                for hours, level in (
                    (0, {"timing_value": 0, **means}),
                    (4, {"timing_value": 4, "steps": 2, **means}),
                    (8, {"timing_value": 8, **means, "target": "chain"}),
                )
            ],
        }
    )
    calendar = env.company.resource_calendar_id.copy({"tz": "Asia/Shanghai"})
    team = env["truck.complaint.team"].create(
        {"name": "Measured", "calendar_id": calendar.id}
    )
    partner = env["res.partner"].create({"name": "Measured", "is_company": True})
    complaint = env["truck.complaint"].create(
        {
            "subject": "Measured",
            "partner_id": partner.id,
            "team_id": team.id,
            "user_id": chiefs[0],
            "date_open": before,
        }
    )
    complaint.clock_ids.unlink()
    return {
        "truck_complaint": complaint.id,
        "owner": chiefs[0],
        "owners": len(chiefs),
    }


def set_deadlines(env, now, count):
    """Time the deadlines of so many complaints; nothing of it stays.

    :return: seconds and the number of deadlines
    """
    import time
    from unittest.mock import patch

    from odoo import fields

    moment = fields.Datetime.to_datetime(now)
    with patch.object(fields.Datetime, "now", staticmethod(lambda: moment)):
        complaints = env["truck.complaint"].search([], limit=count, order="id desc")
        env.invalidate_all()
        start = time.perf_counter()
        complaints._update_clocks()
        env.flush_all()
        seconds = time.perf_counter() - start
    number = env["truck.complaint.clock"].search_count([("deadline", "!=", False)])
    env.cr.rollback()
    return seconds, number


def climb(env, now, rounds):
    """Give all complaints their clocks, and time the job: once due, then idle.

    :return: seconds of the due run, rows, mails, and the seconds of idle runs
    """
    import time
    from unittest.mock import patch

    from odoo import fields

    moment = fields.Datetime.to_datetime(now)
    complaints = env["truck.complaint"]
    with patch.object(fields.Datetime, "now", staticmethod(lambda: moment)):
        for ids in (complaints.search([]).ids[n::20] for n in range(20)):
            complaints.browse(ids)._update_clocks()
            env.cr.commit()
            env.invalidate_all()
        env.cr.execute("ANALYZE")
        env.cr.commit()
        mails = env["mail.mail"].search_count([])
        start = time.perf_counter()
        complaints._cron_escalate()
        env.cr.commit()
        due = time.perf_counter() - start
        idle = []
        for _round in range(rounds):
            env.invalidate_all()
            start = time.perf_counter()
            complaints._cron_escalate()
            env.cr.commit()
            idle.append(time.perf_counter() - start)
    rows = env["truck.complaint.escalation"].search_count([])
    return due, rows, env["mail.mail"].search_count([]) - mails, idle


def install(env, name):
    """Install the peer."""
    env["ir.module.module"].update_list()
    env["ir.module.module"].search([("name", "=", name)]).button_immediate_install()


def set_peer_deadlines(env, count):
    """Time the deadlines of so many tickets, two each, on the same calendar.

    :return: seconds and the number of deadlines
    """
    import time

    calendar = env["truck.complaint.team"].search([("name", "=", "Measured")])
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Measured",
            "use_sla": True,
            "resource_calendar_id": calendar.calendar_id.id,
        }
    )
    stage = env["helpdesk.ticket.stage"].search([], order="sequence desc", limit=1)
    env["helpdesk.sla"].create(
        [
            {
                "name": name,
                "team_ids": team.ids,
                "hours": hours,
                "stage_id": stage.id,
            }
            for name, hours in (("Answer", 4), ("Solution", 40))
        ]
    )
    ticket = env["helpdesk.ticket"].create(
        {"name": "Measured", "description": "Measured", "team_id": team.id}
    )
    ticket.ticket_sla_ids.unlink()
    env.flush_all()
    env.cr.execute(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM"
        " information_schema.columns WHERE table_name = 'helpdesk_ticket'"
        " AND column_name NOT IN ('id', 'number', 'access_token')"
    )
    (columns,) = env.cr.fetchone()
    env.cr.execute(
        f"INSERT INTO helpdesk_ticket (number, {columns})"
        f" SELECT 'G' || n, {columns} FROM helpdesk_ticket,"
        f" generate_series(1, {int(count)}) n WHERE id = {ticket.id} RETURNING id"
    )
    tickets = env["helpdesk.ticket"].browse(row[0] for row in env.cr.fetchall())
    env.invalidate_all()
    start = time.perf_counter()
    tickets.set_sla()
    env.flush_all()
    seconds = time.perf_counter() - start
    number = env["helpdesk.ticket.sla"].search_count([("deadline", "!=", False)])
    env.cr.rollback()
    return seconds, number


# --- the measurement ---


@contextmanager
def peer_addons():
    """Fetch the peer into a temporary folder, on the addons path while it lasts."""
    folders = addons.folders
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            + ["--only-binary", ":all:", "--dest", folder]
            + [f"{package}>=19.0,<20" for package in PACKAGES],
            check=True,
        )
        for wheel in Path(folder).glob("*.whl"):
            with ZipFile(wheel) as archive:
                archive.extractall(folder)
        addons.folders = lambda: [*folders(), Path(folder) / "odoo/addons"]
        try:
            yield
        finally:
            addons.folders = folders


def measure(scale, rounds, peer):
    """Return rows of the table of results."""
    count = max(10, round(DEADLINES * scale))
    name = database.clone(template.addon())
    try:
        ComplaintGenerator(name, scale).fill()
        with Worker(name) as worker:
            ours = worker.call(set_deadlines, NOW, count)
        theirs = None
        if peer:
            with peer_addons():
                with Worker(name) as worker:
                    worker.call(install, PEER)
                with Worker(name) as worker:
                    theirs = worker.call(set_peer_deadlines, count)
        # without the peer's addons, which may stay installed there unseen
        with Worker(name) as worker:
            due, rows, mails, idle = worker.call(climb, NOW, rounds)
    finally:
        database.drop(name)
    return _rows(count, ours, theirs, due, rows, mails, idle)


def _rows(count, ours, theirs, due, rows, mails, idle):
    limit = BUDGETS["due"]
    result = [
        (
            f"the job: {rows:,} levels called, {mails:,} mails",
            f"{due * 1000:,.0f}",
            f"{limit:,}",
            verdict(due * 1000, limit),
        ),
        (
            f"the job, nothing due (median of {len(idle)})",
            f"{median(idle):.1f}",
            BUDGETS["idle"],
            verdict(median(idle), BUDGETS["idle"]),
        ),
        (
            f"deadlines of {count:,} complaints: {ours[1]:,}",
            f"{ours[0] * 1000:,.0f}",
            "",
            "",
        ),
    ]
    if theirs:
        text = f"{theirs[0] * 1000:,.0f}"
        ratio = f"{theirs[0] / theirs[1] / (ours[0] / ours[1]):.1f}x ours"
        what = f"{PEER}, {count:,} tickets: {theirs[1]:,}"
        result.append((what, text, "", ratio))
    return result


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    rows = measure(options.scale, options.rounds, not options.no_peer)
    text = table(("what", "ms", "budget", ""), rows)
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("Escalation of complaints", command, text)


if __name__ == "__main__":
    main()
