"""Every term of an addon is translated into every language that the product speaks.

An addon is checked by a class of its own: ``Translations`` with the name in ``addon``.
"""

import io
import re

import polib

from odoo.modules.module import get_manifest
from odoo.tools import file_path
from odoo.tools.translate import trans_export

LANGUAGES = ("zh_CN", "zh_TW")
# What has to stand in a translation as it stands in the term: %(vehicle)s, %s, ${...}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%[sd]|\{\{.*?\}\}|</?\w+")


class Translations:
    """Compares the language files of one addon with what the database exports."""

    addon = "truck_crm"
    allow_inherited_tests_method = True

    def _get_terms(self):
        """Return the terms of the addon, as a fresh template would list them."""
        template = io.BytesIO()
        trans_export(None, [self.addon], template, "po", self.env)
        entries = polib.pofile(template.getvalue().decode())
        manifest = get_manifest(self.addon)  # the export leaves it out
        return {entry.msgid for entry in entries} | {
            manifest["name"],
            manifest["summary"],
        }

    def _get_translations(self, language):
        return polib.pofile(file_path(f"{self.addon}/i18n/{language}.po"))

    def _find_faults(self, terms, entries):
        """Return what is wrong with a language's entries, one line each."""
        entries = {entry.msgid: entry for entry in entries if not entry.obsolete}
        for term in sorted(terms):
            entry = entries.get(term)
            if not entry or not entry.msgstr.strip():
                yield f"not translated: {term!r}"
            elif entry.fuzzy:
                yield f"fuzzy: {term!r}"
            elif self._get_placeholders(term) != self._get_placeholders(entry.msgstr):
                yield f"placeholders differ: {term!r}"
        for term in sorted(entries.keys() - terms):
            yield f"no longer a term: {term!r}"

    def _get_placeholders(self, text):
        return sorted(PLACEHOLDER.findall(text))

    def test_every_term_is_translated(self):
        """R13.4: simplified and traditional Chinese lack no term."""
        terms = self._get_terms()
        self.assertTrue(terms)
        for language in LANGUAGES:
            with self.subTest(language):
                entries = self._get_translations(language)
                faults = list(self._find_faults(terms, entries))
                self.assertFalse(faults, "\n".join(faults))
