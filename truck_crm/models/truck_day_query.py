from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytz

from odoo import fields, models
from odoo.tools import SQL

from .truck_customer_metrics import SALES


@dataclass(frozen=True)
class Day:
    """Whose day is asked for, and what holds on it; made anew for each query."""

    today: date
    tz: str
    user_ids: list
    company_ids: list
    reasons: dict
    lang: str
    uid: int
    rates: SQL
    contact_days: int
    order_tolerance: float

    def until(self, code):
        """Return the last day that a reason looks at."""
        return self.today + timedelta(days=self.reasons[code].days_ahead)

    def moment(self, days):
        """Return when the day so many days from today begins, naive and in UTC."""
        start = datetime.combine(self.today + timedelta(days=days), datetime.min.time())
        return (
            pytz.timezone(self.tz)
            .localize(start)
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
        )


class TruckDayQuery(models.AbstractModel):
    """The one query behind My Day: whose day, in which companies, and how it is sorted.

    What it is put together from: ``truck.day.source``.
    """

    _name = "truck.day.query"
    _description = "Query of My Day"
    _inherit = ["truck.day.source"]

    # ------------------------------------------------------------
    # WHOSE DAY
    # ------------------------------------------------------------

    def _get_day(self):
        """Return what a query of this moment, of this user and these companies needs.

        A day is that of the user's time zone, else of his company's.
        """
        user, today = self.env.user, self._get_day_today()
        # sudo: the company's policy holds for all who work there
        policy = self.env.company.sudo()
        return Day(
            today=today,
            tz=self._get_day_tz(),
            user_ids=(user._truck_get_represented(today) | user._truck_get_team()).ids,
            company_ids=self.env.companies.ids,
            reasons=self._get_day_reasons(),
            lang=self.env.lang or "en_US",
            uid=self.env.uid,
            rates=self._get_day_rates(today),
            contact_days=policy.truck_day_contact_days,
            order_tolerance=policy.truck_day_order_tolerance,
        )

    def _get_day_tz(self):
        user_tz = self.env.context.get("tz") or self.env.user.tz
        # sudo: the address of the company may not be readable
        return user_tz or self.env.company.sudo().partner_id.tz or "UTC"

    def _get_day_today(self):
        """Return the day that it is where the user is."""
        here = self.with_context(tz=self._get_day_tz())
        return fields.Datetime.context_timestamp(here, fields.Datetime.now()).date()

    def _get_day_reasons(self):
        """Return the reasons that are looked for, by code."""
        # sudo: the policy holds for all
        reasons = self.env["truck.day.reason"].sudo().search([("active", "=", True)])
        return {reason.code: reason for reason in reasons}

    def _get_day_rates(self, today):
        """Return SQL that turns ``company_id`` into the rate to the main currency.

        By the rates of the company that the user works in.
        """
        currency = self.env.company.currency_id
        others = self.env.companies.filtered(lambda c: c.currency_id != currency)
        whens = [
            SQL(
                "WHEN %s THEN %s",
                company.id,
                company.currency_id._convert(
                    1.0, currency, self.env.company, today, round=False
                ),
            )
            for company in others
        ]
        if not whens:
            return SQL("1.0")
        return SQL("CASE company_id %s ELSE 1.0 END", SQL(" ").join(whens))

    # ------------------------------------------------------------
    # ALL OF IT
    # ------------------------------------------------------------

    def _get_day_query(self):
        """Return the SELECT of all rows, with what waiting costs.

        loss = money at stake x weight of the reason x delay. The delay counts 1 on the
        day, 2 after the days of the reason and at most 3. The money at stake is that of
        the document, else what the customer has brought in a year, else the amount that
        the reason takes without figures; in the currency of the user's company.
        """
        day = self._get_day()
        pieces = [
            self._prepare_day_piece(day, day.reasons[code], query)
            for code, query in self._get_day_queries(day).items()
        ]
        return SQL(
            """
            SELECT item.id, item.reason_id, item.tone, item.user_id, item.partner_id,
                   item.contact_id, item.company_id, item.date, item.res_model,
                   item.res_id, item.detail, item.since, item.days, item.quantity,
                   item.starts_at, %(currency)s AS currency_id, metrics.grade_id,
                   metrics.last_contact_date, %(today)s - item.date AS days_late,
                   stake.amount AS stake,
                   round(stake.amount * item.weight / 100 * (1 + LEAST(
                       GREATEST(%(today)s - item.date, 0)::numeric / item.doubling_days,
                       2))) AS loss
              FROM (%(pieces)s) item
              LEFT JOIN LATERAL (
                   SELECT max(m.last_contact_date) AS last_contact_date,
                          (array_agg(m.grade_id
                              ORDER BY m.company_id = %(company)s DESC)
                             FILTER (WHERE m.grade_id IS NOT NULL))[1] AS grade_id,
                          sum(GREATEST(m.revenue_12m, m.revenue_previous_12m) * %(rate)s
                             ) AS revenue
                     FROM truck_customer_metrics m
                    WHERE m.partner_id = item.partner_id
                      AND m.company_id = ANY(%(companies)s)
              ) metrics ON TRUE
             CROSS JOIN LATERAL (
                   SELECT round(COALESCE(%(known)s, item.default_amount), 2) AS amount
              ) stake
             WHERE item.quiet_days = 0
                OR metrics.last_contact_date IS NULL
                OR metrics.last_contact_date + item.quiet_days <= %(today)s
            """,
            currency=self.env.company.currency_id.id,
            company=self.env.company.id,
            companies=day.company_ids,
            today=day.today,
            rate=day.rates,
            known=self._get_known_amount(),
            pieces=SQL(" UNION ALL ").join(pieces or [self._get_no_rows()]),
        )

    def _get_no_rows(self):
        """Return a SELECT of nothing, for who has archived all reasons."""
        return SQL(
            """
            SELECT 0::bigint AS id, 0 AS reason_id, '' AS tone, 0::numeric AS weight,
                   0::numeric AS default_amount, 1 AS doubling_days, 0 AS quiet_days,
                   0 AS user_id, 0 AS partner_id, 0 AS contact_id, 0 AS company_id,
                   NULL::date AS date, 0::numeric AS amount, '' AS res_model,
                   0 AS res_id, '' AS detail, NULL::date AS since, 0 AS days,
                   0 AS quantity, NULL::timestamp AS starts_at
             WHERE FALSE
            """
        )

    def _get_known_amount(self):
        """Return SQL of the money that is known to be at stake; none for who may not
        see money."""
        if not self.env.user.has_group(SALES):
            return SQL("NULL::numeric")
        return SQL(
            "NULLIF(item.amount, 0), CASE WHEN item.amount IS NULL"
            " THEN NULLIF(GREATEST(metrics.revenue, 0), 0) END"
        )

    def _prepare_day_piece(self, day, reason, query):
        """Return the SELECT of a reason with its id and its policy.

        The id is made of the reason's and the source's, so that none is there twice.
        """
        return SQL(
            """
            SELECT %(id)s::bigint * 4294967296 + source_id AS id, %(id)s AS reason_id,
                   %(tone)s AS tone, %(weight)s::numeric AS weight,
                   %(default)s::numeric AS default_amount,
                   %(doubling)s AS doubling_days, %(quiet)s AS quiet_days,
                   user_id, partner_id, contact_id, company_id, date,
                   amount * %(rate)s AS amount, res_model, res_id, detail, since,
                   days, quantity, starts_at
              FROM (%(query)s) piece(source_id, user_id, partner_id, contact_id,
                   company_id, date, amount, res_model, res_id, detail, since, days,
                   quantity, starts_at)
            """,
            id=reason.id,
            tone=reason.tone,
            weight=reason.weight,
            default=reason.default_amount,
            doubling=reason.doubling_days,
            quiet=reason.quiet_days,
            rate=day.rates,
            query=query,
        )
