"""Node's packages for the linters, in the cache."""

import re
import shutil

from dev.build import built, digest
from dev.debian import ensure_installed
from dev.paths import CACHE, ROOT
from dev.process import run
from dev.say import Refusal

MINIMUM = 18
FILES = [ROOT / "package.json", ROOT / "package-lock.json"]


def provide():
    """Return the folder that holds `node_modules` as the lock file wants it."""
    _ensure_node()
    return built(
        CACHE / "node" / digest(*FILES), _install, "Installing Node's packages"
    )


def _ensure_node():
    if not _recent():
        ensure_installed({"node": "nodejs", "npm": "npm"}, "the linters")
    if not _recent():
        raise Refusal(f"the linters need Node {MINIMUM} or newer, and npm")


def _recent():
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    found = re.match(r"v(\d+)", run("node", "--version"))
    return bool(found) and int(found[1]) >= MINIMUM


def _install(folder):
    for file in FILES:
        shutil.copy(file, folder)
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
