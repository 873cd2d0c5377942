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
