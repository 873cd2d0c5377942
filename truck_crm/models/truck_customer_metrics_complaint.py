from odoo import fields, models
from odoo.tools import SQL

from .truck_customer_metrics_fragment import Fragment


class TruckCustomerMetricsComplaint(models.AbstractModel):
    """Figures of customers that tell whether they are content."""

    _name = "truck.customer.metrics.complaint"
    _description = "Contentment in Figures"
    _inherit = ["truck.customer.metrics.source"]

    complaint_count_12m = fields.Integer(
        string="Complaints (12 months)",
        readonly=True,
        help="Received in the last 12 months; those about staff are left out, since a"
        " number would tell of them.",
    )
    last_complaint_date = fields.Date(readonly=True)
    survey_score = fields.Float(
        string="Last Survey (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Score of the last survey that the customer's people answered in the last"
        " 12 months.",
    )
    survey_date = fields.Date(string="Last Survey On", readonly=True)
    unreached_count = fields.Integer(
        string="Times Not Reached",
        readonly=True,
        aggregator=None,
        help="How often in a row nobody was reached, since the last contact, within 12"
        " months.",
    )

    def _get_fragments(self, windows=()):
        return [
            *super()._get_fragments(windows),
            self._get_complaint_fragment(windows),
            self._get_survey_fragment(windows),
            self._get_unreached_fragment(windows),
        ]

    def _get_complaint_fragment(self, windows):
        """Complaints by the day on which they came in, where the company is."""
        return Fragment(
            ("complaint_count_12m", "last_complaint_date"),
            SQL(
                """
                SELECT partner_id, company_id,
                       count(*) FILTER (WHERE date > since) AS complaint_count_12m,
                       max(date) AS last_complaint_date
                  FROM (
                       SELECT member.partner_id, complaint.company_id, period.since,
                              period.today,
                              (complaint.date_open AT TIME ZONE 'UTC'
                                   AT TIME ZONE period.timezone)::date AS date
                         FROM truck_complaint AS complaint
                         JOIN metrics_member AS member
                           ON member.id = complaint.partner_id
                         JOIN metrics_period AS period
                           ON period.company_id = complaint.company_id
                        WHERE complaint.active AND complaint.state <> 'merged'
                          AND complaint.is_confidential IS NOT TRUE
                       ) AS complaint
                 WHERE date <= today
                 GROUP BY partner_id, company_id
                """
            ),
            SQL(
                "SELECT partner_id FROM truck_complaint WHERE %s",
                self._get_due_condition(SQL("date_open"), windows[:2], is_moment=True),
            ),
        )

    def _get_survey_fragment(self, windows):
        """The last survey with a score that one of the customer's people has answered.

        A survey belongs to no company: it counts where the customer is at home.
        """
        return Fragment(
            ("survey_score", "survey_date"),
            SQL(
                """
                SELECT DISTINCT ON (partner_id) partner_id, company_id,
                       round(score::numeric, 1) AS survey_score, date AS survey_date
                  FROM (
                       SELECT member.partner_id, member.home_id AS company_id,
                              answer.scoring_percentage AS score, answer.id,
                              (answer.end_datetime AT TIME ZONE 'UTC'
                                   AT TIME ZONE period.timezone)::date AS date,
                              period.since, period.today
                         FROM survey_user_input AS answer
                         JOIN survey_survey AS survey ON survey.id = answer.survey_id
                         JOIN metrics_member AS member ON member.id = answer.partner_id
                         JOIN metrics_period AS period
                           ON period.company_id = member.home_id
                        WHERE answer.state = 'done'
                          AND answer.test_entry IS NOT TRUE
                          AND survey.scoring_type <> 'no_scoring'
                       ) AS answer
                 WHERE date > since AND date <= today
                 ORDER BY partner_id, date DESC, id DESC
                """
            ),
            SQL(
                """SELECT partner_id FROM survey_user_input
                    WHERE state = 'done' AND %s""",
                self._get_due_condition(
                    SQL("end_datetime"), windows[:2], is_moment=True
                ),
            ),
        )

    def _get_unreached_fragment(self, windows):
        """How often we tried in vain since the customer was reached last."""
        return Fragment(
            ("unreached_count",),
            SQL(
                """
                SELECT partner_id, company_id, count(*) AS unreached_count
                  FROM (
                       SELECT member.partner_id, contact.company_id,
                              contact.is_reached,
                              bool_or(contact.is_reached) OVER (
                                  PARTITION BY member.partner_id, contact.company_id
                                  ORDER BY contact.date DESC, contact.id DESC
                              ) AS is_before
                         FROM truck_interaction AS contact
                         JOIN metrics_member AS member
                           ON member.id = contact.partner_id
                         JOIN metrics_period AS period
                           ON period.company_id = contact.company_id
                        WHERE contact.date > period.since
                       ) AS contact
                 WHERE is_before IS NOT TRUE
                 GROUP BY partner_id, company_id
                """
            ),
            SQL(
                "SELECT partner_id FROM truck_interaction WHERE NOT is_reached AND %s",
                self._get_due_condition(SQL("date"), windows[:2], is_moment=True),
            ),
        )
