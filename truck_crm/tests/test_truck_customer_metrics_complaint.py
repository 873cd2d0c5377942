from freezegun import freeze_time

from odoo.tests import tagged

from .metrics_common import MetricsCommon


@tagged("post_install", "-at_install")
class TestTruckCustomerMetricsComplaint(MetricsCommon):
    """R7.9: figures that tell whether a customer is content. Today is 2024-06-15."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._customer("Buyer", company_id=cls.first.id)
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "parent_id": cls.buyer.id}
        )

    @classmethod
    def _complain(cls, moment, **values):
        # sudo: nobody here has the right on confidential ones
        return (
            cls.env["truck.complaint"]
            .sudo()
            .create(
                {
                    "subject": "Gearbox",
                    "partner_id": cls.buyer.id,
                    "company_id": cls.first.id,
                    "date_open": moment,
                    **values,
                }
            )
        )

    def test_complaints_of_twelve_months(self):
        """R7.9: by the company's day; merged and confidential ones are left out."""
        self._complain("2023-06-14 16:30:00")  # the 15th in China: a year ago
        self._complain("2023-06-15 16:30:00")
        self._complain("2024-06-01 08:00:00")
        self._complain("2024-06-10 08:00:00", state="merged")
        self._complain("2024-06-11 08:00:00", is_confidential=True)
        self._complain("2024-06-16 08:00:00")  # not yet
        self._refresh(self.buyer)
        row = self._row(self.buyer)
        self.assertEqual(row.complaint_count_12m, 2)
        self.assertEqual(row.last_complaint_date, self._date("2024-06-01"))

    def test_complaints_leave_the_window_by_waiting(self):
        """R7.9: nobody does anything, and a year is over."""
        self._complain("2023-06-20 08:00:00")
        self._run_jobs("_cron_refresh")
        self.assertEqual(self._row(self.buyer).complaint_count_12m, 1)
        self._run_jobs("_cron_refresh_changed", now="2024-06-20 03:00:00")
        self.assertEqual(self._row(self.buyer).complaint_count_12m, 0)

    def test_a_complaint_marks_its_customer(self):
        """R7.9: by the hour, also whom it left."""
        self._run_jobs("_cron_refresh")
        complaint = self._complain("2024-06-01 08:00:00")
        self._run_jobs("_cron_refresh_changed")
        self.assertEqual(self._row(self.buyer).complaint_count_12m, 1)
        other = self._customer("Other", company_id=self.first.id)
        complaint.partner_id = other
        self._run_jobs("_cron_refresh_changed")
        self.assertEqual(self._row(self.buyer).complaint_count_12m, 0)
        self.assertEqual(self._row(other).complaint_count_12m, 1)

    def _answer(self, moment, score, state="done", **values):
        # sudo: whoever answers a survey has no right on it
        survey = (
            self.env["survey.survey"]
            .sudo()
            .create(
                {
                    "title": "Content?",
                    "scoring_type": "scoring_without_answers",
                    "user_id": False,
                }
            )
        )
        answer = (
            self.env["survey.user_input"]
            .sudo()
            .create({"survey_id": survey.id, "partner_id": self.person.id, **values})
        )
        with freeze_time(moment):
            if state == "done":
                answer._mark_done()
        self.env.flush_all()
        answer.scoring_percentage = score
        return answer

    def test_last_survey_of_the_customers_people(self):
        """R7.9: the last finished one counts, for a year; tests do not."""
        self._answer("2023-05-01 08:00:00", 10)
        self._answer("2024-03-01 08:00:00", 30)
        self._answer("2024-05-01 08:00:00", 45)
        self._answer("2024-06-01 08:00:00", 99, test_entry=True)
        self._answer("2024-06-02 08:00:00", 98, state="new")
        self._refresh(self.buyer)
        row = self._row(self.buyer)
        self.assertEqual(row.survey_score, 45)
        self.assertEqual(row.survey_date, self._date("2024-05-01"))
        self._refresh(self.buyer, now="2025-06-15 03:00:00")
        self.assertFalse(row.survey_date)

    def test_an_answer_marks_its_customer(self):
        self._run_jobs("_cron_refresh")
        self._answer("2024-06-14 08:00:00", 45)
        self._run_jobs("_cron_refresh_changed")
        self.assertEqual(self._row(self.buyer).survey_score, 45)

    def test_oldest_overdue_invoice(self):
        """R7.9: of what is overdue, when the oldest was invoiced."""
        self._invoice(
            self.buyer, "2024-04-01", invoice_date_due="2024-05-01", price=100
        )
        self._invoice(
            self.buyer, "2024-03-01", invoice_date_due="2024-07-01", price=100
        )
        self._refresh(self.buyer)
        row = self._row(self.buyer)
        self.assertEqual(row.overdue_since, self._date("2024-05-01"))
        self.assertEqual(row.open_since, self._date("2024-04-01"))
        self._invoice(self.buyer, "2024-04-02", price=500, move_type="out_refund")
        self._refresh(self.buyer)
        self.assertFalse(row.open_since)

    def test_attempts_in_vain_since_the_last_contact(self):
        result = self.env["truck.interaction.result"].search(
            [("is_reached", "=", False)], limit=1
        )
        Interaction = self.env["truck.interaction"]
        for moment, reached in (
            ("2024-05-01 08:00:00", False),
            ("2024-05-02 08:00:00", True),
            ("2024-05-03 08:00:00", False),
            ("2024-05-04 08:00:00", False),
        ):
            Interaction.create(
                {
                    "partner_id": self.buyer.id,
                    "company_id": self.first.id,
                    "date": moment,
                    "result_id": not reached and result.id,
                }
            )
        self._refresh(self.buyer)
        self.assertEqual(self._row(self.buyer).unreached_count, 2)
