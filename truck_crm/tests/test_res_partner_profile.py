from ast import literal_eval

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged, users
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestResPartnerProfile(TruckCrmCommon):
    """R1.1, R1.2, R1.3: what is known of a customer, and who may say so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scales = {
            name: cls.env.ref(f"truck_crm.truck_customer_scale_{name}")
            for name in ("single", "small", "medium", "large", "group")
        }
        cls.coal = cls.env.ref("truck_crm.truck_goods_coal")
        cls.china = cls.env.ref("base.cn")
        cls.guangxi = cls.env["res.country.state"].search(
            [("country_id", "=", cls.china.id)], limit=1
        )

    @users("truck_seller")
    def test_a_salesperson_fills_in_the_whole_profile(self):
        """R1.1, R1.2: the archive and the fleet are the salesperson's to keep."""
        partner = self.env["res.partner"].create(
            {
                "name": "Beibu Coal Haulage",
                "is_company": True,
                "truck_legal_form": "limited",
                "truck_operating_mode_id": self.env.ref(
                    "truck_crm.truck_operating_mode_own"
                ).id,
                "truck_founding_date": "2009-05-01",
                "truck_development": "From two trucks to forty.",
                "truck_goals": "Twenty more on gas.",
                "truck_goods_ids": [Command.set(self.coal.ids)],
                "truck_fleet_ids": [
                    Command.create({"brand_id": self.brand.id, "number": 30}),
                    Command.create({"model_id": self.model.id, "number": 12}),
                ],
                "truck_route_ids": [
                    Command.create(
                        {
                            "origin": "Qinzhou",
                            "destination": "Liuzhou",
                            "distance": 300,
                            "trips": 10,
                            "goods_ids": [Command.set(self.coal.ids)],
                        }
                    )
                ],
            }
        )
        self.assertEqual(partner.truck_fleet_count, 42)
        self.assertEqual(partner.truck_fleet_ids[1].use, "tractor")
        self.assertEqual(partner.truck_route_ids.monthly_distance, 6000)

    @users("truck_service")
    def test_who_may_not_change_the_customer_may_not_change_its_parts(self):
        """R1.2: fleet, routes and departments follow the right on the customer."""
        fleet = self.env["truck.partner.fleet"].sudo()
        fleet = fleet.create(
            {"partner_id": self.customer.id, "brand_id": self.brand.id}
        )
        fleet = fleet.sudo(False)
        self.assertEqual(fleet.number, 1)
        with self.assertRaises(AccessError):
            fleet.number = 2
        with self.assertRaises(AccessError):
            fleet.unlink()
        with self.assertRaises(AccessError):
            fleet.copy()

    def test_service_that_may_write_contacts_keeps_the_fleet_too(self):
        """R1.2: whoever may write the customer may write what belongs to it."""
        user = new_test_user(
            self.env,
            "truck_service_contacts",
            groups="truck_crm.truck_crm_group_service,base.group_partner_manager",
        )
        customer = self.customer.with_user(user)
        customer.truck_fleet_ids = [
            Command.create({"brand_id": self.brand.id, "number": 4})
        ]
        self.assertEqual(customer.truck_fleet_count, 4)
        customer.truck_fleet_ids = [Command.clear()]
        self.assertFalse(customer.truck_fleet_ids)

    @users("truck_clerk")
    def test_who_has_no_role_reads_contacts_as_before(self):
        """R1.1: the profile is no obstacle to those who do not work with it."""
        self.customer.sudo().truck_fleet_ids = [
            Command.create({"brand_id": self.brand.id})
        ]
        customer = self.customer.with_env(self.env)
        names = customer.fields_get(attributes=["type"])
        names = {name for name in names if name.startswith("truck_")}
        names.remove("truck_dealer_ids")
        self.assertIn("truck_scale_id", names)
        self.assertNotIn("truck_fleet_ids", names)
        (values,) = customer.web_read({"display_name": {}, **{n: {} for n in names}})
        self.assertEqual(values["display_name"], "Haulier")
        with self.assertRaises(AccessError):
            self.env["truck.partner.fleet"].search([])

    def test_the_mobile_takes_part_in_phone_search_and_formats(self):
        """R1.1: the second number is a number like the first."""
        self.customer.write({"country_id": self.china.id, "phone": False})
        with Form(self.customer) as form:
            form.truck_mobile = "13977112345"
        self.assertEqual(self.customer.truck_mobile, "+86 139 7711 2345")
        self.assertEqual(self.customer.phone_sanitized, "+8613977112345")
        found = self.env["res.partner"].search(
            [("phone_mobile_search", "like", "77112345")]
        )
        self.assertIn(self.customer, found)

    def test_the_scale_is_proposed_from_the_fleet(self):
        """R1.1: the lower bounds of the scales decide, and what was typed stays."""
        sizes = {1: "single", 2: "small", 9: "small", 10: "medium", 200: "group"}
        for number, name in sizes.items():
            with self.subTest(number):
                scale = self.env["truck.customer.scale"]._get_by_count(number)
                self.assertEqual(scale, self.scales[name])
        view = "truck_crm.truck_customer_view_form"
        with Form(self.customer, view) as form, form.truck_fleet_ids.new() as line:
            line.brand_id = self.brand
            line.number = 60
        self.assertEqual(self.customer.truck_scale_id, self.scales["large"])
        with (
            Form(self.customer, view) as form,
            form.truck_fleet_ids.edit(0) as line,
        ):
            line.number = 1
        self.assertEqual(self.customer.truck_scale_id, self.scales["large"])

    def test_bad_figures_are_refused_with_field_and_remedy(self):
        """R1.1: dates in the future and negative numbers."""
        bad = {
            "truck_founding_date": ("2999-01-01", "Founded On of Haulier.*future"),
            "truck_annual_mileage": (-1, "Annual Mileage .km. of Haulier"),
        }
        for name, (value, message) in bad.items():
            with self.subTest(name), self.assertRaisesRegex(ValidationError, message):
                self.customer[name] = value

    @mute_logger("odoo.sql_db")
    def test_bad_rows_of_fleet_and_routes_are_refused(self):
        """R1.2: no fleet of none, no route of less than nothing."""
        bad = [
            (
                "truck_fleet_ids",
                {"brand_id": self.brand.id, "number": 0},
                "check_number",
            ),
            (
                "truck_fleet_ids",
                {"brand_id": self.brand.id, "year": 19},
                "check_year",
            ),
            (
                "truck_route_ids",
                {"origin": "A", "destination": "B", "trips": -1},
                "check_trips",
            ),
            (
                "truck_route_ids",
                {"origin": "A", "destination": "B", "distance": -1},
                "check_distance",
            ),
        ]
        for name, values, message in bad:
            with (
                self.subTest(message),
                self.assertRaisesRegex(IntegrityError, message),
                self.cr.savepoint(),
            ):
                self.customer[name] = [Command.create(values)]
                self.env.flush_all()

    def test_the_fleet_is_compared_with_the_vehicles_on_file(self):
        """R1.2: what the customer tells stands beside what is known by VIN."""
        other = self.env["truck.brand"].create({"name": "Other"})
        self._create_vehicle(VINS[0], owner_id=self.customer.id)
        self._create_vehicle(VINS[1], operator_id=self.customer.id)
        self._create_vehicle(VINS[2], owner_id=self.partner.id)
        rows = [
            {"model_id": self.model.id, "number": 5},
            {"brand_id": self.brand.id, "use": "dump", "number": 2},
            {"brand_id": other.id, "number": 3},
        ]
        self.customer.truck_fleet_ids = [Command.create(row) for row in rows]
        fleet = self.customer.truck_fleet_ids
        self.assertEqual(
            {row.number: row.known_count for row in fleet}, {5: 2, 2: 0, 3: 0}
        )
        self.assertEqual(fleet.filtered("is_own").mapped("number"), [5, 2])

    # --- completeness ---

    def test_completeness_asks_companies_persons_and_contacts_their_own(self):
        """R13.2: everybody asks the same, and sees what is missing."""
        self.env["truck.profile.field"].search([("active", "=", True)]).unlink()
        Field = self.env["ir.model.fields"]
        for name, kind in (
            ("city", "both"),
            ("vat", "company"),
            ("truck_goods_ids", "company"),
            ("truck_mobile", "person"),
            ("function", "contact"),
        ):
            field = Field._get("res.partner", name)
            self.env["truck.profile.field"].create(
                {"field_id": field.id, "applies_to": kind}
            )
        driver = self.env["res.partner"].create({"name": "Wei", "city": "Qinzhou"})
        contact = driver.copy({"parent_id": self.customer.id})
        self.customer.city = "Nanning"
        self.assertEqual(
            (self.customer | driver | contact).mapped("truck_completeness"),
            [33, 50, 0],
        )
        self.assertEqual(self.customer.truck_missing, "Tax ID and Goods Carried")
        self.assertEqual(driver.truck_missing, "Mobile")
        self.assertEqual(contact.truck_missing, "Job Position")

    def test_completeness_follows_the_list_of_fields(self):
        """R13.2: what makes a profile complete is data, and counts at once."""
        rows = self.env["truck.profile.field"].search([("active", "=", True)])
        self.assertTrue(rows)
        rows[1:].active = False
        self.env.invalidate_all()
        self.assertEqual(self.customer.truck_completeness, 0)
        rows[0].unlink()
        self.env.invalidate_all()
        self.assertEqual(self.customer.truck_completeness, 100)
        self.assertFalse(self.customer.truck_missing)

    def test_a_field_of_another_model_makes_no_profile(self):
        """R13.2: a field that nobody can fill in on a customer is refused."""
        with self.assertRaisesRegex(ValidationError, "Choose another field"):
            self.env["truck.profile.field"].create(
                {"field_id": self.env["ir.model.fields"]._get("truck.model", "name").id}
            )

    @users("truck_manager")
    def test_only_administrators_say_what_is_complete(self):
        """R13.2: managers read the list."""
        row = self.env["truck.profile.field"].search([], limit=1)
        with self.assertRaises(AccessError):
            row.active = False

    def test_completeness_of_many_takes_as_many_queries_as_of_one(self):
        """R13.2: the progress bars of a page of customers are read together."""
        partners = self.customer | self.partner | self.south.partner_id
        for partner in partners:
            partner.truck_goods_ids = self.coal
        Partner = self.env["res.partner"].with_user(self.users["seller"])
        Partner.browse(partners.ids).mapped("truck_missing")  # fills the caches
        counts = []
        for ids in (partners.ids[:1], partners.ids):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Partner.browse(ids).mapped("truck_completeness")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # --- contacts ---

    def test_the_decision_chain_lists_people_with_their_roles(self):
        """R1.3: who decides, with which authority, and how they stand to us."""
        department = self.env["truck.partner.department"].create(
            {"partner_id": self.customer.id, "name": "Purchasing"}
        )
        decider = self.env.ref("truck_crm.truck_buying_role_decider")
        form = Form(self.customer, "truck_crm.truck_customer_view_form")
        with form.truck_contact_ids.new() as contact:
            contact.name = "Wang Qiang"
            contact.function = "General Manager"
            contact.truck_department_id = department
            contact.truck_buying_role_ids.add(decider)
            contact.truck_authority = "alone"
            contact.truck_attitude = "supporter"
            contact.truck_influence = "high"
        form.save()
        person = self.customer.truck_contact_ids
        self.assertFalse(person.is_company)
        self.assertEqual(person.type, "contact")
        self.assertEqual(person.truck_buying_role_ids, decider)
        self.assertIn(person, self.customer.child_ids)

    def test_people_of_the_decision_chain_are_no_companies(self):
        """R1.3: entered on the page of customers, where what is new is a company."""
        customers = self.env.ref("truck_crm.truck_customer_action")
        context = literal_eval(customers.context)
        self.assertTrue(context["default_is_company"])
        customer = self.customer.with_context(**context)
        form = Form(customer, "truck_crm.truck_customer_view_form")
        with form.truck_contact_ids.new() as contact:
            contact.name = "Wei Mei"
        form.save()
        self.assertEqual(self.customer.truck_contact_ids.mapped("name"), ["Wei Mei"])
        self.assertFalse(self.customer.truck_contact_ids.is_company)

    def test_a_department_of_another_customer_is_refused_on_a_contact(self):
        """R1.3: people stand in the organisation of their own company."""
        department = self.env["truck.partner.department"].create(
            {"partner_id": self.partner.id, "name": "Finance"}
        )
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "Department of .*Li"):
            contact.truck_department_id = department
        contact.write(
            {"parent_id": self.partner.id, "truck_department_id": department.id}
        )
        with self.assertRaisesRegex(ValidationError, "Department of .*Li"):
            contact.parent_id = self.customer

    # --- customer numbers ---

    def test_numbers_are_given_by_own_actions_only(self):
        """R1.1: customers entered here get a number, contacts and others none."""
        Partner = self.env["res.partner"].with_user(self.users["seller"])
        entered = Partner.with_context(truck_assign_ref=True)
        plain = Partner.create({"name": "Plain"})
        self.assertFalse(plain.ref)
        partners = entered.create(
            [
                {"name": "A", "child_ids": [Command.create({"name": "A's person"})]},
                {"name": "B", "ref": "OLD-7"},
                {"name": "C"},
                {"name": "D", "parent_id": self.customer.id},
            ]
        )
        first, old, third, contact = partners.mapped("ref")
        self.assertRegex(first, r"^C\d{6}$")
        self.assertEqual(int(third[1:]), int(first[1:]) + 1)
        self.assertEqual((old, contact), ("OLD-7", False))
        self.assertFalse(partners[0].child_ids.ref)

    def test_numbers_of_many_are_drawn_together(self):
        """R1.10: an import of thousands does not ask for each number."""
        Sequence = self.env["ir.sequence"]
        Sequence._truck_next_refs(1)
        with self.assertQueryCount(3):
            refs = Sequence._truck_next_refs(500)
        self.assertEqual(len(set(refs)), 500)

    def test_a_number_that_was_typed_is_not_given_again(self):
        """R1.1: numbers of an old list and new ones do not meet."""
        (ref,) = self.env["ir.sequence"]._truck_next_refs(1)
        taken = f"C{int(ref[1:]) + 2:06}"
        self.customer.ref = taken
        refs = self.env["ir.sequence"]._truck_next_refs(3)
        self.assertEqual(len(set(refs)), 3)
        self.assertNotIn(taken, refs)

    def test_a_sequence_without_gaps_works_too(self):
        """R1.1: the administrator may choose another kind of sequence."""
        sequence = self.env.ref("truck_crm.ir_sequence_truck_customer")
        sequence.write(
            {"implementation": "no_gap", "prefix": "K%(year)s-", "number_next": 5}
        )
        refs = self.env["ir.sequence"]._truck_next_refs(2)
        self.assertRegex(refs[0], r"^K\d{4}-000005$")
        self.assertTrue(refs[1].endswith("-000006"))

    def test_old_customers_get_numbers_by_the_action_of_the_list(self):
        """R1.1: who has a number keeps it; contacts need none."""
        contact = self.customer.copy({"parent_id": self.customer.id})
        self.partner.ref = "OLD-1"
        action = self.env.ref("truck_crm.truck_customer_action_assign_refs")
        partners = self.customer | self.partner | contact
        action.with_user(self.users["seller"]).with_context(
            active_model="res.partner", active_ids=partners.ids
        ).run()
        self.assertRegex(self.customer.ref, r"^C\d{6}$")
        self.assertEqual(self.partner.ref, "OLD-1")
        self.assertFalse(contact.ref)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.users["service"]).action_truck_assign_refs()

    def test_quick_entry_makes_a_customer_with_a_number(self):
        """R13.5: a few fields on the phone, and the rest later."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_action_quick"
        )
        Partner = self.env["res.partner"].with_user(self.users["seller"])
        Partner = Partner.with_context(default_is_company=True, truck_assign_ref=True)
        self.assertIn("'truck_assign_ref': True", action["context"])
        form = Form(Partner, "truck_crm.truck_customer_view_form_quick")
        form.name = "Qinzhou Sand"
        form.truck_mobile = "13977112345"
        form.state_id = self.guangxi
        form.truck_dealer_id = self.nanning
        form.truck_scale_id = self.scales["small"]
        partner = form.save()
        self.assertTrue(partner.is_company)
        self.assertTrue(partner.ref)
        self.assertEqual(partner.country_id, self.china)
        file_action = partner.action_truck_view_file()
        self.assertEqual(file_action["res_id"], partner.id)
        self.assertEqual(
            file_action["views"][0][0],
            self.env.ref("truck_crm.truck_customer_view_form").id,
        )

    def test_what_we_think_of_a_customer_is_hidden_from_its_own_people(self):
        """R13.1: the portal lets a customer's people read their colleagues."""
        contact = self.env["res.partner"].create(
            {
                "name": "Buyer",
                "parent_id": self.customer.id,
                "truck_attitude": "opponent",
                "truck_mobile": "13800001111",
            }
        )
        portal = new_test_user(self.env, "truck_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        contact = contact.with_user(portal)
        self.assertEqual(contact.truck_mobile, "13800001111")
        for name in (
            *("truck_attitude", "truck_authority", "truck_influence", "truck_goals"),
            *("truck_development", "truck_source_id", "truck_scale_id"),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                contact.read([name])
            with self.subTest(field=name), self.assertRaises(AccessError):
                contact.search([(name, "!=", False)])

    def test_who_has_no_role_here_duplicates_a_customer(self):
        """R13.1: the core's own actions go on for the accounts and the warehouse."""
        keeper = new_test_user(
            self.env, "keeper", groups="base.group_user,base.group_partner_manager"
        )
        self.customer.write(
            {
                "truck_goods_ids": [Command.set(self.coal.ids)],
                "truck_dealer_id": self.nanning.id,
                "truck_legal_form": "limited",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        copy = self.customer.with_user(keeper).copy().sudo()
        self.assertEqual(copy.truck_legal_form, "limited")
        self.assertEqual(copy.truck_dealer_id, self.nanning)
        self.assertFalse(copy.truck_goods_ids)
        self.assertEqual(self.customer.copy().truck_goods_ids, self.coal)

    def test_parts_do_not_go_to_a_customer_one_may_not_change(self):
        """R13.1: neither made there nor moved there."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        hidden = self.env["res.partner"].create(
            {"name": "Hidden", "is_company": True, "company_id": other.id}
        )
        fleet = self.env["truck.partner.fleet"].create(
            {"partner_id": self.customer.id, "brand_id": self.brand.id}
        )
        fleet = fleet.with_user(self.users["seller"])
        with self.assertRaises(AccessError):
            fleet.partner_id = hidden
        with self.assertRaises(AccessError):
            fleet.create({"partner_id": hidden.id, "brand_id": self.brand.id})

    def test_an_order_counts_as_bought_before_it_is_written(self):
        """R1.1: search and order in one transaction."""
        order = self._sell()
        order.action_cancel()
        self.env.flush_all()
        domain = [("truck_is_customer", "=", True), ("id", "=", self.customer.id)]
        self.assertFalse(self.customer.search(domain))
        order.state = "sale"
        self.assertEqual(self.customer.search(domain), self.customer)

    def test_without_a_sequence_the_remedy_is_told(self):
        """R13.5: customer numbers."""
        self.env["ir.sequence"].search([("code", "=", "truck.customer")]).unlink()
        with self.assertRaisesRegex(UserError, "truck.customer"):
            self.customer.action_truck_assign_refs()
