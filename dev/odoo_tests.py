"""Tests of the addons, run by Odoo's own runner on a throw-away clone."""

import re
import time

from dev import database, odoo, reasons
from dev.log import IGNORED, LINE, is_bad, open_log
from dev.paths import ROOT
from dev.say import say
from dev.server import free_port

STARTING = re.compile(r"Starting (\w+)\.(\w+) \.\.\.")
SKIPPED = re.compile(r"skipped (.+?) : (.*)")
BROKEN = re.compile(r"(?:FAIL|ERROR): (.+)")
# Odoo says again, three times, that a test failed
SUMMARY = re.compile(
    r"Module \S+: \d+ failures|At least one test|\d+ failed, \d+ error"
)


class Reader:
    """Reads Odoo's log while it is written, telling progress and counting tests.

    :ivar files: the test files of which a test ran, as "addon/tests/test_x"
    """

    def __init__(self, report, log):
        self.report = report
        self.log = log
        self.ignored = reasons.read(IGNORED)
        self.files = set()
        self.started = set()
        self.bad = set()  # tests that failed or were skipped
        self.current = None  # class that runs, with its start and number of tests
        self.failure = None  # lines of the failure being read

    def write(self, line):
        """Take one line."""
        self.log.write(line)
        found = LINE.match(line)
        if not found:
            if self.failure is not None:
                self.failure.append(line)
            return
        self._end_failure()
        level, logger, message = found.groups()
        if level == "INFO" and (test := STARTING.match(message)):
            self._start(logger, *test.groups())
        elif level == "INFO" and (skip := SKIPPED.match(message)):
            self.bad.add((logger, skip[1]))
            self.report.skip(f"{logger}.{skip[1]}", skip[2])
        elif level == "ERROR" and (broken := BROKEN.match(message)):
            self.bad.add((logger, _test_name(broken[1])))
            self.failure = [f"{logger}: {message}\n"]
        elif is_bad(line, self.ignored) and not (self.bad and SUMMARY.match(message)):
            self.failure = [f"log: {line}"]

    def close(self):
        """Count what passed."""
        self._end_failure()
        self._end_class()
        self.report.passed += len(self.started - self.bad)

    def _start(self, logger, test_class, method):
        self.started.add((logger, f"{test_class}.{method}"))
        file = logger.removeprefix("odoo.addons.").replace(".", "/")
        self.files.add(file)
        if not self.current or self.current[0] != (file, test_class):
            self._end_class()
            self.current = [(file, test_class), time.monotonic(), 0]
        self.current[2] += 1

    def _end_class(self):
        if self.current:
            (file, test_class), start, number = self.current
            seconds = time.monotonic() - start
            say(f"{seconds:6.1f} s {number:4} tests  {file} {test_class}")
        self.current = None

    def _end_failure(self):
        if self.failure is not None:
            self.report.fail("".join(self.failure).rstrip())
        self.failure = None


def _test_name(description):
    """The test's name in a failure's headline, without what names one of its parts."""
    return re.sub(r"^Subtest (\w+\.\w+).*", r"\1", description.strip())


def run(report, source, selected):
    """Run tests on a clone of the template `source`.

    :param selected: Odoo's test tags, such as `/truck_crm/tests/test_x.py`
    """
    name = database.clone(source)
    port = free_port()
    with open_log("test") as log:
        reader = Reader(report, log)
        say(f"  log: {log.name}")
        done = odoo.run(
            [
                *("-d", name, "--stop-after-init", "--max-cron-threads=0"),
                *("--http-interface=127.0.0.1", f"--http-port={port}"),
                f"--test-tags={','.join(selected)}",
            ],
            reader,
        )
        reader.close()
    if done.returncode and not report.failed:
        report.fail(f"odoo ended with status {done.returncode}\n{done.log[-2000:]}")
    database.drop(name)
    return reader.files


def check_files(report, wanted, ran):
    """Fail for each test file of which not one test ran: nobody imports it, say."""
    for path in wanted:
        if str(path.relative_to(ROOT).with_suffix("")) not in ran:
            report.fail(f"{path.relative_to(ROOT)}: no test of it ran")
