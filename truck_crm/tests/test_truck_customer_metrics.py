from odoo.tests import tagged
from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckCustomerMetrics(TruckCrmCommon):
    def test_smoke(self):
        self.env["truck.customer.metrics"]._refresh()
        self.env["truck.customer.metrics"]._refresh(self.customer.ids)
        self.assertTrue(self.env["truck.customer.metrics"].search([("partner_id", "=", self.customer.id)]))
        with self.enter_registry_test_mode():
            self.env.ref("truck_crm.ir_cron_truck_customer_metrics").method_direct_trigger()
        print(self.env["truck.customer.metrics.run"].search([]).read())
