from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import vin as vin_tools


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.constrains("lot_name")
    def _check_truck_lot_name(self):
        """A bad VIN is refused while the receipt is typed, not when it is validated."""
        for line in self._truck_filter_trucks("lot_name"):
            problem = self.env["truck.vehicle"]._get_vin_problem(
                vin_tools.normalise(line.lot_name)
            )
            if problem:
                raise ValidationError(problem)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._truck_normalise_lot_name()
        # A line added to a transfer that is done takes effect at once.
        lines._truck_update_vehicles()
        return lines

    def write(self, vals):
        # A serial number corrected on a transfer that is done: that truck never left.
        corrected = self.browse()
        if "lot_id" in vals:
            corrected = self._truck_filter_movements()
            wrong_lots = corrected.lot_id
        res = super().write(vals)
        if "lot_name" in vals:
            self._truck_normalise_lot_name()
        if corrected:
            # sudo: who corrects a transfer has no right to write the vehicle's file
            Vehicle = self.env["truck.vehicle"].sudo()
            Vehicle._undo_delivery(wrong_lots - corrected.lot_id, corrected.picking_id)
            corrected._truck_update_vehicles()
        return res

    def _truck_update_vehicles(self):
        """Bring the vehicles' files in line with those of these lines that are done."""
        # sudo: who hands over a truck in the yard has no right to write its file; the
        # transfer itself has just been checked against his rights.
        self.env["truck.vehicle"].sudo()._create_from_move_lines(self)

    def _truck_normalise_lot_name(self):
        """Bring typed serial numbers of trucks into the form in which they are kept."""
        for line in self._truck_filter_trucks("lot_name"):
            vin = vin_tools.normalise(line.lot_name)
            if vin != line.lot_name:
                line.lot_name = vin

    def _truck_filter_trucks(self, field_name):
        """Return the lines of truck products whose serial number in a field is given.

        :param str field_name: ``lot_id`` or ``lot_name``; asked first, since the lines
            of all other goods have nothing there
        """
        return self.filtered(
            lambda line: line[field_name]
            and line.product_id.tracking == "serial"
            and line.product_id.product_tmpl_id.sudo().truck_model_ids
        )

    def _truck_filter_movements(self):
        """Return the done lines that brought a truck to a customer, or back."""
        done = self.filtered(lambda line: line.lot_id and line.state == "done")
        return done._truck_filter_trucks("lot_id").filtered(
            lambda line: line._truck_is_delivery() or line._truck_is_return()
        )

    def _truck_is_delivery(self):
        """Tell whether the line leaves the company, as ``sale_stock`` sees it.

        Only the last leg of a delivery in several steps ends at the customer. Another
        company of the same database counts as a customer.
        """
        self.ensure_one()
        source, target = self.location_id, self.location_dest_id
        return self._truck_is_outside(target) and not self._truck_is_outside(source)

    def _truck_is_return(self):
        """Tell whether the line comes from a customer, wherever it goes.

        What comes from another company of the same database is a purchase there,
        unless the transfer returns an earlier one.
        """
        self.ensure_one()
        source = self.location_id
        if self._truck_is_outside(self.location_dest_id):
            return False
        return source.usage == "customer" or bool(
            self.move_id.origin_returned_move_id and self._truck_is_outside(source)
        )

    @api.model
    def _truck_is_outside(self, place):
        """Tell whether a place is outside the company, as ``sale_stock`` sees it.

        Core is asked about the few kinds of places only that can be: its answer for
        one in the warehouse takes a query, for every truck.
        """
        return place.usage in ("customer", "transit") and place._is_outgoing()

    def _truck_get_date(self):
        """Return the day of the transfer where the company is."""
        self.ensure_one()
        return self.company_id._truck_to_local_date(self.date)
