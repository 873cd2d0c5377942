"""Fixtures for tests that need databases, scratch caches or scratch checkouts."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dev import database, postgres, template
from dev.paths import CACHE, ROOT
from dev.process import environment
from dev.worker import Worker, WorkerError

# a small addon for scratch checkouts, as files
ADDON = {
    "__init__.py": "",
    "README.md": "# Probe\n",
    "__manifest__.py": """\
{
    "name": "Probe",
    "summary": "An addon for tests of the runner",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "truck_crm contributors",
    "website": "https://www.example.com",
    "depends": ["base"],
}
""",
}


@pytest.fixture
def clone():
    """Return a function that clones a template (by default the addons' one).

    The clones are dropped after the test.
    """
    made = []

    def make(source=None):
        made.append(database.clone(source or template.addon()))
        return made[-1]

    yield make
    for name in made:
        database.drop(name)


@pytest.fixture(scope="module")
def name():
    """Return the name of a clone for all tests of a file."""
    name = database.clone(template.addon())
    yield name
    database.drop(name)


@pytest.fixture(scope="module")
def workers(name):
    """Return three processes, started once: that takes longer than the tests."""
    workers = [Worker(name, wait=False) for _number in range(3)]
    for worker in workers:
        worker.result()
    yield workers
    for worker in workers:
        worker.__exit__()


class Gate:
    """A gate at which processes wait inside their transactions, until it is opened.

    What a process runs goes up to it by ``SELECT pg_advisory_xact_lock_shared(key)``;
    that takes the transaction's snapshot, if nothing has before, so that it sees
    nothing of what others do from then on. Without a key (NULL) there is no gate. It
    stays open once it is; after a minute it opens by itself, lest a test hangs.

    :ivar key: the key of the lock
    """

    def __init__(self, name):
        self.name = name
        self.key = time.monotonic_ns()
        self.session = subprocess.Popen(
            [postgres.programs() / "psql", "-XqAt", "-d", name],
            env=environment(**postgres.connection()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.session.stdin.write(f"SELECT pg_advisory_lock({self.key}), 'shut';\n")
        self.session.stdin.flush()
        assert "shut" in self.session.stdout.readline()
        self.timer = threading.Timer(60, self.session.stdin.close)
        self.timer.start()

    def wait_for(self, number=1, blocked=0):
        """Wait until so many processes stand here, and so many at others' rows."""
        count = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        count += f" WHERE datname = '{self.name}' AND NOT granted AND locktype"
        wait_until(
            self.name,
            f"SELECT ({count} = 'advisory') = {number}"
            f" AND ({count} <> 'advisory') >= {blocked}",
        )

    def open(self):
        """Let all pass."""
        self.timer.cancel()
        self.session.stdin.close()
        self.session.wait()
        self.session.stdout.close()


@pytest.fixture
def gate(name):
    """Return a gate that is shut; it is open after the test in any case."""
    gate = Gate(name)
    yield gate
    gate.open()


@pytest.fixture
def scratch_cache(tmp_path):
    """Return the environment of a cache of its own; only the downloads are there."""
    cache = tmp_path / "cache/truck_crm"
    cache.mkdir(parents=True)
    if (CACHE / "downloads").exists():
        shutil.copytree(CACHE / "downloads", cache / "downloads", copy_function=os.link)
    return os.environ | {"XDG_CACHE_HOME": str(cache.parent), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def start(scratch_cache):
    """Return a function that starts Python code on the scratch cache."""
    running = []

    def start(code, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=scratch_cache,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def checkout(tmp_path):
    """Return a scratch checkout: this one's tooling and no addon yet."""
    folder = tmp_path / "checkout"
    listed = subprocess.check_output(
        ["git", "ls-files", "-co", "--exclude-standard", "dev", "bin", ".ci", ":/*.*"],
        cwd=ROOT,
        text=True,
    )
    for name in listed.splitlines():
        if name.startswith(("dev/", "bin/", ".ci/")) or "/" not in name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def write_files(folder: Path, files):
    """Write the texts of `files` (name -> text) below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def value(name, query):
    """Return the single figure that a query gives on a database."""
    ((figure,),) = database.sql(query, name)
    return int(figure)


def wait_until(name, query, seconds=60):
    """Wait until a query on a database says yes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if database.sql(query, name) == [["t"]]:
            return
        time.sleep(0.02)
    raise AssertionError(f"never: {query}")


def wait_until_gone(name, worker):
    """Wait until the server has noticed a kill, and the locks are free."""
    session = f"application_name = 'odoo-{worker.process.pid}'"
    wait_until(name, f"SELECT count(*) = 0 FROM pg_stat_activity WHERE {session}")


def outcome(worker):
    """Return what a worker answers, or the error that it tells of as text."""
    try:
        return worker.result()
    except WorkerError as error:
        return str(error)
