"""The trucks come from the works, are ordered, and leave the yard."""

from datetime import timedelta

from odoo.fields import Command

from . import channel, plan
from .past import moment, set_back, set_back_messages

VALID = 21  # days that a quotation holds


def build(stage):
    """Turn the plan of the year into receipts, orders and deliveries."""
    stage.rng = stage.random("sales")
    year = plan.Year(stage.random("plan"), stage.today)
    stage.sales = plan.make_sales(
        year, stage.customer_rows, stage.channel, stage.models_by_code
    )
    stage.built = plan.give_vins(year, stage.sales, stage.models_by_code)
    _receive(stage, _build_for_stock(stage, year))
    # The yard master picks the very truck; until the returns are told, nothing is
    # reserved at random.
    stage.warehouse.out_type_id.reservation_method = "manual"
    _take_orders(stage)
    deliver(stage, [s for s in stage.sales if s.delivered and not s.first])


# ------------------------------------------------------------
# FROM THE WORKS
# ------------------------------------------------------------


def _build_for_stock(stage, year):
    """Give each model two trucks more, which stand in the yard today.

    :return: the model's code by VIN, of all trucks
    """
    models = {code: sale.model for sale in stage.sales for code in sale.vins}
    serial = 1201 + len(models)
    for model, row in stage.models_by_code.items():
        for _truck in range(2):
            day = year.before(stage.today, 12, 40)
            code = plan.vin(row["vds"], day, serial)
            models[code], stage.built[code] = model, day
            serial += 1
    return models


def _receive(stage, models):
    """Receive the trucks, week by week, with their VINs as serial numbers."""
    weeks = {}
    for code, day in stage.built.items():
        monday = day - timedelta(days=day.weekday())
        weeks.setdefault(monday, {}).setdefault(models[code], []).append(code)
    weeks = dict(sorted(weeks.items()))
    receipts = stage.env["stock.picking"].create(
        [_prepare_receipt_vals(stage, by_model) for by_model in weeks.values()]
    )
    receipts.action_confirm()
    moves = {(move.picking_id, move.product_id): move for move in receipts.move_ids}
    for receipt, by_model in zip(receipts, weeks.values(), strict=True):
        for model, codes in by_model.items():
            # Odoo has made a line for each truck, which waits for its number.
            lines = moves[receipt, stage.products[model]].move_line_ids
            for line, code in zip(lines, codes, strict=True):
                line.lot_name = code
    # Built in the course of a week, on the yard the Monday after.
    days = [monday + timedelta(days=7) for monday in weeks]
    validate(stage, dict(zip(receipts, days, strict=True)))
    stage.lots = {lot.name: lot for lot in receipts.move_line_ids.lot_id}


def _prepare_receipt_vals(stage, by_model):
    kind = stage.warehouse.in_type_id
    places = {
        "location_id": stage.env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": stage.warehouse.lot_stock_id.id,
    }
    return {
        **places,
        "picking_type_id": kind.id,
        "partner_id": stage.company.partner_id.id,
        "origin": "总装下线",
        "move_ids": [
            Command.create(
                {
                    **places,
                    "product_id": stage.products[model].id,
                    "product_uom_qty": len(codes),
                    "company_id": stage.company.id,
                }
            )
            for model, codes in by_model.items()
        ],
    }


# ------------------------------------------------------------
# ORDERS
# ------------------------------------------------------------


def partner(stage, code):
    """Return the partner of a dealer or customer by its code."""
    dealer = stage.dealers.get(code)
    return dealer.partner_id if dealer else stage.customers[code]


def _take_orders(stage):
    """Enter all orders as quotations, and confirm those that were accepted."""
    SaleOrder = stage.env["sale.order"].with_context(mail_create_nolog=False)
    orders = SaleOrder.create(
        [_prepare_order_vals(stage, sale) for sale in stage.sales]
    )
    orders = orders.with_env(stage.env)
    stage.orders = dict(zip(stage.sales, orders, strict=True))
    confirmed = orders.filtered(lambda order: order in _get_accepted(stage))
    confirmed.action_confirm()
    _answer_quotations(stage)
    moments = {
        order: moment(stage.rng, sale.ordered) for sale, order in stage.orders.items()
    }
    set_back(moments, "date_order", by=lambda order: order.user_id)
    set_back_messages(
        {
            picking: when
            for order, when in moments.items()
            for picking in order.picking_ids
        },
        by=lambda picking: picking.sale_id.user_id,
    )


def _get_accepted(stage):
    return {
        order
        for sale, order in stage.orders.items()
        if sale.kind not in ("quotation", "cancelled")
    }


