from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import VINS, TruckCrmCommon

CHILDREN = ("truck.vehicle.history", "truck.vehicle.mileage", "truck.vehicle.event")


@tagged("post_install", "-at_install")
class TestAccessRules(TruckCrmCommon):
    """R13.1: which vehicles, and what belongs to them, real users find."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller, rival = cls.users["seller"].id, cls.users["rival"].id
        cls.vehicles = {
            "own": cls._create_vehicle(VINS[0], user_id=seller),
            "branch": cls._create_vehicle(
                VINS[1], user_id=rival, dealer_id=cls.qinzhou.id
            ),
            "nobody": cls._create_vehicle(VINS[2]),
            "other": cls._create_vehicle(VINS[3], user_id=rival),
            "north": cls._create_vehicle(
                VINS[4], user_id=rival, dealer_id=cls.north.id
            ),
        }
        for vehicle in cls.vehicles.values():
            cls._add_children(vehicle)

    @classmethod
    def _add_children(cls, vehicle):
        """Give the vehicle a row in each of the models that hang on it."""
        vehicle.write({"owner_id": cls.customer.id, "sale_date": "2025-01-10"})
        cls.env["truck.vehicle.mileage"].create(
            {"vehicle_id": vehicle.id, "date": "2025-02-01", "odometer": 10}
        )

    def _found(self, user, model="truck.vehicle"):
        """Return the names of the fixture's vehicles that a user finds in a model."""
        self.env.flush_all()
        records = self.env[model].with_user(user).search([])
        if model != "truck.vehicle":
            records = records.vehicle_id
        return {name for name, v in self.vehicles.items() if v.id in records.ids}

    def _assert_finds(self, user, names):
        """Assert which vehicles a user finds, and what belongs to them alike."""
        for model in ("truck.vehicle", *CHILDREN):
            with self.subTest(model=model, user=user.login):
                self.assertEqual(self._found(user, model), set(names))

    def test_salesperson_finds_the_own_the_branch_and_what_is_nobodys(self):
        """R13.1: not what others sold outside the own branch."""
        self._assert_finds(self.users["seller"], ["own", "branch", "nobody"])
        self._assert_finds(self.users["rival"], ["branch", "nobody", "other", "north"])

    def test_what_is_hidden_cannot_be_opened_either(self):
        """R13.1: knowing an id opens neither the vehicle nor what belongs to it."""
        hidden = self.vehicles["other"]
        children = [hidden.history_ids, hidden.mileage_ids, hidden.event_ids]
        self.assertTrue(all(children))
        for records in (hidden, *children):
            with self.subTest(model=records._name), self.assertRaises(AccessError):
                records.with_user(self.users["seller"]).read(["display_name"])

    def test_a_branch_that_changes_hands_is_seen_at_once(self):
        """R2.1, R13.1: rules are cached by user; the tree has to be asked anew."""
        self._assert_finds(self.users["seller"], ["own", "branch", "nobody"])
        self.south.user_id = self.users["rival"]
        self._assert_finds(self.users["seller"], ["own", "nobody"])
        self.qinzhou.write({"parent_id": False, "tier_id": self.tiers["agent"].id})
        self.qinzhou.user_id = self.users["seller"]
        self._assert_finds(self.users["seller"], ["own", "branch", "nobody"])

    def test_without_its_rule_the_salesperson_would_find_all(self):
        """R13.1: it is the rule that hides, and these tests notice when it is gone."""
        self.env.ref("truck_crm.truck_vehicle_rule_user").active = False
        self._assert_finds(self.users["seller"], self.vehicles)

    def test_key_account_manager_reads_all_and_writes_the_own(self):
        """R13.1: the whole company to read, the own to change."""
        user = self.users["key"]
        self._assert_finds(user, self.vehicles)
        own = self.vehicles["own"]
        own.user_id = user
        own.with_user(user).color = "Red"
        for name in ("other", "branch", "north"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.vehicles[name].with_user(user).color = "Red"

    def test_manager_and_service_find_and_change_all(self):
        """R13.1: the whole company."""
        for role in ("manager", "service", "admin"):
            self._assert_finds(self.users[role], self.vehicles)
            for vehicle in self.vehicles.values():
                vehicle.with_user(self.users[role]).color = role

    def test_salesperson_cannot_take_a_vehicle_away(self):
        """R13.1: nor change, nor delete what another one sold."""
        vehicle = self.vehicles["other"].with_user(self.users["seller"])
        with self.assertRaises(AccessError):
            vehicle.user_id = self.users["seller"]
        with self.assertRaises(AccessError):
            self.vehicles["own"].with_user(self.users["seller"]).unlink()

    def test_a_reading_does_not_go_to_a_vehicle_one_may_not_see(self):
        """R13.1: moved there as little as entered there; service may do both."""
        Mileage = self.env["truck.vehicle.mileage"]
        reading = Mileage.search([("vehicle_id", "=", self.vehicles["own"].id)])
        hidden = self.vehicles["other"]
        seller, service = self.users["seller"], self.users["service"]
        vals = {"vehicle_id": hidden.id, "date": "2025-02-02", "odometer": 20}
        with self.assertRaises(AccessError):
            Mileage.with_user(seller).create(vals)
        with self.assertRaises(AccessError):
            reading.with_user(seller).write(vals)
        reading.with_user(seller).vehicle_id = self.vehicles["branch"]
        reading.with_user(service).write(vals)
        self.assertEqual(reading.vehicle_id, hidden)


@tagged("post_install", "-at_install")
class TestWithoutRole(TruckCrmCommon):
    """R13.1: who has no role in Truck CRM works in Odoo as before."""

    def test_salesperson_sells_to_a_customer_with_a_dealer(self):
        """R2.3: the order takes the dealer, though its seller may not read him."""
        self.customer.truck_dealer_id = self.nanning
        user = new_test_user(
            self.env, "plain_seller", groups="sales_team.group_sale_salesman"
        )
        with Form(self.env["sale.order"].with_user(user)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
        order = form.record
        order.action_confirm()
        self.assertEqual(order.sudo().truck_dealer_id, self.nanning)
        self.assertFalse(self.nanning.with_user(user).has_access("read"))

    def test_contact_of_a_customer_with_a_dealer_is_entered(self):
        """R1.3: entering and changing contacts needs no right on dealers."""
        self.customer.truck_dealer_id = self.nanning
        user = new_test_user(
            self.env,
            "plain_clerk",
            groups="base.group_user,base.group_partner_manager",
        )
        with Form(self.env["res.partner"].with_user(user)) as form:
            form.name = "Buyer"
            form.parent_id = self.customer
        contact = form.record
        contact.phone = "0771 123456"
        self.assertEqual(contact.commercial_partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestAccessCompanies(TruckCrmCommon):
    """R13.1: a company's records are its own and those of its branches.

    company              user of it
    -------              ----------
    maker (the usual)    top
      └─ branch          below
    stranger             stranger
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        maker = cls.env.company
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": maker.id}
        )
        stranger = cls.env["res.company"].create({"name": "Stranger"})
        companies = {"top": maker, "below": branch, "stranger": stranger}
        # by model: {whose: record}
        cls.records = {"truck.vehicle": {}, "truck.dealer": {}, "truck.adoption": {}}
        for index, (name, company) in enumerate(companies.items()):
            cls._create_records(name, company, VINS[index])
        cls.readers = {
            name: new_test_user(
                cls.env,
                f"company_{name}",
                groups="truck_crm.truck_crm_group_admin",
                company_id=company.id,
            )
            for name, company in companies.items()
        }

    @classmethod
    def _create_records(cls, name, company, vin):
        values = {"company_id": company.id}
        dealer = cls._create_dealer(name, "agent", **values)
        cls.records["truck.dealer"][name] = dealer
        cls.records["truck.vehicle"][name] = cls._create_vehicle(vin, **values)
        adoption = cls.env["truck.adoption"].create(values)
        cls.records["truck.adoption"][name] = adoption
        cls.env["truck.dealer.staff"].create(
            {
                "dealer_id": dealer.id,
                "role_id": cls.env["truck.dealer.role"].search([], limit=1).id,
                "partner_id": cls.customer.id,
            }
        )

    def _found(self, reader, model):
        """Return whose records of a model a user finds."""
        found = self.env[model].with_user(self.readers[reader]).search([])
        return {name for name, record in self.records[model].items() if record in found}

    def test_strangers_find_nothing_of_each_other(self):
        """R13.1: whatever the role, another company's records are hidden."""
        for model in self.records:
            with self.subTest(model):
                self.assertEqual(self._found("stranger", model), {"stranger"})
                self.assertNotIn("stranger", self._found("top", model))

    def test_branch_finds_what_is_its_companys_and_not_the_reverse(self):
        """R13.1: a branch works with the dealers and vehicles of its company."""
        for model in ("truck.vehicle", "truck.dealer"):
            with self.subTest(model):
                self.assertEqual(self._found("below", model), {"top", "below"})
                self.assertEqual(self._found("top", model), {"top"})

    def test_an_adoption_is_of_one_company_only(self):
        """R13.1: it reads one company's deliveries."""
        self.assertEqual(self._found("below", "truck.adoption"), {"below"})

    def test_staff_is_as_visible_as_the_dealer(self):
        """R2.2, R13.1: another company's staff is hidden."""
        for reader, whose in (("below", {"top", "below"}), ("stranger", {"stranger"})):
            staff = self.env["truck.dealer.staff"].with_user(self.readers[reader])
            dealers = self.records["truck.dealer"]
            names = {n for n, d in dealers.items() if d in staff.search([]).dealer_id}
            self.assertEqual(names, whose)

    def test_staff_does_not_go_to_a_dealer_of_another_company(self):
        """R2.2, R13.1: moved there as little as entered there."""
        dealers = self.records["truck.dealer"]
        Staff = self.env["truck.dealer.staff"].with_user(self.readers["top"])
        staff = Staff.search([("dealer_id", "=", dealers["top"].id)])
        other = self._create_dealer("Other", "agent")
        person = self.env["res.partner"].create({"name": "Fitter"})
        vals = {"dealer_id": dealers["stranger"].id, "partner_id": person.id}
        with self.assertRaises(AccessError):
            staff.copy(vals)
        with self.assertRaises(AccessError):
            staff.write(vals)
        staff.dealer_id = other
        self.assertEqual(staff.dealer_id, other)

    def test_a_vehicle_of_no_company_is_everybodys(self):
        """R13.1: a competitor's truck may be shared."""
        shared = self._create_vehicle(VINS[5], company_id=False)
        self.records["truck.vehicle"]["shared"] = shared
        for reader in self.readers:
            self.assertIn("shared", self._found(reader, "truck.vehicle"))
