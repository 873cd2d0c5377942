"""Territories where processes work side by side, and without the list of cities."""

import pytest
from conftest import outcome, value
from jobs import kill_in_the_middle

from dev import database
from dev.worker import Worker

CUSTOMERS = 200


# --- what the processes run ---


def draw(env, title, areas, gate=None):
    """Draw a territory; who comes to a gate sees nothing of others from there on."""
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
    china = env.ref("base.cn").id
    territory = env["truck.territory"].create(
        {
            "name": title,
            "area_ids": [(0, 0, {"country_id": china, **area}) for area in areas],
        }
    )
    return territory.id


def move_range(env, title, start, end, gate=None):
    """Move the range of a territory; from a gate on it sees nothing of others."""
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
    territory = env["truck.territory"].search([("name", "=", title)])
    territory.area_ids.write({"zip_from": start, "zip_to": end})


def prepare_recuts(env, count):
    """Make customers that stand in no territory, and two looks at where they go."""
    state = env.ref("base.state_cn_GX")
    env["res.partner"].create(
        [{"name": f"Customer {n}", "state_id": state.id} for n in range(count)]
    )
    territory = env["truck.territory"].create(
        {"name": "Guangxi", "area_ids": [(0, 0, {"state_id": state.id})]}
    )
    recuts = env["truck.territory.recut"].create([{}, {}])
    for recut in recuts:
        recut.action_show()
        assert recut.customer_count == count, recut.customer_count
    return [territory.id, *recuts.ids]


def apply_recut(env, recut_id, gate=None):
    """Apply a look, and stay in the transaction until the gate is open."""
    recut = env["truck.territory.recut"].browse(recut_id)
    recut.action_apply()
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])
    return recut.moved_count


def set_running(env, recut_id):
    """Leave a look to the job, as the button does when it is large."""
    env["truck.territory.recut"].browse(recut_id).state = "running"


def run_job(env, batch_size):
    """Do what the job does; it is not tried again as what users do is."""
    import psycopg2

    try:
        env["truck.territory.recut"]._cron_move(batch_size=batch_size)
    except psycopg2.OperationalError as error:
        raise RuntimeError(f"job failed: {error}") from error


def change_last(env, recut_id, gate):
    """Change the last customer that would move, and stay in the transaction."""
    moves = env["truck.territory.recut.move"].search([("recut_id", "=", recut_id)])
    moves.sorted("id")[-1].partner_id.comment = "Changed"
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [gate])


def drop_cities(env):
    """Uninstall the list of cities, and with it what ties it to territories."""
    module = env["ir.module.module"].search([("name", "=", "base_address_extended")])
    module.button_immediate_uninstall()


def assign_by_name(env):
    """Return the territory's name of customers in a city, one by one and together."""
    state = env.ref("base.state_cn_GD")
    territory = env["truck.territory"].create({"name": "Foshan"})
    territory.area_ids = [(0, 0, {"state_id": state.id, "city": "佛山"})]
    customer = env["res.partner"].create(
        {"name": "Customer", "state_id": state.id, "city": "佛山市南海区"}
    )
    alone = customer.truck_territory_id.name
    env.flush_all()
    env.cr.execute("UPDATE res_partner SET truck_territory_id = NULL")
    env.invalidate_all()
    env["truck.territory"]._assign(customer.ids)
    return [alone, customer.truck_territory_id.name]


# --- the tests ---


@pytest.mark.parametrize(
    "areas",
    [
        [{"zip_from": "545000", "zip_to": "545099"}],
        [{"city": "柳州"}],
    ],
)
def test_same_place_in_two_processes(name, workers, gate, areas):
    """R2.7: one of two territories drawn at once gets the place, the other is told."""
    first, second, _third = workers
    before = value(name, "SELECT count(*) FROM truck_territory_area")
    second.start(draw, "West", areas, gate.key)
    gate.wait_for(1)
    first.call(draw, "East", areas)
    gate.open()
    refused = outcome(second)
    assert "ValidationError" in refused
    assert "Another user has just given" in refused
    assert value(name, "SELECT count(*) FROM truck_territory_area") == before + 1


