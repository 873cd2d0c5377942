"""Notices of emergencies and care tasks: two processes at once, one killed."""

from conftest import outcome, value, wait_until

from dev import database

CUSTOMERS = 200


# --- what the processes run ---


def create_emergency(env, count):
    """Make customers with a truck each, and an emergency that tells them."""
    from odoo.tools import SQL

    brand = env["truck.brand"].create({"name": "Own", "is_own": True})
    model = env["truck.model"].create({"name": "T560", "brand_id": brand.id})
    people = env["res.partner"].create(
        [
            {"name": f"Haulier {n}", "email": f"haulier{n}@example.com"}
            for n in range(count)
        ]
    )
    env["truck.vehicle"].create(
        [
            {
                "vin": f"LGGA2B4D0SL{number:06}",
                "model_id": model.id,
                "owner_id": partner.id,
            }
            for number, partner in enumerate(people)
        ]
    )
    emergency = env["truck.emergency"].create(
        {
            "name": "Recall",
            "model_ids": [(6, 0, model.ids)],
            "notice_subject": "Recall of your trucks",
            "notice_body": "<p>Come to a workshop.</p>",
        }
    )
    emergency.action_fill()
    emergency.action_start()
    emergency.action_notify()
    env.cr.execute(SQL("DELETE FROM ir_cron_trigger"))
    return emergency.customer_count


def notify(env, batch_size):
    """Do what the job does."""
    env["truck.emergency"]._cron_notify(batch_size=batch_size)


def notify_without_waiting(env, batch_size):
    """Do the job as if no row were locked: only the unique index is left."""
    model = type(env["truck.emergency"])
    locked = model.try_lock_for_update
    model.try_lock_for_update = lambda self, **options: self
    try:
        env["truck.emergency"]._cron_notify(batch_size=batch_size)
    finally:
        model.try_lock_for_update = locked


def create_silent_customers(env, count):
    """Make customers whose figures speak for a silent complaint."""
    policy = env.ref("truck_crm.truck_silent_policy_standard")
    policy.write({"open_limit": 10 * count, "user_id": env.ref("base.user_admin").id})
    partners = env["res.partner"].create(
        [{"name": f"Silent {n}", "is_company": True} for n in range(count)]
    )
    env["truck.customer.metrics"].sudo().create(
        [
            {
                "partner_id": partner.id,
                "company_id": env.company.id,
                "order_count": 5,
                "order_cycle_days": 5,
                "last_order_date": "2020-01-01",
                "unreached_count": 5,
            }
            for partner in partners
        ]
    )
    return len(partners)


def ask(env, batch_size):
    """Do what the nightly job does."""
    env["truck.silent.case"]._cron_raise(batch_size=batch_size)


def ask_without_waiting(env, batch_size):
    """Do the job as if no row were locked: only the unique index is left."""
    model = type(env["truck.silent.policy"])
    locked = model.try_lock_for_update
    model.try_lock_for_update = lambda self, **options: self
    try:
        env["truck.silent.case"]._cron_raise(batch_size=batch_size)
    finally:
        model.try_lock_for_update = locked


# --- the tests ---


def test_notices_by_two_processes_and_a_kill(name, workers):
    """R7.11: however often the job is begun and killed, each customer gets one mail."""
    first, second, third = workers
    assert third.call(create_emergency, CUSTOMERS) == CUSTOMERS
    first.start(notify, 10)
    wait_until(name, "SELECT count(*) >= 30 FROM truck_emergency_notice")
    first.kill()
    told = value(name, "SELECT count(*) FROM truck_emergency_notice")
    assert 30 <= told < CUSTOMERS
    assert mails(name) == told
    for worker in (second, third):
        worker.start(notify, 10)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    # each of the two may have left the work to the other: what is left is done now
    second.call(notify, 10)
    assert mails(name) == CUSTOMERS
    informed = "SELECT count(*) FROM truck_emergency_vehicle WHERE state = 'informed'"
    assert value(name, informed) == CUSTOMERS
    running = "SELECT count(*) FROM truck_emergency WHERE is_notifying"
    assert value(name, running) == 0


def test_notices_without_a_lock_are_sent_once_too(name, workers):
    """R7.11: two processes at the same customers; the unique index alone decides."""
    _killed, second, third = workers
    database.sql(
        "DELETE FROM truck_emergency_notice; DELETE FROM mail_mail;"
        " DELETE FROM mail_message WHERE subject = 'Recall of your trucks';"
        " UPDATE truck_emergency SET is_notifying = true",
        name,
    )
    for worker in (second, third):
        worker.start(notify_without_waiting, 10)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    assert mails(name) == CUSTOMERS


def test_care_tasks_by_two_processes_are_raised_once(name, workers):
    """R7.9: with locks and without, a task and an activity per customer and period."""
    _killed, second, third = workers
    assert third.call(create_silent_customers, CUSTOMERS) == CUSTOMERS
    cases = "SELECT count(*) FROM truck_silent_case"
    activities = (
        "SELECT count(*) FROM mail_activity WHERE res_model = 'truck.silent.case'"
    )
    for job in (ask, ask_without_waiting):
        for worker in (second, third):
            worker.start(job, 10)
        assert [outcome(worker) for worker in (second, third)] == [None, None]
        second.call(ask, 10)
        assert value(name, cases) == CUSTOMERS
        assert value(name, activities) == CUSTOMERS
        database.sql(
            "DELETE FROM mail_activity WHERE res_model = 'truck.silent.case';"
            " DELETE FROM truck_silent_case",
            name,
        )


def mails(name):
    """Return how many notices stand in the queue; raise if a customer has two."""
    notices = "SELECT count(*) FROM truck_emergency_notice WHERE mail_id IS NOT NULL"
    found = value(
        name,
        "SELECT count(*) FROM mail_message WHERE subject = 'Recall of your trucks'",
    )
    assert value(name, notices) == found
    people = "SELECT count(DISTINCT partner_id) FROM truck_emergency_notice"
    assert value(name, people) == found
    return found
