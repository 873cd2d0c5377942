from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.truck_crm.tools import birthday

from ..story import contacts, personal
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestCustomers(DemoCommon):
    """What is known of the customers of the demo company, and of their people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._search("res.partner", ("ref", "=like", "KH%"))
        cls.fleets = cls.customers.filtered("is_company")
        cls.today = cls.company._truck_to_local_date(cls.env.cr.now())

    def _get_field_values(self, name):
        return set(self.customers.mapped(name)) - {False}

    def test_completeness(self):
        """R1.1 Profiles are complete to anything between a third and the whole."""
        shares = sorted(self.customers.mapped("truck_completeness"))
        self.assertTrue(30 <= shares[0] < 40)
        self.assertEqual(shares[-1], 100)
        for least, most in ((30, 50), (50, 80), (80, 100)):
            found = [share for share in shares if least <= share < most]
            self.assertGreater(len(found), 10, f"{least}-{most}")
        self.assertGreater(shares.count(100), 30)

    def test_profiles_vary(self):
        """R1.1 Every kind of form, mode, scale, use, goods and source is there."""
        self.assertGreaterEqual(len(self._get_field_values("truck_legal_form")), 5)
        self.assertGreaterEqual(len(self.customers.truck_operating_mode_id), 5)
        scales = self.env["truck.customer.scale"].search_count([])
        self.assertEqual(len(self.customers.truck_scale_id), scales)
        self.assertGreaterEqual(len(self._get_field_values("truck_main_use")), 5)
        self.assertGreaterEqual(len(self.customers.truck_goods_ids), 10)
        self.assertGreaterEqual(len(self.customers.truck_source_id), 6)
        told = self.fleets.filtered("truck_development")
        self.assertGreater(len(told), 20)
        self.assertTrue(all(told.mapped("truck_goals")))
        codes = [vat for vat in self.customers.mapped("vat") if vat]
        self.assertEqual(len(set(codes)), len(codes))
        self.assertEqual({len(code) for code in codes}, {18})

    def test_fleets(self):
        """R1.1 R3.6 Fleets tell of more trucks than are on file, never of fewer."""
        fleets = self.customers.truck_fleet_ids
        self.assertGreater(len(fleets), 200)
        self.assertGreaterEqual(len(fleets.brand_id), 7)
        for fleet in fleets:
            self.assertLessEqual(fleet.known_count, fleet.number, fleet.partner_id.ref)
        for partner in self.customers.filtered("truck_fleet_count"):
            scale = partner.truck_scale_id
            expected = scale._get_by_count(partner.truck_fleet_count)
            self.assertIn(scale, (expected, scale.browse()), partner.ref)

    def test_routes(self):
        """R1.1 Routes are as long as the way; their mileage is not made up."""
        routes = self.customers.truck_route_ids
        self.assertGreater(len(routes), 60)
        self.assertTrue(all(8 <= route.distance < 1500 for route in routes))
        self.assertTrue(all(routes.mapped("trips")))

    def test_territories(self):
        """R2.7 Every customer has the territory of the address; one was re-cut."""
        self.assertTrue(all(self.customers.mapped("truck_territory_id")))
        root = self._search("truck.territory", ("parent_id", "=", False))
        self.assertEqual((root.name, root.customer_count), ("全国", 150))
        by_zip = self.customers.filtered(lambda p: p.zip == "511458")
        self.assertEqual(by_zip.truck_territory_id.mapped("name"), ["南沙港区"])
        for territory in self.customers.truck_territory_id:
            self.assertTrue(territory.user_ids, territory.name)
        self.assertFalse(self.env["truck.territory"]._assign(self.customers.ids))

    def test_recut(self):
        """R2.7 A re-cut in the past moved customers, some to another salesperson."""
        history = self._search("truck.territory.history")
        self.assertGreater(len(history), 15)
        self.assertTrue(all(row.date < self.today for row in history))
        self.assertEqual(history.changed_by_id, self._user("demo_manager"))
        moved = history.filtered("is_handover")
        self.assertGreater(len(moved), 3)
        self.assertEqual(moved.partner_id.user_id, self._user("demo_user"))

    def test_decision_chains(self):
        """R1.2 At 15 customers everybody in the decision is known, with his part."""
        complete = self.fleets.filtered(
            lambda partner: set(contacts.JOBS)
            <= set(partner.truck_contact_ids.mapped("function"))
        )
        self.assertEqual(len(complete), 15)
        for person in complete.truck_contact_ids:
            if person.function in contacts.JOBS:
                with self.subTest(name=person.name):
                    self.assertTrue(person.truck_buying_role_ids)
                    self.assertTrue(person.truck_authority and person.truck_influence)
                    self.assertTrue(person.truck_attitude and person.truck_mobile)
        attitudes = set(self.fleets.truck_contact_ids.mapped("truck_attitude"))
        self.assertEqual(attitudes - {False}, set(contacts.ATTITUDES))
        known = [len(partner.truck_contact_ids) for partner in self.fleets - complete]
        self.assertEqual(set(known), {0, 1, 2})

    def test_departments(self):
        """R1.1 Ten customers have told of their departments, as a tree with heads."""
        departments = self.env["truck.partner.department"].search(
            [("partner_id", "in", self.fleets.ids)]
        )
        self.assertEqual(len(departments.partner_id), 10)
        for partner, tree in departments.grouped("partner_id").items():
            self.assertEqual(len(tree.filtered(lambda row: not row.parent_id)), 1)
            self.assertEqual(len(tree), len(contacts.DEPARTMENTS))
            self.assertTrue(tree.head_id <= partner.truck_contact_ids)
            people = partner.truck_contact_ids.filtered("truck_department_id")
            self.assertEqual(len(people), len(contacts.JOBS))

    def test_personal_profiles(self):
        """R13.5 Five complete personal profiles, seen by who has the right."""
        Profile = self.env["truck.personal.profile"]
        profiles = Profile.with_user(self._user("demo_key")).search([])
        self.assertEqual(len(profiles), len(personal.PROFILES))
        for profile in profiles.sudo():
            for name in (*Profile._get_merge_fields(), "birthday_key"):
                self.assertTrue(profile[name], f"{profile.name} {name}")
            self.assertTrue(
                profile.relative_ids and profile.event_ids and profile.honour_ids
            )
        self.assertFalse(
            Profile.with_user(self._user("demo_manager")).has_access("read")
        )

    def test_birthdays(self):
        """R13.5 Two birthdays are lunar; one is this week, one more this month.

        From the day when the story was told, which may have been yesterday.
        """
        profiles = self.env["truck.personal.profile"].search([])
        lunar = profiles.filtered(lambda p: p.birthday_calendar == "lunar")
        self.assertEqual(len(lunar), 2)
        told = self.company._truck_to_local_date(self.company.create_date)
        waits = sorted(
            birthday.next_day(profile.birthday_key, told) - told for profile in profiles
        )
        self.assertLessEqual(waits[0], timedelta(days=7))
        self.assertLessEqual(waits[1], timedelta(days=30))

    def test_merged_double(self):
        """R1.8 A customer that was entered twice is one, with the contact of both."""
        customer = self.customers.filtered(lambda partner: partner.ref == "KH0001")
        self.assertIn("调度主管", customer.truck_contact_ids.mapped("function"))
        same = self._search("res.partner", ("name", "=like", "柳州龙城钢运%"))
        self.assertEqual(same, customer)
        serving = self.env["truck.customer.dealer.history"].search(
            [("partner_id", "=", customer.id)]
        )
        self.assertEqual(len(serving), 1)

    def test_next_number(self):
        """R1.1 The next customer that is entered goes on with the numbers."""
        partners = self.env["res.partner"].with_context(active_test=False)
        last = max(partners.search([("ref", "=like", "KH%")]).mapped("ref"))
        new = self.env["res.partner"].with_context(truck_assign_ref=True)
        new = new.create({"name": "新客户", "company_id": self.company.id})
        self.assertEqual(int(new.ref[2:]), int(last[2:]) + 1)

    def test_language(self):
        """R1.1 Who is entered in the demo company is written to in its language."""
        new = self.env["res.partner"].create({"name": "新客户"})
        self.assertEqual(new.lang, "zh_CN")

    def test_leads(self):
        """R1.8 Prospects have open opportunities; what was won keeps its order."""
        leads = self._search("crm.lead", ("active", "in", [True, False]))
        by_status = leads.grouped("won_status")
        self.assertEqual(set(by_status), {"pending", "won", "lost"})
        started = by_status["pending"].filtered("partner_id")
        self.assertGreater(len(started), 20)
        self.assertFalse(any(started.partner_id.mapped("truck_is_customer")))
        self.assertEqual(len(started.stage_id), 3)
        self.assertEqual(len(leads.filtered(lambda lead: lead.type == "lead")), 8)
        self.assertTrue(all(by_status["won"].mapped("order_ids")))
        self.assertTrue(all(by_status["won"].partner_id.mapped("truck_is_customer")))
        quotations = started.order_ids
        self.assertGreater(len(quotations), 2)
        self.assertLessEqual(set(quotations.mapped("state")), {"draft", "sent"})
