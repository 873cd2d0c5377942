"""bin/demo: Odoo with truck_crm and the demo company on http://127.0.0.1:8069."""

import argparse
import signal
import socket
import subprocess

from dev import demo, odoo, system
from dev.say import Refusal, say
from dev.server import HOST, wait_until_it_answers


def main(argv):
    """Serve until interrupted."""
    options, for_odoo = _parser().parse_known_args(argv)
    _check_port(options.port)
    system.ensure_programs()
    name = demo.provide(options.database, options.fresh)
    say("* Starting Odoo ...")
    command = odoo.command(
        *("-d", name, f"--db-filter=^{name}$", f"--http-interface={HOST}"),
        *(f"--http-port={options.port}", "--log-level=warn", *for_odoo),
    )
    with subprocess.Popen(command, env=odoo.variables()) as server:
        # Ctrl-C reaches Odoo too, which ends in its own time
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        address = f"http://{HOST}:{options.port}"
        try:
            wait_until_it_answers(server, address)
            _tell_logins(name, address)
            return max(0, server.wait())
        finally:
            server.terminate()


def _parser():
    parser = argparse.ArgumentParser(
        prog="bin/demo", description=__doc__, epilog="Other options go to Odoo."
    )
    fresh = "make the database anew; what was entered in it is gone"
    parser.add_argument("--fresh", action="store_true", help=fresh)
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--database", default=demo.DATABASE)
    return parser


def _check_port(port):
    """Refuse when something serves there already, before anything slow is done."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise Refusal(f"port {port} is in use: stop what is there, or take --port")


def _tell_logins(name, address):
    """Say where to go and as whom."""
    say(f"\ntruck_crm is at {address}, stop it with Ctrl-C")
    say("log in as one of these, the password is the login again:")
    for login, person in demo.logins(name):
        say(f"  {login:<24} {person}")
