"""Merge a template of translations into the languages' files.

usage: merge_po.py TEMPLATE.pot LANGUAGE.po...

Translations are kept, new texts come in empty, what the template lacks is dropped.
"""

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


def _key(entry):
    return entry.msgctxt, entry.msgid


def main(template_name, *names):
    """Write the merged files and tell how much of each is left to translate."""
    template = polib.pofile(template_name, wrapwidth=78)
    for header in DATES:  # with them every export would change every file
        template.metadata.pop(header, None)
    template.save()
    for path in map(Path, names):
        old = polib.pofile(str(path)) if path.exists() else []
        new = merged(template, old, path.stem)
        new.save(str(path))
        empty = len(new.untranslated_entries())
        print(f"{path.parts[-3]}/{path.name}: {len(new)} texts, {empty} empty")


if __name__ == "__main__":
    main(*sys.argv[1:])
