from odoo.tests import tagged

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckPersonalProfile(TruckCrmCommon):
    def test_x(self):
        self.env["truck.personal.profile"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "x"}).id,
                "birthday": "1990-01-01",
            }
        )
