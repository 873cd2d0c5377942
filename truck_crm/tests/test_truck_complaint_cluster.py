from datetime import date

from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import poisson, vin
from .common import TruckCrmCommon

NOON = "2026-05-20 04:00:00"


@tagged("post_install", "-at_install")
class TestTruckComplaintCluster(TruckCrmCommon):
    """R7.10: a batch that fails more often than the fleet lets expect is told of.

    100 trucks of one model: 10 of May 2025, 10 of each of nine other months.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.env["truck.vehicle"].search([]).active = False
        cls.months = [f"2025-{month:02}" for month in range(1, 11)]
        cls.trucks = cls.env["truck.vehicle"].create(
            [
                {
                    "vin": cls._make_vin(number),
                    "model_id": cls.model.id,
                    "production_date": f"{cls.months[number // 10]}-15",
                }
                for number in range(100)
            ]
        )
        cls.bad_batch = cls.trucks[40:50]  # of May
        cls.gearbox, cls.brakes = cls.env["truck.complaint.category"].create(
            [{"name": "Gearbox"}, {"name": "Brakes"}]
        )
        cls.policy = cls.env.ref("truck_crm.truck_complaint_cluster_policy_standard")
        cls.policy.user_id = cls.users["manager"]
        cls.Cluster = cls.env["truck.complaint.cluster"]

    @classmethod
    def _make_vin(cls, number):
        text = f"LGGA2B4D0SL{number:06}"
        return text[:8] + vin.check_digit(text) + text[9:]

    @classmethod
    def _complain(cls, trucks, category=None, **values):
        # sudo: nobody here has the right on confidential ones
        return (
            cls.env["truck.complaint"]
            .sudo()
            .create(
                [
                    {
                        "subject": "Fault",
                        "partner_id": cls.customer.id,
                        "category_id": (category or cls.gearbox).id,
                        "date_open": "2026-05-01 08:00:00",
                        "vehicle_ids": [Command.set(truck.ids)],
                        **values,
                    }
                    for truck in trucks
                ]
            )
        )

    def _find(self):
        self.env.flush_all()
        return self.Cluster.sudo()._find(self.env.company, self.policy)

    def test_more_than_expected_is_told(self):
        """R7.10: 6 of 10 trucks of May, 3 of the 90 others: 0.9 were to be expected."""
        complaints = self._complain(self.bad_batch[:6])
        self._complain(self.trucks[:3])
        cluster = self._find()
        self.assertEqual(len(cluster), 1)
        self.assertEqual(cluster.category_id, self.gearbox)
        self.assertEqual(cluster.model_id, self.model)
        self.assertEqual(cluster.batch, date(2025, 5, 1))
        self.assertEqual((cluster.observed, cluster.vehicle_count), (6, 10))
        self.assertEqual(cluster.fleet_count, 100)
        self.assertAlmostEqual(cluster.expected, 0.9)
        self.assertAlmostEqual(cluster.probability, poisson.tail(6, 0.9), 7)
        self.assertAlmostEqual(cluster.ratio, 6 / 0.9, 1)
        self.assertEqual(cluster.complaint_ids, complaints)
        self.assertEqual(cluster.complaint_count, 6)
        self.assertEqual(cluster.batch_text, "2025-05")
        self.assertEqual(cluster.chance_text, "1 in 2,900")
        cluster.probability = 0
        self.assertEqual(cluster.chance_text, "as good as none")

    def test_what_chance_explains_is_no_cluster(self):
        """R7.10: the same number spread over the fleet is nothing."""
        self._complain(self.trucks[::10])
        self._complain(self.bad_batch[1:3])
        self.assertFalse(self._find())

    def test_few_vehicles_are_no_cluster(self):
        self._complain(self.bad_batch[:2])
        self.policy.chance_limit = 0.5
        self.assertFalse(self._find())
        self.policy.minimum = 2
        self.assertTrue(self._find())

    def test_one_truck_that_fails_often_is_no_cluster(self):
        """R7.10: vehicles are counted, not complaints."""
        for _number in range(8):
            self._complain(self.bad_batch[0])
        self.assertFalse(self._find())

    def test_what_does_not_count(self):
        """R7.10: merged, confidential, long ago, about staff, no fault, scrapped."""
        six = self.bad_batch[:6]
        self._complain(six, state="merged")
        self._complain(six, is_confidential=True)
        self._complain(six, date_open="2025-05-10 08:00:00")
        staff = self.env["truck.complaint.category"].create(
            {"name": "Staff", "is_about_staff": True}
        )
        self._complain(six, category=staff)
        waiting = self.env.ref("truck_crm.truck_complaint_category_service_wait")
        self._complain(six, category=waiting)
        self.assertFalse(self._find())
        self._complain(six)
        six.state = "scrapped"
        self.assertFalse(self._find())

    def test_only_the_categories_of_the_policy(self):
        below = self.env["truck.complaint.category"].create(
            {"name": "Discs", "parent_id": self.brakes.id}
        )
        self._complain(self.bad_batch[:6])
        self._complain(self.bad_batch[:6], category=below)
        self.policy.category_ids = self.brakes
        self.assertEqual(self._find().category_id, below)

    def test_a_whole_model_can_be_a_cluster(self):
        """R7.10: spread over the batches of one model, against the other models."""
        other = self.env["truck.model"].create(
            {"name": "T480", "brand_id": self.brand.id}
        )
        self.trucks[20:].model_id = other
        self._complain(self.trucks[:20:2])
        clusters = self._find()
        self.assertEqual(clusters.mapped("model_id"), self.model)
        self.assertIn(False, clusters.mapped("batch"))
        whole = clusters.filtered(lambda cluster: not cluster.batch)
        self.assertEqual((whole.observed, whole.expected), (10, 2))
        self.assertEqual(whole.batch_text, "all of the model")

    def test_told_once_per_period(self):
        """R7.10: not while it is new, and once per quarter; the index is the proof."""
        self._complain(self.bad_batch[:6])
        cluster = self._find()
        self.assertFalse(self._find())
        cluster.reason = "Bearings of a bad lot"
        cluster.action_confirm()
        self.assertFalse(self._find())
        with freeze_time("2026-07-01 04:00:00"):
            again = self._find()
        self.assertEqual(again.batch, cluster.batch)
        with freeze_time("2026-10-01 04:00:00"):
            self.assertFalse(self._find(), "the last one is still new")

    def test_the_job_does_every_company(self):
        """R7.10: nightly, with a commit each; a second server finds nothing left."""
        self._complain(self.bad_batch[:6])
        self.env.flush_all()
        with self.enter_registry_test_mode():
            for _server in range(2):
                with self.env.registry.cursor() as cr:
                    job = self.env(cr=cr, user=SUPERUSER_ID)["truck.complaint.cluster"]
                    job._cron_find()
        self.env.invalidate_all()
        self.assertEqual(self.Cluster.search_count([]), 1)

    def test_the_responsible_person_is_told(self):
        """R7.10: an activity in his language, or his deputy's."""
        manager, key = self.users["manager"], self.users["key"]
        manager.write({"truck_deputy_id": key.id, "truck_absent_from": "2026-05-01"})
        self._complain(self.bad_batch[:6])
        cluster = self._find()
        self.assertEqual(cluster.user_id, key)
        self.assertEqual(cluster.activity_ids.user_id, key)
        self.assertEqual(cluster.activity_ids.date_deadline, date(2026, 5, 25))
        self.assertIn("6 vehicles", cluster.activity_ids.note)

    def test_a_decision_needs_a_reason(self):
        self._complain(self.bad_batch[:6])
        cluster = self._find().with_user(self.users["manager"])
        for decide in (cluster.action_confirm, cluster.action_dismiss):
            with self.assertRaisesRegex(UserError, "Reason of Gearbox"):
                decide()
        cluster.reason = "One customer overloads"
        cluster.action_dismiss()
        self.assertEqual(cluster.state, "dismissed")
        self.assertFalse(cluster.activity_ids)

    def test_a_cluster_becomes_an_emergency_once(self):
        """R7.11: with the vehicles of the batch."""
        self._complain(self.bad_batch[:6])
        cluster = self._find().with_user(self.users["manager"])
        action = cluster.action_create_emergency()
        emergency = self.env["truck.emergency"].browse(action["res_id"])
        self.assertEqual(emergency.kind, "quality")
        emergency.action_fill()
        self.assertEqual(emergency.line_ids.vehicle_id, self.bad_batch)
        self.assertEqual(cluster.action_create_emergency()["res_id"], emergency.id)

    def test_lists_behind_the_numbers(self):
        self._complain(self.bad_batch[:6])
        cluster = self._find()
        vehicles = cluster.action_view_vehicles()["domain"]
        self.assertEqual(
            self.env["truck.vehicle"].search(vehicles, order="id"), self.bad_batch
        )
        complaints = cluster.action_view_complaints()["domain"]
        self.assertEqual(self.env["truck.complaint"].search_count(complaints), 6)

    def test_who_may_see_clusters(self):
        self._complain(self.bad_batch[:6])
        cluster = self._find()
        for name in ("key", "manager", "service", "admin"):
            self.assertEqual(
                self.Cluster.with_user(self.users[name]).search([]), cluster
            )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self.Cluster.with_user(self.users["seller"]).search([])
