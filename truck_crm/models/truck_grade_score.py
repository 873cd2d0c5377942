from odoo import models
from odoo.tools import SQL

# What goes along with each graded row: for the history and for simulations.
CARRIED = ("id", "partner_id", "company_id", "revenue_12m", "partner_active")


class TruckGradeScore(models.AbstractModel):
    """The arithmetic of a grading scheme in SQL.

    The score is the sum over the rules of weight times points, of 100 at most, rounded
    to one decimal. Weights have two decimals, so that the sum is made of integers.
    """

    _name = "truck.grade.score"
    _description = "Arithmetic of Grading"

    def _get_graded_query(self, company_ids, condition, date, source):
        """Return the SELECT of the rows of some companies, old values and new ones.

        :param SQL source: the rows: the table of metrics, or a query like it

        ``OFFSET 0`` keeps the database from pasting the whole score into each place
        where it is compared with a threshold.
        """
        self.ensure_one()
        return SQL(
            """
            SELECT *,
                   CASE WHEN override_until IS NULL THEN rule_grade_id
                        ELSE override_grade_id END AS grade_id
              FROM (
                SELECT *, %(grade)s AS rule_grade_id
                  FROM (%(scored)s OFFSET 0) scored
                   ) ruled
            """,
            grade=self._get_grade_sql(),
            scored=self._get_scored_query(company_ids, condition, date, source),
        )

    def _get_scored_query(self, company_ids, condition, date, source):
        """Return the SELECT of the rows with score, class, hand-set grade in force."""
        in_force = SQL(
            "standing.override_grade_id IS NOT NULL AND standing.override_until >= %s",
            date,
        )
        return SQL(
            """
            SELECT %(carried)s, %(date)s::date AS today, %(scheme)s AS scheme_id,
                   metrics.score AS old_score,
                   metrics.rule_grade_id AS old_rule_grade_id,
                   metrics.grade_id AS old_grade_id,
                   metrics.return_class AS old_return_class,
                   metrics.strategy_id AS old_strategy_id,
                   metrics.override_until AS old_override_until,
                   metrics.grade_next_date AS old_grade_next_date,
                   standing.strategy_id,
                   standing.override_grade_id,
                   standing.override_reason,
                   standing.override_user_id,
                   CASE WHEN %(in_force)s THEN standing.override_until
                        END AS override_until,
                   %(score)s AS score,
                   %(return_class)s AS return_class,
                   %(next_date)s AS grade_next_date
              FROM %(source)s metrics
              LEFT JOIN truck_customer_standing standing
                     ON standing.partner_id = metrics.partner_id
                    AND standing.company_id = metrics.company_id
             WHERE metrics.company_id = ANY(%(companies)s) AND (%(condition)s)
            """,
            carried=SQL(", ").join(SQL.identifier("metrics", n) for n in CARRIED),
            date=date,
            scheme=self.id,
            in_force=in_force,
            score=self._get_score_sql(date),
            return_class=self._get_return_class_sql(),
            next_date=self._get_next_date_sql(date, in_force),
            source=source,
            companies=company_ids,
            condition=condition,
        )

    def _get_score_sql(self, date):
        terms = [
            SQL("%s * (%s)", round(rule.weight * 100), rule._get_points_sql(date))
            for rule in self.rule_ids
        ]
        return SQL("round((%s) / 10000.0, 1)", SQL(" + ").join(terms))

    def _get_grade_sql(self):
        """Return the grade that a ``score`` makes."""
        rows = self.threshold_ids.filtered("grade_id.active")
        *better, last = rows.sorted("score_min", reverse=True)
        cases = [
            SQL("WHEN score >= %s THEN %s", row.score_min, row.grade_id.id)
            for row in better
        ]
        if not cases:
            return SQL("%s", last.grade_id.id)
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), last.grade_id.id)

    def _get_return_class_sql(self):
        """Return the return class; none where there is neither return nor revenue.

        Return without revenue is a return of 100 %.
        """
        amount = SQL("coalesce(metrics.return_12m, 0)")
        revenue = SQL("coalesce(metrics.revenue_12m, 0)")
        value = amount
        if self.return_basis == "ratio":
            value = SQL(
                "CASE WHEN %(revenue)s > 0 THEN %(amount)s * 100 / %(revenue)s"
                " ELSE 100 END",
                revenue=revenue,
                amount=amount,
            )
        return SQL(
            """
            CASE WHEN %(amount)s < 0 THEN 'negative'
                 WHEN %(amount)s = 0 AND %(revenue)s <= 0 THEN NULL
                 WHEN %(value)s >= %(high)s THEN 'high'
                 WHEN %(value)s >= %(medium)s THEN 'medium'
                 ELSE 'low' END
            """,
            amount=amount,
            revenue=revenue,
            value=value,
            high=self.return_high,
            medium=self.return_medium,
        )

    def _get_next_date_sql(self, date, in_force):
        """Return the next day on which the grade can change just by waiting."""
        days = [day for rule in self.rule_ids for day in rule._get_next_dates_sql(date)]
        ends = SQL("CASE WHEN %s THEN standing.override_until + 1 END", in_force)
        return SQL("least(%s)", SQL(", ").join([*days, ends]))
