from odoo import fields, models
from odoo.tools import SQL

FIRST_CONTACT = "truck_crm.complaint_first_contact_minutes"


class TruckComplaintReport(models.Model):
    """One row per complaint with what management asks: how fast, kept, how often again.

    Hours are working hours, as the clocks have counted them: of the team, without the
    time in which the customer was waited for. That is fair to people; what the customer
    feels, nights and weekends included, are the days until the solution.
    """

    _name = "truck.complaint.report"
    _description = "Complaint Analysis"
    _auto = False
    _order = "date_open desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "truck.complaint": [
            "active",
            "category_id",
            "channel",
            "company_id",
            "date_open",
            "date_response",
            "date_solved",
            "dealer_id",
            "escalation_level",
            "is_confidential",
            "partner_id",
            "reopen_count",
            "severity",
            "state",
            "team_id",
            "user_id",
            "vehicle_ids",
        ],
        "truck.complaint.clock": ["complaint_id", "kind", "state", "used_hours"],
        "truck.complaint.promise": ["complaint_id", "state"],
        "truck.vehicle": ["model_id"],
        "res.partner": ["truck_territory_id"],
    }

    complaint_id = fields.Many2one("truck.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    dealer_id = fields.Many2one("truck.dealer", readonly=True)
    territory_id = fields.Many2one("truck.territory", readonly=True)
    model_id = fields.Many2one(
        "truck.model",
        readonly=True,
        help="Of several vehicles of a complaint, the one entered first.",
    )
    category_id = fields.Many2one("truck.complaint.category", readonly=True)
    main_category_id = fields.Many2one(
        "truck.complaint.category",
        readonly=True,
        help="The category at the top of the tree.",
    )
    severity = fields.Selection(
        selection=lambda self: self._get_selection("severity"), readonly=True
    )
    channel = fields.Selection(
        selection=lambda self: self._get_selection("channel"),
        string="Came In By",
        readonly=True,
    )
    state = fields.Selection(
        selection=lambda self: self._get_selection("state"), readonly=True
    )
    team_id = fields.Many2one("truck.complaint.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Case Owner", readonly=True)
    is_confidential = fields.Boolean(string="Confidential", readonly=True)
    date_open = fields.Datetime(string="Received On", readonly=True)
    date_response = fields.Datetime(string="First Answer", readonly=True)
    date_solved = fields.Datetime(string="Solved On", readonly=True)
    # Measures
    response_hours = fields.Float(
        string="Answer (working hours)",
        readonly=True,
        aggregator="avg",
        help="Working hours of the team from receipt to the first answer, without"
        " waiting for the customer. Empty where the escalation policy sets no time.",
    )
    solution_hours = fields.Float(
        string="Solution (working hours)",
        readonly=True,
        aggregator="avg",
        help="Working hours of the team from receipt to the solution, without waiting"
        " for the customer; re-opened, from then on. Empty where the escalation policy"
        " sets no time.",
    )
    solution_days = fields.Float(
        string="Solution (calendar days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days from receipt to the solution as the customer feels them: nights,"
        " weekends and waiting included.",
    )
    is_open = fields.Integer(string="Backlog", readonly=True, help="Not solved yet.")
    open_days = fields.Float(
        string="Age of Backlog (days)",
        readonly=True,
        aggregator="avg",
        help="Days since receipt of what is not solved yet.",
    )
    reopened = fields.Integer(
        string="Re-Opened", readonly=True, help="Re-opened at least once."
    )
    escalated = fields.Integer(
        readonly=True, help="Climbed the ladder by at least one level."
    )
    solved = fields.Integer(readonly=True)
    first_contact = fields.Float(
        string="Solved at First Contact (%)",
        readonly=True,
        aggregator="avg",
        help="Of the solved ones: solved within an hour of the first answer (a system"
        " parameter says how many minutes), without a promise, never re-opened.",
    )
    promise_count = fields.Integer(string="Promises", readonly=True)
    promise_kept = fields.Integer(string="Promises Kept", readonly=True)
    promise_broken = fields.Integer(string="Promises Broken", readonly=True)
    promise_rate = fields.Float(
        string="Promises Kept (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the promises that were kept, per complaint with promises that"
        " are due.",
    )

    def action_view_complaint(self):
        """Open the complaint of this row."""
        self.ensure_one()
        return self.complaint_id._get_records_action()

    def _get_selection(self, name):
        return (
            self.env["truck.complaint"]._fields[name]._description_selection(self.env)
        )

    @property
    def _table_query(self):
        return SQL(
            """SELECT %s FROM %s WHERE complaint.active
                  AND complaint.state <> 'merged'""",
            self._get_select(),
            self._get_from(),
        )

    def _get_select(self):
        """Return the columns. A hook."""
        # sudo: a figure of the house, the same whoever asks
        parameters = self.env["ir.config_parameter"].sudo()
        return SQL(
            """
            complaint.id, complaint.id AS complaint_id, complaint.company_id,
            complaint.partner_id, complaint.dealer_id,
            customer.truck_territory_id AS territory_id, vehicle.model_id,
            complaint.category_id,
            split_part(category.parent_path, '/', 1)::int AS main_category_id,
            complaint.severity, complaint.channel, complaint.state, complaint.team_id,
            complaint.user_id, complaint.is_confidential, complaint.date_open,
            complaint.date_response, complaint.date_solved,
            response.used_hours AS response_hours,
            solution.used_hours AS solution_hours,
            EXTRACT(EPOCH FROM complaint.date_solved - complaint.date_open) / 86400
                AS solution_days,
            (complaint.date_solved IS NULL)::int AS is_open,
            CASE WHEN complaint.date_solved IS NULL THEN
                EXTRACT(EPOCH FROM %(now)s::timestamp - complaint.date_open) / 86400
            END AS open_days,
            (complaint.reopen_count > 0)::int AS reopened,
            (complaint.escalation_level > 0)::int AS escalated,
            (complaint.date_solved IS NOT NULL)::int AS solved,
            CASE WHEN complaint.date_solved IS NULL THEN NULL
                 WHEN complaint.date_solved <= complaint.date_response
                      + make_interval(mins => %(minutes)s)
                  AND COALESCE(complaint.reopen_count, 0) = 0
                  AND promise.number IS NULL
                 THEN 100 ELSE 0 END AS first_contact,
            COALESCE(promise.number, 0) AS promise_count,
            COALESCE(promise.kept, 0) AS promise_kept,
            COALESCE(promise.broken, 0) AS promise_broken,
            100.0 * promise.kept / NULLIF(promise.kept + promise.broken, 0)
                AS promise_rate
            """,
            now=fields.Datetime.now(),
            minutes=int(parameters.get_param(FIRST_CONTACT) or 60),
        )

    def _get_from(self):
        """Return the tables. A hook."""
        return SQL(
            """
            truck_complaint AS complaint
            LEFT JOIN res_partner AS customer ON customer.id = complaint.partner_id
            LEFT JOIN truck_complaint_category AS category
              ON category.id = complaint.category_id
            LEFT JOIN truck_complaint_clock AS response
              ON response.complaint_id = complaint.id
             AND response.kind = 'response' AND response.state = 'done'
            LEFT JOIN truck_complaint_clock AS solution
              ON solution.complaint_id = complaint.id
             AND solution.kind = 'solution' AND solution.state = 'done'
            LEFT JOIN (
                 SELECT DISTINCT ON (link.truck_complaint_id)
                        link.truck_complaint_id, vehicle.model_id
                   FROM truck_complaint_truck_vehicle_rel AS link
                   JOIN truck_vehicle AS vehicle ON vehicle.id = link.truck_vehicle_id
                  ORDER BY link.truck_complaint_id, vehicle.id
                 ) AS vehicle ON vehicle.truck_complaint_id = complaint.id
            LEFT JOIN (
                 SELECT complaint_id, count(*) AS number,
                        count(*) FILTER (WHERE state = 'kept') AS kept,
                        count(*) FILTER (WHERE state = 'broken') AS broken
                   FROM truck_complaint_promise
                  WHERE state <> 'cancelled'
                  GROUP BY complaint_id
                 ) AS promise ON promise.complaint_id = complaint.id
            """
        )