def test_ranges_moved_onto_each_other_in_two_processes(name, workers, gate):
    """R2.7: two ranges that were apart do not come to overlap either."""
    first, second, _third = workers
    for title, start in (("A", "10"), ("B", "20")):
        area = {"zip_from": f"{start}0000", "zip_to": f"{start}0999"}
        first.call(draw, title, [area])
    second.start(move_range, "B", "300000", "300999", gate.key)
    gate.wait_for(1)
    first.call(move_range, "A", "300000", "300999")
    gate.open()
    assert "Another user has just given postcodes" in outcome(second)
    query = "SELECT count(*) FROM truck_territory_area WHERE zip_from = '300000'"
    assert value(name, query) == 1


@pytest.mark.parametrize("recut", ["the same", "another"])
def test_recut_by_two_processes(name, workers, gate, recut):
    """R2.7: applied twice at once, each customer moves once and has one row."""
    first, second, _third = workers
    territory, one, other = first.call(prepare_recuts, CUSTOMERS)
    first.start(apply_recut, one, gate.key)
    gate.wait_for(1)
    if recut == "the same":
        second.start(apply_recut, one)
        assert "being moved at this moment" in outcome(second)
        gate.open()
    else:
        second.start(apply_recut, other)
        gate.wait_for(1, blocked=1)
        gate.open()
        assert outcome(second) == 0
    assert outcome(first) == CUSTOMERS
    history = f"FROM truck_territory_history WHERE territory_to_id = {territory}"
    assert value(name, f"SELECT count(*) {history}") == CUSTOMERS
    assert value(name, f"SELECT count(DISTINCT partner_id) {history}") == CUSTOMERS
    remove = f"DELETE FROM truck_territory_area WHERE territory_id = {territory};"
    clear = f"truck_territory_id = NULL WHERE truck_territory_id = {territory}"
    gone = f"UPDATE res_partner SET active = false, state_id = NULL, {clear}"
    database.sql(remove + gone, name)


def test_recut_by_two_jobs_a_user_and_a_kill(name, workers, gate):
    """R2.7: each moves once, though the job is killed and a user in its way."""
    first, second, third = workers
    territory, recut, _other = third.call(prepare_recuts, CUSTOMERS)
    third.call(set_running, recut)
    moved = f"SELECT moved_count FROM truck_territory_recut WHERE id = {recut}"
    assert 20 <= kill_in_the_middle(first, name, moved, 20, run_job, 1) < CUSTOMERS
    third.start(change_last, recut, gate.key)
    gate.wait_for(1)
    with Worker(name) as fourth:
        for worker in (second, fourth):
            worker.start(run_job, 10)
        gate.wait_for(1, blocked=1)
        gate.open()
        assert [outcome(worker) for worker in (second, third, fourth)] == [None] * 3
    assert value(name, moved) == CUSTOMERS
    history = f"FROM truck_territory_history WHERE territory_to_id = {territory}"
    assert value(name, f"SELECT count(*) {history}") == CUSTOMERS
    assert value(name, f"SELECT count(DISTINCT partner_id) {history}") == CUSTOMERS
    state = f"SELECT state FROM truck_territory_recut WHERE id = {recut}"
    assert database.sql(state, name) == [["done"]]


def test_without_the_list_of_cities(name):
    """R2.7: a company that does without extended addresses finds cities by name."""
    with Worker(name) as worker:
        worker.call(drop_cities)
        state = "SELECT state FROM ir_module_module WHERE name ="
        bridge = database.sql(f"{state} 'truck_crm_address_extended'", name)
        assert bridge == [["uninstalled"]]
    with Worker(name) as worker:
        assert worker.call(assign_by_name) == ["Foshan", "Foshan"]
