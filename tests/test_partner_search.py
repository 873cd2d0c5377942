"""Search terms made by several processes, and by one that is killed."""

import pytest
from conftest import value, wait_until, wait_until_gone

from dev import database
from dev.worker import Worker

PARTNERS = 3000
MISSING = """
    SELECT count(*) FROM res_partner p
     WHERE NOT EXISTS (SELECT FROM truck_partner_search WHERE partner_id = p.id)
"""


@pytest.fixture(scope="module")
def name(name):
    """Return the name of a clone as large as an old company's, newly installed."""
    with Worker(name) as worker:
        worker.call(create_partners, PARTNERS)
    database.sql(
        "DELETE FROM truck_partner_search;"
        " UPDATE ir_config_parameter SET value = '0'"
        " WHERE key = 'truck_crm.partner_search_filled'",
        name,
    )
    return name


# --- what the processes run ---


def create_partners(env, count):
    """Make customers whose names differ by a number."""
    partners = env["res.partner"].with_context(tracking_disable=True)
    partners.create([{"name": f"柳州顺达{number}"} for number in range(count)])


def fill(env, batch_size):
    """Do what the job does."""
    env["truck.partner.search"]._fill(batch_size=batch_size)


def rename(env, old, new):
    """Rename a partner as a user would, a moment after reading the base."""
    partner = env["res.partner"].search([("complete_name", "=", old)])
    partner.name = new


def find(env, term):
    """Return the names that the box of a many2one offers."""
    return [name for _id, name in env["res.partner"].name_search(term)]


# --- the tests ---


def test_filling_by_two_processes_a_user_and_a_kill(name, workers):
    """R1.8: every partner has its terms once, and the user's change is among them."""
    first, second, third = workers
    first.start(fill, 50)
    wait_until(name, "SELECT count(*) >= 200 FROM truck_partner_search")
    first.kill()
    wait_until_gone(name, first)
    assert 200 <= value(name, "SELECT count(*) FROM truck_partner_search") < PARTNERS
    assert not third.call(find, "lzsd7")  # not ready yet: Odoo's own search
    assert third.call(find, "顺达77")
    for worker in (second, third):
        worker.start(fill, 50)
    for worker in (second, third):
        worker.result()
    third.call(rename, "柳州顺达1234", "桂林恒通1234")
    assert value(name, MISSING) == 0
    assert third.call(find, "glht1234") == ["桂林恒通1234"]
    assert second.call(find, "lzsd1234") == []
