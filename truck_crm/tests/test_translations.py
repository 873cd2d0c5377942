import polib

from odoo.tests import TransactionCase, tagged

from .translations import Translations


@tagged("post_install", "-at_install")
class TestTranslations(Translations, TransactionCase):
    """R13.4: truck_crm speaks English, simplified and traditional Chinese."""

    def test_list_of_apps_speaks_the_language(self):
        """R13.4: the addon's own name, which the usual export leaves out."""
        addon = self.env.ref("base.module_truck_crm").with_context(lang="zh_CN")
        self.assertEqual(addon.shortdesc, "卡车客户管理")

    def test_what_is_wrong_is_found(self):
        """R13.4: the harness fails for each way in which a translation can lack."""
        entries = [
            polib.POEntry(msgid="Truck", msgstr="卡车"),
            polib.POEntry(msgid="Dealer", msgstr=""),
            polib.POEntry(msgid="Plate", msgstr="牌照", flags=["fuzzy"]),
            polib.POEntry(msgid="VIN %(vin)s", msgstr="车架号 %(wim)s"),
            polib.POEntry(msgid="Horse", msgstr="马"),
        ]
        terms = {"Truck", "Dealer", "Plate", "VIN %(vin)s", "Tier"}
        self.assertEqual(
            list(self._find_faults(terms, entries)),
            [
                "not translated: 'Dealer'",
                "fuzzy: 'Plate'",
                "not translated: 'Tier'",
                "placeholders differ: 'VIN %(vin)s'",
                "no longer a term: 'Horse'",
            ],
        )
