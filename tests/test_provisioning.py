"""The slow steps of provisioning themselves, killed and started again."""

import os
import signal
import subprocess
import sys
import time

import pytest

from dev import database, postgres
from dev.paths import ROOT

UNPACK = """
from dev import tree
print(tree.provide().path)
"""

CLUSTER = """
import sys
from pathlib import Path
from dev import postgres
server = postgres.Server(Path(sys.argv[1]), Path(sys.argv[2]))
server.ensure_running()
print(server.sql("SELECT rolname FROM pg_roles WHERE rolname = 'odoo'"))
if "stop" in sys.argv:
    server.stop()
"""

# Makes a template from the database `source`, telling before each statement.
TEMPLATE = """
import sys
from dev import database, template

def telling(statement, *arguments, sql=database.sql):
    print(statement, flush=True)
    return sql(statement, *arguments)

source, key = sys.argv[1:]
database.sql = telling
template.provide_template("probe", key, lambda name: database.clone(source, name))
"""


def kill(process, seconds):
    """Kill a process and its children some time after its start."""
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_unpacking(start):
    """Odoo's tree is unpacked whole after its unpacking was killed twice."""
    for seconds in (0.7, 3):
        kill(start(UNPACK), seconds)
    run = start(UNPACK)
    path = run.communicate(timeout=300)[0].strip()
    assert run.returncode == 0
    assert os.path.exists(f"{path}/odoo/addons/web/static/lib/jquery/jquery.js")


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6, 0.9])
def test_killed_cluster(start, tmp_path, seconds):
    """A database cluster is made whole after its making was killed."""
    arguments = tmp_path / "postgres", postgres.programs()
    kill(start(CLUSTER, *arguments), seconds)
    run = start(CLUSTER, *arguments, "stop")
    assert run.communicate(timeout=60)[0].split() == ["odoo"]
    assert run.returncode == 0


@pytest.fixture
def source(clone):
    """Return a small database with a filestore."""
    name = f"{clone('template1')}"
    folder = database.FILESTORE / name / "ab"
    folder.mkdir(parents=True)
    (folder / "abcd").write_text("content")
    return name


@pytest.mark.parametrize("word", ["DROP", "CREATE", "terminate", "RENAME"])
def test_killed_template(source, word):
    """A template is there with its files, or not at all, killed at any statement."""
    key = f"test{os.getpid()}"
    name = f"truck_crm_probe_{key}"
    command = [sys.executable, "-c", TEMPLATE, source, key]
    run = {"cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **run)
    while word not in process.stdout.readline():
        assert process.poll() is None, f"the builder ended without {word}"
    process.kill()
    process.communicate()
    try:
        if name in database.names():
            assert (database.FILESTORE / name / "ab/abcd").exists()
        subprocess.run(
            command, check=True, timeout=60, stdout=subprocess.DEVNULL, **run
        )
        assert name in database.names()
        assert (database.FILESTORE / name / "ab/abcd").read_text() == "content"
        assert "truck_crm_probe_building" not in database.names()
    finally:
        database.drop(name)
        database.drop("truck_crm_probe_building")
