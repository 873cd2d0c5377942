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


def folders():
    """Return the folders of the checkout that hold Python."""
    others = [name for name in PYTHON_FOLDERS if (ROOT / name).is_dir()]
    return [*addons.names(), *others]


def checks(chosen):
    """Yield the commands to run, none of which changes a file.

    :param chosen: the folders to look at; with none, everything
    """
    python = venv.provide("-lint", "Installing the linters")
    ruff = [python, "-m", "ruff"]
    yield [*ruff, "check", "--no-cache", *(chosen or folders())]
    yield [*ruff, "format", "--check", "--no-cache", *(chosen or folders())]
    yield from _odoo(python, set(addons.names()).intersection(chosen or addons.names()))
    yield from _prettier(tracked(WEB, chosen), "--check", "--log-level=warn")
    yield from _with_files(
        [python, DEV / "inside/check_text.py"], tracked(TEXT, chosen)
    )
    for hook, pattern in HOOKS.items():
        command = [python, "-m", f"pre_commit_hooks.{hook}"]
        yield from _with_files(command, tracked(pattern, chosen))
    yield from _with_files(["sh", "-n"], tracked(r"^(bin/[^/.]+|\.ci/run)$", chosen))


def fixes(chosen):
    """Yield the commands that put right what can be put right by a program."""
    python = venv.provide("-lint", "Installing the linters")
    ruff = [python, "-m", "ruff"]
    yield [*ruff, "check", "--no-cache", "--fix", *(chosen or folders())]
    yield [*ruff, "format", "--no-cache", *(chosen or folders())]
    yield from _prettier(tracked(WEB, chosen), "--write", "--log-level=warn")
    command = [python, DEV / "inside/check_text.py", "--fix"]
    yield from _with_files(command, tracked(TEXT, chosen))


HOOKS = {
    "debug_statement_hook": r"\.py$",
    "check_docstring_first": r"\.py$",
    "check_xml": r"\.xml$",
    "check_toml": r"\.toml$",
    "check_json": r"\.json$",
}


def _odoo(python, ours):
    ours = sorted(ours)
    if not ours:
        return
    yield [python, "-m", "pylint", "--rcfile=pyproject.toml", *ours]
    manifests = [f"{name}/__manifest__.py" for name in ours]
    yield [python, "-m", "oca_pre_commit_hooks.cli", *manifests]
    command = [python, "-m", "oca_pre_commit_hooks.cli_po"]
    translations = tracked(r"/i18n/.*\.pot?$", ours)
    yield from _with_files([*command, "--disable=po-pretty-format"], translations)


def _prettier(files, *options):
    if files:
        modules = node.provide() / "node_modules"
        plugin = modules / "@prettier/plugin-xml/src/plugin.js"
        program = modules / "prettier/bin/prettier.cjs"
        # without CACHE_DIR it makes an empty node_modules in the checkout
        node_command = ["env", f"CACHE_DIR={modules}/.cache", "node", program]
        yield [*node_command, f"--plugin={plugin}", *options, *files]


def _with_files(command, files):
    if files:
        yield [*command, *files]


def tracked(pattern, chosen=()):
    """Return git's files, new ones too, whose path matches; generated ones left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return [
        name
        for name in sorted(set(run(*command, "--", *chosen, cwd=ROOT).splitlines()))
        if re.search(pattern, name)
        and not GENERATED.search(name)
        and (ROOT / name).exists()
    ]
