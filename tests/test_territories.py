"""Territories where processes work side by side, and without the list of cities."""

import pytest

from dev import database, template
from dev.worker import Worker, WorkerError

CUSTOMERS = 200


@pytest.fixture(scope="module")
def name():
    """Return the name of a clone for all tests here."""
    name = database.clone(template.addon())
    yield name
    database.drop(name)


@pytest.fixture(scope="module")
def workers(name):
    """Return two processes, started once: that takes longer than the tests."""
    workers = [Worker(name, wait=False) for _number in range(2)]
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


def draw(env, title, areas, seconds):
    """Draw a territory, and stay in the transaction for a while."""
    china = env.ref("base.cn").id
    territory = env["truck.territory"].create(
        {
            "name": title,
            "area_ids": [(0, 0, {"country_id": china, **area}) for area in areas],
        }
    )
    env.flush_all()
    env.cr.execute("SELECT pg_sleep(%s)", [seconds])
    return territory.id


def move_range(env, title, start, end, seconds):
    """Move the range of a territory, and stay in the transaction for a while."""
    env.cr.execute("SELECT 1")  # from here on it sees nothing of others
    env.cr.execute("SELECT pg_sleep(%s)", [seconds])
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


def apply_recut(env, recut_id, seconds):
    """Apply a look, and stay in the transaction for a while."""
    recut = env["truck.territory.recut"].browse(recut_id)
    recut.action_apply()
    env.flush_all()
    env.cr.execute("SELECT pg_sleep(%s)", [seconds])
    return recut.moved_count


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


def outcomes(workers):
    """Return what each process answers: a result, or its error as text."""
    answers = []
    for worker in workers:
        try:
            answers.append(worker.result())
        except WorkerError as error:
            answers.append(str(error))
    return answers


@pytest.mark.parametrize(
    "areas",
    [
        [{"zip_from": "545000", "zip_to": "545099"}],
        [{"city": "柳州"}],
    ],
)
def test_same_place_in_two_processes(name, workers, areas):
    """R2.7: one of two territories drawn at once gets the place, the other is told."""
    before = value(name, "SELECT count(*) FROM truck_territory_area")
    for worker, title in zip(workers, ("East", "West"), strict=True):
        worker.start(draw, title, areas, 1)
    refused = [text for text in outcomes(workers) if isinstance(text, str)]
    assert len(refused) == 1, refused
    assert "ValidationError" in refused[0]
    assert "Another user has just given" in refused[0]
    assert value(name, "SELECT count(*) FROM truck_territory_area") == before + 1


def test_ranges_moved_onto_each_other_in_two_processes(name, workers):
    """R2.7: two ranges that were apart do not come to overlap either."""
    first, _second = workers
    for title, start in (("A", "10"), ("B", "20")):
        area = {"zip_from": f"{start}0000", "zip_to": f"{start}0999"}
        first.call(draw, title, [area], 0)
    for worker, title in zip(workers, ("A", "B"), strict=True):
        worker.start(move_range, title, "300000", "300999", 1)
    refused = [text for text in outcomes(workers) if text]
    assert len(refused) == 1, refused
    assert "Another user has just given postcodes" in refused[0]
    query = "SELECT count(*) FROM truck_territory_area WHERE zip_from = '300000'"
    assert value(name, query) == 1


@pytest.mark.parametrize("recut", ["the same", "another"])
def test_recut_by_two_processes(name, workers, recut):
    """R2.7: applied twice at once, each customer moves once and has one row."""
    first, second = workers
    territory, one, other = first.call(prepare_recuts, CUSTOMERS)
    first.start(apply_recut, one, 1)
    second.start(apply_recut, one if recut == "the same" else other, 1)
    answers = outcomes(workers)
    moved = [number for number in answers if isinstance(number, int)]
    assert sum(moved) == CUSTOMERS, answers
    refused = [text for text in answers if isinstance(text, str)]
    assert all("being moved at this moment" in text for text in refused), answers
    assert len(refused) == (recut == "the same"), answers
    history = f"FROM truck_territory_history WHERE territory_to_id = {territory}"
    assert value(name, f"SELECT count(*) {history}") == CUSTOMERS
    assert value(name, f"SELECT count(DISTINCT partner_id) {history}") == CUSTOMERS
    remove = f"DELETE FROM truck_territory_area WHERE territory_id = {territory};"
    clear = f"truck_territory_id = NULL WHERE truck_territory_id = {territory}"
    gone = f"UPDATE res_partner SET active = false, state_id = NULL, {clear}"
    database.sql(remove + gone, name)


def test_without_the_list_of_cities(name):
    """R2.7: a company that does without extended addresses finds cities by name."""
    with Worker(name) as worker:
        worker.call(drop_cities)
        state = "SELECT state FROM ir_module_module WHERE name ="
        bridge = database.sql(f"{state} 'truck_crm_address_extended'", name)
        assert bridge == [["uninstalled"]]
    with Worker(name) as worker:
        assert worker.call(assign_by_name) == ["Foshan", "Foshan"]
