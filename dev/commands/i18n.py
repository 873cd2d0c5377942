"""bin/i18n [ADDON...]: bring the translation files in step with the sources."""

from dev import addons, database, i18n
from dev.say import Refusal


def main(argv):
    """Update the translation files of the addons named, or of all."""
    unknown = set(argv) - set(addons.names())
    if unknown:
        raise Refusal(f"no such addon: {', '.join(sorted(unknown))}")
    database.drop_leftovers()
    i18n.update(argv or addons.names())
    return 0
