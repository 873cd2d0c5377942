"""Trucks that dealers bought for their yards, and the customers they found for them."""

from datetime import timedelta

from . import sales


def build(stage):
    """Enter the end customer of each on the day when the dealer sold it on.

    The stage keeps that day by vehicle.
    """
    stage.sold_on = {}
    held = [sale for sale in stage.sales if sale.held]
    vehicles = stage.env["truck.vehicle"].search(
        [("vin", "in", [code for sale in held for code in sale.vins])]
    )
    by_vin = {vehicle.vin: vehicle for vehicle in vehicles}
    for sale in held:
        day = sale.delivered + timedelta(days=sale.held)
        owner = sales.partner(stage, sale.owner)
        for code in sale.vins:
            vehicle = by_vin[code].with_context(
                tracking_disable=True, truck_history_date=day
            )
            vehicle.owner_id = owner
            stage.sold_on[by_vin[code]] = day
