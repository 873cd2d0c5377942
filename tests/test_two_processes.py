"""Two Odoo processes at the same work, and one of them killed in the middle of it."""

import time

import pytest

from dev import database, template
from dev.worker import Worker, WorkerError

VIN = "LGGA2B4D6RL300101"
LOTS = 300


@pytest.fixture(scope="module")
def name():
    """Return the name of a clone for all tests here."""
    name = database.clone(template.addon())
    yield name
    database.drop(name)


@pytest.fixture(scope="module")
def workers(name):
    """Return three processes, started once: that takes longer than the tests."""
    workers = [Worker(name, wait=False) for _number in range(3)]
    for worker in workers:
        worker.result()
    yield workers
    for worker in workers:
        worker.__exit__()


def value(name, query):
    """Return the single figure that a query gives on a database."""
    ((figure,),) = database.sql(query, name)
    return int(figure)


# --- what the processes run ---


def create_vehicle(env, vin, seconds):
    """Create a vehicle, and stay in the transaction for a while."""
    vehicle = env["truck.vehicle"].create({"vin": vin})
    env.flush_all()
    env.cr.execute("SELECT pg_sleep(%s)", [seconds])
    return vehicle.id


def deliver_old_trucks(env, count):
    """Deliver serial numbers of a product that becomes a truck only afterwards."""
    product = env["product.product"].create(
        {"name": "Tractor", "is_storable": True, "tracking": "serial"}
    )
    lots = env["stock.lot"].create(
        [
            {"name": f"LGGA2B4D6RL{number:06}", "product_id": product.id}
            for number in range(count)
        ]
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    stock, customers = warehouse.lot_stock_id, env.ref("stock.stock_location_customers")
    for lot in lots:
        env["stock.quant"]._update_available_quantity(product, stock, 1, lot_id=lot)
    move = env["stock.move"].create(
        {
            "product_id": product.id,
            "product_uom_qty": count,
            "location_id": stock.id,
            "location_dest_id": customers.id,
            "picking_type_id": warehouse.out_type_id.id,
        }
    )
    move._action_confirm()
    move._action_assign()
    move.picked = True
    move._action_done()
    assert move.state == "done" and not env["truck.vehicle"].search_count([])
    brand = env["truck.brand"].create({"name": "Own", "is_own": True})
    env["truck.model"].create(
        {
            "name": "T560",
            "brand_id": brand.id,
            "product_tmpl_id": product.product_tmpl_id.id,
        }
    )
    adoption = env["truck.adoption"].create({})
    adoption.action_start()
    return adoption.lot_count


def adopt(env, batch_size):
    """Do what the job does."""
    env["truck.adoption"]._cron_adopt(batch_size=batch_size)


def add_carelessly(env):
    """Add a row with the next figure, read well before it is written."""
    env.cr.execute("SELECT max(figure) + 1 FROM tally")
    (figure,) = env.cr.fetchone()
    env.cr.execute("SELECT pg_sleep(1)")
    env.cr.execute("INSERT INTO tally VALUES (%s)", [figure])
    return figure


# --- the tests ---


def test_same_vin_in_two_processes(name, workers):
    """R3.2: one file comes into being, the other user is told why his does not."""
    first, second, _third = workers
    first.start(create_vehicle, VIN, 1)
    second.start(create_vehicle, VIN.lower(), 1)
    outcomes = []
    for worker in (first, second):
        try:
            outcomes.append(worker.result())
        except WorkerError as error:
            outcomes.append(str(error))
    refused = [text for text in outcomes if isinstance(text, str)]
    assert len(refused) == 1, outcomes
    assert "ValidationError" in refused[0]
    assert "A vehicle with this VIN exists already" in refused[0]
    assert value(name, "SELECT count(*) FROM truck_vehicle") == 1


def test_the_harness_finds_lost_updates(name, workers):
    """Two processes that read, wait and write do the same twice, and that shows.

    This is what the other tests would see if nothing kept the processes apart.
    """
    database.sql("CREATE TABLE tally (figure int); INSERT INTO tally VALUES (0)", name)
    for worker in workers[:2]:
        worker.start(add_carelessly)
    assert [worker.result() for worker in workers[:2]] == [1, 1]
    assert value(name, "SELECT count(*) FROM tally WHERE figure = 1") == 2


def test_adoption_by_two_processes_and_a_kill(name, workers):
    """R3.3: however often it is begun and killed, each old truck gets one file."""
    first, second, third = workers
    database.sql("DELETE FROM truck_vehicle", name)
    assert third.call(deliver_old_trucks, LOTS) == LOTS
    first.start(adopt, 10)
    wait_until(name, "SELECT vehicle_count >= 30 FROM truck_adoption")
    first.kill()
    assert 30 <= value(name, "SELECT vehicle_count FROM truck_adoption") < LOTS
    for worker in (second, third):
        worker.start(adopt, 10)
    for worker in (second, third):
        worker.result()
    # each of the two may have left the work to the other: what is left is done now
    second.call(adopt, 10)
    assert value(name, "SELECT count(*) FROM truck_vehicle") == LOTS
    assert value(name, "SELECT count(DISTINCT lot_id) FROM truck_vehicle") == LOTS
    assert value(name, "SELECT vehicle_count FROM truck_adoption") == LOTS
    assert value(name, "SELECT count(*) FROM truck_adoption_problem") == 0
    assert database.sql("SELECT state FROM truck_adoption", name) == [["done"]]


def wait_until(name, query, seconds=60):
    """Wait until a query on a database says yes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if database.sql(query, name) == [["t"]]:
            return
        time.sleep(0.02)
    raise AssertionError(f"never: {query}")
