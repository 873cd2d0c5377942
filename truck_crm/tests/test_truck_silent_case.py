from datetime import date

from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import TruckCrmCommon

NOON = "2026-05-20 04:00:00"  # 12 o'clock in China
TODAY = date(2026, 5, 20)


@tagged("post_install", "-at_install")
class TestTruckSilentCase(TruckCrmCommon):
    """R7.9: customers who keep silent are found, asked once per period, and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.policy = cls.env.ref("truck_crm.truck_silent_policy_standard")
        cls.policy.rescore_cursor = -1
        cls.signals = {signal.kind: signal for signal in cls.policy.signal_ids}
        cls.Metrics = cls.env["truck.customer.metrics"]
        cls.Case = cls.env["truck.silent.case"]
        cls.env.cr.execute("DELETE FROM truck_customer_metrics")

    @classmethod
    def _row(cls, name="Silent", user="seller", **values):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        return cls.Metrics.create(
            {
                "partner_id": partner.id,
                "company_id": cls.env.company.id,
                "user_id": user and cls.users[user].id,
                "order_count": 1,
                **values,
            }
        )

    def _score(self, row, day=None):
        self.Metrics._silence_where(SQL("metrics.id = %s", row.id), day)
        return row.silent_score, row.silent_next_date

    def _cron(self, now=NOON):
        self.env.flush_all()
        with freeze_time(now), self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr, user=SUPERUSER_ID)["truck.silent.case"]._cron_raise()
        self.env.invalidate_all()

    def _raise(self):
        companies = self.env.company
        return self.Case._raise_batch(self.policy.sudo(), companies, 200)

    # --- what speaks for silence ---

    def test_pays_later_than_its_own_habit(self):
        """R7.9: usually 40 days; 1.5 times of it from the invoice, and 7 days late."""
        row = self._row(
            overdue_amount=100,
            overdue_since="2026-05-01",
            open_since="2026-04-01",
            collection_days=40,
        )
        # 60 days from 1 April: till 31 May it may be habit, from 1 June it is not
        self.assertEqual(self._score(row), (0, date(2026, 6, 1)))
        self.assertEqual(self._score(row, date(2026, 5, 31))[0], 0)
        self.assertEqual(self._score(row, date(2026, 6, 1)), (30, False))
        row.collection_days = 4
        # habit was over long ago: 7 days overdue count
        self.assertEqual(self._score(row, date(2026, 5, 8)), (0, date(2026, 5, 9)))
        self.assertEqual(self._score(row, date(2026, 5, 9)), (30, False))

    def test_who_never_paid_has_no_habit(self):
        row = self._row(overdue_amount=100, overdue_since="2020-01-01")
        self.assertEqual(self._score(row), (0, False))

    def test_orders_later_than_its_own_cycle(self):
        """R7.9: every 20 days; after 1.5 times of it somebody should ask."""
        values = {"order_count": 3, "order_cycle_days": 20}
        row = self._row(last_order_date="2026-05-01", **values)
        self.assertEqual(self._score(row), (0, date(2026, 6, 1)))
        self.assertEqual(self._score(row, date(2026, 6, 1)), (30, False))
        row.order_count = 2  # too few to know of a cycle
        self.assertEqual(self._score(row, date(2026, 6, 1)), (0, False))

    def test_low_survey_counts_for_some_time(self):
        """R7.9: a bad answer speaks for 60 days, then it is forgotten."""
        row = self._row(survey_score=40, survey_date="2026-05-10")
        self.assertEqual(self._score(row), (50, date(2026, 7, 10)))
        self.assertEqual(self._score(row, date(2026, 7, 9))[0], 50)
        self.assertEqual(self._score(row, date(2026, 7, 10)), (0, False))
        row.survey_score = 60
        self.assertEqual(self._score(row)[0], 0)

    def test_accepts_no_contact(self):
        row = self._row(unreached_count=2)
        self.assertEqual(self._score(row)[0], 0)
        row.unreached_count = 3
        self.assertEqual(self._score(row), (30, False))

    def test_not_talked_to_for_twice_the_interval(self):
        """R7.9: the grade says 30 days; from the 61st on it is silence."""
        grade = self.env.ref("truck_crm.truck_customer_grade_a")
        grade.contact_interval_days = 30
        row = self._row(last_contact_date="2026-05-01", grade_id=grade.id)
        self.assertEqual(self._score(row), (0, date(2026, 7, 1)))
        self.assertEqual(self._score(row, date(2026, 7, 1)), (20, False))

    def test_who_never_bought_keeps_no_silence(self):
        row = self._row(order_count=0, unreached_count=9)
        self.assertEqual(self._score(row)[0], 0)
        row.vehicle_count = 1
        self.assertEqual(self._score(row)[0], 30)

    def test_scores_add_up_to_a_hundred_at_most(self):
        row = self._row(
            unreached_count=3,
            survey_score=10,
            survey_date="2026-05-10",
            order_count=5,
            order_cycle_days=5,
            last_order_date="2026-01-01",
        )
        self.assertEqual(self._score(row)[0], 100)

    def test_scores_follow_the_refreshing_of_figures(self):
        """R7.9: whoever refreshes figures has the score in the same transaction."""
        lead = {"partner_id": self.customer.id, "user_id": self.users["seller"].id}
        self.env["truck.customer.metrics"]._refresh(self.customer.ids)
        self.env["sale.order"].create({**lead, "state": "sale"})
        result = self.env["truck.interaction.result"].search(
            [("is_reached", "=", False)], limit=1
        )
        self.env["truck.interaction"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "result_id": result.id,
                    "date": f"2026-05-{day} 02:00:00",
                }
                for day in (11, 12, 13)
            ]
        )
        self.Metrics._refresh(self.customer.ids)
        row = self.Metrics.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(row.unreached_count, 3)
        self.assertEqual(row.silent_score, 30)
        self.env["truck.interaction"].create(
            {"partner_id": self.customer.id, "date": "2026-05-14 02:00:00"}
        )
        self.Metrics._refresh(self.customer.ids)
        self.assertEqual((row.unreached_count, row.silent_score), (0, 0))

    def test_what_changes_by_waiting_is_found(self):
        """R7.9: nobody does anything, and the day comes."""
        row = self._row(
            last_order_date="2026-05-01", order_count=3, order_cycle_days=20
        )
        self._score(row)
        with freeze_time("2026-05-31 04:00:00"):
            self.assertEqual(self.Metrics._silence_due(), 0)
        with freeze_time("2026-06-01 04:00:00"):
            self.assertEqual(self.Metrics._silence_due(), 1)
            self.assertEqual(row.silent_score, 30)
            self.assertEqual(self.Metrics._silence_due(), 0)

    def test_new_rows_are_scored_too(self):
        """R7.9: the run inserts rows with their grade; the job scores them."""
        row = self._row(unreached_count=3)
        self.env.flush_all()
        self.env.cr.execute("UPDATE truck_customer_metrics SET silent_score = NULL")
        self.env.invalidate_all()
        self.assertEqual(self.Metrics._silence_due(), 1)
        self.assertEqual(row.silent_score, 30)
        self.assertEqual(self.Metrics._silence_due(), 0)

    def test_other_weights_hold_for_all(self):
        """R7.9: a change of a signal is carried to every row by the job."""
        rows = self._row(unreached_count=3) | self._row("Other", unreached_count=4)
        self.signals["unreached"].weight = 35
        self.assertEqual(self.policy.rescore_cursor, 0)
        self._cron()
        self.assertEqual(rows.mapped("silent_score"), [35, 35])
        self.assertEqual(self.policy.rescore_cursor, -1)

    def test_a_company_has_its_own_policy(self):
        other = self.policy.copy({"company_id": self.env.company.id})
        other.signal_ids.filtered(lambda s: s.kind == "unreached").weight = 77
        row = self._row(unreached_count=3)
        self.assertEqual(self._score(row)[0], 77)
        other.active = False
        self.assertEqual(self._score(row)[0], 30)

    # --- who is asked ---

    def _loud(self, name="Silent", **values):
        """Return a row that reaches the threshold."""
        row = self._row(
            name, survey_score=10, survey_date="2026-05-10", unreached_count=3, **values
        )
        self._score(row)
        return row

    def test_a_care_task_is_raised_once_per_period(self):
        """R7.9: again next quarter, and not while the first is open."""
        row = self._loud()
        self._row("Content")
        self._cron()
        case = self.Case.search([])
        self.assertEqual(case.partner_id, row.partner_id)
        self.assertEqual((case.score, case.period), (80, date(2026, 4, 1)))
        self.assertEqual(
            case.signal_ids, self.signals["survey"] | self.signals["unreached"]
        )
        self._cron()
        self.assertEqual(self.Case.search([]), case)
        self._cron("2026-07-01 04:00:00")
        self.assertEqual(self.Case.search([]), case)
        case.write({"result": "content"})
        case.action_done()
        row.survey_date = "2026-06-30"
        self._cron("2026-06-30 04:00:00")
        self.assertEqual(self.Case.search([]), case)
        self._cron("2026-07-01 04:00:00")
        self.assertEqual(len(self.Case.search([])), 2)

    def test_the_index_is_the_proof(self):
        """R7.9: two servers: the second finds what the first has written."""
        row = self._loud()
        self.assertEqual(self._raise(), 1)
        self.assertEqual(self._raise(), 0)
        self.env.cr.execute(
            SQL(
                """INSERT INTO truck_silent_case (partner_id, company_id, period, date,
                          state) VALUES (%s, %s, '2026-04-01', '2026-05-20', 'open')
                       ON CONFLICT (partner_id, company_id, period) DO NOTHING""",
                row.partner_id.id,
                self.env.company.id,
            )
        )
        self.assertEqual(self.env.cr.rowcount, 0)

    def test_the_owner_gets_an_activity_and_it_is_on_his_day(self):
        """R7.9: the salesperson, or who stands in for him."""
        seller, rival = self.users["seller"], self.users["rival"]
        row = self._loud()
        self._raise()
        case = self.Case.search([])
        self.assertEqual(case.user_id, seller)
        self.assertEqual(case.activity_ids.user_id, seller)
        self.assertEqual(case.date_due, date(2026, 5, 23))
        day = self.env["truck.day.item"].with_user(seller)
        with freeze_time("2026-05-23 04:00:00"):
            self.env.flush_all()
            items = day.search([("partner_id", "=", row.partner_id.id)])
            self.assertIn("truck.silent.case", items.mapped("res_model"))
        case.unlink()
        seller.write({"truck_deputy_id": rival.id, "truck_absent_from": "2026-05-01"})
        self._raise()
        case = self.Case.search([])
        self.assertEqual((case.user_id, case.seller_id), (rival, seller))
        self.assertEqual(case.activity_ids.user_id, rival)

    def test_nobody_drowns_in_care_tasks(self):
        """R7.9: a person has so many open ones at most, the highest scores first."""
        self.policy.open_limit = 2
        rows = [self._loud(f"Silent {number}") for number in range(4)]
        rows[3].survey_date = False
        rows[3].write({"order_count": 9, "order_cycle_days": 1})
        best = self._loud("Best", overdue_amount=1, collection_days=1)
        best.write({"overdue_since": "2026-01-01", "open_since": "2026-01-01"})
        self._score(best)
        self._raise()
        cases = self.Case.search([])
        self.assertEqual(len(cases), 2)
        self.assertIn(best.partner_id, cases.partner_id)
        self.assertEqual(self._raise(), 0)
        cases[0].write({"result": "content"})
        cases[0].action_done()
        self.assertEqual(self._raise(), 1)

    def test_without_a_salesperson_the_policy_says_who(self):
        self._loud(user=None)
        self.policy.user_id = self.users["manager"]
        self._raise()
        self.assertEqual(self.Case.search([]).user_id, self.users["manager"])

    # --- what came of it ---

    def test_the_result_is_asked_for(self):
        """R7.9: without it nobody can judge the signals."""
        self._loud()
        self._raise()
        case = self.Case.search([]).with_user(self.users["seller"])
        with self.assertRaisesRegex(UserError, "Result of the care task of Silent"):
            case.action_done()
        with Form(case) as form:
            # the button saves first: what is missing it says itself
            form.result = "complaint"
        with self.assertRaisesRegex(UserError, "What He Said is missing"):
            case.action_done()
        case.note = "Waited three days for a gearbox"
        case.action_done()
        self.assertEqual((case.state, case.date_done), ("done", TODAY))
        self.assertFalse(case.activity_ids)

    def test_what_was_not_told_becomes_a_complaint_once(self):
        self._loud()
        self._raise()
        case = self.Case.search([]).with_user(self.users["seller"])
        case.note = "Waited three days for a gearbox"
        action = case.action_create_complaint()
        complaint = self.env["truck.complaint"].browse(action["res_id"])
        self.assertEqual(complaint.channel, "silent")
        self.assertEqual(complaint.partner_id, case.partner_id)
        self.assertIn("gearbox", complaint.subject)
        self.assertEqual(case.result, "complaint")
        self.assertEqual(case.action_create_complaint()["res_id"], complaint.id)

    def test_hit_rate_of_signals(self):
        """R7.9: right or wrong, per signal; who was not reached says nothing."""
        results = ["complaint", "other", "unreached", "content"]
        for number in range(4):
            self._loud(f"Silent {number}")
        self._raise()
        for case, result in zip(self.Case.search([]), results, strict=True):
            case.write({"result": result, "note": "x"})
            case.action_done()
        survey = self.signals["survey"]
        self.assertEqual((survey.case_count, survey.hit_count), (3, 1))
        self.assertAlmostEqual(survey.hit_rate, 1 / 3)
        self.assertEqual(self.signals["order"].hit_rate, 0)

    def test_signals_say_what_their_figures_mean(self):
        texts = [signal.explanation for signal in self.signals.values()]
        self.assertIn("Last survey below 60 %, for 60 days", texts)
        self.assertIn("Not reached 3 times in a row", texts)

    # --- whose ---

    def test_a_salesperson_sees_his_own(self):
        """R7.9: of own customers and branch; the others are for those above."""
        row = self._loud()
        self._raise()
        case = self.Case.search([])
        self.assertEqual(self.Case.with_user(self.users["seller"]).search([]), case)
        self.assertFalse(self.Case.with_user(self.users["rival"]).search([]))
        self.assertEqual(self.Case.with_user(self.users["service"]).search([]), case)
        row.partner_id.truck_dealer_id = self.qinzhou
        case.write({"user_id": False, "seller_id": False})
        self.assertEqual(self.Case.with_user(self.users["seller"]).search([]), case)
        with self.assertRaises(AccessError):
            self.Case.with_user(self.users["seller"]).create({})

    def test_merged_customers_keep_one_task_per_period(self):
        """R7.9: the unique index does not stand in the way of merging."""
        rows = self._loud("One") | self._loud("Two")
        self._raise()
        partners = rows.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, partners[0])
        self.assertEqual(len(self.Case.search([])), 1)
        self.assertEqual(self.Case.search([]).partner_id, partners[0])
