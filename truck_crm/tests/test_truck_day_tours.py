from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import TruckCrmCommon


class TruckDayTours(TruckCrmCommon, HttpCase):
    """A day of the salesperson: a customer never reached, and a quotation.

    In real time: the browser's clock is not ours to stop.
    """

    def setUp(self):
        super().setUp()
        self.customer.write(
            {"user_id": self.users["seller"].id, "phone": "0772 3112345"}
        )
        self.env.flush_all()
        Metrics = self.env["truck.customer.metrics"].sudo()
        self.metrics = Metrics.search([("partner_id", "=", self.customer.id)])
        self.metrics = self.metrics or Metrics.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "user_id": self.users["seller"].id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2020-01-01' WHERE id = %s",
            [self.customer.id],
        )
        # the call of the tour must not take the quotation off the list
        self.env["truck.day.reason"].search([]).quiet_days = 0
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.users["seller"].id,
                "validity_date": fields.Date.today(),
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )

    def _check_logged(self):
        interaction = self.env["truck.interaction"].search([])
        self.assertRecordValues(
            interaction,
            [
                {
                    "partner_id": self.customer.id,
                    "user_id": self.users["seller"].id,
                    "content": "Wants two trucks",
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestTruckDayTours(TruckDayTours):
    """R4.2: from a reason to a logged call, at a desk."""

    def test_my_day(self):
        self.start_tour("/odoo", "truck_crm_my_day", login="truck_seller")
        self._check_logged()


@tagged("post_install", "-at_install")
class TestTruckDayToursPhone(TruckDayTours):
    """R4.2, R13.5: the same on a phone, 390 px wide."""

    browser_size = "390x844"
    touch_enabled = True

    def test_my_day_on_the_phone(self):
        self.start_tour(
            "/odoo/truck-my-day", "truck_crm_my_day_on_the_phone", login="truck_seller"
        )
        self._check_logged()
