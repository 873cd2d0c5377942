"""Every screen of the app opens, on a desk and on a phone, without a complaint."""

import pytest

from dev import database, screens, template
from dev.browser import Browser
from dev.server import serving
from dev.worker import Worker

LOGIN = "screens@example.com"
WIDTHS = (1400, 390)


def make_records(env, login):
    """Make an administrator of the app, and one record for each form."""
    from odoo.fields import Command

    groups = env.ref("truck_crm.truck_crm_group_admin") | env.ref("base.group_system")
    env["res.users"].create(
        {
            "name": "Screens",
            "login": login,
            "password": login,
            "group_ids": [Command.set(groups.ids)],
        }
    )
    brand = env["truck.brand"].create({"name": "Own", "is_own": True})
    model = env["truck.model"].create({"name": "T560", "brand_id": brand.id})
    customer = env["res.partner"].create({"name": "Haulier", "is_company": True})
    tier = env.ref("truck_crm.truck_dealer_tier_agent")
    partner = env["res.partner"].create({"name": "South", "is_company": True})
    dealer = env["truck.dealer"].create({"partner_id": partner.id, "tier_id": tier.id})
    role = env["truck.dealer.role"].search([], limit=1)
    person = env["res.partner"].create({"name": "Wei", "parent_id": partner.id})
    dealer.staff_ids = [Command.create({"role_id": role.id, "partner_id": person.id})]
    vehicle = env["truck.vehicle"].create(
        {
            "vin": "LGGA2B4D6RL300101",
            "model_id": model.id,
            "owner_id": customer.id,
            "dealer_id": dealer.id,
            "delivery_date": "2025-03-10",
        }
    )
    env["truck.vehicle.mileage"].create(
        {"vehicle_id": vehicle.id, "date": "2025-06-01", "odometer": 30000}
    )
    env["truck.adoption"].create({})


@pytest.fixture(scope="module")
def session():
    """Return a user's session on a server of a clone with a few records."""
    name = database.clone(template.with_assets(template.addon()))
    with Worker(name) as worker:
        worker.call(make_records, LOGIN)
    with serving(name) as (address, _log):
        yield screens.log_in(address, name, LOGIN)
    database.drop(name)


def test_every_screen(session, tmp_path):
    """R13.5: each menu with each of its views, and the form of the first record."""
    tour = screens.take(session, tmp_path, WIDTHS)
    assert not tour.problems
    leaves = len(tour.leaves())
    assert leaves > 10
    assert len(tour.pictures) > 2 * leaves * len(WIDTHS)
    for picture in tour.pictures:
        assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("setTimeout(() => { throw new Error('broken') })", "broken"),
        ("console.error('complaint')", "complaint"),
        (f"{screens.SERVICES}.orm.call('truck.brand', 'nothing'), 1", "oops"),
        ("Promise.reject(new Error('refused'))", "refused"),
        ("fetch('/truck_crm/static/nothing.png').then(() => 1)", "404"),
    ],
)
def test_the_harness_finds(session, tmp_path, fault, word):
    """What a page complains about, in its console or to the person, is a problem."""
    with Browser() as browser:
        tour = screens.Tour(browser, session, tmp_path)
        tour.prepare()
        tour.walk(1400, urls=["/odoo/contacts"])
        assert not tour.problems
        tour._visit("fault", lambda: browser.evaluate(fault))
    assert word in "".join(tour.problems).lower(), tour.problems
