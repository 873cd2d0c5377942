"""The log harness: a warning that Odoo logs fails the run."""

import re
import time

from dev.paths import DEV, LOGS

# 2026-01-31 12:00:00,123 4711 WARNING database odoo.module: message
LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (\w+) ")
BAD = ("WARNING", "ERROR", "CRITICAL")
IGNORED = DEV / "log_ignore.txt"
KEEP = 30


def open_log(label):
    """Open a new log file outside the checkout, forgetting the oldest ones."""
    LOGS.mkdir(parents=True, exist_ok=True)
    for old in sorted(LOGS.glob("*.log"))[:-KEEP]:
        old.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return open(LOGS / f"{stamp}-{time.monotonic_ns()}-{label}.log", "w", buffering=1)


def ignored():
    """Return the patterns of log lines that are no defect.

    Each stands in the file under a comment with its reason; one without is refused.
    """
    patterns, reason = [], ""
    for line in IGNORED.read_text().splitlines():
        if line.startswith("#"):
            reason = line
        elif line.strip():
            assert reason, f"{IGNORED.name}: {line!r} has no reason above it"
            patterns.append(re.compile(line.strip()))
            reason = ""
    return patterns


def check_log(text, patterns=None):
    """Return the lines of a log that must not be there."""
    patterns = ignored() if patterns is None else patterns
    return [
        line
        for line in text.splitlines()
        if (found := LINE.match(line))
        and found[1] in BAD
        and not any(pattern.search(line) for pattern in patterns)
    ]
