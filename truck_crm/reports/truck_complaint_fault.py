from odoo import fields, models
from odoo.tools import SQL

BANDS = [
    ("0", "up to 10,000 km"),
    ("1", "10,000 to 50,000 km"),
    ("2", "50,000 to 100,000 km"),
    ("3", "100,000 to 200,000 km"),
    ("4", "200,000 to 400,000 km"),
    ("5", "above 400,000 km"),
]
# Of what a rate is one; those of several cannot be added up.
RATE_OF = {
    "fleet_rate:sum": ("company_id",),
    "model_rate:sum": ("company_id", "model_id"),
    "batch_rate:sum": ("company_id", "model_id", "batch"),
}


class TruckComplaintFault(models.Model):
    """One row per complaint and vehicle: what fails at which truck, and how often.

    A number of faults says nothing without the number of trucks that could have them.
    Each row bears its share of 1,000 vehicles in use: of all, of its model, of its
    batch. Added up these are rates, of the fleet always; of the model or batch where
    rows of one are added up, else there is none: group by the model (and the batch).
    """

    _name = "truck.complaint.fault"
    _description = "Fault Analysis"
    _auto = False
    _order = "date_open desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "truck.complaint.category": ["is_about_staff", "is_fault", "parent_path"],
        "truck.complaint": [
            "active",
            "category_id",
            "company_id",
            "date_open",
            "mileage",
            "severity",
            "state",
            "vehicle_ids",
        ],
        "truck.vehicle": [
            "active",
            "company_id",
            "is_own",
            "mileage",
            "model_id",
            "production_date",
            "state",
        ],
    }

    complaint_id = fields.Many2one("truck.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    vehicle_id = fields.Many2one("truck.vehicle", readonly=True)
    model_id = fields.Many2one("truck.model", readonly=True)
    batch = fields.Date(
        string="Production Batch", readonly=True, help="Month of production."
    )
    category_id = fields.Many2one(
        "truck.complaint.category", string="Part", readonly=True
    )
    main_category_id = fields.Many2one("truck.complaint.category", readonly=True)
    severity = fields.Selection(
        selection=lambda self: self._get_severities(), readonly=True
    )
    mileage_band = fields.Selection(
        selection=BANDS,
        readonly=True,
        help="By the mileage of the complaint, else the last one of the vehicle.",
    )
    dealer_id = fields.Many2one("truck.dealer", readonly=True)
    date_open = fields.Datetime(string="Received On", readonly=True)
    age_months = fields.Integer(
        string="Age (months)",
        readonly=True,
        aggregator="avg",
        help="From delivery to the complaint.",
    )
    mileage = fields.Integer(string="Mileage (km)", readonly=True, aggregator="avg")
    # Measures
    fleet_rate = fields.Float(
        string="Per 1,000 of the Fleet",
        readonly=True,
        digits=(16, 3),
        help="Faults per 1,000 vehicles of own brands in use, of all models.",
    )
    model_rate = fields.Float(
        string="Per 1,000 of the Model",
        readonly=True,
        digits=(16, 3),
        help="Faults per 1,000 vehicles of this model in use. Group by the model.",
    )
    batch_rate = fields.Float(
        string="Per 1,000 of the Batch",
        readonly=True,
        digits=(16, 3),
        help="Faults per 1,000 vehicles of this model and month of production in use."
        " Group by model and batch.",
    )

    def action_view_complaint(self):
        """Open the complaint of this row."""
        self.ensure_one()
        return self.complaint_id._get_records_action()

    def _get_severities(self):
        field = self.env["truck.complaint"]._fields["severity"]
        return field._description_selection(self.env)

    def _read_group_select(self, aggregate_spec, query):
        """Give no rate where those of several models or batches would be added up."""
        total = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in RATE_OF:
            return total
        columns = [
            self._field_to_sql(self._table, name, query)
            for name in RATE_OF[aggregate_spec]
        ]
        return SQL(
            "CASE WHEN COUNT(DISTINCT (%s)) = 1 THEN %s END",
            SQL(", ").join(columns),
            total,
        )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH base AS MATERIALIZED (%(base)s)
            SELECT complaint.id::bigint * 1000000000 + vehicle.id AS id,
                   complaint.id AS complaint_id, complaint.company_id,
                   vehicle.id AS vehicle_id, vehicle.model_id,
                   date_trunc('month', vehicle.production_date)::date AS batch,
                   complaint.category_id,
                   split_part(category.parent_path, '/', 1)::int AS main_category_id,
                   complaint.severity, complaint.dealer_id, complaint.date_open,
                   CASE WHEN vehicle.delivery_date IS NOT NULL THEN
                       greatest((complaint.date_open::date - vehicle.delivery_date)
                           / 30.4375, 0)::int END AS age_months,
                   mileage.km AS mileage, %(band)s AS mileage_band,
                   1000.0 / fleet.number AS fleet_rate,
                   1000.0 / model.number AS model_rate,
                   1000.0 / batch.number AS batch_rate
              FROM truck_complaint AS complaint
              JOIN truck_complaint_truck_vehicle_rel AS link
                ON link.truck_complaint_id = complaint.id
              JOIN truck_vehicle AS vehicle ON vehicle.id = link.truck_vehicle_id
              LEFT JOIN truck_complaint_category AS category
                ON category.id = complaint.category_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(NULLIF(complaint.mileage, 0),
                                   NULLIF(vehicle.mileage, 0)) AS km
                   ) AS mileage
              LEFT JOIN (SELECT company_id, sum(number) AS number
                           FROM base GROUP BY company_id) AS fleet
                ON fleet.company_id = complaint.company_id
              LEFT JOIN (SELECT company_id, model_id, sum(number) AS number
                           FROM base GROUP BY company_id, model_id) AS model
                ON model.company_id = complaint.company_id
               AND model.model_id = vehicle.model_id
              LEFT JOIN base AS batch
                ON batch.company_id = complaint.company_id
               AND batch.model_id = vehicle.model_id
               AND batch.batch = date_trunc('month', vehicle.production_date)::date
             WHERE complaint.active AND complaint.state <> 'merged' AND vehicle.is_own
               AND category.is_fault IS NOT FALSE
               AND category.is_about_staff IS NOT TRUE
            """,
            base=self._get_base_query(),
            band=self._get_band(),
        )

    def _get_base_query(self):
        """Return the SELECT of own vehicles in use by company, model and batch.

        A vehicle without a company counts for every one.
        """
        return SQL(
            """
            SELECT company.id AS company_id, counted.model_id, counted.batch,
                   sum(counted.number) AS number
              FROM (
                   SELECT company_id, model_id,
                          date_trunc('month', production_date)::date AS batch,
                          count(*) AS number
                     FROM truck_vehicle
                    WHERE active AND is_own AND state = 'in_use'
                    GROUP BY 1, 2, 3
                   ) AS counted
              JOIN res_company AS company
                ON company.id = counted.company_id OR counted.company_id IS NULL
             GROUP BY 1, 2, 3
            """
        )

    def _get_band(self):
        """Return SQL of the band in which ``mileage.km`` lies."""
        return SQL(
            "CASE WHEN mileage.km > 0 THEN"
            " width_bucket(mileage.km, ARRAY[10001, 50001, 100001, 200001, 400001])"
            "::text END"
        )
