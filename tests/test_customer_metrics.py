"""The figures of customers, refreshed by several processes while people work."""

import pytest
from conftest import outcome, value, wait_until_gone
from jobs import run_together

from dev import database
from dev.worker import Worker

CUSTOMERS = 2500  # three chunks of the smallest size
FIGURES = """
    SELECT string_agg(md5(row::text), '' ORDER BY partner_id, company_id) FROM (
        SELECT partner_id, company_id, order_count, last_order_date, partner_active
          FROM truck_customer_metrics) AS row
"""
COUNT = "SELECT count(*) FROM truck_customer_metrics"
MARKS = "SELECT count(*) FROM truck_customer_metrics_mark"


@pytest.fixture(scope="module", autouse=True)
def customers(name, workers):
    """Make customers and orders; there are no figures yet."""
    workers[0].call(create_customers, CUSTOMERS)


@pytest.fixture(autouse=True)
def empty(name):
    """Begin without figures."""
    database.sql(
        "TRUNCATE truck_customer_metrics, truck_customer_metrics_month,"
        " truck_customer_metrics_mark, truck_customer_metrics_run",
        name,
    )


# --- what the processes run ---


def create_customers(env, count):
    """Make customers with an order each."""
    partners = env["res.partner"].create([{"name": f"C{n}"} for n in range(count)])
    order = {"state": "sale", "date_order": "2024-03-01 08:00:00"}
    env["sale.order"].create([{"partner_id": p.id, **order} for p in partners])


def begin(env):
    """Begin a night, in small chunks."""
    from odoo.fields import Datetime

    values = {"moment": Datetime.now(), "chunk_size": 1000}
    env["truck.customer.metrics.run"].create(values)


def refresh(env, gate=None, low=0, job="_cron_refresh"):
    """Do what the nightly job does, or another one.

    :param gate: at which it waits within each chunk that begins behind ``low``
    """
    run = type(env["truck.customer.metrics.run"])
    stage = run._stage

    def stage_and_wait(self, scope):
        stage(self, scope)
        key = gate if (scope.low or 0) >= low else None
        self.env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [key])

    run._stage = stage_and_wait
    try:
        getattr(env["truck.customer.metrics.run"], job)()
    finally:
        run._stage = stage


def refresh_changed(env):
    """Do what the hourly job does."""
    env["truck.customer.metrics.run"]._cron_refresh_changed()


def refresh_all(env):
    """Do all in one transaction; return how many rows were written."""
    return env["truck.customer.metrics"]._refresh()


def work(env, number):
    """Work with a customer as a salesperson does."""
    partner = env["res.partner"].search([("name", "=", f"C{number}")])
    partner.write({"user_id": 2, "phone": "123"})
    env["sale.order"].create({"partner_id": partner.id, "state": "sale"})
    env["truck.interaction"].create({"partner_id": partner.id})
    env["truck.customer.metrics"]._refresh(partner.ids)
    env.cr.commit()


def hold(env, gate):
    """Change the rows of metrics, and stay in the transaction."""
    env.cr.execute("UPDATE truck_customer_metrics SET contact_count_12m = 7")
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])


def note_everybody(env):
    """Note all customers as having new facts, as their orders would."""
    env["truck.customer.metrics.mark"]._add("order", env["sale.order"].search([]).ids)


def grade_due(env, gate=None):
    """Do what the job of grading does; stay behind its first batch at the gate."""
    model = type(env["truck.customer.metrics"])
    write = model._get_write_query

    def write_and_wait(self, graded):
        query = write(self, graded)
        self.env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
        return query

    model._get_write_query = write_and_wait
    try:
        env["truck.customer.metrics"]._cron_grade()
    finally:
        model._get_write_query = write


# --- the tests ---


