from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..tools import birthday as calendar

PERSONAL = "truck_crm.truck_crm_group_personal_data"

# A terminated dealer is not courted any more; its customers are.
NO_FORMER_DEALER = SQL(
    "NOT EXISTS (SELECT FROM truck_dealer WHERE state = 'terminated'"
    " AND partner_id = metrics.partner_id)"
)


class TruckDaySource(models.AbstractModel):
    """Where the rows of My Day come from: one SELECT per reason, asked live.

    Each gives these columns, in this order:

    - ``source_id``: id of what the row comes from, unique within the reason
    - ``user_id``: whose day it is on
    - ``partner_id``, ``contact_id``: the customer, and whom of its people to call
    - ``company_id``
    - ``date``: the day on which it is, or was, due
    - ``amount``: the money at stake in the company's currency; NULL: what the customer
      brings in a year
    - ``res_model``, ``res_id``: the document to open
    - ``detail``, ``since``, ``days``, ``quantity``, ``starts_at``: what the description
      of the row is made of

    An addon that brings a reason extends ``_get_day_queries`` and adds a record of
    ``truck.day.reason`` with its code.
    """

    _name = "truck.day.source"
    _description = "Sources of My Day"

    def _get_day_queries(self, day):
        """Return ``{code of the reason: SELECT}``. A hook.

        :param Day day: whose day it is; asks for the reasons in ``day.reasons`` only
        """
        sources = {
            "activity_overdue": self._query_activity_overdue,
            "activity_today": self._query_activity_today,
            "activity_tomorrow": self._query_activity_tomorrow,
            "meeting": self._query_meeting,
            "receivable_overdue": self._query_receivable_overdue,
            "receivable_due": self._query_receivable_due,
            "quotation": self._query_quotation,
            "no_order": self._query_no_order,
            "no_contact": self._query_no_contact,
        }
        # personal data never come into the query of who may not see them
        if self.env.user.has_group(PERSONAL):
            sources["birthday"] = self._query_birthday
        return {code: sources[code](day) for code in sources if code in day.reasons}

    # ------------------------------------------------------------
    # WHAT SOMEBODY HAS PLANNED
    # ------------------------------------------------------------

    def _query_activity_overdue(self, day):
        return self._query_activities(
            day, SQL("activity.date_deadline < %s", day.today)
        )

    def _query_activity_today(self, day):
        return self._query_activities(
            day, SQL("activity.date_deadline = %s", day.today)
        )

    def _query_activity_tomorrow(self, day):
        return self._query_activities(
            day,
            SQL(
                "activity.date_deadline > %s AND activity.date_deadline <= %s",
                day.today,
                day.until("activity_tomorrow"),
            ),
        )

    def _query_activities(self, day, when):
        """Return the open activities on what has to do with a customer."""
        documents = self._get_activity_documents()
        # one look per row into the one table; as joins they would be many to plan
        document = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %(columns)s FROM %(table)s"
                " WHERE activity.res_model = %(model)s AND id = activity.res_id",
                columns=SQL(", ").join(columns),
                table=SQL.identifier(self.env[model]._table),
                model=model,
            )
            for model, columns in documents.items()
        )
        return SQL(
            """
            SELECT activity.id, activity.user_id,
                   COALESCE(partner.commercial_partner_id, partner.id),
                   NULLIF(partner.id, partner.commercial_partner_id),
                   document.company_id, activity.date_deadline, document.amount,
                   activity.res_model, activity.res_id,
                   concat_ws(' · ', COALESCE(type.name->>%(lang)s, type.name->>'en_US'),
                             NULLIF(activity.summary, '')),
                   NULL::date, NULL::int, NULL::int, NULL::timestamp
              FROM mail_activity activity
              LEFT JOIN mail_activity_type type ON type.id = activity.activity_type_id
             CROSS JOIN LATERAL (%(document)s) document(partner_id, company_id, amount)
              LEFT JOIN res_partner partner ON partner.id = document.partner_id
             WHERE activity.user_id = ANY(%(users)s)
               AND activity.active
               AND activity.res_model = ANY(%(models)s)
               AND %(when)s
               AND (document.company_id IS NULL
                    OR document.company_id = ANY(%(companies)s))
            """,
            lang=day.lang,
            document=document,
            users=day.user_ids,
            models=list(documents),
            companies=day.company_ids,
            when=when,
        )

    def _get_activity_documents(self):
        """Return on what activities count: by model, SQL of partner, company, money.

        A hook. The money is what is at stake, NULL where the document has none.
        """
        none = SQL("NULL::numeric")
        return {
            "res.partner": (SQL("id"), SQL("NULL::int"), none),
            "crm.lead": (
                SQL("partner_id"),
                SQL("company_id"),
                SQL("NULLIF(expected_revenue * probability::numeric / 100, 0)"),
            ),
            "sale.order": (
                SQL("partner_id"),
                SQL("company_id"),
                SQL("amount_untaxed / NULLIF(currency_rate, 0)"),
            ),
            "account.move": (
                SQL("partner_id"),
                SQL("company_id"),
                SQL("abs(amount_residual_signed)"),
            ),
            "truck.vehicle": (
                SQL("COALESCE(operator_id, owner_id)"),
                SQL("company_id"),
                none,
            ),
            "truck.dealer": (
                SQL("partner_id"),
                SQL("company_id"),
                none,
            ),
            "truck.silent.case": (SQL("partner_id"), SQL("company_id"), none),
            "truck.complaint.cluster": (SQL("NULL::int"), SQL("company_id"), none),
        }

    def _query_meeting(self, day):
        """Return the meetings that begin from today on, unless declined or logged.

        A private one is for its own people only, not for who stands in for them.
        """
        starts = SQL(
            "CASE WHEN event.allday THEN event.start_date"
            " ELSE (event.start AT TIME ZONE 'UTC' AT TIME ZONE %s)::date END",
            day.tz,
        )
        ahead = day.reasons["meeting"].days_ahead
        return SQL(
            """
            SELECT attendee.id, owner.id, customer.commercial_partner_id,
                   NULLIF(customer.id, customer.commercial_partner_id), NULL::int,
                   %(starts)s, NULL::numeric, 'calendar.event', event.id, event.name,
                   NULL::date, NULL::int, NULL::int,
                   CASE WHEN NOT event.allday THEN event.start END
              FROM calendar_event event
              JOIN calendar_attendee attendee ON attendee.event_id = event.id
              JOIN res_users owner ON owner.partner_id = attendee.partner_id
              LEFT JOIN res_users_settings settings
                ON settings.user_id = event.user_id
              LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
              LEFT JOIN LATERAL (
                   SELECT partner.id, partner.commercial_partner_id
                     FROM calendar_attendee guest
                     JOIN res_partner partner ON partner.id = guest.partner_id
                    WHERE guest.event_id = event.id
                      AND NOT EXISTS (SELECT FROM res_users colleague
                           WHERE colleague.partner_id = partner.id
                             AND NOT colleague.share)
                    ORDER BY guest.id LIMIT 1
              ) guest ON TRUE
              LEFT JOIN res_partner customer
                ON customer.id = COALESCE(lead.partner_id, guest.id)
             WHERE event.active
               AND event.start >= %(first)s - interval '1 day'
               AND event.start < %(last)s + interval '1 day'
               AND %(starts)s BETWEEN %(today)s AND %(until)s
               AND owner.id = ANY(%(users)s)
               AND attendee.state IS DISTINCT FROM 'declined'
               AND NOT EXISTS (SELECT FROM truck_interaction logged
                    WHERE logged.event_id = event.id)
               AND (owner.id = %(uid)s OR 'private' IS DISTINCT FROM
                    COALESCE(event.privacy, settings.calendar_default_privacy))
            """,
            starts=starts,
            first=day.moment(0),
            last=day.moment(ahead + 1),
            today=day.today,
            until=day.until("meeting"),
            users=day.user_ids,
            uid=day.uid,
        )

    # ------------------------------------------------------------
    # WHAT IS ABOUT TO BE LOST
    # ------------------------------------------------------------

    def _query_quotation(self, day):
        """Return the quotations of whoever made them that run out soon."""
        return SQL(
            """
            SELECT quotation.id, quotation.user_id, partner.commercial_partner_id,
                   NULLIF(partner.id, partner.commercial_partner_id),
                   quotation.company_id, quotation.validity_date,
                   quotation.amount_untaxed / NULLIF(quotation.currency_rate, 0),
                   'sale.order', quotation.id, quotation.name, NULL::date, NULL::int,
                   NULL::int, NULL::timestamp
              FROM sale_order quotation
              JOIN res_partner partner ON partner.id = quotation.partner_id
             WHERE quotation.user_id = ANY(%(users)s)
               AND quotation.company_id = ANY(%(companies)s)
               AND quotation.state IN ('draft', 'sent')
               AND quotation.validity_date BETWEEN %(today)s AND %(until)s
            """,
            users=day.user_ids,
            companies=day.company_ids,
            today=day.today,
            until=day.until("quotation"),
        )

    def _query_receivable_overdue(self, day):
        return self._query_receivables(
            day, SQL("COALESCE(line.date_maturity, line.date) < %s", day.today)
        )

    def _query_receivable_due(self, day):
        return self._query_receivables(
            day,
            SQL(
                "COALESCE(line.date_maturity, line.date) BETWEEN %s AND %s",
                day.today,
                day.until("receivable_due"),
            ),
        )

    def _query_receivables(self, day, when):
        """Return what a salesperson's customers owe: one row per customer and company.

        What they have paid without saying for which invoice is taken off.
        """
        return SQL(
            """
            SELECT min(line.id), customer.user_id, customer.partner_id, NULL::int,
                   line.company_id, min(COALESCE(line.date_maturity, line.date))
                      FILTER (WHERE line.amount_residual > 0),
                   sum(line.amount_residual), 'account.move',
                   (array_agg(line.move_id
                       ORDER BY COALESCE(line.date_maturity, line.date))
                      FILTER (WHERE line.amount_residual > 0))[1],
                   NULL::varchar, NULL::date, NULL::int,
                   count(DISTINCT line.move_id)
                      FILTER (WHERE line.amount_residual > 0)::int,
                   NULL::timestamp
              FROM (SELECT DISTINCT user_id, partner_id
                      FROM truck_customer_metrics
                     WHERE user_id = ANY(%(users)s)) customer
              JOIN account_move_line line ON line.partner_id = customer.partner_id
             WHERE line.reconciled IS NOT TRUE
               AND line.account_id = ANY(ARRAY(SELECT id FROM account_account
                    WHERE account_type = 'asset_receivable'))
               AND line.parent_state = 'posted'
               AND line.company_id = ANY(%(companies)s)
               AND %(when)s
             GROUP BY customer.user_id, customer.partner_id, line.company_id
            HAVING sum(line.amount_residual) > 0
            """,
            users=day.user_ids,
            companies=day.company_ids,
            when=when,
        )

    # ------------------------------------------------------------
    # WHO IS FORGOTTEN
    # ------------------------------------------------------------

    def _query_no_contact(self, day):
        """Return who was not reached for longer than the grade says.

        Who never was counts from the day on which he became known. A contact in any of
        the companies counts for all.
        """
        known = SQL("partner.create_date::date")
        due = SQL(
            "COALESCE(max(metrics.last_contact_date), %s, %s)"
            " + min(COALESCE(grade.contact_interval_days, %s))",
            known,
            day.today,
            day.contact_days,
        )
        return SQL(
            """
            SELECT min(metrics.id), metrics.user_id, metrics.partner_id, NULL::int,
                   min(metrics.company_id), %(due)s, NULL::numeric, 'res.partner',
                   metrics.partner_id, NULL::varchar, max(metrics.last_contact_date),
                   min(COALESCE(grade.contact_interval_days, %(usual)s)), NULL::int,
                   NULL::timestamp
              FROM truck_customer_metrics metrics
              JOIN res_partner partner ON partner.id = metrics.partner_id
              LEFT JOIN truck_customer_grade grade ON grade.id = metrics.grade_id
             WHERE metrics.user_id = ANY(%(users)s)
               AND metrics.company_id = ANY(%(companies)s)
               AND metrics.partner_active
               AND %(no_former_dealer)s
             GROUP BY metrics.user_id, metrics.partner_id, partner.create_date
            HAVING %(due)s <= %(until)s
            """,
            due=due,
            usual=day.contact_days,
            users=day.user_ids,
            companies=day.company_ids,
            until=day.until("no_contact"),
            no_former_dealer=NO_FORMER_DEALER,
        )

    def _query_no_order(self, day):
        """Return who has not ordered for longer than he usually does.

        Orders since the figures were made are looked up: one of this morning counts.
        The count keeps it a look into an index per row, never a join with all orders.
        """
        due = SQL(
            "metrics.last_order_date + ceil(metrics.order_cycle_days * %s)::int",
            day.order_tolerance,
        )
        return SQL(
            """
            SELECT metrics.id, metrics.user_id, metrics.partner_id, NULL::int,
                   metrics.company_id, %(due)s, NULL::numeric, 'res.partner',
                   metrics.partner_id, NULL::varchar, metrics.last_order_date,
                   metrics.order_cycle_days, NULL::int, NULL::timestamp
              FROM truck_customer_metrics metrics
             WHERE metrics.user_id = ANY(%(users)s)
               AND metrics.company_id = ANY(%(companies)s)
               AND metrics.partner_active
               AND %(no_former_dealer)s
               AND metrics.order_cycle_days > 0
               AND %(due)s <= %(until)s
               AND (SELECT count(*)
                      FROM res_partner buyer
                      JOIN sale_order later ON later.partner_id = buyer.id
                     WHERE buyer.commercial_partner_id = metrics.partner_id
                       AND later.state = 'sale'
                       AND later.company_id = metrics.company_id
                       AND (later.date_order AT TIME ZONE 'UTC'
                            AT TIME ZONE %(tz)s)::date > metrics.last_order_date) = 0
            """,
            due=due,
            no_former_dealer=NO_FORMER_DEALER,
            users=day.user_ids,
            companies=day.company_ids,
            until=day.until("no_order"),
            tz=day.tz,
        )

    def _query_birthday(self, day):
        """Return the contacts whose birthday comes, of customers of one's own."""
        days = {}
        for number in range(day.reasons["birthday"].days_ahead + 1):
            date = day.today + timedelta(days=number)
            for key in calendar.keys_on(date):
                days.setdefault(key, date)
        companies = self.env["res.company"].browse(day.company_ids).sudo()
        return SQL(
            """
            SELECT profile.id, customer.user_id, customer.partner_id, person.id,
                   person.company_id, birthday.date, NULL::numeric, 'res.partner',
                   person.id, NULL::varchar, NULL::date, NULL::int, NULL::int,
                   NULL::timestamp
              FROM truck_personal_profile profile
              JOIN (VALUES %(days)s) birthday(key, date)
                ON birthday.key = profile.birthday_key
              JOIN res_partner person ON person.id = profile.partner_id
              JOIN (SELECT DISTINCT user_id, partner_id
                      FROM truck_customer_metrics
                     WHERE user_id = ANY(%(users)s)
                       AND company_id = ANY(%(companies)s)
                       AND partner_active) customer
                ON customer.partner_id = person.commercial_partner_id
             WHERE person.active
               AND (person.company_id IS NULL OR person.company_id = ANY(%(visible)s))
               AND profile.birthday_key = ANY(%(keys)s)
            """,
            days=SQL(", ").join(
                SQL("(%s, %s::date)", key, date) for key, date in days.items()
            ),
            keys=list(days),
            users=day.user_ids,
            companies=day.company_ids,
            visible=(companies | companies.parent_ids).ids,
        )
