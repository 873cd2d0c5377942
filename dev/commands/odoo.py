"""bin/odoo: the Odoo command line, `bin/odoo shell -d DB` or `bin/odoo -d DB -u truck_crm`."""

import os

from dev import odoo


def main(argv):
    """Become Odoo, so that signals and the terminal reach it directly."""
    command = odoo.command(*argv)
    os.execve(command[0], command, odoo.variables())
