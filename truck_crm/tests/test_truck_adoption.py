from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckAdoption(TruckCrmCommon):
    """R3.3: an Odoo that has run for years gets the files of its old trucks."""

    def _adopt(self):
        """Run an adoption to its end, as the job does."""
        adoption = self.env["truck.adoption"].create({})
        adoption.action_start()
        with self.enter_registry_test_mode():
            self.env.ref("truck_crm.ir_cron_truck_adoption").method_direct_trigger()
        self.env.invalidate_all()
        return adoption

    def _deliver_before_truck_crm(self):
        """Deliver trucks while their product is no truck yet; return the orders."""
        self.model.product_tmpl_id = False
        lots = self._stock(*VINS[:3], "short", VINS[0].lower())
        orders = self.env["sale.order"]
        for lot, day in zip(
            lots, ("2020-01-10", "2020-02-10", "2020-03-10", "2020-04-10"), strict=False
        ):
            with freeze_time(f"{day} 04:00:00"):
                order = self._sell(truck_dealer_id=self.nanning.id)
                self._deliver(order.picking_ids, lot)
                orders |= order
        with freeze_time("2020-05-01 04:00:00"):
            self._return(orders[1].picking_ids)
        with freeze_time("2020-06-01 04:00:00"):
            order = self._sell(price=300000)
            self._deliver(order.picking_ids, lots[1])
            orders |= order
        self.model.product_tmpl_id = self.product.product_tmpl_id
        return orders

    def test_old_deliveries_returns_and_resales_are_replayed(self):
        orders = self._deliver_before_truck_crm()
        adoption = self._adopt()
        self.assertEqual(adoption.state, "done")
        self.assertEqual(adoption.vehicle_count, 3)
        vehicles = self.env["truck.vehicle"].search(
            [("model_id", "=", self.model.id)], order="vin"
        )
        first, second, third = (self._find_vehicle(vin) for vin in VINS[:3])
        self.assertEqual(len(vehicles), 3)
        self.assertEqual(first.sale_line_id, orders[0].order_line)
        self.assertEqual(first.delivery_date, self._date("2020-01-10"))
        self.assertEqual(third.sale_line_id, orders[2].order_line)
        self.assertRecordValues(
            second,
            [
                {
                    "sale_line_id": orders[4].order_line.id,
                    "price": 300000,
                    "state": "in_use",
                    "delivery_date": self._date("2020-06-01"),
                }
            ],
        )
        self.assertEqual(
            second.history_ids.sorted("date_from").mapped("date_to"),
            [self._date("2020-05-01"), False],
        )

    def test_batch_after_batch_reads_all(self):
        self._deliver_before_truck_crm()
        adoption = self.env["truck.adoption"].create({"state": "running"})
        self.assertEqual([adoption._adopt_batch(2) for _turn in range(4)], [2, 2, 1, 0])
        self.assertEqual(adoption.state, "done")
        self.assertEqual(adoption.vehicle_count, 3)

    def test_what_cannot_be_read_is_reported(self):
        self._deliver_before_truck_crm()
        adoption = self._adopt()
        self.assertEqual(
            set(adoption.problem_ids.lot_id.mapped("name")),
            {"short", VINS[0].lower()},
        )
        reasons = "\n".join(adoption.problem_ids.mapped("reason"))
        self.assertIn("has 5 characters", reasons)
        self.assertIn("stands on", reasons)

    def test_second_run_changes_nothing(self):
        self._deliver_before_truck_crm()
        self._adopt()
        vehicles = self.env["truck.vehicle"].search([])
        again = self._adopt()
        self.assertEqual(again.vehicle_count, 0)
        self.assertEqual(self.env["truck.vehicle"].search([]), vehicles)

    def test_preview_counts_and_names_products_without_a_model(self):
        self._deliver_before_truck_crm()
        engine = self._create_serial_product("Engine")
        adoption = self.env["truck.adoption"].create({})
        self.assertEqual(adoption.lot_count, 5)
        self.assertEqual(adoption.waiting_count, 5)
        self.assertIn(engine.product_tmpl_id, adoption.untied_product_ids)
        self.assertFalse(self._find_vehicle())

    def test_administrator_without_a_place_in_the_warehouse_adopts(self):
        """R13.1: the preview and the report need no right on stock."""
        self._deliver_before_truck_crm()
        admin = self.users["admin"]
        self.assertFalse(self.env["stock.lot"].with_user(admin).has_access("read"))
        with Form(self.env["truck.adoption"].with_user(admin)) as form:
            self.assertEqual(form.waiting_count, 5)
        form.record.action_start()
        with self.enter_registry_test_mode():
            self.env.ref("truck_crm.ir_cron_truck_adoption").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(form.record.state, "done")
        report = form.record.web_read(
            {"problem_ids": {"fields": {"lot_id": {"fields": {"display_name": {}}}}}}
        )
        self.assertEqual(len(report[0]["problem_ids"]), 2)

    def test_nothing_to_look_for_is_said(self):
        self.env["truck.model"].search([]).product_tmpl_id = False
        with self.assertRaisesRegex(UserError, "No truck model is tied to a product"):
            self.env["truck.adoption"].create({}).action_start()
