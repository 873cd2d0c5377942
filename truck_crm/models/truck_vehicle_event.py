from odoo import fields, models
from odoo.tools import SQL


class TruckVehicleEvent(models.Model):
    """The life of a vehicle in one list: a view over what is recorded elsewhere."""

    _name = "truck.vehicle.event"
    _description = "Vehicle Timeline"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _depends = {
        "truck.vehicle": [
            "production_date",
            "sale_date",
            "delivery_date",
            "registration_date",
            "warranty_date_end",
            "dealer_id",
        ],
        "truck.vehicle.history": ["kind", "partner_id", "plate", "date_from"],
        "truck.vehicle.mileage": ["date", "total", "is_replaced"],
        "truck.interaction": ["vehicle_id", "date", "partner_id"],
    }

    vehicle_id = fields.Many2one("truck.vehicle", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        selection=[
            ("production", "Produced"),
            ("sale", "Sold"),
            ("delivery", "Delivered"),
            ("registration", "Registered"),
            ("warranty", "Warranty Ends"),
            ("owner", "New Owner"),
            ("operator", "New Operator"),
            ("plate", "New Plate"),
            ("mileage", "Mileage Read"),
            ("odometer", "Odometer Changed"),
            ("interaction", "Interaction"),
        ],
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Who", readonly=True)
    plate = fields.Char(readonly=True)
    mileage = fields.Integer(string="Mileage (km)", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._get_event_queries())

    def _get_event_queries(self):
        """Return the SELECTs of the timeline; another addon adds its own kinds.

        Each gives id, vehicle_id, date, kind, partner_id, plate and mileage. An id is
        the id of its source times 16 plus a number for the kind, so that all differ.
        """
        return [
            *(
                SQL(
                    """
                    SELECT v.id * 16 + %(number)s AS id, v.id AS vehicle_id,
                           %(date)s AS date, %(kind)s AS kind,
                           %(partner)s AS partner_id,
                           NULL AS plate, NULL::int AS mileage
                      FROM truck_vehicle v
                      LEFT JOIN truck_dealer d ON d.id = v.dealer_id
                     WHERE %(date)s IS NOT NULL
                    """,
                    number=number,
                    date=SQL.identifier("v", column),
                    kind=kind,
                    partner=SQL.identifier("d", "partner_id")
                    if kind in ("sale", "delivery")
                    else SQL("NULL::int"),
                )
                for number, (kind, column) in enumerate(
                    [
                        ("production", "production_date"),
                        ("sale", "sale_date"),
                        ("delivery", "delivery_date"),
                        ("registration", "registration_date"),
                        ("warranty", "warranty_date_end"),
                    ]
                )
            ),
            SQL(
                """
                SELECT id * 16 + 8, vehicle_id, date_from, kind, partner_id, plate, NULL
                  FROM truck_vehicle_history
                """
            ),
            SQL(
                """
                SELECT id * 16 + 9, vehicle_id, date,
                       CASE WHEN is_replaced THEN 'odometer' ELSE 'mileage' END,
                       NULL, NULL, total
                  FROM truck_vehicle_mileage
                """
            ),
            SQL(
                """
                SELECT id * 16 + 5, vehicle_id,
                       (date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date,
                       'interaction', partner_id, NULL, NULL
                  FROM truck_interaction
                 WHERE vehicle_id IS NOT NULL
                """,
                self.env.context.get("tz") or self.env.user.tz or "UTC",
            ),
        ]
