"""Running Odoo's command line in the provisioned environment."""

import subprocess
from collections import namedtuple

from dev import addons, postgres, tree, venv
from dev.paths import CACHE, DATA_DIR, DEV
from dev.process import environment

Completed = namedtuple("Completed", "returncode log")


def python():
    """Return the interpreter that runs Odoo."""
    return venv.provide("", "Installing Odoo's Python packages")


def command(*arguments):
    """Return the command line for Odoo's own arguments.

    Not `python -m odoo`: its gevent child with --workers could not import itself.
    """
    return [str(python()), str(DEV / "inside/odoo_main.py"), *map(str, arguments)]


def variables():
    """Return the environment: settings go here, so that arguments can overrule them.

    A configuration file of the person's own (~/.odoorc) is deliberately not read.
    """
    source = tree.provide()
    config = CACHE / "odoo.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    if not config.exists():
        config.write_text("[options]\n")
    folders = [*source.addons, *addons.folders()]
    return environment(
        **postgres.connection(),
        PYTHONPATH=source.path,
        ODOO_RC=config,
        ODOO_DATA_DIR=DATA_DIR,
        **({"ODOO_ADDONS_PATH": ",".join(map(str, folders))} if folders else {}),
    )


def run(arguments, log=None, **options):
    """Run Odoo to its end and return its exit status and log.

    :param log: file to write the log to as well, while it runs
    """
    options = {"stdin": subprocess.DEVNULL, "env": variables()} | options
    lines = []
    with subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    ) as process:
        for line in process.stdout:
            lines.append(line)
            if log:
                log.write(line)
    return Completed(process.returncode, "".join(lines))
