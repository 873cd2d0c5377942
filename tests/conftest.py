"""Fixtures for tests that need databases, scratch caches or scratch checkouts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev import database, template
from dev.paths import CACHE, ROOT

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
