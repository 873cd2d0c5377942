"""Who was called, when nobody answered: as the job would have called them then.

The job itself looks at clocks that run now. For those that have stopped, its methods
are asked what it would have done until then.
"""

from .past import set_back, set_back_messages


def climb_past(stage):
    """Write down who was called about complaints while they were open."""
    clocks = stage.complaints.clock_ids.filtered(lambda c: c.state == "done")
    complaints = clocks.complaint_id
    bench = clocks._get_bench(complaints, clocks, stage.now)
    grades = stage.env["truck.escalation.policy"]._get_grades(complaints)
    rungs = []
    for clock in clocks:
        complaint = clock.complaint_id
        wanted = clock._get_wanted(complaint, grades[complaint], stage.now)
        ladder = clock._get_own_ladder(wanted[clock.kind, clock.promise_id], bench)
        climbed, _rest = clock._split(ladder, clock.date_done, clock.date_done.date())
        rungs += [rung for rung in climbed if rung.due_at < clock.date_done]
    rows = stage.env["truck.complaint.escalation"]._record(rungs)
    _set_back_rows(rows)
    for complaint, mine in complaints.escalation_ids.grouped("complaint_id").items():
        complaint._store({"escalation_level": max(mine.mapped("height"))})


def climb_now(stage):
    """Do what the job does, with what is due; it commits, and cannot be run here."""
    known = stage.complaints.escalation_ids
    due = stage.complaints.clock_ids.filtered(
        lambda c: c.state == "running" and c.due_at and c.due_at <= stage.now
    )
    due._climb()
    stage.env.flush_all()
    stage.complaints.invalidate_recordset(["escalation_ids"])
    rows = stage.complaints.escalation_ids - known
    _set_back_rows(rows)
    set_back_messages(
        {
            complaint: max(mine.mapped("due_at"))
            for complaint, mine in rows.grouped("complaint_id").items()
        },
        by=stage.env.ref("base.user_root"),
    )
    # no mail leaves the demo
    stage.env["mail.mail"].search(
        [
            ("model", "=", "truck.complaint"),
            ("res_id", "in", stage.complaints.ids),
            ("state", "=", "outgoing"),
        ]
    ).unlink()


def _set_back_rows(rows):
    """People were called when it was due."""
    if rows:
        set_back({row: row.due_at for row in rows}, "date")


def acknowledge(stage, complaint):
    """Let the chief who was called say what happens next: the ladder stands still."""
    chief = stage.users["demo_service"]
    wizard = stage.env["truck.complaint.acknowledge"].with_user(chief).sudo(False)
    wizard = wizard.create({"complaint_id": complaint.id})
    wizard.action = "已加急送质量部鉴定，结论出来前先按三包挂账维修，不让客户垫款。"
    wizard.action_confirm()
