"""bin/demo makes its database, serves it, and starts fast the second time."""

import os
import signal
import subprocess
import time
from urllib.request import urlopen

import pytest
from conftest import ADDON, write_files

from dev import database
from dev.server import free_port


@pytest.fixture
def serve(checkout, clone):
    """Return a function that runs bin/demo until it is ready, and gives its words."""
    write_files(checkout / "truck_crm_probe", ADDON)
    name = clone("template1")
    database.drop(name)
    port = free_port()
    command = [checkout / "bin/demo", f"--port={port}", f"--database={name}"]
    env = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"}

    def serve():
        words = []
        with subprocess.Popen(
            command, env=env, stderr=subprocess.PIPE, text=True
        ) as server:
            for line in server.stderr:
                words.append(line)
                if line.startswith("  admin "):
                    break
            if server.poll() is None:
                page = urlopen(f"http://127.0.0.1:{port}/web/login").read().decode()
                assert 'name="password"' in page
            server.send_signal(signal.SIGTERM)
            words.append(server.stderr.read())
        assert server.returncode == 0, "".join(words)
        return "".join(words)

    return serve


def test_demo(checkout, serve):
    """It is made, served, served again in no time, and updated after a change."""
    assert "the password is the login" in serve()
    start = time.monotonic()
    assert "updating" not in serve()
    assert time.monotonic() - start < 20
    write_files(checkout / "truck_crm_probe", {"models.py": "# changed\n"})
    assert "updating" in serve()
