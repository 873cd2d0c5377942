from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .clock_common import ClockCommon
from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintReport(TruckCrmCommon):
    """R7.10, R7.12: how fast, kept, again; what fails where; whom it is about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality, cls.staff = cls.env["truck.complaint.category"].create(
            [{"name": "Quality"}, {"name": "Staff", "is_about_staff": True}]
        )
        cls.gearbox = cls.env["truck.complaint.category"].create(
            {"name": "Gearbox", "parent_id": cls.quality.id}
        )
        cls.top = new_test_user(
            cls.env,
            login="truck_top",
            groups="truck_crm.truck_crm_group_user,"
            "truck_crm.truck_crm_group_confidential",
        )
        cls.Report = cls.env["truck.complaint.report"]
        cls.Fault = cls.env["truck.complaint.fault"]

    @classmethod
    def _complain(cls, opened="2026-03-02 08:00:00", dates=None, **values):
        """Return a complaint; what the loop stamps is set as it would be."""
        # sudo: nobody here has the right on confidential ones
        complaint = (
            cls.env["truck.complaint"]
            .sudo()
            .create(
                {
                    "subject": "Gear jumps out",
                    "partner_id": cls.customer.id,
                    "category_id": cls.gearbox.id,
                    "date_open": opened,
                    **values,
                }
            )
        )
        complaint.flush_recordset()
        for name, value in (dates or {}).items():
            cls.env.cr.execute(
                f"UPDATE truck_complaint SET {name} = %s WHERE id = %s",  # noqa: S608
                [value, complaint.id],
            )
        complaint.invalidate_recordset()
        return complaint

    def _get_row(self, complaint):
        self.env.flush_all()
        return self.Report.search([("complaint_id", "=", complaint.id)])

    # --- times and promises ---

    def test_solved_at_first_contact(self):
        """R7.12: within an hour of the first answer, no promise, never re-opened."""
        soon = {
            "date_response": "2026-03-02 08:10:00",
            "date_solved": "2026-03-02 09:10:00",
        }
        first = self._complain(dates=soon)
        promised = self._complain(dates=soon)
        self._promise(promised, "kept")
        again = self._complain(dates={**soon, "reopen_count": 1})
        late = self._complain(dates={**soon, "date_solved": "2026-03-02 09:11:00"})
        waiting = self._complain()
        rows = [self._get_row(c) for c in (first, promised, again, late)]
        self.assertEqual([row.first_contact for row in rows], [100, 0, 0, 0])
        self.assertEqual(self._get_row(waiting).is_open, 1)
        ids = (first | promised | again | late | waiting).ids
        groups = self.Report._read_group(
            [("id", "in", ids)],
            [],
            ["first_contact:avg", "is_open:sum", "reopened:sum"],
        )
        self.assertEqual(groups, [(25, 1, 1)])

    def test_minutes_of_the_first_contact_are_policy(self):
        complaint = self._complain(
            dates={
                "date_response": "2026-03-02 08:10:00",
                "date_solved": "2026-03-02 09:11:00",
            }
        )
        self.assertEqual(self._get_row(complaint).first_contact, 0)
        self.env["ir.config_parameter"].set_param(
            "truck_crm.complaint_first_contact_minutes", "61"
        )
        self.env.invalidate_all()
        self.assertEqual(self._get_row(complaint).first_contact, 100)

    def _promise(self, complaint, state):
        promise = self.env["truck.complaint.promise"].create(
            {
                "complaint_id": complaint.id,
                "name": "Call back",
                "date_due": "2026-03-03 08:00:00",
            }
        )
        promise.flush_recordset()
        self.env.cr.execute(
            "UPDATE truck_complaint_promise SET state = %s WHERE id = %s",
            [state, promise.id],
        )
        promise.invalidate_recordset()

    def test_promises_kept(self):
        """R7.2: of those that are due; cancelled and open ones say nothing."""
        complaint = self._complain()
        for state in ("kept", "kept", "kept", "broken", "open", "cancelled"):
            self._promise(complaint, state)
        row = self._get_row(complaint)
        self.assertEqual((row.is_open, row.solved), (1, 0))
        self.assertEqual(row.main_category_id, self.quality)
        self.assertEqual(row.promise_rate, 75)
        self.assertEqual((row.promise_count, row.promise_kept), (5, 3))
        self.assertEqual(row.promise_broken, 1)

    def test_merged_ones_count_once(self):
        merged = self._complain(dates={"state": "merged"})
        self.assertFalse(self._get_row(merged))

    # --- whose ---

    def test_who_sees_which_analysis(self):
        """R7.12: the rules of complaints, for every row and every number."""
        own = self._complain(dealer_id=self.qinzhou.id)
        foreign = self._complain(dealer_id=self.north.id)
        secret = self._complain(
            dealer_id=self.qinzhou.id, category_id=self.staff.id, is_confidential=True
        )
        self.env.flush_all()
        domain = [("id", "in", (own | foreign | secret).ids)]
        seen = {
            name: self.Report.with_user(user).search(domain).complaint_id
            for name, user in {**self.users, "top": self.top}.items()
            if name != "clerk"
        }
        self.assertEqual(seen["seller"], own)
        self.assertFalse(seen["rival"])
        self.assertEqual(seen["manager"], own | foreign)
        self.assertEqual(seen["admin"], own | foreign)
        self.assertEqual(seen["service"], own | foreign)
        self.assertEqual(seen["top"], own | foreign | secret)
        groups = self.Report.with_user(self.users["admin"])._read_group(
            domain, ["dealer_id"], ["__count"]
        )
        self.assertEqual(dict(groups), {self.qinzhou: 1, self.north: 1})

    def test_list_of_the_confidential_is_for_the_top(self):
        """R7.12: trend by accused person; nobody below the right gets there."""
        people = self.env["res.partner"].create(
            [{"name": "Accused"}, {"name": "Other"}]
        )
        values = {"category_id": self.staff.id, "is_confidential": True}
        for accused in (people[0], people[0] | people[1]):
            self._complain(accused_ids=[Command.set(accused.ids)], **values)
        action = self.env.ref("truck_crm.truck_complaint_action_confidential")
        self.assertEqual(
            action.group_ids, self.env.ref("truck_crm.truck_crm_group_confidential")
        )
        domain = [("is_confidential", "=", True), ("accused_ids", "in", people.ids)]
        Complaint = self.env["truck.complaint"]
        groups = Complaint.with_user(self.top)._read_group(
            domain, ["accused_ids"], ["__count"]
        )
        self.assertEqual(dict(groups), {people[0]: 2, people[1]: 1})
        admin = Complaint.with_user(self.users["admin"])
        self.assertFalse(admin._read_group(domain, ["accused_ids"], ["__count"]))
        self.assertFalse(admin.search(domain))
        menu = self.env.ref("truck_crm.truck_complaint_confidential_menu")
        for user, there in ((self.top, True), (self.users["admin"], False)):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in visible, there)

    # --- faults ---

    def test_faults_per_thousand_vehicles_in_use(self):
        """R7.10: against the fleet, the model and the batch; scrapped ones are out."""
        other = self.env["truck.model"].create(
            {"name": "T480", "brand_id": self.brand.id}
        )
        self.env["truck.vehicle"].search([]).active = False
        may = {"production_date": "2025-05-07"}
        first = self._create_vehicle(VINS[0], mileage=12000, **may)
        self._create_vehicle(VINS[1], production_date="2025-05-30")
        self._create_vehicle(VINS[2], production_date="2025-06-01")
        self._create_vehicle(VINS[3], model_id=other.id, **may)
        self._create_vehicle(VINS[4], state="scrapped", **may)
        complaint = self._complain(vehicle_ids=[Command.set(first.ids)])
        self.env.flush_all()
        row = self.Fault.search([("complaint_id", "=", complaint.id)])
        self.assertEqual(row.fleet_rate, 250)
        self.assertAlmostEqual(row.model_rate, 333.333, 2)
        self.assertEqual(row.batch_rate, 500)
        self.assertEqual(row.batch, fields.Date.to_date("2025-05-01"))
        again = self._complain(
            vehicle_ids=[Command.set(self.env["truck.vehicle"].search([]).ids)]
        )
        self.env.flush_all()
        domain = [("complaint_id", "in", (complaint | again).ids)]
        rates = ["fleet_rate:sum", "model_rate:sum", "batch_rate:sum"]
        by_model = self.Fault._read_group(domain, ["model_id"], rates)
        found = {model: [round(r) for r in values] for model, *values in by_model}
        # of T560 five faults, three trucks in use, two batches
        self.assertEqual(found[self.model], [1250, 1667, 0])
        self.assertEqual(found[other], [250, 1000, 1000])
        (total,) = self.Fault._read_group(domain, [], rates)
        self.assertEqual(total, (1500, False, False), "no rate of several models")
        self.assertEqual((row.model_id, row.category_id), (self.model, self.gearbox))

    def test_mileage_bands(self):
        """R7.10: of the complaint, else of the vehicle; unknown stays unknown."""
        bands = {0: False, 10000: "0", 10001: "1", 100000: "2", 250000: "4"}
        bands |= {400001: "5"}
        vehicle = self._create_vehicle(VINS[0])
        for mileage, band in bands.items():
            complaint = self._complain(
                vehicle_ids=[Command.set(vehicle.ids)], mileage=mileage
            )
            self.env.flush_all()
            row = self.Fault.search([("complaint_id", "=", complaint.id)])
            self.assertEqual(row.mileage_band, band, mileage)

    def test_what_is_no_fault_of_the_truck(self):
        """R7.10: bills and waiting time fail nowhere; a category is as its parent."""
        service, waiting, parts = (
            self.env.ref(f"truck_crm.truck_complaint_category_{name}")
            for name in ("service", "service_wait", "parts_quality")
        )
        self.assertFalse(service.is_fault or waiting.is_fault)
        self.assertTrue(parts.is_fault and self.gearbox.is_fault)
        vehicle = self._create_vehicle(VINS[0])
        complaints = [
            self._complain(vehicle_ids=[Command.set(vehicle.ids)], category_id=found.id)
            for found in (waiting, self.gearbox, self.env["truck.complaint.category"])
        ]
        self.env.flush_all()
        rows = self.Fault.search([("vehicle_id", "=", vehicle.id)])
        self.assertEqual(rows.complaint_id, complaints[1] | complaints[2])
        self.quality.is_fault = False
        self.assertFalse(self.gearbox.is_fault)

    def test_faults_follow_the_rules_of_complaints(self):
        vehicle = self._create_vehicle(VINS[0])
        values = {"vehicle_ids": [Command.set(vehicle.ids)]}
        complaint = self._complain(dealer_id=self.qinzhou.id, **values)
        self._complain(category_id=self.staff.id, is_confidential=True, **values)
        self.env.flush_all()
        domain = [("vehicle_id", "=", vehicle.id)]
        for user, seen in (("seller", 1), ("rival", 0), ("manager", 1)):
            rows = self.Fault.with_user(self.users[user]).search(domain)
            self.assertEqual(len(rows), seen, user)
            self.assertLessEqual(rows.complaint_id, complaint)


@tagged("post_install", "-at_install")
class TestTruckComplaintReportTimes(ClockCommon):
    """R7.12: how fast, in the team's working hours and as the customer feels it."""

    def _solve(self, **values):
        """Return the row of a complaint of Friday afternoon, solved on Monday."""
        with freeze_time(self._here("2026-03-06 16:00:00")):
            complaint = self._complain()
        if values:
            with freeze_time(self._here("2026-03-06 16:30:00")):
                complaint.write(values)
        with freeze_time(self._here("2026-03-09 10:00:00")):
            complaint.write(
                {
                    "state": "solved",
                    "date_response": self._here("2026-03-06 16:30:00"),
                    "date_solved": self._here("2026-03-09 10:00:00"),
                }
            )
        self.env.flush_all()
        return self.env["truck.complaint.report"].browse(complaint.id)

    def test_hours_are_working_hours_and_days_those_of_the_calendar(self):
        """R7.12: nights and weekends are days to the customer, no hours to us."""
        row = self._solve()
        self.assertEqual((row.response_hours, row.solution_hours), (0.5, 3))
        self.assertAlmostEqual(row.solution_days, 66 / 24)
        self.assertEqual((row.is_open, row.solved), (0, 1))

    def test_waiting_for_the_customer_is_no_working_time(self):
        """R7.3, R7.12: it is a part of his days all the same."""
        row = self._solve(state="waiting")
        self.assertEqual(row.solution_hours, 0.5)
        self.assertAlmostEqual(row.solution_days, 66 / 24)

    def test_without_a_policy_there_are_no_working_hours(self):
        """R7.12: they are left out of the average, and not counted as zero."""
        timed = self._solve()
        self.policy.action_draft()
        free = self._solve()
        groups = self.env["truck.complaint.report"]._read_group(
            [("id", "in", (timed | free).ids)],
            [],
            ["solution_hours:avg", "solution_days:avg"],
        )
        ((hours, days),) = groups
        self.assertEqual(hours, 3)
        self.assertAlmostEqual(days, 66 / 24)

    def test_a_row_opens_its_complaint(self):
        row = self._solve().with_user(self.people["chief"])
        action = row.action_view_complaint()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("truck.complaint", row.id)
        )
