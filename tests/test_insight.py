"""Notices of emergencies and care tasks: two processes at once, one killed."""

from conftest import value
from jobs import kill_in_the_middle, run_job, run_job_unlocked, run_together

from dev import database

CUSTOMERS = 200
NOTIFY = ("truck.emergency", "_cron_notify", 10)
NOTICES = "SELECT count(*) FROM truck_emergency_notice"
ASK = ("truck.silent.case", "_cron_raise", 10)


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


# --- the tests ---


def test_notices_by_two_processes_and_a_kill(name, workers):
    """R7.11: however often the job is begun and killed, each customer gets one mail."""
    first, second, third = workers
    assert third.call(create_emergency, CUSTOMERS) == CUSTOMERS
    told = kill_in_the_middle(first, name, NOTICES, 30, run_job, *NOTIFY)
    assert 30 <= told < CUSTOMERS
    assert mails(name) == told
    run_together((second, third), run_job, *NOTIFY)
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
    run_together((second, third), run_job_unlocked, *NOTIFY)
    assert mails(name) == CUSTOMERS


def test_care_tasks_by_two_processes_are_raised_once(name, workers):
    """R7.9: with locks and without, a task and an activity per customer and period."""
    _killed, second, third = workers
    assert third.call(create_silent_customers, CUSTOMERS) == CUSTOMERS
    cases = "SELECT count(*) FROM truck_silent_case"
    activities = (
        "SELECT count(*) FROM mail_activity WHERE res_model = 'truck.silent.case'"
    )
    for job in ((run_job, *ASK), (run_job_unlocked, *ASK, "truck.silent.policy")):
        run_together((second, third), *job)
        assert value(name, cases) == CUSTOMERS
        assert value(name, activities) == CUSTOMERS
        database.sql(
            "DELETE FROM mail_activity WHERE res_model = 'truck.silent.case';"
            " DELETE FROM truck_silent_case",
            name,
        )


def mails(name):
    """Return how many notices stand in the queue; raise if a customer has two."""
    notices = f"{NOTICES} WHERE mail_id IS NOT NULL"
    found = value(
        name,
        "SELECT count(*) FROM mail_message WHERE subject = 'Recall of your trucks'",
    )
    assert value(name, notices) == found
    people = "SELECT count(DISTINCT partner_id) FROM truck_emergency_notice"
    assert value(name, people) == found
    return found
