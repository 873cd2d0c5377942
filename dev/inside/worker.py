"""An Odoo process that runs what it is sent: see `dev.worker`.

One JSON object per line comes in, with the source of a function, its name and its
arguments; one goes out, with the function's result or the error it raised.
"""

import json
import os
import sys
from functools import partial

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config


def main(database):
    """Load the registry, say so, and work until the input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the code prints goes to the log
    config.parse_config(
        [f"--database={database}", "--no-http", "--max-cron-threads=0"],
        setup_logging=True,
    )
    odoo.service.server.load_server_wide_modules()
    Registry(database)
    print(json.dumps({"result": "ready"}), file=answers)
    for line in sys.stdin:
        try:
            answer = {"result": run(database, **json.loads(line))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


def run(database, source, name, arguments):
    """Run a function as a remote call would be: tried again, committed at its end."""
    names = {}
    exec(compile(source, f"<{name}>", "exec"), names)
    # asked for each time: installing a module makes a new one
    registry = Registry(database).check_signaling()
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.transaction.default_env = env
        result = retrying(partial(names[name], env, *arguments), env)
        cr.commit()
    return result


main(sys.argv[1])
