"""Escalation: by several processes at once, one of them killed in the middle."""

import pytest
from conftest import value
from jobs import kill_in_the_middle, run_job, run_together

from dev import database

COMPLAINTS = 60
# of each: a warning, two levels, and the top
LEVELS = 4
ROWS = COMPLAINTS * LEVELS
JOB = ("truck.complaint", "_cron_escalate", 5)


# --- what the processes run ---


def create_complaints(env, count):
    """Make complaints whose ladders are due from the first level to the top."""
    from datetime import timedelta

    from odoo.fields import Command, Datetime

    env["truck.escalation.policy"].search([]).action_draft()
    users, chief = env["res.users"], None
    for name in ("top", "director", "chief", "owner"):
        user = users.create(
            {
                "name": name,
                "login": f"ladder_{name}",
                "email": f"{name}@example.com",
                "group_ids": [
                    Command.link(env.ref("truck_crm.truck_crm_group_manager").id)
                ],
                "truck_manager_id": chief,
            }
        )
        chief = user.id
    levels = (
        {"name": "Warning", "height": 0, "target": "owner"},
        {"name": "One", "height": 1, "timing_value": 1, "by_activity": True},
        {"name": "Two", "height": 2, "timing_value": 2, "steps": 2},
        {"name": "Top", "height": 3, "timing_value": 3, "target": "chain"},
    )
    env["truck.escalation.policy"].create(
        {
            "name": "Ladder",
            "state": "running",
            "response_hours": 0,
            "solution_hours": 1,
            "level_ids": [
                Command.create({"clock": "solution", "target": "manager", **level})
                for level in levels
            ],
        }
    )
    start = Datetime.now() - timedelta(days=30)
    complaints = env["truck.complaint"].create(
        [
            {
                "subject": f"Ladder {number}",
                "user_id": user.id,
                "date_open": start,
            }
            for number in range(count)
        ]
    )
    return len(complaints)


def escalate_without_waiting(env, batch_size):
    """Do the job as if no row were locked: only the unique index is left."""
    model = type(env["truck.complaint.clock"])
    take = model._take

    def take_all(self, size, clock_id=None):
        from odoo.fields import Datetime

        domain = [("state", "=", "running"), ("due_at", "<=", Datetime.now())]
        if clock_id:
            domain.append(("id", "=", clock_id))
        return self.search(domain, order="due_at, id", limit=size)

    model._take = take_all
    try:
        env["truck.complaint"]._cron_escalate(batch_size=batch_size)
    finally:
        model._take = take


def begin_again(env):
    """Forget what was called: the ladders are due once more."""
    env["mail.mail"].search([]).unlink()
    env["truck.complaint.escalation"].search([]).unlink()
    env["mail.message"].search([("message_type", "=", "user_notification")]).unlink()
    env["mail.activity"].search([("res_model", "=", "truck.complaint")]).unlink()
    env["truck.complaint"].search([])._update_clocks()


# --- the tests ---


@pytest.fixture(scope="module")
def ladders(name, workers):
    """Make the complaints once; nothing of it sends mails."""
    assert workers[2].call(create_complaints, COMPLAINTS) == COMPLAINTS
    database.sql("DELETE FROM mail_mail", name)


def test_escalation_by_two_processes_and_a_kill(name, workers, ladders):
    """R7.3: however often the job is begun and killed, each level is called once."""
    first, second, third = workers
    called = "SELECT count(*) FROM truck_complaint_escalation"
    done = kill_in_the_middle(first, name, called, 40, run_job, *JOB)
    assert 40 <= done < ROWS
    assert done % LEVELS == 0, "a ladder is climbed in one transaction"
    assert mails(name) == done
    run_together((second, third), run_job, *JOB)
    check_all(name)
    second.call(run_job, *JOB)
    check_all(name)


def test_escalation_without_a_lock_is_done_once_too(name, workers, ladders):
    """R7.3: two processes at the same clocks; the unique index alone decides."""
    _killed, second, third = workers
    second.call(begin_again)
    assert rows(name) == mails(name) == 0
    run_together((second, third), escalate_without_waiting, 7)
    check_all(name)


def check_all(name):
    """Raise unless every level was called once, with one mail each, in order."""
    assert rows(name) == ROWS
    keys = "SELECT count(DISTINCT (clock_id, level_id, cycle)) FROM {}"
    assert value(name, keys.format("truck_complaint_escalation")) == ROWS
    assert mails(name) == ROWS
    activities = "FROM mail_activity WHERE res_model = 'truck.complaint'"
    assert value(name, f"SELECT count(*) {activities}") == COMPLAINTS
    assert value(name, f"SELECT count(DISTINCT res_id) {activities}") == COMPLAINTS
    disorder = (
        "SELECT count(*) FROM truck_complaint_escalation a"
        " JOIN truck_complaint_escalation b USING (clock_id)"
        " WHERE a.id < b.id AND a.due_at > b.due_at"
    )
    assert value(name, disorder) == 0
    left = "SELECT count(*) FROM truck_complaint_clock WHERE due_at IS NOT NULL"
    assert value(name, left) == 0
    top = "SELECT count(*) FROM truck_complaint WHERE escalation_level = 3"
    assert value(name, top) == COMPLAINTS


def rows(name):
    """Return how many levels were called."""
    return value(name, "SELECT count(*) FROM truck_complaint_escalation")


def mails(name):
    """Return how many notices stand in the queue; raise if one stands there twice."""
    queue = (
        "FROM mail_mail JOIN mail_message ON mail_message.id = mail_message_id"
        " WHERE message_type = 'user_notification' AND state = 'outgoing'"
    )
    found = value(name, f"SELECT count(*) {queue}")
    once = "SELECT count(DISTINCT (res_id, split_part(subject, ' – ', 1)))"
    assert value(name, f"{once} {queue}") == found
    return found