def _answer_quotations(stage):
    """Half of the quotations are with the customer; a few were turned down."""
    for number, (sale, order) in enumerate(stage.orders.items()):
        if sale.kind == "cancelled":
            order._action_cancel()
        elif sale.kind == "quotation" and number % 2:
            order.action_quotation_sent()


def _prepare_order_vals(stage, sale):
    owner = not sale.held and sale.owner
    return {
        "partner_id": partner(stage, sale.buyer).id,
        "company_id": stage.company.id,
        "warehouse_id": stage.warehouse.id,
        "team_id": stage.team.id,
        "user_id": _get_seller(stage, sale).id,
        "date_order": moment(stage.rng, sale.ordered),
        "commitment_date": moment(
            stage.rng, sale.delivered or sale.ordered + timedelta(days=30)
        ),
        "validity_date": sale.ordered + timedelta(days=VALID),
        "truck_dealer_id": stage.dealers[sale.dealer].id,
        "truck_end_customer_id": owner and partner(stage, owner).id,
        "truck_operator_id": sale.operator and partner(stage, sale.operator).id,
        "order_line": [
            Command.create(
                {
                    "product_id": stage.products[sale.model].id,
                    "product_uom_qty": sale.quantity,
                    "discount": sale.discount,
                }
            )
        ],
    }


def _get_seller(stage, sale):
    """The key-account manager sells to the largest fleets, the others by region."""
    row = stage.customer_rows.get(sale.owner or sale.buyer)
    if row and int(row["trucks"]) >= 6:
        return stage.users["demo_key"]
    return channel.seller(stage, sale.dealer)


# ------------------------------------------------------------
# TO THE CUSTOMER
# ------------------------------------------------------------


def deliver(stage, sales):
    """Hand over the trucks of these sales; Odoo opens their files."""
    days, lines = {}, []
    for sale in sales:
        move = stage.orders[sale].picking_ids.move_ids
        days[move.picking_id] = sale.delivered
        for code in sale.vins:
            lines.append({**_prepare_line_vals(move), "lot_id": stage.lots[code].id})
    stage.env["stock.move.line"].create(lines)
    validate(stage, days)


def _prepare_line_vals(move):
    return {
        "move_id": move.id,
        "picking_id": move.picking_id.id,
        "product_id": move.product_id.id,
        "quantity": 1,
        "location_id": move.location_id.id,
        "location_dest_id": move.location_dest_id.id,
    }


def validate(stage, days):
    """Validate transfers and set them back to their day.

    :param dict days: the day by transfer
    """
    pickings = stage.env["stock.picking"].union(*days)
    pickings.user_id = stage.users["demo_stock"]
    pickings.move_ids.picked = True
    pickings.with_context(skip_backorder=True).button_validate()
    set_back_pickings(stage, days)


def set_back_pickings(stage, days):
    """Set back done transfers with all that hangs on them."""
    clerk = stage.users["demo_stock"]
    moments = {picking: moment(stage.rng, day) for picking, day in days.items()}
    lines = {
        line: when
        for picking, when in moments.items()
        for line in picking.move_line_ids
    }
    moves = {line.move_id: when for line, when in lines.items()}
    set_back(moments, "date_done", "scheduled_date", "date_deadline", by=clerk)
    set_back(moves, "date", "date_deadline", by=clerk)
    set_back(lines, "date", by=clerk)
    _set_back_quants(stage, lines)
    _set_back_vehicles(stage, lines)


def _set_back_quants(stage, lines):
    """Let the trucks stand in the yard since the day of the transfer."""
    by_lot = {line.lot_id: when for line, when in lines.items()}
    quants = stage.env["stock.quant"].search(
        [
            ("lot_id", "in", [lot.id for lot in by_lot]),
            ("location_id", "child_of", stage.warehouse.lot_stock_id.id),
        ]
    )
    if quants:
        set_back({quant: by_lot[quant.lot_id] for quant in quants}, "in_date")


def _set_back_vehicles(stage, lines):
    """Have the files read their days once more from the documents, now set back."""
    vehicles = stage.env["truck.vehicle"]._create_from_move_lines(
        stage.env["stock.move.line"].union(*lines)
    )
    days = {line.lot_id: line._truck_get_date() for line in lines}
    for vehicle in vehicles:
        for row in vehicle.history_ids:
            name = "date_to" if vehicle.state == "returned" else "date_from"
            if row[name] == stage.today:
                row[name] = days[vehicle.lot_id]
