"""Installing, updating and uninstalling leave a database as it has to be."""

import pytest
import snapshots

from dev import addons, database, install, template
from dev.worker import Worker

ADDONS = addons.names(demo=False)
# Nothing of ours may rewrite these: they are the big ones.
BIG = ("res_partner", "sale_order", "sale_order_line", "stock_lot", "account_move")


def update_list(env):
    """Let Odoo know the addons, as opening the list of apps does."""
    env["ir.module.module"].update_list()


def install_addons(env, names):
    """Install addons as the button does."""
    modules = env["ir.module.module"].search([("name", "in", names)])
    modules.button_immediate_install()


def use_addons(env):
    """Make a few records, so that there is something to be left behind."""
    agent = env.ref("truck_crm.truck_dealer_tier_agent")
    partner = env["res.partner"].search([], limit=1)
    dealer = env["truck.dealer"].create({"partner_id": partner.id, "tier_id": agent.id})
    dealer.action_activate()
    vehicle = env["truck.vehicle"].create(
        {"vin": "LGGA2B4D6RL300101", "dealer_id": dealer.id, "plate": "桂A12345"}
    )
    vehicle.action_scrap()
    vehicle.message_post(body="Seen")
    vehicle.activity_schedule("mail.mail_activity_data_todo", summary="Look")
    env["truck.vehicle.mileage"].create({"vehicle_id": vehicle.id, "odometer": 10})
    person = env.ref("base.partner_admin")
    profile = env["truck.personal.profile"].create({"partner_id": person.id})
    env["truck.personal.access.log"]._trace("read", profile, env.uid)


def uninstall_addons(env, names):
    """Uninstall addons as the button does."""
    modules = env["ir.module.module"].search([("name", "in", names)])
    modules.button_immediate_uninstall()


def test_uninstall_leaves_nothing(clone):
    """R13.1: a company that tries the product and drops it has its database back."""
    name = clone(template.core())
    with Worker(name) as worker:
        worker.call(update_list)
        before = snapshots.things(name) | snapshots.counts(name)
        worker.call(install_addons, ADDONS)
        assert "relation: r truck_vehicle" in snapshots.things(name)
        worker.call(use_addons)
    with Worker(name) as worker:
        worker.call(uninstall_addons, ADDONS)
    after = snapshots.things(name) | snapshots.counts(name)
    assert not snapshots.difference(before, after)


def test_update_changes_nothing(clone):
    """R13.1: updating an addon that did not change is without effect, every time."""
    name = clone()
    states = []
    for _time in range(2):
        install.update(name, ADDONS)
        states.append(_everything(name))
    assert not snapshots.difference(*states)


def _everything(name):
    return (
        snapshots.things(name) | snapshots.counts(name) | snapshots.places(name, *BIG)
    )


@pytest.mark.parametrize(
    ("look", "statement", "line"),
    [
        ("things", "ALTER TABLE res_partner ADD x int", "+ column: res_partner.x int"),
        ("things", "CREATE INDEX x ON res_partner (ref)", "+ index: CREATE INDEX x"),
        ("things", "ALTER TABLE res_bank ADD CHECK (id > 0)", "+ constraint: res_bank"),
        ("things", "CREATE SEQUENCE y", "+ relation: S y"),
        ("things", "DELETE FROM ir_model_data WHERE name = 'group_user'", "- xmlid: "),
        ("things", "DELETE FROM res_groups_implied_rel", "- implied group: "),
        ("counts", "INSERT INTO res_bank (name) VALUES ('x')", "+ rows: res_bank "),
        ("big", "UPDATE res_partner SET ref = ref", "+ place: res_partner 1 "),
    ],
)
def test_the_harness_finds(name, look, statement, line):
    """Each kind of leftover shows."""
    before = LOOKS[look](name)
    database.sql(statement, name)
    found = snapshots.difference(before, LOOKS[look](name))
    assert any(text.startswith(line) for text in found), found


LOOKS = {
    "things": snapshots.things,
    "counts": snapshots.counts,
    "big": lambda name: snapshots.places(name, *BIG),
}


@pytest.fixture(scope="module")
def name():
    """Return the name of one clone for all the small checks."""
    name = database.clone(template.core())
    yield name
    database.drop(name)
