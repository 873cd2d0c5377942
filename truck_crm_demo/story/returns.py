"""Trucks that came back: one stands in the yard again, one is sold once more."""

from datetime import timedelta

from . import sales


def build(stage):
    """Take back what was not charged yet, and deliver it to its next customer."""
    for sale in stage.sales:
        if sale.kind == "returned" and not sale.invoiced:
            take_back(stage, sale)
    sales.deliver(stage, [sale for sale in stage.sales if sale.first])
    _reserve(stage)


def _reserve(stage):
    """From now on Odoo reserves by itself: trucks for the orders that wait."""
    stage.warehouse.out_type_id.reservation_method = "at_confirm"
    for sale, order in stage.orders.items():
        if sale.kind == "open":
            order.picking_ids.action_assign()


def take_back(stage, sale):
    """Return a delivery as a whole, twelve days after it.

    :return: the day of the return
    """
    picking = stage.orders[sale].picking_ids
    wizard = stage.env["stock.return.picking"].with_context(
        active_id=picking.id, active_model="stock.picking"
    )
    action = wizard.create({"picking_id": picking.id}).action_create_returns_all()
    back = stage.env["stock.picking"].browse(action["res_id"])
    day = sale.delivered + timedelta(days=12)
    sales.validate(stage, {back: day})
    return day
