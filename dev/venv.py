"""Python environments in the cache, from pinned and checksummed requirements."""

import importlib.util
import shutil
import sys

from dev.build import built, digest
from dev.debian import Package, fetch
from dev.paths import CACHE, DEV
from dev.process import run

PIP_WHEEL = Package(
    "python3-pip-whl",
    "bookworm",
    "23.0.1+dfsg-1",
    "cc373690a1cb469fb301b9fe0125048e3102f2e365d1b2d27cab091ec89fccdc",
)


def provide(name, label):
    """Return the interpreter of the environment made from `dev/requirements<name>.txt`.

    Run its tools as `python -m TOOL`: the folder is renamed after it was filled, so the
    first lines of its scripts name a place that is no more.
    """
    requirements = DEV / f"requirements{name}.txt"
    key = digest(requirements, sys.executable, sys.version)
    folder = built(
        CACHE / f"venv{name}" / key,
        lambda folder: _fill(folder, requirements),
        label,
    )
    return folder / "bin/python"


def _fill(folder, requirements):
    shutil.rmtree(folder)
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    install(folder / "bin/python", requirements)


def install(python, requirements, *options):
    """Install checksummed requirements with the interpreter `python`.

    Debian keeps pip's own wheel in a package that may be missing: then it is fetched.
    """
    command = [python, "-m", "pip"]
    if importlib.util.find_spec("ensurepip") is None:
        command = [python, _pip_wheel()]
    elif not (python.parent / "pip").exists():
        run(python, "-m", "ensurepip", "--default-pip")
    options = ("-q", "--require-hashes", "--no-deps", *options)
    run(*command, "install", *options, "-r", requirements)


def _pip_wheel():
    (deb,) = fetch([PIP_WHEEL])
    unpacked = built(
        CACHE / "pip" / PIP_WHEEL.version,
        lambda folder: run("dpkg-deb", "-x", deb, folder),
        "Unpacking pip",
    )
    (wheel,) = unpacked.glob("usr/share/python-wheels/pip-*.whl")
    return wheel / "pip"
