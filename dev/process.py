"""Running other programs."""

import os
import subprocess

from dev.say import Refusal


def environment(**extra):
    """Return this process's environment for a child, less what would lead it astray.

    PYTHONDONTWRITEBYTECODE would make every start compile all of Odoo again.
    """
    env = dict(os.environ)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        env.pop(name, None)
    return env | {name: str(value) for name, value in extra.items()}


def run(*command, quiet=True, **options):
    """Run a program to its end; refuse with its last words when it fails.

    :return: what it wrote to stdout (and stderr) when quiet.
    """
    command = [str(part) for part in command]
    options.setdefault("env", environment())
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    if quiet:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, text=True, errors="replace", **options)
    if done.returncode:
        words = "\n".join((done.stdout or "").strip().splitlines()[-15:])
        raise Refusal(f"`{' '.join(command[:6])}` failed ({done.returncode})\n{words}")
    return done.stdout
