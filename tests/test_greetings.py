"""Greetings: sent by several processes at once, one of them killed in the middle."""

from conftest import outcome, value, wait_until

from dev import database

GREETED = 200


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


def greet(env, batch_size):
    """Do what the job does."""
    env["truck.greeting"]._cron_send(batch_size=batch_size)


def greet_without_waiting(env, batch_size):
    """Do the job as if no row were locked: only the unique index is left."""
    model = type(env["truck.greeting"])
    locked = model.try_lock_for_update
    model.try_lock_for_update = lambda self, **options: self
    try:
        env["truck.greeting"]._cron_send(batch_size=batch_size)
    finally:
        model.try_lock_for_update = locked


# --- the tests ---


def test_greetings_by_two_processes_and_a_kill(name, workers):
    """R4.4: however often the job is begun and killed, each person gets one mail."""
    first, second, third = workers
    assert third.call(create_greeting, GREETED) == GREETED
    first.start(greet, 10)
    wait_until(name, "SELECT count(*) >= 30 FROM truck_greeting_sent")
    first.kill()
    assert 30 <= value(name, "SELECT count(*) FROM truck_greeting_sent") < GREETED
    assert mails(name) == value(name, "SELECT count(*) FROM truck_greeting_sent")
    for worker in (second, third):
        worker.start(greet, 10)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    # each of the two may have left the work to the other: what is left is done now
    second.call(greet, 10)
    assert mails(name) == GREETED
    assert value(name, "SELECT count(*) FROM truck_greeting_sent") == GREETED
    second.call(greet, 10)
    assert mails(name) == GREETED


def test_greetings_without_a_lock_are_sent_once_too(name, workers):
    """R4.4: two processes at the same persons; the unique index alone decides."""
    _killed, second, third = workers
    database.sql(
        "DELETE FROM truck_greeting_sent; DELETE FROM mail_mail;"
        " DELETE FROM mail_message WHERE subject LIKE 'Wishes for %'",
        name,
    )
    for worker in (second, third):
        worker.start(greet_without_waiting, 10)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    assert mails(name) == GREETED
    people = "SELECT count(DISTINCT partner_id) FROM truck_greeting_sent"
    assert value(name, people) == GREETED


def mails(name):
    """Return how many greetings stand in the queue; raise if one person has two."""
    query = "SELECT {} FROM mail_message WHERE subject LIKE 'Wishes for %'"
    found = value(name, query.format("count(*)"))
    assert value(name, query.format("count(DISTINCT subject)")) == found
    return found
