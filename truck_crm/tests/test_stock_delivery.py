from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestStockDelivery(TruckCrmCommon):
    """R3.3: the delivery of a serial-numbered truck makes its file, by itself."""

    def _vehicles(self):
        return self.env["truck.vehicle"].search([("model_id", "=", self.model.id)])

    def test_delivery_makes_the_vehicle_with_all_that_is_known(self):
        """R3.2, R3.3: VIN, model, owner, dealer, seller, price, dates, warranty."""
        (lot,) = self._stock(VINS[0])
        with freeze_time("2025-03-10 04:00:00"):
            order = self._sell(
                discount=5,
                user_id=self.users["seller"].id,
                truck_dealer_id=self.nanning.id,
            )
        with freeze_time("2025-03-15 04:00:00"):
            self._deliver(order.picking_ids, lot)
        vehicle = self._find_vehicle()
        self.assertRecordValues(
            vehicle,
            [
                {
                    "vin": VINS[0],
                    "lot_id": lot.id,
                    "model_id": self.model.id,
                    "brand_id": self.brand.id,
                    "state": "in_use",
                    "owner_id": self.customer.id,
                    "operator_id": False,
                    "dealer_id": self.nanning.id,
                    "user_id": self.users["seller"].id,
                    "sale_line_id": order.order_line.id,
                    "picking_id": order.picking_ids.id,
                    "price": 380000,
                    "discount": 5,
                    "sale_date": self._date("2025-03-10"),
                    "delivery_date": self._date("2025-03-15"),
                    "warranty_date_end": self._date("2028-03-14"),
                    "warranty_km": 200000,
                    "model_year": 2024,
                    "has_vin_warning": False,
                }
            ],
        )
        self.assertEqual(order.truck_vehicle_count, 1)
        self.assertEqual(self.customer.truck_vehicle_count, 1)
        self.assertEqual(order.picking_ids.truck_vehicle_count, 1)
        self.assertEqual(lot.truck_vehicle_ids, vehicle)

    def test_bad_vin_is_refused_on_the_serial_number(self):
        """R3.3: a bad VIN is refused where it enters, not at the gate."""
        with self.assertRaisesRegex(ValidationError, "16 characters"):
            self._stock(VINS[0][:-1])
        with self.assertRaisesRegex(ValidationError, "never holds O"):
            self._stock("LGGA2B4D6RL3O0101")

    def test_serial_numbered_part_is_no_truck(self):
        """R3.3: an engine with a serial number gets no file, whatever its name."""
        engine = self._create_serial_product("Engine")
        (lot,) = self._stock("ENGINE-1", product=engine)
        order = self._sell(product=engine)
        self._deliver(order.picking_ids, lot)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(self._vehicles())
        self.assertFalse(order.truck_vehicle_count)

    def test_two_trucks_on_one_line_make_two_vehicles(self):
        """R3.3: each serial number of a line gets its file, at the price of one."""
        lots = self._stock(*VINS[:2])
        order = self._sell(quantity=2)
        self._deliver(order.picking_ids, lots)
        vehicles = self._vehicles()
        self.assertEqual(vehicles.lot_id, lots)
        self.assertEqual(vehicles.sale_line_id, order.order_line)
        self.assertEqual(vehicles.mapped("price"), [400000, 400000])

    def test_backorder_makes_the_rest_later(self):
        """R3.3: what is delivered has a file; the backorder brings the others."""
        lots = self._stock(*VINS[:2])
        order = self._sell(quantity=2)
        self._deliver(order.picking_ids, lots[0])
        self.assertEqual(self._vehicles().lot_id, lots[0])
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self._deliver(backorder, lots[1])
        self.assertEqual(self._vehicles().lot_id, lots)

    def test_steps_of_a_delivery_make_the_vehicle_once_at_the_last(self):
        """R3.3: pick and ship, and pick, pack and ship: only the last leg counts."""
        for steps, vin in (("pick_ship", VINS[0]), ("pick_pack_ship", VINS[1])):
            with self.subTest(steps):
                self.warehouse.delivery_steps = steps
                (lot,) = self._stock(vin)
                order = self._sell()
                done = self.env["stock.picking"]
                while todo := order.picking_ids - done:
                    self.assertFalse(self._find_vehicle(vin))
                    self._deliver(todo[:1], lot)
                    done |= todo[:1]
                self.assertEqual(len(done), 2 if steps == "pick_ship" else 3)
                self.assertRecordValues(
                    self._find_vehicle(vin),
                    [{"owner_id": self.customer.id, "picking_id": done[-1].id}],
                )

    def test_batch_of_transfers_makes_the_vehicles_of_all(self):
        """R3.3: transfers validated together, each with its own customer."""
        lots = self._stock(*VINS[:2])
        other = self.env["res.partner"].create({"name": "Other"})
        orders = self._sell() | self._sell(partner_id=other.id)
        pickings = orders.picking_ids
        for picking, lot in zip(pickings, lots, strict=True):
            self._set_lots(picking, lot)
        pickings.move_ids.picked = True
        batch = self.env["stock.picking.batch"].create(
            {
                "picking_type_id": pickings.picking_type_id.id,
                "picking_ids": [Command.set(pickings.ids)],
            }
        )
        batch.action_confirm()
        batch.action_done()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(
            {vehicle.lot_id: vehicle.owner_id for vehicle in self._vehicles()},
            {picking.move_line_ids.lot_id: picking.partner_id for picking in pickings},
        )

    def test_return_undoes_the_sale(self):
        """R3.3: a truck that comes back has no owner, dealer, price, dates."""
        (lot,) = self._stock(VINS[0])
        with freeze_time("2025-03-15 04:00:00"):
            order = self._sell(truck_dealer_id=self.nanning.id)
            self._deliver(order.picking_ids, lot)
        with freeze_time("2025-04-01 04:00:00"):
            self._return(order.picking_ids)
        vehicle = self._find_vehicle()
        self.assertRecordValues(
            vehicle,
            [
                {
                    "state": "returned",
                    "lot_id": lot.id,
                    "owner_id": False,
                    "dealer_id": False,
                    "user_id": False,
                    "sale_line_id": False,
                    "picking_id": False,
                    "price": 0,
                    "sale_date": False,
                    "delivery_date": False,
                    "warranty_date_end": False,
                }
            ],
        )
        self.assertRecordValues(
            vehicle.history_ids,
            [
                {
                    "kind": "owner",
                    "partner_id": self.customer.id,
                    "date_from": self._date("2025-03-15"),
                    "date_to": self._date("2025-04-01"),
                }
            ],
        )
        self.assertFalse(order.truck_vehicle_count)

    def test_resale_moves_the_file(self):
        """R3.3: the same VIN sold again keeps its file and its history."""
        (lot,) = self._stock(VINS[0])
        second = self.env["res.partner"].create({"name": "Second"})
        with freeze_time("2025-03-15 04:00:00"):
            order = self._sell()
            self._deliver(order.picking_ids, lot)
        vehicle = self._find_vehicle()
        with freeze_time("2025-04-01 04:00:00"):
            self._return(order.picking_ids)
        with freeze_time("2025-05-01 04:00:00"):
            resale = self._sell(partner_id=second.id, price=350000)
            self._deliver(resale.picking_ids, lot)
        self.assertEqual(self._vehicles(), vehicle)
        self.assertRecordValues(
            vehicle,
            [
                {
                    "state": "in_use",
                    "owner_id": second.id,
                    "sale_line_id": resale.order_line.id,
                    "price": 350000,
                    "delivery_date": self._date("2025-05-01"),
                }
            ],
        )
        self.assertRecordValues(
            vehicle.history_ids.sorted("date_from"),
            [
                {"partner_id": self.customer.id, "date_to": self._date("2025-04-01")},
                {"partner_id": second.id, "date_to": False},
            ],
        )

    def test_truck_known_before_is_not_entered_twice(self):
        """R3.3: a file made by hand is taken over by the delivery of its VIN."""
        vehicle = self._create_vehicle(note="<p>Shown at the fair</p>")
        (lot,) = self._stock(VINS[0].lower())
        self.assertEqual(lot.name, VINS[0])
        order = self._sell()
        self._deliver(order.picking_ids, lot)
        self.assertEqual(self._vehicles(), vehicle)
        self.assertEqual(vehicle.lot_id, lot)
        self.assertIn("Shown at the fair", vehicle.note)

    def test_drop_shipping_makes_the_vehicle(self):
        """R3.3: straight from the supplier to the customer, and back again."""
        supplier = self.env["res.partner"].create({"name": "Body Builder"})
        self.product.write(
            {
                "route_ids": [
                    Command.set(
                        self.env.ref("stock_dropshipping.route_drop_shipping").ids
                    )
                ],
                "seller_ids": [Command.create({"partner_id": supplier.id})],
            }
        )
        order = self._sell()
        order.order_line.purchase_line_ids.order_id.button_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id.code, "dropship")
        picking.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "picking_id": picking.id,
                "product_id": self.product.id,
                "lot_name": VINS[0].lower(),
                "quantity": 1,
            }
        )
        picking.move_ids.picked = True
        picking.button_validate()
        vehicle = self._find_vehicle()
        self.assertEqual(vehicle.owner_id, self.customer)
        self.assertEqual(vehicle.sale_line_id, order.order_line)
        self._return(picking)
        self.assertEqual(vehicle.state, "returned")

    def test_delivery_without_an_order_makes_the_vehicle(self):
        """R3.3: a truck handed over without an order is known all the same."""
        (lot,) = self._stock(VINS[0])
        self.customer.truck_dealer_id = self.nanning
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "partner_id": self.customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        self._deliver(picking, lot)
        self.assertRecordValues(
            self._find_vehicle(),
            [
                {
                    "owner_id": self.customer.id,
                    "dealer_id": self.nanning.id,
                    "sale_line_id": False,
                    "price": 0,
                }
            ],
        )

    def test_end_customer_and_operator_come_from_the_order(self):
        """R2.3: behind a dealer's order stands the end customer, and who drives."""
        (lot,) = self._stock(VINS[0])
        driver = self.env["res.partner"].create({"name": "Driver"})
        order = self._sell(
            partner_id=self.qinzhou.partner_id.id,
            truck_end_customer_id=self.customer.id,
            truck_operator_id=driver.id,
        )
        self.assertEqual(order.truck_dealer_id, self.qinzhou)
        self._deliver(order.picking_ids, lot)
        self.assertRecordValues(
            self._find_vehicle(),
            [
                {
                    "owner_id": self.customer.id,
                    "operator_id": driver.id,
                    "dealer_id": self.qinzhou.id,
                }
            ],
        )
        self.assertEqual(self.customer.truck_dealer_id, self.qinzhou)
        self.assertEqual(driver.truck_vehicle_count, 1)

    def test_serving_dealer_of_a_customer_is_proposed_and_kept(self):
        """R2.3: the order takes the customer's dealer; a sale never changes it."""
        self.customer.truck_dealer_id = self.nanning
        (lot,) = self._stock(VINS[0])
        order = self._sell()
        self.assertEqual(order.truck_dealer_id, self.nanning)
        order.truck_dealer_id = self.north
        self._deliver(order.picking_ids, lot)
        self.assertEqual(self._find_vehicle().dealer_id, self.north)
        self.assertEqual(self.customer.truck_dealer_id, self.nanning)

    def test_dealer_who_buys_is_nobodys_customer(self):
        """R2.1: a haulier of the channel owns trucks without becoming a customer."""
        (lot,) = self._stock(VINS[0])
        order = self._sell(
            partner_id=self.beibu.partner_id.id, truck_dealer_id=self.nanning.id
        )
        self._deliver(order.picking_ids, lot)
        self.assertEqual(self._find_vehicle().owner_id, self.beibu.partner_id)
        self.assertFalse(self.beibu.partner_id.truck_dealer_id)

    def test_dealer_of_another_company_is_not_taken_over(self):
        """R13.1: a shared customer's dealer belongs to one maker, his orders to all."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.customer.truck_dealer_id = self.nanning
        for company, dealer in (
            (other, self.env["truck.dealer"]),
            (branch, self.nanning),
        ):
            order = self.env["sale.order"].create(
                {"partner_id": self.customer.id, "company_id": company.id}
            )
            self.assertEqual(order.truck_dealer_id, dealer)

    def test_warehouse_staff_deliver_without_any_right_on_vehicles(self):
        """R13.1: handing over a truck needs no right to write vehicle files."""
        (lot,) = self._stock(VINS[0])
        order = self._sell()
        picking = order.picking_ids
        self._set_lots(picking, lot)
        picking.move_ids.picked = True
        picking.with_user(self.users["clerk"]).button_validate()
        vehicle = self._find_vehicle()
        self.assertEqual(vehicle.owner_id, self.customer)
        self.assertFalse(vehicle.with_user(self.users["clerk"]).has_access("read"))

    def test_corrected_serial_number_moves_the_sale(self):
        """R3.3: the wrong VIN on a done transfer, corrected there, as Odoo allows."""
        wrong, right = self._stock(*VINS[:2])
        order = self._sell()
        self._deliver(order.picking_ids, wrong)
        order.picking_ids.move_line_ids.lot_id = right
        self.assertRecordValues(
            self._find_vehicle(VINS[0]) | self._find_vehicle(VINS[1]),
            [
                {"state": "returned", "owner_id": False},
                {"state": "in_use", "owner_id": self.customer.id},
            ],
        )

    def test_day_of_delivery_is_the_day_where_the_company_is(self):
        """R3.2: seven in the morning in China is still yesterday in UTC."""
        self.env.company.partner_id.tz = "Asia/Shanghai"
        (lot,) = self._stock(VINS[0])
        with freeze_time("2025-03-14 23:00:00"):
            order = self._sell()
            self._deliver(order.picking_ids, lot)
        self.assertEqual(self._find_vehicle().delivery_date, self._date("2025-03-15"))

    def test_invoice_leads_to_its_vehicle(self):
        """R3.2: smart buttons between invoice and vehicle, both ways."""
        (lot,) = self._stock(VINS[0])
        order = self._sell()
        self._deliver(order.picking_ids, lot)
        invoice = order._create_invoices()
        vehicle = self._find_vehicle()
        self.assertEqual(invoice.truck_vehicle_count, 1)
        self.assertEqual(vehicle.invoice_count, 1)
        self.assertEqual(vehicle.action_view_invoices()["res_id"], invoice.id)
        action = invoice.action_truck_view_vehicles()
        self.assertEqual(action["res_id"], vehicle.id)

    def test_who_may_not_see_the_order_sees_the_vehicle_all_the_same(self):
        """R13.1: a truck of the own branch, sold by a colleague."""
        (lot,) = self._stock(VINS[0])
        order = self._sell(
            truck_dealer_id=self.nanning.id, user_id=self.users["manager"].id
        )
        self._deliver(order.picking_ids, lot)
        order._create_invoices()
        vehicle = self._find_vehicle().with_user(self.users["seller"])
        self.assertFalse(order.with_user(self.users["seller"]).has_access("read"))
        self.env.invalidate_all()
        fields = list(vehicle.fields_get())
        (values,) = vehicle.read(fields)
        self.assertEqual(values["invoice_count"], 1)

    def test_refused_transfer_leaves_no_vehicle(self):
        """R3.3: same transaction: when the delivery fails, there is no file."""
        lots = self._stock(*VINS[:2])
        order = self._sell(quantity=2)
        self._set_lots(order.picking_ids, lots)
        order.picking_ids.move_ids.picked = True
        self.patch(
            type(self.env["truck.vehicle"]),
            "_give_dealer_to_owner",
            lambda vehicles: 1 / 0,
        )
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order.picking_ids.button_validate()
        self.env.invalidate_all()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(self._find_vehicle(VINS[0]))
