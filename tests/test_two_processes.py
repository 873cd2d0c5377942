"""Two Odoo processes at the same work, and one of them killed in the middle of it."""

from conftest import outcome, value
from jobs import kill_in_the_middle, run_job, run_together

from dev import database

VIN = "LGGA2B4D6RL300101"
LOTS = 300


# --- what the processes run ---


def create_vehicle(env, vin, gate=None):
    """Create a vehicle, and stay in the transaction until the gate is open."""
    vehicle = env["truck.vehicle"].create({"vin": vin})
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
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


def create_dealers(env, count):
    """Make three agents, the first with customers; return the ids of all."""
    tier = env.ref("truck_crm.truck_dealer_tier_agent").id
    names = ("Leaving", "Staying", "Third")
    dealers = env["truck.dealer"].create(
        [
            {
                "partner_id": env["res.partner"].create({"name": name}).id,
                "tier_id": tier,
                "state": "active",
            }
            for name in names
        ]
    )
    customers = env["res.partner"].create(
        [
            {"name": f"Customer {n}", "truck_dealer_id": dealers[0].id}
            for n in range(count)
        ]
    )
    late = env["res.partner"].create({"name": "Late"})
    return dealers.ids, customers.ids, late.id


def prepare_termination(env, dealer_id, successor_id):
    """Fill in the wizard, and return its id."""
    vals = {"successor_id": successor_id, "reason": "Not renewed"}
    return env["truck.dealer.terminate"].create({"dealer_ids": [dealer_id], **vals}).id


def terminate(env, wizard_id, before=None, after=None):
    """Terminate a dealer, with gates in the transaction before it and after it."""
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [before])
    env["truck.dealer.terminate"].browse(wizard_id).action_confirm()
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [after])


def assign(env, partner_id, dealer_id, gate=None):
    """Give a customer a dealer, and stay in the transaction until the gate is open."""
    env["res.partner"].browse(partner_id).truck_dealer_id = dealer_id
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])


def set_contracts(env, user_id):
    """Let the contracts of all dealers end today; nobody was told."""
    from odoo.fields import Date

    dealers = env["truck.dealer"].search([("state", "!=", "terminated")])
    dealers.write({"contract_date_end": Date.today(), "user_id": user_id})
    return len(dealers)


def add_carelessly(env, gate):
    """Add a row with the next figure, read well before it is written."""
    env.cr.execute("SELECT max(figure) + 1 FROM tally")
    (figure,) = env.cr.fetchone()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
    env.cr.execute("INSERT INTO tally VALUES (%s)", [figure])
    return figure


# --- the tests ---


def test_same_vin_in_two_processes(name, workers, gate):
    """R3.2: one file comes into being, the other user is told why his does not."""
    first, second, _third = workers
    first.start(create_vehicle, VIN, gate.key)
    gate.wait_for(1)
    second.start(create_vehicle, VIN.lower())
    gate.wait_for(1, blocked=1)
    gate.open()
    assert isinstance(outcome(first), int)
    refused = outcome(second)
    assert "ValidationError" in refused
    assert "A vehicle with this VIN exists already" in refused
    assert value(name, "SELECT count(*) FROM truck_vehicle") == 1


def test_the_harness_finds_lost_updates(name, workers, gate):
    """Two processes that read, wait and write do the same twice, and that shows.

    This is what the other tests would see if nothing kept the processes apart.
    """
    database.sql("CREATE TABLE tally (figure int); INSERT INTO tally VALUES (0)", name)
    for worker in workers[:2]:
        worker.start(add_carelessly, gate.key)
    gate.wait_for(2)
    gate.open()
    assert [worker.result() for worker in workers[:2]] == [1, 1]
    assert value(name, "SELECT count(*) FROM tally WHERE figure = 1") == 2


def test_who_terminates_a_dealer_being_terminated_is_told_to_wait(name, workers, gate):
    """R2.2: one does, with his successor; the other is told why he does not."""
    first, second, _third = workers
    (leaving, staying, other), _customers, _late = first.call(create_dealers, 5)
    theirs = first.call(prepare_termination, leaving, staying)
    ours = second.call(prepare_termination, leaving, other)
    first.start(terminate, theirs, None, gate.key)
    gate.wait_for(1)
    second.start(terminate, ours)
    assert "Somebody is working with Leaving" in outcome(second)
    gate.open()
    assert outcome(first) is None
    assert (serving(name, staying), serving(name, other)) == (5, 0)
    assert serving(name, leaving) == open_rows(name, leaving) == 0


