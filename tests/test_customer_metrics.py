"""The figures of customers, refreshed by several processes while people work."""

import pytest

from dev import database, template
from dev.worker import Worker
from tests.test_two_processes import outcome, value, wait_until

CUSTOMERS = 2500  # three chunks of the smallest size
FIGURES = """
    SELECT string_agg(md5(row::text), '' ORDER BY partner_id, company_id) FROM (
        SELECT partner_id, company_id, order_count, last_order_date, partner_active
          FROM truck_customer_metrics) AS row
"""

HOLDING = """
    SELECT count(*) = 1 FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(8)'
"""


@pytest.fixture(scope="module")
def name():
    """Return the name of a clone with customers and orders, and no figures yet."""
    name = database.clone(template.addon())
    with Worker(name) as worker:
        worker.call(create_customers, CUSTOMERS)
    yield name
    database.drop(name)


@pytest.fixture(scope="module")
def workers(name):
    """Return three processes."""
    workers = [Worker(name, wait=False) for _number in range(3)]
    for worker in workers:
        worker.result()
    yield workers
    for worker in workers:
        worker.__exit__()


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


def refresh(env, seconds=0):
    """Do what the nightly job does; stay within each chunk for a while.

    The chunks stay as small as they are.
    """
    run = type(env["truck.customer.metrics.run"])
    stage = run._stage

    def slow_stage(self, scope):
        stage(self, scope)
        self.env.cr.execute("SELECT pg_sleep(%s)", [seconds])

    run._stage = slow_stage
    try:
        env["truck.customer.metrics.run"]._cron_refresh()
    finally:
        run._stage = stage


def refresh_changed(env):
    """Do what the hourly job does."""
    env["truck.customer.metrics.run"]._cron_refresh_changed()


def refresh_all(env):
    """Do all in one transaction; return how many rows were written."""
    return env["truck.customer.metrics"]._refresh()


def work(env, number):
    """Work with a customer as a salesperson does; return the seconds it took."""
    import time

    start = time.monotonic()
    partner = env["res.partner"].search([("name", "=", f"C{number}")])
    partner.write({"user_id": 2, "phone": "123"})
    env["sale.order"].create({"partner_id": partner.id, "state": "sale"})
    env["truck.interaction"].create({"partner_id": partner.id})
    env["truck.customer.metrics"]._refresh(partner.ids)
    env.cr.commit()
    return time.monotonic() - start


def hold(env, seconds):
    """Change a row of metrics, and stay in the transaction for a while."""
    env.cr.execute("UPDATE truck_customer_metrics SET contact_count_12m = 7")
    env.cr.execute("SELECT pg_sleep(%s)", [seconds])


def note_everybody(env):
    """Note all customers as having new facts, as their orders would."""
    env["truck.customer.metrics.mark"]._add("order", env["sale.order"].search([]).ids)


# --- the tests ---


def test_a_kill_and_two_servers(name, workers):
    """R6.4: however often it is killed and begun, each customer has one row."""
    first, second, third = workers
    third.call(begin)
    first.start(refresh, 1)
    wait_until(name, "SELECT cursor > 0 FROM truck_customer_metrics_run")
    first.kill()
    assert 0 < value(name, "SELECT count(*) FROM truck_customer_metrics") < CUSTOMERS
    for worker in (second, third):
        worker.start(refresh, 0.2)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    # who came second left the work to the other; the lock of the killed one is gone
    second.call(refresh)
    assert value(name, "SELECT count(*) FROM truck_customer_metrics_run") >= 1
    assert database.sql("SELECT DISTINCT state FROM truck_customer_metrics_run", name)[
        0
    ] == ["done"]
    before = database.sql(FIGURES, name)
    assert value(name, "SELECT sum(order_count) FROM truck_customer_metrics") >= 2500
    assert third.call(refresh_all) == 0
    assert database.sql(FIGURES, name) == before


def test_people_work_while_it_runs(name, workers):
    """R6.4: while a chunk is open, customers, orders and contacts are written."""
    _killed, second, third = workers
    third.call(begin)
    third.call(work, 1)  # fills the caches of the process
    second.start(refresh, 3)
    times = [third.call(work, number) for number in range(2, 8)]
    assert outcome(second) is None
    assert max(times) < 2, times  # nobody waited for a chunk
    second.call(refresh_changed)
    assert third.call(refresh_all) == 0, "what happened meanwhile was noted"


def test_the_job_waits_for_nobody(name, workers):
    """R6.4: rows that somebody has locked are left out, and done in the next hour."""
    _killed, second, third = workers
    second.call(refresh_all)
    second.call(refresh)
    database.sql("UPDATE sale_order SET date_order = '2024-05-01'", name)
    third.start(hold, 8)
    wait_until(name, HOLDING)
    second.call(refresh)
    wrong = (
        "SELECT count(*) FROM truck_customer_metrics"
        " WHERE last_order_date = '2024-03-01'"
    )
    assert value(name, wrong) > CUSTOMERS / 2
    assert outcome(third) is None
    second.call(refresh_changed)
    assert value(name, wrong) == 0


def test_two_servers_share_what_is_noted(name, workers):
    """R6.4: each noted customer is done, and no mark is left."""
    _killed, second, third = workers
    second.call(refresh)
    database.sql("UPDATE sale_order SET date_order = '2024-04-01'", name)
    second.call(note_everybody)
    for worker in (second, third):
        worker.start(refresh_changed)
    assert [outcome(worker) for worker in (second, third)] == [None, None]
    second.call(refresh_changed)
    assert value(name, "SELECT count(*) FROM truck_customer_metrics_mark") == 0
    assert second.call(refresh_all) == 0
