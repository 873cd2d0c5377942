"""What is told to the person at the terminal: on stderr, stdout is for results."""

import sys
import time
from contextlib import contextmanager


class Refusal(Exception):
    """Something a person can put right; shown as one line, without a traceback."""


def say(text):
    """Show one line at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(label):
    """Announce a slow step, and its duration when it is done."""
    say(f"* {label} ...")
    start = time.monotonic()
    yield
    say(f"  {label}: {time.monotonic() - start:.1f} s")
