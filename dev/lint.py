"""The static checks: every tool with the files it looks at."""

import re

from dev import addons, node, venv
from dev.paths import DEV, ROOT
from dev.process import run

PYTHON_FOLDERS = ["dev", "tests", "benchmarks"]
GENERATED = re.compile(
    r"/readme/[^/]*\.(md|rst)$|/static/description/index\.html$|/static/(src/)?lib/"
    r"|\.svg$|^package-lock\.json$"
)
WEB = r"\.(xml|js|css|scss|json|ya?ml)$"
TEXT = r"\.(py|xml|csv|md|js|scss|css|toml|txt|po|pot)$|^bin/|^\.ci/"


def checks():
    """Yield the commands to run, none of which changes a file."""
    python = venv.provide("-lint", "Installing the linters")
    ours = addons.names()
    yield from _ruff(python, [*ours, *_existing(PYTHON_FOLDERS)])
    yield from _odoo(python, ours)
    yield from _prettier(tracked(WEB), "--check", "--log-level=warn")
    yield [python, DEV / "inside/check_text.py", *tracked(TEXT)]
    for hook, files in HOOKS.items():
        yield from _with_files([python, "-m", f"pre_commit_hooks.{hook}"], files)
    yield from _with_files(["sh", "-n"], r"^(bin/[^/.]+|\.ci/run)$")


def fixes():
    """Yield the commands that put right what can be put right by a program."""
    python = venv.provide("-lint", "Installing the linters")
    folders = [*addons.names(), *_existing(PYTHON_FOLDERS)]
    yield [python, "-m", "ruff", "check", "--no-cache", "--fix", *folders]
    yield [python, "-m", "ruff", "format", "--no-cache", *folders]
    yield from _prettier(tracked(WEB), "--write", "--log-level=warn")
    yield [python, DEV / "inside/check_text.py", "--fix", *tracked(TEXT)]


HOOKS = {
    "debug_statement_hook": r"\.py$",
    "check_docstring_first": r"\.py$",
    "check_xml": r"\.xml$",
    "check_toml": r"\.toml$",
    "check_json": r"\.json$",
}


def _ruff(python, folders):
    yield [python, "-m", "ruff", "check", "--no-cache", *folders]
    yield [python, "-m", "ruff", "format", "--check", "--no-cache", *folders]


def _odoo(python, ours):
    if not ours:
        return
    yield [python, "-m", "pylint", "--rcfile=pyproject.toml", *ours]
    manifests = [f"{name}/__manifest__.py" for name in ours]
    yield [python, "-m", "oca_pre_commit_hooks.cli", *manifests]
    translations = tracked(r"/i18n/.*\.pot?$")
    if translations:
        options = ["--disable=po-pretty-format"]
        yield [python, "-m", "oca_pre_commit_hooks.cli_po", *options, *translations]


def _prettier(files, *options):
    if files:
        modules = node.provide() / "node_modules"
        plugin = modules / "@prettier/plugin-xml/src/plugin.js"
        program = modules / "prettier/bin/prettier.cjs"
        # without CACHE_DIR it makes an empty node_modules in the checkout
        node_command = ["env", f"CACHE_DIR={modules}/.cache", "node", program]
        yield [*node_command, f"--plugin={plugin}", *options, *files]


def _with_files(command, pattern):
    files = tracked(pattern)
    if files:
        yield [*command, *files]


def _existing(folders):
    return [name for name in folders if (ROOT / name).is_dir()]


def tracked(pattern):
    """Return git's files, new ones too, whose path matches; generated ones left out."""
    listed = run(
        *("git", "ls-files", "--cached", "--others", "--exclude-standard"), cwd=ROOT
    )
    return [
        name
        for name in sorted(set(listed.splitlines()))
        if re.search(pattern, name)
        and not GENERATED.search(name)
        and (ROOT / name).exists()
    ]
