"""bin/demo: Odoo with truck_crm and the demo company on http://127.0.0.1:8069."""

import signal
import subprocess
import time
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from dev import demo, odoo, system
from dev.say import Refusal, say


def main(argv):
    """Serve until interrupted; further arguments go to Odoo."""
    demo.check_port()
    system.ensure_programs()
    name = demo.provide()
    say("* Starting Odoo ...")
    command = odoo.command(
        *("-d", name, f"--db-filter=^{name}$", f"--http-interface={demo.ADDRESS}"),
        *(f"--http-port={demo.PORT}", "--log-level=warn", *argv),
    )
    with subprocess.Popen(command, env=odoo.variables()) as server:
        # Ctrl-C reaches Odoo too, which ends in its own time
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        _wait_until_it_answers(server)
        demo.tell_logins()
        return max(0, server.wait())


def _wait_until_it_answers(server):
    opener = build_opener(ProxyHandler({}))
    for _attempt in range(600):
        if server.poll() is not None:
            raise Refusal("Odoo ended before it answered")
        try:
            opener.open(f"http://{demo.ADDRESS}:{demo.PORT}/web/health", timeout=5)
            opener.open(f"http://{demo.ADDRESS}:{demo.PORT}/web/login", timeout=60)
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise Refusal("Odoo does not answer")
