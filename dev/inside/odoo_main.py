"""Odoo's entry point, run by the interpreter of its environment."""

import sys

import odoo.cli

BROWSER_WAIT = 60  # seconds; Odoo's ten are few where the browser is read from disk


def _be_patient():
    """Let tests wait for a browser that starts slowly, instead of skipping them."""
    from odoo.tests import common

    common.BROWSER_WAIT = BROWSER_WAIT
    common.CHECK_BROWSER_ITERATIONS = int(BROWSER_WAIT / common.CHECK_BROWSER_SLEEP)


if __name__ == "__main__":
    if any(argument.startswith("--test-tags") for argument in sys.argv):
        _be_patient()
    odoo.cli.main()
