from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestTruckCustomerContactMetrics(InteractionCommon):
    """R4.2: when a customer was last in touch is known at once, per company."""

    def _rows(self, partner=None):
        rows = self.env["truck.customer.metrics"].search(
            [("partner_id", "=", (partner or self.customer).id)]
        )
        return rows.sorted(lambda row: row.company_id.id)

    def _assert_contact(self, date, count, partner=None):
        self.assertRecordValues(
            self._rows(partner),
            [
                {
                    "last_contact_date": date and Date.to_date(date),
                    "contact_count_12m": count,
                }
            ],
        )

    def test_logged_it_is_known(self):
        """R4.2: the last day counts, and how often within 12 months."""
        self._log(self.seller, date="2026-02-10 02:00:00")
        self._log(self.seller, date="2026-03-01 02:00:00")
        self._log(self.seller, date="2025-03-03 02:00:00")
        self._log(self.seller, date="2025-03-02 02:00:00")  # a year ago to the day
        self._assert_contact("2026-03-01", 3)
        self.assertEqual(self._rows().user_id, self.seller)

    def test_who_was_not_reached_stays_due(self):
        """R4.2: an attempt is no contact; corrected, it is."""
        tried = self._log(result_id=self.results["no_answer"].id)
        self.assertFalse(self._rows().last_contact_date)
        tried.result_id = self.results["reached"]
        self._assert_contact("2026-03-02", 1)
        tried.result_id = self.results["no_answer"]
        self._assert_contact(False, 0)

    def test_corrected_and_deleted_it_follows(self):
        """R4.2: another day, another customer, none."""
        interaction = self._log()
        interaction.date = "2026-01-15 02:00:00"
        self._assert_contact("2026-01-15", 1)
        interaction.partner_id = self.other
        self._assert_contact(False, 0)
        self._assert_contact("2026-01-15", 1, self.other)
        interaction.unlink()
        self._assert_contact(False, 0, self.other)

    def test_days_are_the_companys(self):
        """R4.2: late in the evening UTC it is the next day in China."""
        self.env.company.partner_id.tz = "Asia/Shanghai"
        self._log(date="2026-03-01 17:00:00")
        self._assert_contact("2026-03-02", 1)

    def test_each_company_has_its_own(self):
        """R4.2: what one company said does not count for the other."""
        second = self.env["res.company"].create({"name": "Second Maker"})
        self.env.user.company_ids |= second
        self._log(date="2026-01-15 02:00:00")
        self._log(date="2026-02-15 02:00:00", company_id=second.id)
        self.assertRecordValues(
            self._rows(),
            [
                {
                    "company_id": self.env.company.id,
                    "last_contact_date": Date.to_date("2026-01-15"),
                    "contact_count_12m": 1,
                },
                {
                    "company_id": second.id,
                    "last_contact_date": Date.to_date("2026-02-15"),
                    "contact_count_12m": 1,
                },
            ],
        )

    def test_the_other_figures_of_a_row_stay(self):
        """R4.2: only the contact is written, into the row that there is."""
        self._log()
        row = self._rows()
        row.revenue_12m = 12345
        self.env.flush_all()
        self._log()
        self.assertEqual(self._rows(), row)
        self.assertEqual(row.revenue_12m, 12345)

    def test_what_did_not_change_is_not_rewritten(self):
        """R4.2: asked once more, nothing is written."""
        self._log()
        metrics = self.env["truck.customer.metrics"]
        self.assertEqual(metrics._update_contacts(self.customer.ids), 0)
        self.assertEqual(metrics._update_contacts([]), 0)

    def test_the_year_that_has_passed_is_seen_without_a_write(self):
        """R4.2: asked for all, a contact leaves the twelve months by itself."""
        self._log()
        metrics = self.env["truck.customer.metrics"]
        with freeze_time("2027-03-02 08:00:00"):
            metrics._update_contacts()
        self._assert_contact("2026-03-02", 0)

    def test_our_own_people_and_companies_are_no_customers(self):
        """R4.2: no row for a colleague or a company of this database."""
        for partner in (self.seller.partner_id, self.env.company.partner_id):
            self._log(partner_id=partner.id)
            self.assertFalse(self._rows(partner))

    def test_many_customers_take_as_many_queries_as_one(self):
        """R4.2: sets, not loops."""
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(20)]
        )
        self.env["truck.interaction"].create(
            [{"partner_id": partner.id} for partner in customers]
        )
        metrics = self.env["truck.customer.metrics"]
        counts = []
        for ids in (customers[:1].ids, customers.ids, None):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            metrics._update_contacts(ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counts)), 1, counts)

    def test_merged_customers_have_the_contacts_of_both(self):
        """R4.1: interactions and their figures go to the customer that is left."""
        self._log(date="2026-02-20 02:00:00", contact_ids=self.buyer.ids)
        self._log(date="2026-01-20 02:00:00", partner_id=self.other.id)
        self.cr.flush()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other).ids, self.other)
        self.assertEqual(len(self._find(partner_id=self.other.id)), 2)
        self._assert_contact("2026-02-20", 2, self.other)

    def test_merged_people_stay_at_what_was_said(self):
        """R4.1: two entries of one person who both were at a meeting."""
        interaction = self._log(contact_ids=(self.boss | self.buyer).ids)
        self.cr.flush()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.boss | self.buyer).ids, self.boss)
        interaction.invalidate_recordset()
        self.assertEqual(interaction.contact_ids, self.boss)
