"""The demo: a database with the demo company, and who can log in there."""

from dev import addons, database, install, template
from dev.build import locked
from dev.say import Refusal, step

DATABASE = "truck_crm_demo"


def provide(name=DATABASE, fresh=False):
    """Return the demo database, made or brought up to date with the checkout first.

    What somebody entered in it stays: the addons are updated, nothing is remade.

    :param fresh: remake it all the same
    """
    key = addons.fingerprint(addons.names())
    with locked("demo"):
        if fresh or name not in database.names():
            _make(name)
        elif database.comment(name) != key:
            _update(name)
        database.set_comment(name, key)
    return name


def _make(name):
    has_demo = addons.DEMO in addons.names()
    source = template.with_assets(template.demo() if has_demo else template.addon())
    copy = database.clone(source)
    database.drop(name)
    database.rename(copy, name)


def _update(name):
    with step("The addons have changed: updating the demo database"):
        try:
            _change_modules(name, set(addons.names()))
        except Refusal as refusal:
            raise Refusal(f"{refusal}\nbin/demo --fresh makes a new one") from None
        install.generate_assets(name)


def _change_modules(name, ours):
    """Update the addons that the demo database has, and install the others."""
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    present = {module for (module,) in database.sql(query, name)}
    if ours & present:
        install.update(name, sorted(ours & present))
    if ours - present:
        install.install(name, sorted(ours - present))


def logins(name=DATABASE):
    """Return login and name of who can work in the database, and the demo's outsiders.

    Each one's password is the login again.
    """
    return database.sql(
        "SELECT u.login, p.name FROM res_users u"
        " JOIN res_partner p ON p.id = u.partner_id"
        " WHERE u.active AND p.active AND (NOT u.share OR u.login LIKE 'demo%')"
        " ORDER BY u.id",
        name,
    )
