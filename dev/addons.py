"""The addons of this checkout."""

import ast
from pathlib import Path

from dev.build import digest
from dev.paths import ROOT

DEMO = "truck_crm_demo"


def names(demo=True):
    """Return the names of the checkout's addons, with or without the demo company."""
    found = (manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py"))
    return sorted(name for name in found if demo or name != DEMO)


def folders():
    """Return the folders for Odoo's addons path."""
    return [ROOT] if names() else []


def manifest(name):
    """Return an addon's manifest."""
    return ast.literal_eval((ROOT / name / "__manifest__.py").read_text())


def fingerprint(wanted, tests=False):
    """Name the contents of addons, to see whether a database is up to date."""
    parts = []
    for name in wanted:
        for path in sorted((ROOT / name).rglob("*")):
            if path.is_file() and (tests or _matters(path.relative_to(ROOT / name))):
                parts += [str(path.relative_to(ROOT)), path]
    return digest(*parts)


def _matters(path: Path):
    """Whether a change of the file can change an installed database."""
    if "__pycache__" in path.parts or path.suffix in (".pyc", ".pot", ".md"):
        return False
    return path.parts[0] not in ("tests", "readme")
