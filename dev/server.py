"""An Odoo server on a free port, for as long as a `with` block lasts."""

import http.cookiejar
import json
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from dev import odoo
from dev.log import open_log
from dev.say import Refusal

HOST = "127.0.0.1"


@contextmanager
def serving(database, *arguments):
    """Serve a database without its jobs; give the address and the log's path."""
    port = free_port()
    command = odoo.command(
        *("-d", database, f"--db-filter=^{database}$", "--max-cron-threads=0"),
        *(f"--http-interface={HOST}", f"--http-port={port}", *arguments),
    )
    with open_log("server") as log:
        process = subprocess.Popen(
            command,
            env=odoo.variables(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://{HOST}:{port}"
            wait_until_it_answers(process, address, f", log: {log.name}")
            yield address, log.name
        finally:
            process.terminate()
            process.wait()


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_until_it_answers(process, address, hint=""):
    """Wait for the server's first page.

    :param hint: where to look when it does not come
    """
    for _attempt in range(600):
        if process.poll() is not None:
            raise Refusal(f"Odoo ended before it answered{hint}")
        try:
            page = f"{address}/web/health"
            build_opener(ProxyHandler({})).open(page, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise Refusal(f"Odoo does not answer{hint}")


class Session:
    """A user who has logged in to a server.

    :ivar cookie: the number of the session, for a browser
    """

    def __init__(self, address, database, login, passwords):
        self.address = address
        self._jar = http.cookiejar.CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._jar))
        self.uid = self._log_in(database, login, passwords)
        (self.cookie,) = (c.value for c in self._jar if c.name == "session_id")

    def _log_in(self, database, login, passwords):
        for password in passwords:
            try:
                info = self.post(
                    "/web/session/authenticate",
                    db=database,
                    login=login,
                    password=password,
                )
            except Refusal:
                continue
            if info.get("uid"):
                return info["uid"]
        raise Refusal(f"{login} cannot log in with any of the passwords tried")

    def post(self, path, **params):
        """Ask one of Odoo's own routes; refuse with its words when it fails."""
        request = Request(
            self.address + path,
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=120) as answer:
            body = json.load(answer)
        if "error" in body:
            raise Refusal(f"{path}: {body['error']['data']['message']}")
        return body["result"]

    def get(self, path):
        """Return what a page of JSON holds."""
        with self._opener.open(self.address + path, timeout=120) as answer:
            return json.load(answer)

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )
