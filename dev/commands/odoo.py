"""bin/odoo: Odoo's command line, as in `bin/odoo shell -d DB`."""

import os

from dev import odoo


def main(argv):
    """Become Odoo, so that signals and the terminal reach it directly."""
    command = odoo.command(*argv)
    os.execve(command[0], command, odoo.variables())
