"""Lists of exceptions, each with its reason."""

import re

from dev.say import Refusal


def read(path):
    """Return the regular expressions of a list of exceptions.

    Each stands on a line of its own under a comment that gives its reason; an entry
    without one is refused, so that no list grows by habit.
    """
    patterns, reason = [], ""
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            reason = line
        elif line.strip():
            if not reason:
                raise Refusal(f"{path.name}: no reason is given above {line!r}")
            patterns.append(re.compile(line.strip()))
            reason = ""
    return patterns
