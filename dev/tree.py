"""The Odoo 19 source tree: Debian's package unpacked, or the one ODOO_HOME names."""

import os
from pathlib import Path

from dev.build import built, digest
from dev.debian import Package, fetch
from dev.paths import CACHE
from dev.process import run
from dev.say import Refusal

# Debian keeps fonts and script libraries of Odoo in packages of their own, linked from
# the main one. The stable suite has them in the versions that Odoo expects.
PACKAGES = [
    Package(
        "odoo-19",
        "sid",
        "19.0.0+dfsg-1",
        "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf",
        "19.0.",
    ),
    Package(
        "fonts-montserrat",
        "sid",
        "9.000-6",
        "c5f603701f86661a7eed820ff0b0d19e0aa697b316053b7885cc7346370128c1",
    ),
    Package(
        "fonts-font-awesome",
        "bookworm",
        "5.0.10+really4.7.0~dfsg-4.1",
        "5f09e1adce26d59628a239c538882d53e58978b958233864fc617be9a510018e",
    ),
    Package(
        "fonts-glyphicons-halflings",
        "bookworm",
        "1.009~3.4.1+dfsg-3+deb12u1",
        "f0aa7068ef004414c9da5c48a6fa153d934895cc92b88f8608651464e359d423",
    ),
    Package(
        "fonts-inconsolata",
        "bookworm",
        "001.010-6",
        "bb5015c631cd47aa7d9d6e0ecd101f0e1234300f935e7719ea32ed9b640f0ac4",
    ),
    Package(
        "fonts-ocr-b",
        "bookworm",
        "0.3~dfsg1-1",
        "56e6a6bfe5d77bbb4f0a6964ce1f8ed3679d7c1a138064bcaf6cc3480c3628f3",
    ),
    Package(
        "fonts-roboto-unhinted",
        "bookworm",
        "2:0~20170802-3",
        "f89cf7d8a589489daecf750031ec50456ab3e648d49ff544f0f08753268fbd91",
    ),
    Package(
        "libjs-jquery-form",
        "bookworm",
        "12-4",
        "fbfeedcd3eaf519b3cdcc88e93a1c79f6775da71657bac763f1430fe66e8a1da",
    ),
    Package(
        "libjs-jquery",
        "bookworm",
        "3.6.1+dfsg+~3.5.14-1",
        "a58c9ff6afe96c769cb6535754c909410760e4efa1e1540236194e489adcfb25",
    ),
    Package(
        "libjs-underscore",
        "bookworm",
        "1.13.4~dfsg+~1.11.4-3",
        "4a0fbc90e7f62ea50c4ac7453352721fa60bb5eac87e9f39a027908faff29015",
    ),
]

# Not free enough for Debian; blurs the background of video calls. An empty file keeps
# the web client from logging an error on every page.
PLACEHOLDERS = [
    "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
]


class Tree:
    """An Odoo source tree.

    :ivar path: the folder that holds the Python package `odoo`
    :ivar addons: folders of addons beside those of the package itself
    :ivar build: name of the build, to key caches by
    """

    def __init__(self, path, build):
        self.path = path
        self.build = build
        beside = path / "addons"
        self.addons = [beside] if (beside / "web").is_dir() else []


def provide():
    """Return the tree to use, unpacked first if need be."""
    if own := os.environ.get("ODOO_HOME"):
        return _own(Path(own).expanduser().absolute())
    key = digest(*(package.sha256 for package in PACKAGES), *PLACEHOLDERS)
    root = built(CACHE / "odoo" / key, _unpack, "Unpacking Odoo 19")
    return Tree(root / "usr/lib/python3/dist-packages", (root / "BUILD").read_text())


def _own(home):
    """A developer's or company's tree; a commit in it makes a new build."""
    release = home / "odoo/release.py"
    if not release.exists() or "version_info = (19, 0," not in release.read_text():
        raise Refusal(f"ODOO_HOME={home} is no tree of Odoo 19.0")
    head = home / ".git/logs/HEAD"
    return Tree(home, digest(str(home), release, head if head.exists() else ""))


def _unpack(folder):
    debs = fetch(PACKAGES)
    for deb in debs:
        run("dpkg-deb", "-x", deb, folder)
    path = folder / "usr/lib/python3/dist-packages"
    for name in PLACEHOLDERS:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    dangling = [f for f in folder.rglob("*") if f.is_symlink() and not f.exists()]
    if dangling:
        raise Refusal(f"Odoo's package links to files nobody has: {dangling[:3]}")
    (folder / "BUILD").write_text(digest(*debs))
