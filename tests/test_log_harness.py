"""The harness around Odoo's tests fails when it should."""

import io

import pytest

from dev import reasons
from dev.log import check_log
from dev.odoo_tests import Reader, check_files
from dev.paths import ROOT
from dev.report import Report
from dev.say import Refusal

STAMP = "2026-01-31 12:00:00,123 4711"
MODULE = "odoo.addons.truck_crm.tests.test_x"
CLEAN = f"""\
{STAMP} INFO db odoo.modules.loading: Modules loaded.
{STAMP} INFO db {MODULE}: Starting TestX.test_good ...
"""
WARNING = f"{STAMP} WARNING db odoo.models: two fields have the same label \n"
TRACEBACK = f"""\
{STAMP} ERROR db odoo.sql_db: bad query
Traceback (most recent call last):
  why
"""
FAILURE = f"""\
{STAMP} INFO db {MODULE}: Starting TestX.test_bad ...
{STAMP} INFO db {MODULE}: ======================
{STAMP} ERROR db {MODULE}: FAIL: TestX.test_bad
Traceback (most recent call last):
AssertionError: 1 != 2
"""
SUBTESTS = f"""\
{STAMP} INFO db {MODULE}: Starting TestX.test_parts ...
{STAMP} ERROR db {MODULE}: FAIL: Subtest TestX.test_parts (n=1)
{STAMP} ERROR db {MODULE}: ERROR: Subtest TestX.test_parts (n=2)
"""
SKIP = f"""\
{STAMP} INFO db {MODULE}: Starting TestX.test_lazy ...
{STAMP} INFO db {MODULE}: skipped TestX.test_lazy : no time
"""
SET_UP = f"{STAMP} ERROR db odoo.tests.suite: ERROR: setUpClass ({MODULE}.TestY)\n"


def read(*logs):
    """Return the report on a run that logged this."""
    report = Report()
    reader = Reader(report, io.StringIO())
    for line in "".join(logs).splitlines(keepends=True):
        reader.write(line)
    reader.close()
    return report, reader.files


def closing(report, capsys):
    """Return the exit status and the last line printed."""
    status = report.close()
    return status, capsys.readouterr().out.splitlines()[-1]


def test_check_log_takes_only_what_is_bad():
    assert check_log(CLEAN) == []
    assert check_log(CLEAN + WARNING + CLEAN) == [WARNING.rstrip("\n")]
    assert check_log(TRACEBACK + CLEAN) == [TRACEBACK.rstrip("\n")]


def test_check_log_ignores_what_is_listed(tmp_path):
    listed = tmp_path / "ignore.txt"
    listed.write_text("# an old quirk\nthe same label\n")
    assert check_log(WARNING, reasons.read(listed)) == []
    assert check_log(TRACEBACK, reasons.read(listed))


def test_exceptions_need_a_reason(tmp_path):
    listed = tmp_path / "ignore.txt"
    listed.write_text("# an old quirk\nthe same label\nanother\n")
    with pytest.raises(Refusal, match="another"):
        reasons.read(listed)


def test_clean_run_passes(capsys):
    report, files = read(CLEAN)
    assert files == {"truck_crm/tests/test_x"}
    assert closing(report, capsys) == (0, "1 passed, 0 failed")


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (WARNING, "1 passed, 1 failed"),
        (TRACEBACK, "1 passed, 1 failed"),
        (FAILURE, "1 passed, 1 failed"),
        (SUBTESTS, "1 passed, 2 failed"),
        (SKIP, "1 passed, 1 failed"),
        (SET_UP, "1 passed, 1 failed"),
    ],
)
def test_trouble_fails_the_run(capsys, log, line):
    report, _files = read(CLEAN, log)
    assert closing(report, capsys) == (1, line)


def test_no_test_fails_the_run(capsys):
    report, _files = read(CLEAN.splitlines()[0])
    assert closing(report, capsys) == (1, "0 passed, 1 failed")


def test_accepted_skip_is_counted(capsys, tmp_path):
    listed = tmp_path / "skips.txt"
    listed.write_text("# only where there is time\nTestX.test_lazy: no time\n")
    report = Report()
    report.passed = 1
    report.accepted = reasons.read(listed)
    report.skip("TestX.test_lazy", "no time")
    assert closing(report, capsys) == (0, "1 passed, 0 failed, 1 skipped")


def test_file_that_nobody_imports_fails_the_run(capsys):
    report, files = read(CLEAN)
    wanted = [ROOT / f"truck_crm/tests/test_{name}.py" for name in "xy"]
    check_files(report, wanted, files)
    assert closing(report, capsys) == (1, "1 passed, 1 failed")
    assert "test_y.py" in report.failed[0]