def test_who_terminates_a_dealer_just_terminated_is_told_so(name, workers, gate):
    """R2.2: also when he saw it as it was before, in a transaction begun already."""
    first, second, _third = workers
    (leaving, staying, other), _customers, _late = first.call(create_dealers, 5)
    theirs = first.call(prepare_termination, leaving, staying)
    ours = second.call(prepare_termination, leaving, other)
    second.start(terminate, ours, gate.key)
    gate.wait_for(1)
    first.call(terminate, theirs)
    gate.open()
    assert outcome(second).endswith("Leaving: terminated already.")
    assert (serving(name, staying), serving(name, other)) == (5, 0)
    assert serving(name, leaving) == open_rows(name, leaving) == 0


def test_a_customer_who_comes_before_the_lock_is_handed_over_too(name, workers, gate):
    """R2.2: he was assigned while the other's transaction had begun already."""
    first, second, _third = workers
    (leaving, staying, _other), _customers, late = first.call(create_dealers, 5)
    wizard = first.call(prepare_termination, leaving, staying)
    first.start(terminate, wizard, gate.key)
    gate.wait_for(1)
    second.call(assign, late, leaving)
    gate.open()
    assert outcome(first) is None
    assert (serving(name, leaving), serving(name, staying)) == (0, 6)
    assert (open_rows(name, leaving), open_rows(name, staying)) == (0, 6)


def test_while_a_customer_is_assigned_nobody_terminates(name, workers, gate):
    """R2.2: the user is told to wait a little, and nothing is half done."""
    first, second, _third = workers
    (leaving, staying, _other), _customers, late = first.call(create_dealers, 5)
    wizard = first.call(prepare_termination, leaving, staying)
    second.start(assign, late, leaving, gate.key)
    gate.wait_for(1)
    first.start(terminate, wizard)
    assert "Somebody is working with Leaving" in outcome(first)
    gate.open()
    assert outcome(second) is None
    assert (serving(name, leaving), serving(name, staying)) == (6, 0)


def test_who_is_assigned_behind_the_lock_is_refused(name, workers, gate):
    """R2.2: he waits for the lock, begins anew, and reads that the dealer is gone."""
    first, second, _third = workers
    (leaving, staying, _other), _customers, late = first.call(create_dealers, 5)
    wizard = first.call(prepare_termination, leaving, staying)
    first.start(terminate, wizard, None, gate.key)
    gate.wait_for(1)
    second.start(assign, late, leaving)
    gate.wait_for(1, blocked=1)
    gate.open()
    assert outcome(first) is None
    assert "Serving Dealer of Late: Leaving is terminated" in outcome(second)
    assert (serving(name, leaving), serving(name, staying)) == (0, 5)


def test_contracts_are_told_of_once(name, workers):
    """R2.2: two processes at once make one activity for each dealer."""
    first, second, third = workers
    third.call(create_dealers, 0)
    count = third.call(set_contracts, 2)
    activities = "SELECT count(*) FROM mail_activity WHERE res_model = 'truck.dealer'"
    run_together((first, second), run_job, "truck.dealer", "_cron_remind_contracts", 1)
    assert value(name, activities) == count
    dealers = activities.replace("count(*)", "count(DISTINCT res_id)")
    assert value(name, dealers) == count


def test_adoption_by_two_processes_and_a_kill(name, workers):
    """R3.3: however often it is begun and killed, each old truck gets one file."""
    first, second, third = workers
    database.sql("DELETE FROM truck_vehicle", name)
    assert third.call(deliver_old_trucks, LOTS) == LOTS
    job = (run_job, "truck.adoption", "_cron_adopt", 10)
    adopted = "SELECT vehicle_count FROM truck_adoption"
    assert 30 <= kill_in_the_middle(first, name, adopted, 30, *job) < LOTS
    run_together((second, third), *job)
    assert value(name, "SELECT count(*) FROM truck_vehicle") == LOTS
    assert value(name, "SELECT count(DISTINCT lot_id) FROM truck_vehicle") == LOTS
    assert value(name, "SELECT vehicle_count FROM truck_adoption") == LOTS
    assert value(name, "SELECT count(*) FROM truck_adoption_problem") == 0
    assert database.sql("SELECT state FROM truck_adoption", name) == [["done"]]


def serving(name, dealer_id):
    """Return how many customers a dealer serves."""
    return value(
        name, f"SELECT count(*) FROM res_partner WHERE truck_dealer_id = {dealer_id}"
    )


def open_rows(name, dealer_id):
    """Return how many customers a dealer serves by the serving history."""
    return value(
        name,
        "SELECT count(*) FROM truck_customer_dealer_history"
        f" WHERE date_to IS NULL AND dealer_id = {dealer_id}",
    )
