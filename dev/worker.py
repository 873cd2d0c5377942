"""Odoo processes that run Python functions on a database, several at once if need be.

with Worker(database) as worker:
    worker.call(function, argument)

The function's first argument is the environment, of Odoo's superuser; its source is
sent over, so it imports by itself what it needs. It works like a remote call: committed
at the end, rolled back by an error.
"""

import inspect
import json
import subprocess
import textwrap

from dev import odoo
from dev.log import open_log
from dev.paths import DEV, ROOT


class WorkerError(Exception):
    """What the function raised, as `Type: text`; or the process has ended."""


class Worker:
    """One process with one registry.

    :param wait: whether to wait until it is ready; else ask `result` for it first
    :ivar log: path of its log
    """

    def __init__(self, database, wait=True):
        command = [str(odoo.python()), str(DEV / "inside/worker.py"), database]
        with open_log("worker") as log:
            self.log = log.name
            self.process = subprocess.Popen(
                command,
                env=_variables(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        if wait:
            self.result()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def call(self, function, *arguments):
        """Run a function there and return its result, which JSON can tell."""
        self.start(function, *arguments)
        return self.result()

    def start(self, function, *arguments):
        """Send a function without waiting; `result` is to follow."""
        order = {
            "source": textwrap.dedent(inspect.getsource(function)),
            "name": function.__name__,
            "arguments": arguments,
        }
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def result(self):
        """Wait for the function that was started, and return its result."""
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()  # it may not even have become ready
            raise WorkerError(f"the process ended with status {status}: {self.log}")
        answer = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer["result"]

    def kill(self):
        """End the process at once, as a crash would: `kill -9`."""
        self.process.kill()
        self.process.wait()


def _variables():
    """Odoo's environment, and modules of this checkout can be imported there."""
    variables = odoo.variables()
    return variables | {"PYTHONPATH": f"{variables['PYTHONPATH']}:{ROOT}"}
