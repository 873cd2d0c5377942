"""Greetings: sent by several processes at once, one of them killed in the middle."""

from conftest import value
from jobs import kill_in_the_middle, run_job, run_job_unlocked, run_together

from dev import database

GREETED = 200
JOB = ("truck.greeting", "_cron_send", 10)
SENT = "SELECT count(*) FROM truck_greeting_sent"


# --- what the processes run ---


def create_greeting(env, count):
    """Make a festival today and people to greet; return how many there are."""
    from odoo.fields import Date

    today = Date.today()
    template = env["mail.template"].create(
        {
            "name": "Wishes",
            "model_id": env["ir.model"]._get_id("res.partner"),
            "subject": "Wishes for {{ object.name }}",
            "body_html": "<p>Best wishes</p>",
            "email_from": "sales@example.com",
        }
    )
    people = env["res.partner"].create(
        [
            {"name": f"Person {n}", "email": f"person{n}@example.com"}
            for n in range(count)
        ]
    )
    env.company.partner_id.tz = "UTC"
    env["truck.greeting"].create(
        {
            "name": "Today",
            "active": True,
            "festival_month": today.month,
            "festival_day": today.day,
            "hour_from": 0,
            "hour_to": 24,
            "template_id": template.id,
            "partner_domain": "[('email', '=like', 'person%@example.com')]",
        }
    )
    return len(people)


# --- the tests ---


def test_greetings_by_two_processes_and_a_kill(name, workers):
    """R4.4: however often the job is begun and killed, each person gets one mail."""
    first, second, third = workers
    assert third.call(create_greeting, GREETED) == GREETED
    sent = kill_in_the_middle(first, name, SENT, 30, run_job, *JOB)
    assert 30 <= sent < GREETED
    assert mails(name) == sent
    run_together((second, third), run_job, *JOB)
    assert mails(name) == value(name, SENT) == GREETED
    second.call(run_job, *JOB)
    assert mails(name) == GREETED


def test_greetings_without_a_lock_are_sent_once_too(name, workers):
    """R4.4: two processes at the same persons; the unique index alone decides."""
    _killed, second, third = workers
    database.sql(
        "DELETE FROM truck_greeting_sent; DELETE FROM mail_mail;"
        " DELETE FROM mail_message WHERE subject LIKE 'Wishes for %'",
        name,
    )
    run_together((second, third), run_job_unlocked, *JOB)
    assert mails(name) == GREETED
    people = "SELECT count(DISTINCT partner_id) FROM truck_greeting_sent"
    assert value(name, people) == GREETED


def mails(name):
    """Return how many greetings stand in the queue; raise if one person has two."""
    query = "SELECT {} FROM mail_message WHERE subject LIKE 'Wishes for %'"
    found = value(name, query.format("count(*)"))
    assert value(name, query.format("count(DISTINCT subject)")) == found
    return found
