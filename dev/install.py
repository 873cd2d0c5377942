"""Installing and updating modules in a database, accepting no warning.

The core template is keyed by this file: a change here builds it anew.
"""

from dev import odoo
from dev.log import check_log, open_log
from dev.paths import DEV
from dev.say import Refusal

MODULES = [
    "contacts",
    "crm",
    "sale_management",
    "sale_crm",
    "sale_stock",
    "account",
    "stock",
    "survey",
    "calendar",
    "portal",
    "web_hierarchy",
    "phone_validation",
    "base_address_extended",
    "stock_dropshipping",
    "stock_picking_batch",
]
LANGUAGES = ["en_US", "zh_CN", "zh_TW"]


def install(name, modules, *options):
    """Install modules with their translations."""
    _change(name, "-i", modules, *options)


def update(name, modules, *options):
    """Update installed modules to what the checkout holds."""
    _change(name, "-u", modules, *options)


def _change(name, flag, modules, *options):
    arguments = [flag, ",".join(modules), "--max-cron-threads=0", *options]
    _run_checked([*arguments, "-d", name, "--stop-after-init", "--no-http"])


def generate_assets(name):
    """Make the asset bundles: the first page of each clone would need 30 s."""
    with open(DEV / "inside/assets.py") as script:
        _run_checked(["shell", "-d", name, "--no-http"], stdin=script)


def _run_checked(arguments, **options):
    with open_log(arguments[0].strip("-")) as log:
        done = odoo.run(arguments, log, **options)
    trouble = check_log(done.log)
    if done.returncode or trouble:
        shown = "\n".join(trouble or done.log.splitlines()[-20:])
        raise Refusal(f"odoo {' '.join(arguments)}\n{shown}\nlog: {log.name}")
