from odoo import fields, models
from odoo.tools import SQL, date_utils


class TruckComplaintClusterPolicy(models.Model):
    """When so many complaints about one batch of trucks are no chance any more."""

    _name = "truck.complaint.cluster.policy"
    _description = "Policy of Fault Clusters"
    _inherit = ["truck.night.policy"]
    _order = "company_id, id"

    category_ids = fields.Many2many(
        "truck.complaint.category",
        string="Only These Categories",
        help="With those below them. Empty: all that are faults of the truck.",
    )
    months = fields.Integer(
        string="Looks Back (months)",
        required=True,
        default=12,
        help="So many months make the usual rate, and are compared with it.",
    )
    period_months = fields.Integer(
        help="The same batch and part are told of at most once in so many months.",
    )
    minimum = fields.Integer(
        string="At Least (vehicles)",
        required=True,
        default=3,
        help="Fewer vehicles than this are no cluster, however unlikely.",
    )
    chance_limit = fields.Float(
        string="Chance Below",
        required=True,
        default=0.001,
        digits=(16, 6),
        help="How unlikely the number has to be if all batches were equally good: 0.001"
        " is once in a thousand batches and parts.",
    )
    user_id = fields.Many2one(
        string="Responsible",
        help="Is given an activity for every new cluster; his deputy while he is away."
        " Empty: clusters are listed, and nobody is told.",
    )
    due_days = fields.Integer(default=5)

    _check_figures = models.Constraint(
        "CHECK(months > 0 AND minimum > 1 AND chance_limit > 0 AND chance_limit < 1"
        " AND due_days >= 0)",
        "Policy of fault clusters: Looks Back is at least 1 month, At Least is 2 or"
        " more, Chance Below lies between 0 and 1, Due After is not negative.",
    )

    def _get_acting_user(self, day):
        """Return who is responsible on a day: the deputy of who is away."""
        user = self.user_id
        return user and user._truck_get_substitute(day)

    def _get_count_query(self, company, today):
        """Return the SELECT of what was observed and what was to be expected.

        Counted are vehicles of own brands in use that somebody complained about in a
        category, each once. Expected of some vehicles: their number times the rate of
        the category over all the fleet (indirect standardisation: Breslow & Day,
        Statistical Methods in Cancer Research II, chapter 2). A row per category and
        model, and per category, model and month of production.

        :return: SQL of category_id, model_id, batch (or NULL), observed, expected,
            vehicle_count, fleet_count
        """
        self.ensure_one()
        since = date_utils.subtract(today, months=self.months)
        Category = self.env["truck.complaint.category"].sudo()  # sudo: a job
        domain = [("is_fault", "=", True), ("is_about_staff", "=", False)]
        if self.category_ids:
            domain.append(("id", "child_of", self.category_ids.ids))
        return SQL(
            COUNTS,
            company=company.id,
            since=since,
            until=today,
            timezone=company._truck_get_timezone(),
            categories=Category._search(domain).subselect(),
            minimum=self.minimum,
        )


COUNTS = """
    WITH fleet AS MATERIALIZED (
        SELECT id, model_id, date_trunc('month', production_date)::date AS batch
          FROM truck_vehicle
         WHERE active AND is_own AND state = 'in_use' AND model_id IS NOT NULL
           AND (company_id = %(company)s OR company_id IS NULL)
    ), fault AS MATERIALIZED (
        SELECT DISTINCT complaint.category_id, fleet.id, fleet.model_id, fleet.batch
          FROM truck_complaint AS complaint
          JOIN truck_complaint_truck_vehicle_rel AS link
            ON link.truck_complaint_id = complaint.id
          JOIN fleet ON fleet.id = link.truck_vehicle_id
         WHERE complaint.active AND complaint.company_id = %(company)s
           AND complaint.state <> 'merged' AND complaint.is_confidential IS NOT TRUE
           AND complaint.category_id IN %(categories)s
           AND (complaint.date_open AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s)::date
               BETWEEN %(since)s AND %(until)s
    ), base AS (
        SELECT model_id, batch, GROUPING(batch) AS is_model, count(*) AS number
          FROM fleet
         GROUP BY GROUPING SETS ((model_id), (model_id, batch))
    ), counted AS (
        SELECT category_id, model_id, batch, GROUPING(batch) AS is_model,
               count(*) AS number
          FROM fault
         GROUP BY category_id, GROUPING SETS ((model_id), (model_id, batch))
        HAVING count(*) >= %(minimum)s
    ), rate AS (
        SELECT category_id, count(*)::float
               / (SELECT NULLIF(count(*), 0) FROM fleet) AS rate
          FROM fault GROUP BY category_id
    )
    SELECT counted.category_id, counted.model_id, counted.batch,
           counted.number AS observed, base.number * rate.rate AS expected,
           base.number AS vehicle_count, (SELECT count(*) FROM fleet) AS fleet_count
      FROM counted
      JOIN base ON base.model_id = counted.model_id
       AND base.is_model = counted.is_model
       AND base.batch IS NOT DISTINCT FROM counted.batch
      JOIN rate ON rate.category_id = counted.category_id
     WHERE counted.number > base.number * rate.rate
       AND (counted.is_model = 1 OR counted.batch IS NOT NULL)
     ORDER BY counted.category_id, counted.model_id, counted.batch
"""
