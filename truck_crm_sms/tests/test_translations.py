from odoo.tests import TransactionCase, tagged

from odoo.addons.truck_crm.tests.translations import Translations


@tagged("post_install", "-at_install")
class TestTranslations(Translations, TransactionCase):
    """R13.4: the addon speaks English, simplified and traditional Chinese."""

    addon = "truck_crm_sms"
