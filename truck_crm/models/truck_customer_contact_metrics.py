from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class TruckCustomerContactMetrics(models.AbstractModel):
    """The part of a customer's figures that interactions make, kept up to date live."""

    _name = "truck.customer.contact.metrics"
    _description = "Contacts in Figures"

    @api.model
    def _update_contacts(self, partner_ids=None):
        """Bring the last contact and the contacts of 12 months up to date.

        What counts is an interaction that reached somebody; days are those of the
        company. Two statements, however many customers; rows that stay the same are
        not rewritten. Companies of this database and its own people get no row.

        :param partner_ids: ids of commercial entities, SQL that selects them, or None
            for all
        :return: number of rows written
        """
        if partner_ids is not None and not partner_ids:
            return 0
        fnames = ["last_contact_date", "contact_count_12m"]
        self.flush_model(["partner_id", "company_id", *fnames])
        self.env["res.partner"].flush_model(["user_id", "active"])
        self.env["truck.interaction"].flush_model(
            ["partner_id", "company_id", "date", "is_reached"]
        )
        written = 0
        for query in (
            self._get_contact_upsert_sql(partner_ids),
            self._get_contact_reset_sql(partner_ids),
        ):
            self.env.cr.execute(query)
            written += self.env.cr.rowcount
        self.invalidate_model(fnames)
        return written

    def _get_contact_upsert_sql(self, partner_ids):
        """Return the statement that writes the rows of those who were in touch."""
        # sudo: of every company, also of one that is archived
        companies = self.env["res.company"].sudo()
        companies = companies.search([("active", "in", (True, False))])
        return SQL(
            """
            INSERT INTO truck_customer_metrics AS m (
                partner_id, company_id, user_id, partner_active,
                last_contact_date, contact_count_12m
            )
            SELECT p.id, s.company_id, p.user_id, p.active,
                   (s.last_moment AT TIME ZONE 'UTC' AT TIME ZONE s.tz)::date,
                   s.contacts
              FROM (
                    SELECT i.partner_id, i.company_id, c.tz, max(i.date) AS last_moment,
                           count(*) FILTER (WHERE i.date >= c.since) AS contacts
                      FROM truck_interaction i
                      JOIN (VALUES %(companies)s) AS c (id, tz, since)
                        ON c.id = i.company_id
                     WHERE i.is_reached AND %(partners)s
                     GROUP BY i.partner_id, i.company_id, c.tz
                   ) s
              JOIN res_partner p ON p.id = s.partner_id
             WHERE NOT EXISTS (SELECT FROM res_company WHERE partner_id = p.id)
               AND NOT EXISTS (
                    SELECT FROM res_users WHERE partner_id = p.id AND NOT share
                   )
             ORDER BY p.id, s.company_id
            ON CONFLICT (partner_id, company_id) DO UPDATE
               SET last_contact_date = EXCLUDED.last_contact_date,
                   contact_count_12m = EXCLUDED.contact_count_12m
             WHERE (m.last_contact_date, m.contact_count_12m) IS DISTINCT FROM
                   (EXCLUDED.last_contact_date, EXCLUDED.contact_count_12m)
            """,
            companies=SQL(", ").join(map(self._get_company_sql, companies)),
            partners=self._get_partner_sql("i", partner_ids),
        )

    def _get_contact_reset_sql(self, partner_ids):
        """Return the statement that clears the rows of those without a contact."""
        return SQL(
            """
            UPDATE truck_customer_metrics m
               SET last_contact_date = NULL, contact_count_12m = 0
             WHERE (m.last_contact_date IS NOT NULL OR m.contact_count_12m <> 0)
               AND %(partners)s
               AND NOT EXISTS (
                    SELECT FROM truck_interaction i
                     WHERE i.partner_id = m.partner_id
                       AND i.company_id = m.company_id AND i.is_reached
                   )
            """,
            partners=self._get_partner_sql("m", partner_ids),
        )

    @api.model
    def _get_company_sql(self, company):
        """Return a company, its time zone, and when 12 months began there."""
        today = company._truck_to_local_date(fields.Datetime.now())
        timezone = company._truck_get_timezone()
        return SQL(
            "(%s, %s, %s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')",
            company.id,
            timezone,
            today - relativedelta(years=1) + relativedelta(days=1),
            timezone,
        )

    @api.model
    def _get_partner_sql(self, alias, partner_ids):
        """Return the condition that a row is of these customers."""
        column = SQL.identifier(alias, "partner_id")
        if partner_ids is None:
            return SQL("%s IS NOT NULL", column)
        if isinstance(partner_ids, SQL):
            return SQL("%s IN %s", column, partner_ids)
        return SQL("%s = ANY(%s)", column, list(partner_ids))
