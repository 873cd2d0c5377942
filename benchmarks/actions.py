"""What people do in Odoo's core all day, timed; runs inside an Odoo process.

Each action takes the environment and what `set_up` returned, and gives what the action
itself cost, its writing to the database included.
"""

import time
from pathlib import Path

from odoo.fields import Command

LINES = 5
CUSTOMERS = 500


class Clock:
    """Measures what is done in its block.

    Time is that of the processor, spent by Odoo and by its database process: the clock
    on the wall would tell as well what else the machine was doing.

    :ivar cost: seconds and queries that it took, what had to be written included
    """

    def __init__(self, env):
        self.env = env
        env.cr.execute("SELECT pg_backend_pid()")
        (backend,) = env.cr.fetchone()
        self._backend = Path(f"/proc/{backend}/schedstat")

    def __enter__(self):
        self.env.cr.flush()
        self.env.invalidate_all()
        self._queries = self.env.cr.sql_log_count
        self._start = self._processor_time()
        return self

    def __exit__(self, *_error):
        self.env.cr.flush()  # what is written before a commit as well
        seconds = self._processor_time() - self._start
        self.cost = (seconds, self.env.cr.sql_log_count - self._queries)

    def _processor_time(self):
        if not self._backend.exists():  # the database is on another machine
            return time.perf_counter()
        nanoseconds = int(self._backend.read_text().split()[0])
        return time.process_time() + nanoseconds / 1e9


def set_up(env):
    """Make goods, customers and stock; return their ids."""
    goods = {"is_storable": True, "list_price": 100, "invoice_policy": "order"}
    Product = env["product.product"]
    products = Product.create([{"name": f"Part {n}", **goods} for n in range(LINES)])
    engine = Product.create({"name": "Engine", "tracking": "serial", **goods})
    truck = Product.create({"name": "Truck", "tracking": "serial", **goods})
    customers = env["res.partner"].create(
        [
            {"name": f"Customer {n}", "is_company": True, "email": f"c{n}@example.com"}
            for n in range(CUSTOMERS)
        ]
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    for product in products:
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 1000000
        )
    return {
        "products": products.ids,
        "engine": engine.id,
        "truck": truck.id,
        "customers": customers.ids,
        "warehouse": warehouse.id,
    }


def tie_truck(env, ids):
    """Make a truck of the product, so that its deliveries make vehicles."""
    brand = env["truck.brand"].create({"name": "Own", "is_own": True})
    truck = env["product.product"].browse(ids["truck"])
    env["truck.model"].create(
        {
            "name": "T560",
            "brand_id": brand.id,
            "product_tmpl_id": truck.product_tmpl_id.id,
        }
    )


# ------------------------------------------------------------
# WHAT IS TIMED
# ------------------------------------------------------------


def create_order(env, ids):
    with Clock(env) as clock:
        _create_order(env, ids)
    return clock.cost


def confirm_order(env, ids):
    order = _create_order(env, ids)
    with Clock(env) as clock:
        order.action_confirm()
    return clock.cost


def invoice_order(env, ids):
    order = _create_order(env, ids)
    order.action_confirm()
    with Clock(env) as clock:
        order._create_invoices().action_post()
    return clock.cost


def deliver_goods(env, ids):
    order = _create_order(env, ids)
    order.action_confirm()
    return _deliver(env, order.picking_ids)


def deliver_serials(env, ids):
    return _deliver_serial(env, ids, "engine")


def deliver_truck(env, ids):
    return _deliver_serial(env, ids, "truck")


def receive_serials(env, ids):
    warehouse = env["stock.warehouse"].browse(ids["warehouse"])
    suppliers = env.ref("stock.stock_location_suppliers")
    move = _create_move(env, ids["engine"], 10, warehouse.in_type_id, suppliers)
    move._action_confirm()
    move.move_line_ids.unlink()
    move.move_line_ids = [
        Command.create(
            {
                "product_id": ids["engine"],
                "lot_name": _serial(),
                "quantity": 1,
                "location_id": suppliers.id,
                "location_dest_id": warehouse.lot_stock_id.id,
            }
        )
        for _number in range(10)
    ]
    move.picked = True
    with Clock(env) as clock:
        move._action_done()
    return clock.cost


def create_partner(env, ids):
    with Clock(env) as clock:
        env["res.partner"].create(
            [{"name": f"New {n}", "phone": "13800000000"} for n in range(20)]
        )
    return clock.cost


def write_partner(env, ids):
    partners = env["res.partner"].browse(ids["customers"][:50])
    with Clock(env) as clock:
        for number, partner in enumerate(partners):
            partner.write({"street": f"Street {number} {time.time()}", "city": "X"})
    return clock.cost


def rename_partner(env, ids):
    """Each as one user would: what he is found by is written as well."""
    partners = env["res.partner"].browse(ids["customers"][:20])
    with Clock(env) as clock:
        for number, partner in enumerate(partners):
            partner.write({"name": f"柳州顺达物流{number} {time.time()}"})
            env.cr.flush()
    return clock.cost


def open_partner_list(env, ids):
    fields = _read_specification(env, "list")
    with Clock(env) as clock:
        env["res.partner"].web_search_read([], fields, limit=80, count_limit=10001)
    return clock.cost


def open_partner_form(env, ids):
    fields = _read_specification(env, "form")
    partner = env["res.partner"].browse(ids["customers"][0])
    with Clock(env) as clock:
        partner.web_read(fields)
    return clock.cost


# ------------------------------------------------------------
# HOW
# ------------------------------------------------------------


def _create_order(env, ids, **line):
    lines = [
        {"product_id": product, "product_uom_qty": 2} for product in ids["products"]
    ]
    return env["sale.order"].create(
        {
            "partner_id": ids["customers"][1],
            "order_line": [Command.create(one) for one in ([line] if line else lines)],
        }
    )


def _deliver(env, picking):
    picking.action_assign()
    picking.move_ids.picked = True
    with Clock(env) as clock:
        picking.button_validate()
    assert picking.state == "done"
    return clock.cost


def _deliver_serial(env, ids, kind, count=5):
    product = env["product.product"].browse(ids[kind])
    stock = env["stock.warehouse"].browse(ids["warehouse"]).lot_stock_id
    for _number in range(count):
        lot = env["stock.lot"].create({"name": _serial(), "product_id": product.id})
        env["stock.quant"]._update_available_quantity(product, stock, 1, lot_id=lot)
    order = _create_order(env, ids, product_id=product.id, product_uom_qty=count)
    order.action_confirm()
    return _deliver(env, order.picking_ids)


def _create_move(env, product_id, quantity, picking_type, source):
    return env["stock.move"].create(
        {
            "product_id": product_id,
            "product_uom_qty": quantity,
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
        }
    )


def _serial():
    """A number that no other process or call gives; it can be a VIN."""
    return f"LGGA2B4D{time.time_ns() // 1000 % 10**9:09}"


def _read_specification(env, view_type):
    """Return what the web client asks of a partner for a view, lines by id only."""
    from lxml import etree

    arch = etree.fromstring(env["res.partner"].get_view(view_type=view_type)["arch"])
    names = {
        node.get("name")
        for node in arch.iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }
    fields = env["res.partner"]._fields
    return {
        name: {"fields": {"display_name": {}}} if fields[name].relational else {}
        for name in sorted(names)
        if name in fields
    }
