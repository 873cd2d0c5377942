"""Headless Chromium, steered through its DevTools protocol.

Runs in Odoo's environment, which has the `websocket` package. One thread only: events
are taken in while the answer to a command is waited for.
"""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import websocket

from dev.say import Refusal

SWITCHES = [
    "--headless",
    "--no-sandbox",  # refused as root otherwise; it only opens our own server
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-renderer-backgrounding",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--force-prefers-reduced-motion",
    "--remote-debugging-port=0",
]


class PageError(Refusal):
    """Script code that raised in the page, or something that never appeared there."""


class Browser:
    """One window of one browser; use it in a `with` statement.

    :ivar trouble: what the page complained about since somebody last emptied it
    """

    def __init__(self):
        self.trouble = []
        self._number = 0

    def __enter__(self):
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if not program:
            raise Refusal("no chromium on this machine: apt-get install chromium")
        self._profile = Path(tempfile.mkdtemp(prefix="truck_crm_browser_"))
        command = [program, *SWITCHES, f"--user-data-dir={self._profile}"]
        self._process = subprocess.Popen(
            [*command, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _connect(self):
        port = _until(self._read_port, 20, "Chromium does not start")
        with build_opener(ProxyHandler({})).open(
            f"http://127.0.0.1:{port}/json", timeout=10
        ) as answer:
            pages = [page for page in json.load(answer) if page["type"] == "page"]
        self._socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], suppress_origin=True, timeout=1
        )
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def _read_port(self):
        file = self._profile / "DevToolsActivePort"
        return file.exists() and file.read_text().split("\n")[0]

    # --- the protocol ---

    def call(self, method, seconds=60, **params):
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        self._socket.send(json.dumps(message))
        answer = _until(self._receive, seconds, f"no answer to {method}")
        if "error" in answer:
            raise PageError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _receive(self):
        """Take in one message; return it when it answers the last command."""
        try:
            message = json.loads(self._socket.recv())
        except websocket.WebSocketTimeoutException:
            return None
        if message.get("id") == self._number:
            return message
        self._take_event(message.get("method"), message.get("params"))

    def _take_event(self, method, params):
        if method == "Runtime.exceptionThrown":
            self.trouble.append(f"exception: {_told(params['exceptionDetails'])}")
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            words = (a.get("value", a.get("description", "")) for a in params["args"])
            self.trouble.append("console: " + " ".join(map(str, words)))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            self.trouble.append(f"{entry['text']} {entry.get('url', '')}".strip())

    # --- what a person does with it ---

    def set_cookie(self, url, name, value):
        """Set a cookie, such as the session's."""
        self.call("Network.setCookie", url=url, name=name, value=value)

    def resize(self, width, height):
        """Give the window a size; below 768 pixels it is a phone."""
        phone = width < 768
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", mobile=phone, **size)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def open(self, url, ready):
        """Load a page and wait until the expression `ready` holds in it."""
        self.call("Page.navigate", url=url)
        self.wait_for(ready, 120)

    def evaluate(self, expression):
        """Return what an expression, or the promise it gives, comes to."""
        done = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            generatePreview=True,
        )
        if error := done.get("exceptionDetails"):
            raise PageError(
                error.get("exception", {}).get("description", error["text"])
            )
        return done["result"].get("value")

    def wait_for(self, expression, seconds=30):
        """Wait until an expression holds."""
        test = f"(() => {{ try {{ return !!({expression}) }} catch {{}} }})()"
        return _until(lambda: self.evaluate(test), seconds, f"never: {expression}")

    def picture(self, path):
        """Save what is to be seen."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))


def _told(details):
    """Return what an exception tells, and what caused it where it says so."""
    thrown = details.get("exception", {})
    causes = [
        entry.get("value", "")
        for entry in thrown.get("preview", {}).get("properties", [])
        if entry["name"] == "cause"
    ]
    return "\ncaused by ".join([thrown.get("description", details["text"]), *causes])


def _until(ask, seconds, complaint):
    """Return the first true answer of `ask`, or raise."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise PageError(complaint)
