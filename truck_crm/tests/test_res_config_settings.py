from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestResConfigSettings(TruckCrmCommon):
    """Settings switch the parts off that a company does not use."""

    def _sees_channel(self):
        menu = self.env.ref("truck_crm.truck_dealer_menu_root")
        menus = self.env["ir.ui.menu"].with_user(self.users["manager"])
        return menu.id in menus._visible_menu_ids()

    def _set(self, **values):
        self.env["res.config.settings"].create(values).execute()

    def test_menus_of_the_channel_are_switched(self):
        """R2.1: a maker who sells directly sees nothing of dealers."""
        self.assertTrue(self._sees_channel())
        self._set(group_truck_crm_dealer=False)
        self.assertFalse(self._sees_channel())
        self._set(group_truck_crm_dealer=True)
        self.assertTrue(self._sees_channel())

    def test_usual_warranty_is_the_companys(self):
        """R3.1: what a new model begins with is policy, not code."""
        self._set(truck_warranty_months=18, truck_warranty_km=150000)
        company = self.env.company
        self.assertEqual(
            (company.truck_warranty_months, company.truck_warranty_km), (18, 150000)
        )

    def test_the_settings_tell_who_sees_confidential_complaints(self):
        """R7.12: that nobody does is seen at once; whoever grants rights changes it."""
        group = self.env.ref("truck_crm.truck_crm_group_confidential")
        settings = self.env["res.config.settings"].create({})
        group.user_ids = False
        self.assertFalse(settings.truck_confidential_user_ids)
        group.user_ids = self.users["manager"]
        settings.invalidate_recordset()
        self.assertEqual(settings.truck_confidential_user_ids, self.users["manager"])
        self.assertEqual(settings.action_truck_confidential()["res_id"], group.id)
        with self.assertRaises(AccessError):
            settings.with_user(self.users["admin"]).action_truck_confidential()
