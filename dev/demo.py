"""The demo: a database with the demo company, and a server on it."""

import socket

from dev import addons, database, install, template
from dev.build import locked
from dev.say import Refusal, say, step

DATABASE = "truck_crm_demo"
PASSWORD = "demo"  # what the demo company gives to every user
ADDRESS, PORT = "127.0.0.1", 8069


def provide():
    """Return the demo database, made or brought up to date with the checkout first.

    What somebody entered in it stays: the addons are updated, nothing is remade.
    """
    key = addons.fingerprint(addons.names())
    with locked("demo"):
        if DATABASE not in database.names():
            _make()
        elif database.comment(DATABASE) != key:
            _update()
        database.set_comment(DATABASE, key)
    return DATABASE


def _make():
    has_demo = addons.DEMO in addons.names()
    source = template.demo() if has_demo else template.addon()
    database.rename(database.clone(template.with_assets(source)), DATABASE)


def _update():
    with step("The addons have changed: updating the demo database"):
        present = {
            name
            for (name,) in database.sql(
                "SELECT name FROM ir_module_module WHERE state = 'installed'", DATABASE
            )
        }
        ours = set(addons.names())
        if ours & present:
            install.update(DATABASE, sorted(ours & present))
        if ours - present:
            install.install(DATABASE, sorted(ours - present))
        install.generate_assets(DATABASE)


def logins():
    """Return login and name of the internal users who can work in the demo database."""
    return database.sql(
        "SELECT u.login, p.name FROM res_users u"
        " JOIN res_partner p ON p.id = u.partner_id"
        " WHERE u.active AND p.active AND NOT u.share AND u.login <> '__system__'"
        " ORDER BY u.id",
        DATABASE,
    )


def tell_logins():
    """Say where to go and as whom."""
    say(f"\ntruck_crm is at http://{ADDRESS}:{PORT}, stop it with Ctrl-C")
    password = PASSWORD if addons.DEMO in addons.names() else "the login"
    say(f"password of every user: {password}")
    for login, name in logins():
        say(f"  {login:<24} {name}")


def check_port():
    """Refuse when something serves there already, before anything slow is done."""
    with socket.socket() as probe:
        if probe.connect_ex((ADDRESS, PORT)) == 0:
            raise Refusal(f"port {PORT} is in use; is bin/demo running already?")
