"""Tests of the repository's own `tests/`, run by pytest in Odoo's environment."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from dev import odoo
from dev.log import open_log
from dev.paths import ROOT
from dev.process import environment
from dev.say import say


def run(report, files):
    """Run files (or folders) of tests and add what they did to the report."""
    with TemporaryDirectory() as folder, open_log("pytest") as log:
        say(f"  log: {log.name}")
        outcomes = Path(folder, "outcomes")
        outcomes.touch()
        # a folder for this run alone, gone with it: some tests unpack all of Odoo
        status = _pytest([f"--basetemp={folder}/tests", *files], outcomes, log)
        count(report, map(json.loads, outcomes.read_text().splitlines()))
    # 5: nothing was collected
    if status not in (0, 1, 5) or (status == 1 and not report.failed):
        report.fail(f"pytest ended with status {status}, see {log.name}")


def _pytest(arguments, outcomes, log):
    """Run pytest, showing one line per file; everything else goes to the log."""
    env = environment(PYTHONPATH=ROOT, TRUCK_CRM_REPORT=outcomes)
    command = [odoo.python(), "-B", "-m", "pytest", "-p", "dev.inside.pytest_report"]
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout:
            log.write(line)
            if line.startswith("tests/") and "%]" in line:
                say(f"  {line.rstrip()}")
    return process.returncode


def count(report, outcomes):
    """Add pytest's outcomes to the report."""
    for outcome in outcomes:
        if outcome["outcome"] == "passed":
            report.passed += 1
        elif outcome["outcome"] == "skipped":
            report.skip(outcome["name"], outcome["detail"])
        else:
            report.fail(f"{outcome['name']}\n{outcome['detail']}")
