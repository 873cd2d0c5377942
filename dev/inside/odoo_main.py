"""Odoo's entry point, run by the interpreter of its environment."""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
