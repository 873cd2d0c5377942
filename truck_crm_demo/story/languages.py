"""The languages that the demo company speaks."""

WANTED = ("zh_CN", "zh_TW")


def load(env):
    """Activate the wanted languages; load the terms of those that were not active."""
    languages = env["res.lang"].with_context(active_test=False)
    missing = languages.search([("code", "in", WANTED), ("active", "=", False)])
    if missing:
        env["base.language.install"].create(
            {"lang_ids": missing.ids, "overwrite": False}
        ).lang_install()
