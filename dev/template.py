"""Template databases: built once, then cloned in a second for every run.

The core template holds Odoo's modules, the addon template the checkout's on top.
Each is named by a hash of all it was built from; a new hash builds a new one.
"""

from dev import addons, database, tree
from dev.build import digest, locked
from dev.install import LANGUAGES, MODULES, generate_assets, install
from dev.paths import DEV
from dev.say import step

KEEP = 8  # of each kind: this checkout's and those of other branches and clones


def core():
    """Return the name of the template with Odoo's modules and no demo data."""
    recipe = [DEV / "install.py", DEV / "inside/assets.py", DEV / "requirements.txt"]
    key = digest(tree.provide().build, *recipe)
    return provide_template("core", key, _build_core)


def addon():
    """Return the name of the template with the checkout's addons, less the demo."""
    base = core()
    wanted = addons.names(demo=False)
    if not wanted:
        return base
    key = digest(base, addons.fingerprint(wanted))
    return provide_template("addon", key, lambda name: _build_addon(name, base, wanted))


def demo():
    """Return the name of the template with the demo company as well."""
    base = addon()
    key = digest(base, addons.fingerprint([addons.DEMO]))
    wanted = [addons.DEMO]
    return provide_template("demo", key, lambda name: _build_addon(name, base, wanted))


def provide_template(kind, key, build):
    """Return the template of a kind and key, made by `build(name)` first if missing.

    It is built under another name and renamed last: killed, it is just not there.
    """
    name = f"truck_crm_{kind}_{key}"
    with locked(f"template-{kind}"):
        if name not in database.names():
            building = f"truck_crm_{kind}_building"
            with step(f"Building the {kind} template {name}"):
                build(building)
                database.rename(building, name)
            _drop_old(kind, name)
        database.touch(name)
    return name


def _drop_old(kind, name):
    """Drop the templates that were not used for longest."""
    prefix = f"truck_crm_{kind}_"
    others = {other for other in database.names() if other.startswith(prefix)} - {name}
    for old in sorted(others, key=database.last_use, reverse=True)[KEEP - 1 :]:
        database.drop(old)


def with_assets(name):
    """Add the asset bundles to a template, unless it has them.

    Not done while building: it takes longer than the rest, and only a browser needs it.
    """
    with locked(f"database-{name}"):
        if database.comment(name) != "assets":
            with step(f"Generating the asset bundles of {name}"):
                generate_assets(name)
            database.set_comment(name, "assets")
    return name


def _build_core(name):
    database.drop(name)
    database.create(name)
    install(name, MODULES, f"--load-language={','.join(LANGUAGES)}")
    generate_assets(name)


def _build_addon(name, base, wanted):
    database.clone(base, name)
    install(name, wanted)
