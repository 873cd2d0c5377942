"""bin/screens: pictures of every screen of the app, as one user sees them.

bin/screens --db DB --login LOGIN [--lang zh_CN] [--out DIR] [--width 1400 --width 390]
bin/screens --db DB --login LOGIN --menu truck_crm.truck_vehicle_menu
bin/screens --db DB --login LOGIN --url /odoo/contacts

Ends with an error when a page complained. A server is started for it, unless --server
names one that runs.
"""

import argparse
import importlib.util
import os
import sys
from contextlib import nullcontext

from dev import odoo, system
from dev.paths import CACHE, DEV
from dev.process import environment
from dev.say import say


def main(argv):
    """Take the pictures; return 1 when there was trouble on a screen."""
    options = _parse(argv)
    if importlib.util.find_spec("websocket") is None:
        _run_again_in_odoos_environment(argv)
    system.ensure_programs()
    from dev import screens
    from dev.server import serving

    own = (options.server, None)
    with nullcontext(own) if options.server else serving(options.db) as (address, _log):
        session = screens.log_in(address, options.db, options.login, options.password)
        tour = screens.take(
            session,
            options.out or CACHE / "screens" / options.db / options.login,
            options.width or [1400, 390],
            options.menu,
            options.url,
            options.lang,
        )
    say(f"{len(tour.pictures)} pictures in {tour.out}, {len(tour.problems)} problems")
    return 1 if tour.problems else 0


def _parse(argv):
    parser = argparse.ArgumentParser(
        prog="bin/screens",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--db", required=True)
    parser.add_argument("--login", required=True)
    parser.add_argument("--password", help="default: the demo's, or the login")
    parser.add_argument("--lang", help="such as zh_CN; default: the user's own")
    parser.add_argument("--out", help="folder for the pictures")
    parser.add_argument("--width", type=int, action="append", help="1400 and 390")
    parser.add_argument("--menu", action="append", default=[], help="XML id; repeat")
    parser.add_argument("--url", action="append", default=[], help="path; repeat")
    parser.add_argument("--server", help="address of a running server of the database")
    return parser.parse_args(argv)


def _run_again_in_odoos_environment(argv):
    """Become this command under the interpreter that has the packages it needs."""
    python = str(odoo.python())
    sys.stdout.flush()
    os.execve(python, [python, str(DEV), "screens", *argv], environment())
