"""Plugin of pytest that hands each outcome to `dev.root_tests` as one JSON line."""

import json
import os


def pytest_runtest_logreport(report):
    """Write the outcome: of the test itself, or of a set-up or tear-down gone wrong."""
    if report.when != "call" and report.outcome == "passed":
        return
    detail = report.longrepr
    if report.skipped:
        detail = (
            detail[2] if isinstance(detail, tuple) else getattr(report, "wasxfail", "")
        )
    _write(report.nodeid, report.outcome, report.duration, detail)


def pytest_collectreport(report):
    """Write a file that cannot be read."""
    if report.outcome != "passed":
        skipped = report.skipped and isinstance(report.longrepr, tuple)
        detail = report.longrepr[2] if skipped else report.longrepr
        _write(report.nodeid, report.outcome, 0, detail)


def _write(name, outcome, seconds, detail):
    line = {
        "name": name,
        "outcome": outcome,
        "seconds": seconds,
        "detail": str(detail or ""),
    }
    with open(os.environ["TRUCK_CRM_REPORT"], "a") as stream:
        stream.write(json.dumps(line) + "\n")
