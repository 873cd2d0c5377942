"""Odoo's log: kept outside the checkout, and a warning in it fails the run."""

import re
import time

from dev import reasons
from dev.paths import DEV, LOGS

# 2026-01-31 12:00:00,123 4711 WARNING database odoo.module: message
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ ([A-Z]+) \S+ (\S+): (.*)")
BAD = ("WARNING", "ERROR", "CRITICAL")
IGNORED = DEV / "log_ignore.txt"
KEEP = 30


def open_log(label):
    """Open a new log file, forgetting the oldest ones."""
    LOGS.mkdir(parents=True, exist_ok=True)
    for old in sorted(LOGS.glob("*.log"))[:-KEEP]:
        old.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return open(LOGS / f"{stamp}-{time.monotonic_ns()}-{label}.log", "w", buffering=1)


def check_log(text, patterns=None):
    """Return what must not be in a log: its lines, each with the traceback under it.

    :param patterns: what to ignore, by default what `log_ignore.txt` lists
    """
    patterns = reasons.read(IGNORED) if patterns is None else patterns
    found, inside = [], False
    for line in text.splitlines():
        if LINE.match(line):
            inside = is_bad(line, patterns)
            if inside:
                found.append(line)
        elif inside:
            found[-1] += f"\n{line}"
    return found


def is_bad(line, patterns):
    """Whether a line of the log fails a run."""
    level = LINE.match(line)[1]
    return level in BAD and not any(pattern.search(line) for pattern in patterns)
