from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools import mileage


class TruckVehicleMileage(models.Model):
    """A reading of an odometer, or the day on which the odometer was changed."""

    _name = "truck.vehicle.mileage"
    _description = "Vehicle Mileage"
    _order = "date desc, id desc"
    _rec_name = "date"

    vehicle_id = fields.Many2one(
        "truck.vehicle", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    odometer = fields.Integer(
        string="Odometer (km)",
        required=True,
        help="What the odometer shows; after a change, what the new one began with.",
    )
    is_replaced = fields.Boolean(string="Odometer Changed")
    removed_odometer = fields.Integer(
        string="Last Figure of the Old One (km)",
        help="What the old odometer showed when it was taken out.",
    )
    total = fields.Integer(
        string="Run in All (km)",
        readonly=True,
        help="The whole mileage of the truck, over all its odometers.",
    )
    user_id = fields.Many2one(
        "res.users", string="Read By", default=lambda self: self.env.user
    )
    note = fields.Char()

    _check_odometer = models.Constraint(
        "CHECK(odometer >= 0 AND (removed_odometer IS NULL OR removed_odometer >= 0))",
        "An odometer cannot show less than zero: correct Odometer.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings.vehicle_id._refresh_mileage()
        return readings

    def write(self, vals):
        vehicles = self.vehicle_id
        res = super().write(vals)
        if "vehicle_id" in vals:  # whose it has become is asked, too
            self.check_access("write")
        if not vals.keys().isdisjoint(self._get_reading_fields()):
            (vehicles | self.vehicle_id)._refresh_mileage()
        return res

    def unlink(self):
        vehicles = self.vehicle_id
        res = super().unlink()
        vehicles._refresh_mileage()
        return res

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _get_reading_fields(self):
        """Return the fields from which the mileage in all is reckoned."""
        return {"vehicle_id", "date", "odometer", "is_replaced", "removed_odometer"}

    def _refresh_totals(self):
        """Reckon ``total`` of the whole log of one vehicle, given in order of time.

        :return: the mileage of the truck after the last reading, in km
        :rtype: int
        :raise ValidationError: when an odometer runs backwards
        """
        try:
            totals = mileage.totals(
                (row.odometer, row.removed_odometer if row.is_replaced else None)
                for row in self
            )
        except mileage.OdometerBackwards as error:
            raise ValidationError(self._get_backwards_text(error.index)) from error
        for row, total in zip(self, totals, strict=True):
            if row.total != total:
                row.total = total
        return totals[-1] if totals else 0

    def _get_backwards_text(self, index):
        before, row = self[index - 1 : index], self[index]
        return self.env._(
            "Odometer of %(vehicle)s on %(date)s: %(odometer)s km is less than the"
            " %(before)s km of %(before_date)s. Correct the figure, or tick “Odometer"
            " Changed” and give the last figure of the old one.",
            vehicle=row.vehicle_id.display_name,
            date=format_date(self.env, row.date),
            odometer=row.removed_odometer if row.is_replaced else row.odometer,
            before=before.odometer,
            before_date=format_date(self.env, before.date),
        )
