from odoo import api, models

from ..tools import vin as vin_tools


class TruckVehicleDelivery(models.AbstractModel):
    """How a transfer of a serial number opens, moves and closes a vehicle's file.

    Kept apart from ``truck.vehicle``, which inherits it, because it only speaks the
    language of stock. ``stock.move._action_done`` and the adoption of old deliveries
    call it, and nothing else does.
    """

    _name = "truck.vehicle.delivery"
    _description = "Vehicle Delivery"

    @api.model
    def _create_from_move_lines(self, move_lines):
        """Bring the vehicles in line with these done move lines, in order of time.

        A truck that reaches a customer gets its file, or the file moves to its new
        holder; one that comes back from a customer loses what the sale had given it.
        All else (other places, serial numbers that are no trucks) is passed over.

        :param move_lines: stock.move.line records that are done
        :return: the truck.vehicle records that were made or changed
        :raise ValidationError: when a serial number cannot be a VIN
        """
        vehicles = self.browse()
        for lines in self._split_by_turn(move_lines._truck_filter_movements()):
            delivered = lines.filtered(lambda line: line._truck_is_delivery())
            vehicles |= self._deliver(delivered)
            vehicles |= self._take_back(lines - delivered)
        return vehicles

    @api.model
    def _split_by_turn(self, move_lines):
        """Split into sets that hold each serial number once, the earliest set first.

        A transfer moves a truck once, so that there is one set; replaying the past of
        many trucks takes as many sets as the most travelled of them has moves.
        """
        by_lot = move_lines.sorted(lambda line: (line.date, line.id)).grouped("lot_id")
        for turn in range(max(map(len, by_lot.values()), default=0)):
            lines = (lines[turn : turn + 1] for lines in by_lot.values())
            yield move_lines.browse().concat(*lines)

    # ------------------------------------------------------------
    # TO THE CUSTOMER
    # ------------------------------------------------------------

    @api.model
    def _deliver(self, move_lines):
        """Open or move the files of the trucks that reached a customer."""
        known = self._find_by_lot(move_lines.lot_id)
        vehicles, vals_list = self.browse(), []
        for line in move_lines:
            vals = self._prepare_delivery_vals(line)
            vehicle = known.get(line.lot_id)
            if vehicle:
                date = vals["delivery_date"]
                vehicle.with_context(truck_history_date=date).write(vals)
                vehicles |= vehicle
            else:
                vals_list.append(vals)
        vehicles |= self.with_context(mail_create_nolog=True).create(vals_list)
        vehicles._give_dealer_to_owner()
        return vehicles

    @api.model
    def _find_by_lot(self, lots):
        """Return ``{lot: vehicle}`` of the lots that have a file, by lot or by VIN.

        By VIN, because the file may be older than the lot: a truck entered by hand, or
        sold before by another company of the same database.
        """
        vins = {vin_tools.normalise(lot.name): lot for lot in lots}
        domain = ["|", ("lot_id", "in", lots.ids), ("vin", "in", list(vins))]
        vehicles = self.with_context(active_test=False).search(domain)
        return {
            vehicle.lot_id & lots or vins[vehicle.vin]: vehicle for vehicle in vehicles
        }

    @api.model
    def _prepare_delivery_vals(self, line):
        """Return what the delivery of one truck says about it.

        :param line: the stock.move.line that brought it to the customer
        :return: values for ``create`` or ``write`` of truck.vehicle
        """
        sale_line = line.move_id.sale_line_id
        order = sale_line.order_id
        partner = order.partner_id or line.picking_id.partner_id
        date = line._truck_get_date()
        sale_date = order._truck_get_date() if order else date
        return {
            "vin": vin_tools.normalise(line.lot_id.name),
            "lot_id": line.lot_id.id,
            "model_id": line.product_id.product_tmpl_id.truck_model_ids.id,
            "company_id": line.company_id.id,
            "active": True,
            "state": "in_use",
            "picking_id": line.picking_id.id,
            "sale_line_id": sale_line.id,
            "owner_id": (
                order.truck_end_customer_id or partner
            ).commercial_partner_id.id,
            "operator_id": order.truck_operator_id.id,
            "dealer_id": self._get_selling_dealer(line).id,
            "user_id": order.user_id.id,
            "currency_id": (order or line.company_id).currency_id.id,
            "price": sale_line.price_reduce_taxexcl,
            "discount": sale_line.discount,
            "sale_date": sale_date,
            "delivery_date": date,
        }

    @api.model
    def _get_selling_dealer(self, line):
        """Return the order's dealer; without an order, the dealer of the receiver."""
        order = line.move_id.sale_line_id.order_id
        if order:
            return order.truck_dealer_id
        return line.picking_id.partner_id._truck_get_dealer(line.company_id)

    def _give_dealer_to_owner(self):
        """Note the selling dealer on end customers whom no dealer serves yet.

        That is how the manufacturer comes to know the end customer behind a dealer. An
        owner who is a dealer himself has his place in the channel already. In the place
        of a dealer terminated since then stands the one who took over its customers.
        """
        for dealer, vehicles in self.grouped("dealer_id").items():
            owners = vehicles.owner_id.filtered(
                lambda owner: not owner.truck_dealer_id and not owner.truck_dealer_ids
            )
            serving = dealer._get_serving_dealer()
            if serving and owners:
                owners.truck_dealer_id = serving

    # ------------------------------------------------------------
    # BACK FROM THE CUSTOMER
    # ------------------------------------------------------------

    @api.model
    def _take_back(self, move_lines):
        """Undo the sale on the files of the trucks that came back."""
        known = self._find_by_lot(move_lines.lot_id)
        vehicles = self.browse()
        for line in move_lines:
            vehicle = known.get(line.lot_id, self.browse())
            date = line._truck_get_date()
            vehicle.with_context(truck_history_date=date)._undo_sale()
            vehicles |= vehicle
        return vehicles

    @api.model
    def _undo_delivery(self, lots, pickings):
        """Undo what ``pickings`` had said of ``lots``, which they did not deliver."""
        vehicles = self.search(
            [("lot_id", "in", lots.ids), ("picking_id", "in", pickings.ids)]
        )
        vehicles._undo_sale()

    def _undo_sale(self):
        """Take from the vehicles all that the sale had given them."""
        self.write(self._prepare_return_vals())

    @api.model
    def _prepare_return_vals(self):
        """Return what a vehicle no longer has once its sale is undone."""
        return {
            "state": "returned",
            "picking_id": False,
            "sale_line_id": False,
            "owner_id": False,
            "operator_id": False,
            "dealer_id": False,
            "user_id": False,
            "price": 0,
            "discount": 0,
            "sale_date": False,
            "delivery_date": False,
        }
