"""Translations: templates from the sources, merged into the languages' files."""

from dev import addons, database, odoo, template
from dev.log import check_log
from dev.paths import DEV, ROOT
from dev.process import environment, run
from dev.say import Refusal, say

LANGUAGES = ["zh_CN", "zh_TW"]


def update(names):
    """Export the template of each addon and merge it into the languages' files.

    The database has no demo data, so that nothing of it gets into a template.
    """
    by_source = {}
    for name in names:
        source = template.demo if name == addons.DEMO else template.addon
        by_source.setdefault(source, []).append(name)
    for source, chosen in by_source.items():
        _export(source(), chosen)
    for name in names:
        _merge(name)


def _export(source, names):
    clone = database.clone(source)
    try:
        done = odoo.run(["i18n", "export", "-d", clone, *names])
    finally:
        database.drop(clone)
    if done.returncode or check_log(done.log):
        raise Refusal(f"the export failed\n{done.log[-2000:]}")


def _merge(name):
    folder = ROOT / name / "i18n"
    files = [folder / f"{language}.po" for language in LANGUAGES]
    script = [odoo.python(), DEV / "inside/merge_po.py", folder / f"{name}.pot"]
    say(run(*script, *files, env=environment()).strip())
