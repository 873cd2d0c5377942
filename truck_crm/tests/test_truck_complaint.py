from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTruckComplaint(ComplaintCommon):
    """R7.1: what is known of a complaint, from the moment it comes in."""

    def test_numbers_go_on_and_are_drawn_together(self):
        """R7.1: each complaint has a number of the year, a batch takes one query."""
        first, second = self._complain({}, {})
        self.assertRegex(first.name, r"^TS\d{8}$")
        self.assertEqual(int(second.name[2:]), int(first.name[2:]) + 1)

    def test_a_contact_leads_to_the_customer(self):
        """R7.1: whoever of the customer's people complains, it is the customer's."""
        complaint = self._complain(partner_id=self.driver.id)
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.contact_id, self.driver)
        complaint = self._complain(contact_id=self.driver.id)
        self.assertEqual(complaint.partner_id, self.customer)

    def test_a_vehicle_leads_to_customer_and_dealer(self):
        """R7.1: who runs the truck, and who sold it."""
        self.vehicle.dealer_id = self.nanning
        complaint = self._complain(vehicle_ids=[Command.link(self.vehicle.id)])
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.dealer_id, self.nanning)
        self.customer.truck_dealer_id = self.qinzhou
        complaint = self._complain(vehicle_ids=[Command.link(self.vehicle.id)])
        self.assertEqual(complaint.dealer_id, self.qinzhou)

    def test_nobody_knows_the_customer(self):
        """R7.1: a complaint without a customer is taken all the same."""
        complaint = self._complain(contact_name="Mr Wei", phone="13800000000")
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.state, "new")

    def test_contacts_are_those_of_the_customer(self):
        """R7.1: a contact of somebody else is refused in words."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        with self.assertRaisesRegex(ValidationError, "does not belong to Other"):
            self._complain(partner_id=other.id, contact_id=self.driver.id)

    def test_another_customer_has_other_people(self):
        """R7.1: the form forgets the contact, as that of an interaction does."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        complaint = self._complain(contact_id=self.driver.id)
        with Form(complaint.with_user(self.users["service"])) as form:
            form.partner_id = other
            self.assertFalse(form.contact_id)
        self.assertEqual(complaint.partner_id, other)

    def test_the_own_ones_come_by_their_deadline(self):
        """R7.3: the most urgent first, without a deadline last; others by receipt."""
        service = self.users["service"]
        late, soon, none = self._complain(
            {"date_deadline": "2026-03-05 08:00:00", "date_open": "2026-03-01"},
            {"date_deadline": "2026-03-04 08:00:00", "date_open": "2026-02-01"},
            {"date_deadline": False, "date_open": "2026-03-02"},
            user_id=service.id,
        )
        for complaint, deadline in (
            (late, "2026-03-05 08:00:00"),
            (soon, "2026-03-04 08:00:00"),
            (none, False),
        ):
            complaint._store({"date_deadline": deadline})
        Complaint = self.env["truck.complaint"].with_user(service)
        action = self.env.ref("truck_crm.truck_complaint_action_mine")
        views = {kind: view_id for view_id, kind in action.views}
        for kind in ("list", "kanban"):
            arch = Complaint.get_view(views[kind], kind)["arch"]
            order = etree.fromstring(arch).get("default_order")
            found = Complaint.search([("user_id", "=", service.id)], order=order)
            self.assertEqual(found, soon | late | none)
        arch = Complaint.get_view(view_type="list")["arch"]
        self.assertFalse(etree.fromstring(arch).get("default_order"))

    def test_a_category_is_found_while_it_is_typed(self):
        """R7.6: by its own name, and by those of all above it."""
        Category = self.env["truck.complaint.category"].with_user(self.users["service"])
        both = {self.quality.id, self.gearbox.id}
        for term, found in (
            ("shaf", {self.gearbox.id}),
            ("Quality of Tr", both),
            ("No such word", set()),
        ):
            names = {row[0] for row in Category.name_search(term, limit=None)}
            self.assertEqual(names & both, found)

    def test_the_category_says_team_severity_and_owner(self):
        """R7.2: the nearest category that names a team; severity is never lowered."""
        team = self.env["truck.complaint.team"].create(
            {"name": "Gearboxes", "user_id": self.users["service"].id}
        )
        self.quality.team_id = team
        self.gearbox.severity = "raised"
        complaint = self._complain(category_id=self.gearbox.id)
        self.assertEqual(complaint.team_id, team)
        self.assertEqual(complaint.severity, "raised")
        self.assertEqual(complaint.user_id, self.users["service"])
        complaint.category_id = self.quality
        self.assertEqual(complaint.severity, "raised")
        complaint = self._complain(category_id=self.gearbox.id, severity="major")
        self.assertEqual(complaint.severity, "major")

    @freeze_time("2026-03-02 03:00:00")
    def test_the_deputy_owns_what_comes_in_while_the_leader_is_away(self):
        """R7.3: nothing lies on the desk of who is absent."""
        leader, deputy = self.users["service"], self.users["manager"]
        leader.write({"truck_absent_from": "2026-03-01", "truck_deputy_id": deputy.id})
        self.team.user_id = leader
        self.assertEqual(self._complain().user_id, deputy)

    @freeze_time("2026-03-01 22:30:00")
    def test_who_is_away_is_asked_by_the_day_of_the_company(self):
        """R7.3: early in China it is still the day before in Greenwich."""
        self.env.company.partner_id.tz = "Asia/Shanghai"
        leader, deputy = self.users["service"], self.users["manager"]
        leader.write({"truck_absent_from": "2026-03-02", "truck_deputy_id": deputy.id})
        self.team.user_id = leader
        self.assertEqual(self._complain().user_id, deputy)

    def test_a_copy_is_a_new_case(self):
        """R7.1: nothing of the course of a complaint is copied."""
        complaint = self._solve(self._complain(partner_id=self.customer.id))
        copy = complaint.copy()
        self.assertRecordValues(
            copy, [{"state": "new", "date_response": False, "date_solved": False}]
        )
        self.assertNotEqual(copy.name, complaint.name)
        self.assertFalse(copy.promise_ids)

    def test_merging_customers_keeps_their_complaints(self):
        """R1.6, R7.6: complaints, contacts and subscriptions of both are kept."""
        double = self.env["res.partner"].create(
            {
                "name": "Haulier Ltd",
                "is_company": True,
                "child_ids": [Command.create({"name": "Qin"})],
            }
        )
        complaints = self._complain(
            {"partner_id": self.customer.id}, {"partner_id": double.child_ids.id}
        )
        Subscription = self.env["truck.complaint.subscription"]
        for partner in (self.customer, double):
            Subscription.create(
                {"user_id": self.users["key"].id, "partner_id": partner.id}
            )
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": (double | self.customer).ids,
                "dst_partner_id": self.customer.id,
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(complaints.partner_id, self.customer)
        self.assertEqual(complaints[1].contact_id.name, "Qin")
        self.assertEqual(complaints[1].contact_id.parent_id, self.customer)
        self.assertEqual(
            len(Subscription.search([("partner_id", "=", self.customer.id)])), 1
        )

    def test_smart_buttons_count_what_the_user_may_read(self):
        """R7.6: all cases of a customer, a vehicle, an order, a branch."""
        order = self._sell()
        public, private = self._complain(
            *(
                {
                    "partner_id": self.customer.id,
                    "vehicle_ids": [Command.link(self.vehicle.id)],
                    "order_id": order.id,
                    "dealer_id": self.qinzhou.id,
                    "is_confidential": confidential,
                }
                for confidential in (False, True)
            )
        )
        records = (self.customer, self.driver, self.vehicle, order, self.nanning)
        for user, count in (("manager", 1), ("boss", 2)):
            for record in records:
                record = record.with_user(self.users[user])
                with self.subTest(user=user, record=record._name):
                    self.assertEqual(record.truck_complaint_count, count)
                    action = record.action_truck_view_complaints()
                    found = self.env["truck.complaint"].with_user(self.users[user])
                    self.assertEqual(
                        found.search(action["domain"]) & (public | private),
                        (public | private) if count == 2 else public,
                    )

    def test_the_form_leads_to_what_the_complaint_belongs_to(self):
        """R7.9, R7.10, R7.11: fault cluster, emergency, care task."""
        complaint, lonely = self._complain({"partner_id": self.customer.id}, {})
        cluster = self.env["truck.complaint.cluster"].create(
            {
                "company_id": self.env.company.id,
                "category_id": self.gearbox.id,
                "model_id": self.model.id,
                "date": "2026-03-01",
                "period": "2026-01-01",
                "complaint_ids": [Command.link(complaint.id)],
            }
        )
        emergency = self.env["truck.emergency"].create({"name": "Recall"})
        self.env["truck.emergency.vehicle"].create(
            {
                "emergency_id": emergency.id,
                "company_id": self.env.company.id,
                "vehicle_id": self.vehicle.id,
                "complaint_id": complaint.id,
            }
        )
        case = self.env["truck.silent.case"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "date": "2026-03-01",
                "period": "2026-01-01",
                "complaint_id": complaint.id,
            }
        )
        counts = ("cluster_count", "emergency_count", "silent_case_count")
        service = complaint.with_user(self.users["service"])
        self.assertEqual([service[name] for name in counts], [1, 1, 1])
        other = lonely.with_user(self.users["service"])
        self.assertEqual([other[name] for name in counts], [0, 0, 0])
        for action, record in (
            (service.action_view_clusters(), cluster),
            (service.action_view_emergencies(), emergency),
            (service.action_view_silent_cases(), case),
        ):
            self.assertEqual(action["res_model"], record._name)
            self.assertEqual(action["res_id"], record.id)
        for kind in ("list", "kanban"):
            arch = service.get_view(view_type=kind)["arch"]
            self.assertNotIn("cluster_count", arch)

    def test_who_complained_is_left_in_peace(self):
        """R4.6: a complaint cools off like a refusal; a confidential one shows not."""
        limit = self.env["truck.contact.limit"]
        dates = limit._get_cool_off_dates
        ids = (self.customer.id, self.driver.id)
        with freeze_time("2026-02-01 08:00:00"):
            self._complain(partner_id=self.customer.id, is_confidential=True)
            since = self.env["truck.complaint"]._fields["date_open"].default(self.env)
            self.assertFalse(dates(ids, since))
            complaint = self._complain(contact_id=self.driver.id)
            self.assertEqual(dates(ids, since), dict.fromkeys(ids, complaint.date_open))

    def test_the_list_takes_no_query_per_row(self):
        """R7.6: 80 rows take as many queries as 8."""
        view = self.env["truck.complaint"].get_view(view_type="list")
        names = self._get_view_specification(view["arch"])
        self._complain(
            *(
                {
                    "partner_id": self.customer.id,
                    "vehicle_ids": [Command.link(self.vehicle.id)],
                    "category_id": self.gearbox.id,
                }
                for _number in range(80)
            )
        )
        Complaint = self.env["truck.complaint"].with_user(self.users["manager"])

        def read(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Complaint.web_search_read([], names, limit=limit)
            return self.env.cr.sql_log_count - before

        read(80)
        self.assertEqual(read(80), read(8))

    def test_many_are_made_in_sets(self):
        """R7.1: ten complaints take less than twice the queries of one.

        What Odoo does for each (followers, the owner's notice) is switched off.
        """
        Complaint = self.env["truck.complaint"].with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True
        )

        def create(count):
            vals = {"subject": "Smoke", "partner_id": self.customer.id}
            before = self.env.cr.sql_log_count
            Complaint.create([dict(vals) for _number in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1)
        self.assertLess(create(10), 2 * create(1))

    def test_one_complaint_is_made_quickly(self):
        """R7.1: taking in one complaint, with all that Odoo does for it."""
        Complaint = self.env["truck.complaint"].with_user(self.users["service"])
        vals = {
            "subject": "Smoke",
            "partner_id": self.customer.id,
            "vehicle_ids": [Command.link(self.vehicle.id)],
            "category_id": self.gearbox.id,
        }

        def create(count):
            """Return the queries of a request of its own, which knows nothing yet."""
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Complaint.create([dict(vals) for _number in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1)
        one, ten = create(1), create(10)
        self.assertLessEqual(one, 31)
        self.assertEqual(ten, one)

    def test_the_form_shows_what_there_is(self):
        """R7.2: a new one can be entered in the form itself."""
        Complaint = self.env["truck.complaint"].with_user(self.users["service"])
        with Form(Complaint) as form:
            form.subject = "Brakes squeal"
            form.contact_id = self.driver
            form.category_id = self.gearbox
            self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.record.team_id, self.team)

    def test_a_complaint_of_another_company_is_not_written_to(self):
        """R13.1: nobody hands a complaint to a company of others."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        complaint = self._complain().with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            complaint.write({"company_id": other.id, "team_id": False})

    def test_reading_needs_a_role(self):
        """R13.1: the warehouse sees no complaint."""
        complaint = self._complain().with_user(self.users["clerk"])
        with self.assertRaises(AccessError):
            complaint.read(["subject"])

    def test_unknown_sequence_is_told(self):
        """R7.1: without numbers there is no complaint, and it is said why."""
        self.env.ref("truck_crm.ir_sequence_truck_complaint").unlink()
        with self.assertRaisesRegex(UserError, "no sequence with the code"):
            self._complain()