def test_a_kill_and_two_servers(name, workers, gate):
    """R6.4: however often it is killed and begun, each customer has one row."""
    first, second, third = workers
    third.call(begin)
    first.start(refresh, gate.key, 1)
    gate.wait_for(1)  # within the second chunk
    first.kill()
    assert 0 < value(name, COUNT) < CUSTOMERS
    gate.open()
    wait_until_gone(name, first)
    run_together((second, third), refresh)
    assert value(name, "SELECT count(*) FROM truck_customer_metrics_run") >= 1
    assert database.sql("SELECT DISTINCT state FROM truck_customer_metrics_run", name)[
        0
    ] == ["done"]
    before = database.sql(FIGURES, name)
    assert value(name, "SELECT sum(order_count) FROM truck_customer_metrics") >= 2500
    assert third.call(refresh_all) == 0
    assert database.sql(FIGURES, name) == before


def test_people_work_while_it_runs(name, workers, gate):
    """R6.4: while a chunk is open, customers, orders and contacts are written."""
    _killed, second, third = workers
    third.call(begin)
    second.start(refresh, gate.key)
    gate.wait_for(1)
    for number in range(1, 8):
        third.call(work, number)
    gate.wait_for(1)  # it still stands there: nobody waited for it
    gate.open()
    assert outcome(second) is None
    second.call(refresh_changed)
    assert third.call(refresh_all) == 0, "what happened meanwhile was noted"


def test_the_job_waits_for_nobody(name, workers, gate):
    """R6.4: rows that somebody has locked are left out, and done in the next hour."""
    _killed, second, third = workers
    second.call(refresh_all)
    second.call(refresh)
    database.sql("UPDATE sale_order SET date_order = '2024-05-01'", name)
    third.start(hold, gate.key)
    gate.wait_for(1)
    second.call(refresh)
    wrong = (
        "SELECT count(*) FROM truck_customer_metrics"
        " WHERE last_order_date = '2024-03-01'"
    )
    assert value(name, wrong) > CUSTOMERS / 2
    gate.open()
    assert outcome(third) is None
    second.call(refresh_changed)
    assert value(name, wrong) == 0


def test_a_killed_hour_forgets_nobody(name, workers, gate):
    """R6.4: what was noted stays noted until its figures are written."""
    _killed, second, third = workers
    second.call(refresh)
    database.sql("UPDATE sale_order SET date_order = '2024-04-02'", name)
    second.call(note_everybody)
    with Worker(name) as doomed:
        doomed.start(refresh, gate.key, 0, "_cron_refresh_changed")
        gate.wait_for(1)
        third.call(work, 1)  # noted while the figures are being reckoned
        doomed.kill()
    gate.open()
    wait_until_gone(name, doomed)
    assert value(name, MARKS) >= CUSTOMERS
    second.call(refresh_changed)
    assert value(name, MARKS) == 0
    assert second.call(refresh_all) == 0


def test_two_servers_do_what_is_noted(name, workers):
    """R6.4: each noted customer is done, and no mark is left."""
    _killed, second, third = workers
    second.call(refresh)
    database.sql("UPDATE sale_order SET date_order = '2024-04-01'", name)
    second.call(note_everybody)
    run_together((second, third), refresh_changed)
    assert value(name, MARKS) == 0
    assert second.call(refresh_all) == 0


def test_two_servers_grade_each_customer_once(name, workers, gate):
    """R6.2: the second leaves alone what the first is grading; each moves once."""
    _killed, second, third = workers
    second.call(refresh)
    database.sql("DELETE FROM truck_customer_grade_history", name)
    database.sql(
        "UPDATE truck_customer_metrics SET grade_next_date = '2024-01-01', grade_id ="
        " (SELECT id FROM truck_customer_grade WHERE code = 'A')",
        name,
    )
    second.start(grade_due, gate.key)
    gate.wait_for(1)
    third.call(grade_due)  # does not wait
    gate.wait_for(1)
    gate.open()
    assert outcome(second) is None
    history = "SELECT count(%s) FROM truck_customer_grade_history"
    moved = value(name, history % "DISTINCT (partner_id, company_id)")
    assert moved == value(name, history % "*") == value(name, COUNT)
