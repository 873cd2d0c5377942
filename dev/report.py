"""Counting what tests did, and saying it in one closing line."""

from contextlib import contextmanager

from dev import reasons
from dev.paths import DEV
from dev.say import Refusal, say

SKIPS = DEV / "skips.txt"


class Report:
    """The outcome of a run, from whatever runners took part.

    :ivar failed: one text per failure, the first line of which names it
    :ivar accepted: patterns of the tests that may be skipped
    """

    def __init__(self, accepted=None):
        self.passed = 0
        self.accepted = reasons.read(SKIPS) if accepted is None else accepted
        self.skipped = 0
        self.failed = []

    def add(self, other):
        """Count what another report has counted and shown."""
        self.passed += other.passed
        self.skipped += other.skipped
        self.failed += other.failed

    def fail(self, text):
        """Count and show a failure."""
        self.failed.append(text)
        say(f"FAILED {text}")

    def skip(self, name, reason):
        """Count a skipped test; it is a failure unless it is accepted."""
        line = f"{name}: {reason}"
        if any(pattern.search(line) for pattern in self.accepted):
            self.skipped += 1
        else:
            self.fail(f"{line}\n  skipped, and no reason for that in {SKIPS.name}")

    @contextmanager
    def counting_refusals(self):
        """Count what cannot even be started as a failure; all else still runs."""
        try:
            yield
        except Refusal as refusal:
            self.fail(str(refusal))

    def close(self):
        """Print the closing line and return the exit status.

        A run without a single passed test is a failure: it has shown nothing.
        """
        if not self.passed and not self.failed:
            self.fail("no test ran")
        if self.failed:
            say("\nFailures:")
        for text in self.failed:
            say(f"- {text.splitlines()[0]}")
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {len(self.failed)} failed{skipped}", flush=True)
        return 1 if self.failed else 0
