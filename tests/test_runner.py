"""bin/test and bin/lint in a scratch checkout with one small addon."""

import os
import subprocess

import pytest
from conftest import ADDON, write_files

HEAD = """\
import logging

from odoo.tests import TransactionCase


class TestProbe(TransactionCase):
"""
GOOD = """\
    def test_good(self):
        self.assertTrue(self.env.user)
"""
BAD = """
    def test_bad(self):
        self.fail("on purpose")

    def test_lazy(self):
        self.skipTest("no time")

    def test_noisy(self):
        logging.getLogger(__name__).warning("something is wrong")
"""
IMPORT = "from . import test_probe\n"
CHECKS = [
    "ruff check",
    "ruff format",
    "pylint",
    "oca_pre_commit_hooks.cli ",
    "oca_pre_commit_hooks.cli_po ",
    "prettier",
    "check_text",
    "debug_statement_hook",
    "check_xml",
]


@pytest.fixture
def run(checkout):
    """Return a function that adds files to the checkout and runs a command there.

    It returns the exit status and the lines printed.
    """

    def run(files, *command):
        write_files(checkout / "truck_crm_probe", ADDON | files)
        # a virtual environment of pytest's is none of the command's
        env = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
        done = subprocess.run(
            [checkout / command[0], *command[1:]],
            cwd=checkout,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout.splitlines()

    return run


def test_good_addon(run):
    test = HEAD.replace("import logging\n\n", "") + GOOD
    files = {"tests/__init__.py": IMPORT, "tests/test_probe.py": test}
    status, lines = run(files, "bin/test")
    assert (status, lines[-1]) == (0, "1 passed, 0 failed")
    status, lines = run(files, "bin/lint", "truck_crm_probe")
    assert (status, lines[-1]) == (0, "lint: clean")


def test_bad_addon(run):
    """A failure, a skipped test, a warning and a file nobody imports each count."""
    files = {
        "tests/__init__.py": IMPORT,
        "tests/test_probe.py": HEAD + GOOD + BAD,
        "tests/test_lost.py": HEAD,
    }
    status, lines = run(files, "bin/test")
    # test_noisy itself passes, its warning fails
    assert (status, lines[-1]) == (1, "2 passed, 4 failed")


def test_addon_without_tests(run):
    status, lines = run({}, "bin/test")
    assert (status, lines[-1]) == (1, "0 passed, 1 failed")


def test_addon_that_cannot_be_installed(run):
    """There is a closing line all the same."""
    files = {"__manifest__.py": ADDON["__manifest__.py"].replace("base", "no_such")}
    status, lines = run(files, "bin/test")
    assert (status, lines[-1]) == (1, "0 passed, 1 failed")


def test_lint_finds(run):
    """Every check fails on what it is there for."""
    files = {
        "models/a.py": "import os\n",  # ruff check
        "models/b.py": "X  = 1\n",  # ruff format
        "models/__init__.py": "",
        "models/c.py": "class A:\n    def _a(self):\n        self.env.cr.commit()\n",
        "models/d.py": "breakpoint()\n",
        "views/a.xml": "<odoo><data><x/></data></odoo>\n",  # prettier
        "views/b.xml": "<odoo>\n",
        "NOTES.md": "# Probe   \n",
        "i18n/zh_CN.po": 'msgid "a"\nmsgstr "b"\n',
    }
    status, lines = run(files, "bin/lint", "truck_crm_probe")
    failed = "\n".join(line for line in lines if line.startswith("FAILED"))
    assert status == 1
    for check in CHECKS:
        assert check in failed
