from odoo import api, fields, models

# What of a vehicle has a history: the kind of the row by the field of the vehicle.
KIND_BY_FIELD = {"owner_id": "owner", "operator_id": "operator", "plate": "plate"}


class TruckVehicleHistory(models.Model):
    """Who owned or operated a vehicle, or which plate it bore, from when to when.

    The rows are written by the vehicle whenever one of these fields changes; people
    correct the days only. The open row, without an end, is what holds now.
    """

    _name = "truck.vehicle.history"
    _description = "Vehicle History"
    _inherit = ["truck.history.mixin", "truck.customer.metrics.fact"]
    _truck_fact_columns = frozenset({"date_from", "date_to"})
    _order = "date_from desc, id desc"
    _rec_name = "kind"

    vehicle_id = fields.Many2one(
        "truck.vehicle", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[("owner", "Owner"), ("operator", "Operator"), ("plate", "Plate")],
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Holder", readonly=True, index=True, ondelete="restrict"
    )
    plate = fields.Char(readonly=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To")

    _open_uniq = models.UniqueIndex(
        "(vehicle_id, kind) WHERE date_to IS NULL",
        "Only one owner, operator and plate of a vehicle can be the present one: give"
        " the earlier one an end.",
    )
    # Which trucks went on at dealers in the last months.
    _handed_on_idx = models.Index(
        "(date_to) WHERE kind = 'owner' AND date_to IS NOT NULL"
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "The history of a vehicle cannot end before it begins: correct From or To.",
    )

    @api.model
    def _record(self, dates, field_names):
        """Write down what vehicles hold now in fields of ``KIND_BY_FIELD``.

        The row open so far ends on that day; a row begun that very day was a slip of
        the hand and goes.

        :param dict dates: from which day on the present values hold, by vehicle
        :param field_names: the fields that may have changed
        :return: the new rows
        """
        kinds = {KIND_BY_FIELD[name]: name for name in field_names}
        open_rows = self._get_open_rows(dates, kinds)
        vals_list = []
        for vehicle, date in dates.items():
            for kind, field_name in kinds.items():
                row = open_rows.get((vehicle, kind), self.browse())
                value = vehicle[field_name]
                if row[self._get_value_field(kind)] == value:
                    continue
                row._close(date)
                if value:
                    vals_list.append(self._prepare_vals(vehicle, kind, value, date))
        # The unique index sees the database: close the old rows before opening new.
        self.flush_model(["date_to"])
        return self.create(vals_list)

    @api.model
    def _get_open_rows(self, vehicles, kinds):
        """Return ``{(vehicle, kind): the row that holds now}``."""
        rows = self.search(
            [
                ("vehicle_id", "in", [vehicle.id for vehicle in vehicles]),
                ("kind", "in", list(kinds)),
                ("date_to", "=", False),
            ]
        )
        return {(row.vehicle_id, row.kind): row for row in rows}

    @api.model
    def _get_value_field(self, kind):
        """Return the field of a row in which its value stands."""
        return "plate" if kind == "plate" else "partner_id"

    @api.model
    def _prepare_vals(self, vehicle, kind, value, date):
        return {
            "vehicle_id": vehicle.id,
            "kind": kind,
            "date_from": date,
            self._get_value_field(kind): value if kind == "plate" else value.id,
        }
