"""bin/lint [--fix] [FOLDER...]: the static checks, or what a program can put right."""

import os
import subprocess

from dev import lint
from dev.paths import ROOT
from dev.process import environment
from dev.say import say


def main(argv):
    """Run every check, even after one failed; the status tells whether all passed."""
    fix = argv[:1] == ["--fix"]
    commands = lint.fixes(argv[1:]) if fix else lint.checks(argv)
    failed = [name for name in map(_failing, commands) if name]
    for name in failed:
        say(f"FAILED {name}")
    say("lint: " + (f"{len(failed)} checks failed" if failed else "clean"))
    return 1 if failed else 0


def _failing(command):
    """Run one check, and return its name if it found something."""
    command = list(map(str, command))
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL
    )
    words = (os.path.basename(word) for word in command[:4])
    return " ".join(words) if done.returncode else None
