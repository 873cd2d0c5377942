from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TruckCrmCommon

TYPE = "truck_crm.mail_activity_type_dealer_contract"


@tagged("post_install", "-at_install")
@freeze_time("2024-06-01 04:00:00")
class TestTruckDealerContract(TruckCrmCommon):
    """R2.2: no contract of a dealer ends unnoticed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.truck_contract_notice_days = 30
        cls.activity_type = cls.env.ref(TYPE)
        cls.activity_type.active = True

    def _remind(self):
        """Run the daily job."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "truck_crm.ir_cron_truck_dealer_contract"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _get_activities(self, dealer):
        return dealer.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.activity_type
        )

    def test_the_salesperson_of_the_branch_is_told_once(self):
        """R2.2: who looks after the dealer, or after one above it."""
        self.qinzhou.contract_date_end = "2024-07-01"
        self.nanning.contract_date_end = "2024-07-02"
        self._remind()
        self._remind()
        self.assertRecordValues(
            self._get_activities(self.qinzhou),
            [
                {
                    "user_id": self.users["seller"].id,
                    "date_deadline": self._date("2024-07-01"),
                }
            ],
        )
        self.assertFalse(self._get_activities(self.nanning), "31 days ahead")
        with freeze_time("2024-06-02 04:00:00"):
            self._remind()
        self.assertEqual(len(self._get_activities(self.nanning)), 1)
        self.assertEqual(len(self._get_activities(self.qinzhou)), 1)

    def test_each_new_end_is_told_of(self):
        """R2.2: renewing closes the activity, and the next end makes another."""
        self.qinzhou.contract_date_end = "2024-07-01"
        self._remind()
        self.qinzhou.with_user(self.users["manager"]).contract_date_end = "2025-07-01"
        self.assertFalse(self._get_activities(self.qinzhou))
        self._remind()
        self.assertFalse(self._get_activities(self.qinzhou))
        with freeze_time("2025-06-15 04:00:00"):
            self._remind()
        self.assertEqual(
            self._get_activities(self.qinzhou).date_deadline, self._date("2025-07-01")
        )

    def test_the_deputy_is_told_of_it_while_the_salesperson_is_away(self):
        self.users["seller"].write(
            {
                "truck_deputy_id": self.users["rival"].id,
                "truck_absent_from": "2024-05-20",
                "truck_absent_to": "2024-06-10",
            }
        )
        self.south.contract_date_end = "2024-06-20"
        self._remind()
        self.assertEqual(self._get_activities(self.south).user_id, self.users["rival"])

    def test_it_waits_until_somebody_looks_after_the_dealer(self):
        """R2.2: it would be lost on nobody's desk; the others are told meanwhile."""
        self.north.contract_date_end = "2024-06-20"
        self.south.contract_date_end = "2024-06-20"
        self._remind()
        self.assertFalse(self._get_activities(self.north))
        self.assertTrue(self._get_activities(self.south))
        self.north.user_id = self.users["rival"]
        self._remind()
        self.assertEqual(self._get_activities(self.north).user_id, self.users["rival"])

    def test_terminated_dealers_are_left_alone(self):
        self.north.write(
            {
                "user_id": self.users["rival"].id,
                "contract_date_end": "2024-06-20",
                "state": "terminated",
            }
        )
        self._remind()
        self.assertFalse(self._get_activities(self.north))

    def test_small_batches_reach_all(self):
        """R2.2: the job commits after each batch and carries on."""
        dealers = self.south | self.nanning | self.qinzhou | self.beibu
        dealers.contract_date_end = "2024-06-20"
        self.env.flush_all()
        with self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr)["truck.dealer"]._cron_remind_contracts(batch_size=1)
        self.env.invalidate_all()
        for dealer in dealers:
            self.assertEqual(len(self._get_activities(dealer)), 1)

    def test_a_salesperson_closes_his_activity(self):
        """R13.1: he only reads dealers, and still says what he did."""
        self.south.contract_date_end = "2024-06-20"
        self._remind()
        activity = self._get_activities(self.south).with_user(self.users["seller"])
        activity.action_feedback(feedback="Renewed by word")
        self.assertFalse(self._get_activities(self.south))
        self.assertIn("Renewed by word", self.south.message_ids[0].body)

    def test_state_of_the_contract(self):
        self.assertFalse(self.south.contract_state)
        days = {
            "2024-05-31": "ended",
            "2024-06-01": "ending",
            "2024-07-01": "ending",
            "2024-07-02": "running",
        }
        for day, state in days.items():
            self.south.contract_date_end = day
            self.assertEqual(self.south.contract_state, state, day)
        self.south.write({"contract_date_start": "2020-01-01", "contract_date_end": 0})
        self.assertEqual(self.south.contract_state, "running")

    @mute_logger("odoo.sql_db")
    def test_a_contract_does_not_end_before_it_begins(self):
        """R2.2: bad input."""
        with self.assertRaises(IntegrityError):
            self.south.write(
                {"contract_date_start": "2024-02-01", "contract_date_end": "2024-01-31"}
            )
            self.env.flush_all()
