"""Merge a template of translations into the languages' files.

usage: merge_po.py TEMPLATE.pot LANGUAGE.po...

Translations are kept, new texts come in empty, what the template lacks is dropped.
The addon's name and summary, which Odoo exports for its own addons only, come first.
"""

import ast
import sys
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")


def merged(template, old, language):
    """Return the language's file, in the order of the template."""
    known = {_key(entry): entry.msgstr for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=78)
    new.metadata = template.metadata | {"Language": language}
    for entry in template:
        entry.msgstr = known.get(_key(entry), "")
        new.append(entry)
    return new


def add_manifest(template, addon):
    """Add what the list of apps shows of an addon (a folder) to its template."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    for key, field in (("name", "shortdesc"), ("summary", "summary")):
        place = (f"model:ir.module.module,{field}:base.module_{addon.name}", "")
        entry = template.find(manifest[key])
        if not entry:
            entry = polib.POEntry(msgid=manifest[key], comment=f"module: {addon.name}")
            template.insert(0, entry)
        if place not in entry.occurrences:
            entry.occurrences.insert(0, place)


def _key(entry):
    return entry.msgctxt, entry.msgid


def main(template_name, *names):
    """Write the merged files and tell how much of each is left to translate."""
    template = polib.pofile(template_name, wrapwidth=78)
    for header in DATES:  # with them every export would change every file
        template.metadata.pop(header, None)
    add_manifest(template, Path(template_name).parents[1])
    template.save()
    for path in map(Path, names):
        old = polib.pofile(str(path)) if path.exists() else []
        new = merged(template, old, path.stem)
        new.save(str(path))
        empty = len(new.untranslated_entries())
        print(f"{path.parts[-3]}/{path.name}: {len(new)} texts, {empty} empty")


if __name__ == "__main__":
    main(*sys.argv[1:])
