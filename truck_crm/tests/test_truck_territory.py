from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import VINS
from .territory_common import TerritoryCommon


@tagged("post_install", "-at_install")
class TestTruckTerritory(TerritoryCommon):
    """R2.7: the country divided into territories, each with its salespeople."""

    def _territory_of(self, **address):
        return self._create_customer(**address).truck_territory_id

    # --- which territory an address lies in ---

    def test_province_city_and_postcodes(self):
        """R2.7: the more exact area wins."""
        self.assertEqual(self._territory_of(), self.region_south)
        self.assertEqual(self._territory_of(city="柳州市"), self.liuzhou)
        self.assertEqual(
            self._territory_of(city="柳州市", zip="545050"), self.region_north
        )
        self.assertEqual(self._territory_of(state_id=self.sd.id), self.region_north)
        self.assertFalse(self._territory_of(state_id=False))

    def test_country_is_the_last_resort(self):
        """R2.7: who lies in no province of ours lies in the country at least."""
        rest = self._create_territory("Rest", {"country_id": self.china.id})
        self.assertEqual(self._territory_of(state_id=False), rest)
        self.assertEqual(self._territory_of(), self.region_south)
        germany = self.env.ref("base.de").id
        self.assertFalse(self._territory_of(state_id=False, country_id=germany))

    def test_narrower_range_of_postcodes_wins(self):
        """R2.7: a range within another is the more exact one."""
        inner = self._create_territory(
            "Inner", {"zip_from": "545010", "zip_to": "545019"}
        )
        inner.area_ids.country_id = self.china
        self.assertEqual(self._territory_of(zip="545015"), inner)
        self.assertEqual(self._territory_of(zip="545009"), self.region_north)
        self.assertEqual(self._territory_of(zip="545099"), self.region_north)
        self.assertEqual(self._territory_of(zip="545100"), self.region_south)

    def test_city_is_found_however_it_is_written(self):
        """R2.7: with 市 or without, blanks around it, and a county of it."""
        for city in ("柳州", "柳州市", " 柳州 ", "柳州市柳北区"):
            with self.subTest(city):
                self.assertEqual(self._territory_of(city=city), self.liuzhou)
        self.assertEqual(self._territory_of(city="柳城"), self.region_south)
        self.assertEqual(
            self._territory_of(city="柳州", state_id=self.sd.id), self.region_north
        )

    def test_county_may_have_an_area_of_its_own(self):
        """R2.7: the county's area before that of its city."""
        county = self._create_territory(
            "County", {"state_id": self.gx.id, "city": "柳州市柳北区"}
        )
        self.assertEqual(self._territory_of(city="柳州市柳北区"), county)
        self.assertEqual(self._territory_of(city="柳州市柳南区"), self.liuzhou)

    def test_city_without_province_holds_everywhere_in_the_country(self):
        """R2.7: and gives way to the same city named with its province."""
        other = self._create_territory(
            "Other", {"city": "柳州", "country_id": self.china.id}
        )
        self.assertEqual(self._territory_of(city="柳州", state_id=False), other)
        self.assertEqual(self._territory_of(city="柳州"), self.liuzhou)

    def test_foreign_postcodes_are_compared_by_their_beginning(self):
        """R2.7: letters, blanks and other lengths."""
        uk = self.env.ref("base.uk").id
        london = self._create_territory(
            "London", {"country_id": uk, "zip_from": "sw1", "zip_to": "sw9"}
        )
        address = {"country_id": uk, "state_id": False}
        self.assertEqual(self._territory_of(zip="SW1A 1AA", **address), london)
        self.assertEqual(self._territory_of(zip="sw9 9zz", **address), london)
        self.assertFalse(self._territory_of(zip="SE1 1AA", **address))
        self.assertFalse(self._territory_of(zip="SW", **address))

    def test_address_without_country_is_at_home(self):
        """R2.7: the country of the company is meant where none is written."""
        self.env.company.country_id = self.china
        address = {"country_id": False, "state_id": False}
        self.assertEqual(self._territory_of(zip="545001", **address), self.region_north)
        self.env.company.country_id = self.env.ref("base.de")
        self.assertFalse(self._territory_of(zip="545001", **address))

    def test_territory_follows_the_address(self):
        """R2.7: at once, for one customer, with the move in the history."""
        customer = self._create_customer()
        customer.city = "柳州"
        self.assertEqual(customer.truck_territory_id, self.liuzhou)
        customer.write({"zip": "545001"})
        self.assertEqual(customer.truck_territory_id, self.region_north)
        customer.write({"phone": "1"})
        history = self.env["truck.territory.history"].search(
            [("partner_id", "=", customer.id)], order="id"
        )
        self.assertRecordValues(
            history,
            [
                {
                    "territory_from_id": self.region_south.id,
                    "territory_to_id": self.liuzhou.id,
                },
                {
                    "territory_from_id": self.liuzhou.id,
                    "territory_to_id": self.region_north.id,
                },
            ],
        )
        action = customer.action_truck_view_territory_history()
        self.assertEqual(
            self.env["truck.territory.history"].search(action["domain"]), history
        )

    def test_form_shows_the_territory_while_typing(self):
        """R2.7: before the customer is saved."""
        with Form(self.env["res.partner"].with_user(self.users["admin"])) as form:
            form.name = "Typed"
            form.country_id = self.china
            form.state_id = self.gx
            form.city = "柳州市"
            self.assertEqual(form.truck_territory_id, self.liuzhou)
        self.assertEqual(form.record.truck_territory_id, self.liuzhou)

    def test_contacts_have_no_territory(self):
        """R2.7: the customer lies somewhere, once; a contact that leaves, too."""
        customer = self._create_customer(city="柳州")
        contact = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": customer.id}
        )
        self.assertEqual(contact.city, "柳州")
        self.assertFalse(contact.truck_territory_id)
        contact.parent_id = False
        self.assertEqual(contact.truck_territory_id, self.liuzhou)

    def test_archived_territories_get_nobody(self):
        """R2.7: and they are back as soon as they are brought back."""
        self.liuzhou.active = False
        self.assertEqual(self._territory_of(city="柳州"), self.region_south)
        self.liuzhou.active = True
        self.assertEqual(self._territory_of(city="柳州"), self.liuzhou)

    def test_companies_have_territories_of_their_own(self):
        """R13.1: a customer of a company lies in one of its territories."""
        sister = self.env["res.company"].create({"name": "Sister", "sequence": 99})
        theirs = self._create_territory(
            "Theirs", {"state_id": self.gx.id}, company_id=sister.id
        )
        self.assertEqual(self._territory_of(company_id=sister.id), theirs)
        self.assertEqual(
            self._territory_of(company_id=self.env.company.id), self.region_south
        )
        self.assertEqual(self._territory_of(), self.region_south)
        self.assertFalse(self._territory_of(company_id=sister.id, state_id=self.sd.id))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.assertEqual(self._territory_of(company_id=branch.id), self.region_south)

    def test_all_are_assigned_as_each_one_is(self):
        """R2.7: one statement for all gives what one by one gives."""
        Partner = self.env["res.partner"]
        cities = ("柳州市", "南宁", "柳州市城中区", False)
        states = (self.gx.id, self.sd.id, False)
        zips = ("545001", "545 099", "530000", False)
        customers = Partner.create(
            [
                {"name": "A", "city": city, "state_id": state, "zip": number}
                for city in cities
                for state in states
                for number in zips
            ]
        )
        one_by_one = {customer: customer.truck_territory_id for customer in customers}
        self.assertEqual(len(set(one_by_one.values())), 4)
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET truck_territory_id = NULL")
        self.env.invalidate_all()
        moved = self.env["truck.territory"]._assign()
        self.assertEqual(
            {customer: customer.truck_territory_id for customer in customers},
            one_by_one,
        )
        self.assertEqual(
            set(moved) & set(customers.ids),
            {customer.id for customer, found in one_by_one.items() if found},
        )
        self.assertFalse(self.env["truck.territory"]._assign())

    def test_some_are_assigned(self):
        """R2.7: those who were named, and nobody else."""
        customers = self._create_customer() | self._create_customer()
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET truck_territory_id = NULL")
        self.env.invalidate_all()
        self.assertEqual(
            self.env["truck.territory"]._assign(customers[0].ids), customers[0].ids
        )
        self.assertEqual(customers.mapped("truck_territory_id"), self.region_south)
        self.assertFalse(customers[1].truck_territory_id)

    def test_without_areas_partners_cost_no_query(self):
        """R2.7: who has no territories pays nothing for them."""
        self.env["truck.territory.area"].search([]).unlink()
        customer = self._create_customer()
        Area = self.env["truck.territory.area"]
        self.assertFalse(Area._has_areas())
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(Area._match(customer))
        self._create_territory("New", {"state_id": self.gx.id})
        self.assertTrue(Area._has_areas())

    def test_many_new_partners_take_one_query(self):
        """R2.7: an import of addresses looks them up together."""
        partners = self.env["res.partner"]
        for number in range(20):
            partners |= self.env["res.partner"].new(
                {"name": "N", "state_id": self.gx.id, "zip": str(545090 + number)}
            )
        partners.mapped("company_id")
        self.env["truck.territory.area"]._has_areas()
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["truck.territory.area"]._match(partners)
        self.assertEqual(len(found), 20)

    # --- the tree and its people ---

    def test_no_cycles(self):
        """R2.7, R13.5: no territory is a part of its own part."""
        with self.assertRaisesRegex(
            ValidationError,
            "Part of: South cannot come under South / Liuzhou, which is",
        ):
            self.region_south.parent_id = self.liuzhou
        with self.assertRaisesRegex(ValidationError, "South cannot come under South"):
            self.region_south.parent_id = self.region_south

    def test_name_tells_the_place_in_the_tree(self):
        self.assertEqual(self.liuzhou.display_name, "South / Liuzhou")
        self.region_south.name = "South China"
        self.assertEqual(self.liuzhou.display_name, "South China / Liuzhou")
        self.liuzhou.parent_id = self.region_north
        self.assertEqual(self.liuzhou.display_name, "North / Liuzhou")

    def test_lead_is_one_of_the_salespeople(self):
        """R2.7: the first by himself, another by choice, nobody else."""
        self.assertEqual(self.region_north.lead_user_id, self.users["rival"])
        with self.assertRaisesRegex(ValidationError, "is not among the salespeople"):
            self.region_north.lead_user_id = self.users["seller"]
        self.region_south.user_ids = [Command.unlink(self.users["seller"].id)]
        self.assertEqual(self.region_south.lead_user_id, self.users["rival"])

    def test_territory_without_lead_asks_the_one_above(self):
        leads = (self.liuzhou | self.region_north)._get_lead_users()
        self.assertEqual(leads[self.liuzhou], self.users["seller"])
        self.assertEqual(leads[self.region_north], self.users["rival"])

    def test_change_of_salespeople_is_tracked(self):
        """R2.7: who was responsible, and until when, stays in the chatter."""
        territory = self.region_north.with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.flush_tracking()
        territory.user_ids = [Command.link(self.users["seller"].id)]
        self.flush_tracking()
        values = territory.message_ids.tracking_value_ids
        value = values.filtered(lambda value: value.field_id.name == "user_ids")
        self.assertIn(self.users["seller"].name, value.new_value_char)
        self.assertNotIn(self.users["seller"].name, value.old_value_char)

    def test_counts_include_what_is_below(self):
        """R2.7: customers, and vehicles by their owners; no dealers, no contacts."""
        self.nanning.partner_id.state_id = self.gx
        in_city = self._create_customer(city="柳州")
        in_province = self._create_customer()
        self.env["res.partner"].create({"name": "Driver", "parent_id": in_city.id})
        self._create_vehicle(VINS[0], owner_id=in_city.id)
        self._create_vehicle(VINS[1], owner_id=in_province.id)
        self.assertEqual(self.nanning.partner_id.truck_territory_id, self.region_south)
        self.assertRecordValues(
            self.region_south | self.liuzhou | self.region_north,
            [
                {"territory_count": 1, "customer_count": 2, "vehicle_count": 2},
                {"territory_count": 0, "customer_count": 1, "vehicle_count": 1},
                {"territory_count": 0, "customer_count": 0, "vehicle_count": 0},
            ],
        )
        action = self.region_south.action_view_customers()
        self.assertEqual(
            self.env["res.partner"].search(action["domain"]), in_city | in_province
        )
        entered = self.env["res.partner"].with_context(**action["context"])
        self.assertTrue(entered.create({"name": "Entered Here"}).ref)
        vehicles = self.region_south.action_view_vehicles()
        self.assertEqual(self.env["truck.vehicle"].search_count(vehicles["domain"]), 2)
        below = self.region_south.action_view_branch()
        self.assertEqual(
            self.env["truck.territory"].search(below["domain"]), self.liuzhou
        )

    def test_nothing_is_below_a_new_one(self):
        """R2.7: the form of a territory that is not saved yet counts nothing."""
        new = self.env["truck.territory"].new({"name": "Coast"})
        self.assertEqual((new.territory_count, new.customer_count), (0, 0))

    def test_provinces_go_without_the_country_where_all_is_at_home(self):
        """R13.4: 广西壮族自治区 on our lists and cards, with (CN) elsewhere."""
        self.assertEqual(self.gx.display_name, f"{self.gx.name} (CN)")
        short = self.gx.with_context(truck_short_state=True)
        self.assertEqual(short.display_name, self.gx.name)

    def test_counts_are_made_together(self):
        """R2.7: the counts of many territories take as many queries as those of one."""
        fields = ["territory_count", "customer_count", "vehicle_count"]
        for vin, city in zip(VINS, ("柳州", "南宁"), strict=False):
            self._create_vehicle(vin, owner_id=self._create_customer(city=city).id)
        territories = self.region_south | self.liuzhou | self.region_north
        counts = []
        for records in (self.region_south, self.region_south, territories):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(fields)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_territory_with_a_history_is_archived_not_deleted(self):
        """R2.7: the history keeps its names."""
        customer = self._create_customer(city="柳州")
        customer.city = "南宁"
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.liuzhou.unlink()
        self.region_north.unlink()

    def test_territory_with_customers_is_archived_not_deleted(self):
        """R2.7: nobody is left without a territory unseen, archived ones included."""
        customer = self._create_customer(city="柳州", active=False)
        admin = self.liuzhou.with_user(self.users["admin"])
        with self.assertRaisesRegex(UserError, "Liuzhou.*customers lie in it"):
            admin.unlink()
        self.assertEqual(customer.truck_territory_id, self.liuzhou)

    def flush_tracking(self):
        """Let the chatter take down what was changed, as at the end of a request."""
        self.env.flush_all()
        self.cr.precommit.run()

    # --- dealers and users ---

    def test_dealer_is_authorised_for_territories(self):
        """R2.7: and the territory names its dealers."""
        self.nanning.territory_ids = self.region_south
        self.assertEqual(self.region_south.dealer_ids, self.nanning)

    def test_dealer_and_territory_are_of_one_company(self):
        """R13.1: a territory of another company is no territory of the dealer."""
        sister = self.env["res.company"].create({"name": "Sister"})
        theirs = self._create_territory("Theirs", company_id=sister.id)
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            self.nanning.territory_ids = theirs
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            self.liuzhou.parent_id = theirs
        found = self.env["truck.territory"].with_user(self.users["manager"]).search([])
        self.assertNotIn(theirs, found)

    def test_roles(self):
        """R13.1: salespeople read, managers draw, administrators delete."""
        seller, manager, admin = (
            self.region_north.with_user(self.users[name])
            for name in ("seller", "manager", "admin")
        )
        self.assertEqual(seller.area_text, f"{self.sd.name}, 545000–545099")
        with self.assertRaises(AccessError):
            seller.name = "Mine"
        manager.write(
            {"area_ids": [Command.create({"state_id": self.gx.id, "city": "Q"})]}
        )
        with self.assertRaises(AccessError):
            manager.unlink()
        admin.unlink()

    def test_salesperson_enters_a_customer(self):
        """R2.7: the territory comes by itself for who may only read territories."""
        customer = self.env["res.partner"].with_user(self.users["seller"])
        customer = customer.create({"name": "New", "state_id": self.gx.id})
        self.assertEqual(customer.truck_territory_id, self.region_south)
        customer.city = "柳州"
        self.assertEqual(customer.truck_territory_id, self.liuzhou)
        found = customer.search([("truck_territory_id", "child_of", "South")])
        self.assertEqual(found, customer)

    def test_who_has_no_role_here_corrects_an_address(self):
        """R2.7: accounts and warehouse keep addresses; the history is written."""
        keeper = new_test_user(
            self.env, "keeper", groups="base.group_user,base.group_partner_manager"
        )
        customer = self._create_customer()
        self.assertEqual(customer.truck_territory_id, self.region_south)
        self.env.flush_all()
        self.env.invalidate_all()
        customer.with_user(keeper).state_id = self.sd
        self.assertEqual(customer.truck_territory_id, self.region_north)
        history = self.env["truck.territory.history"].search(
            [("partner_id", "=", customer.id)]
        )
        self.assertEqual(history.changed_by_id, keeper)

    def test_an_area_does_not_go_to_another_company(self):
        """R13.1: nor does a territory or a dealer, by a manager of this one."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        theirs = self._create_territory("Theirs", company_id=other.id)
        area = self.region_south.area_ids.with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            area.territory_id = theirs
        for record in (self.region_north, self.north):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.users["manager"]).company_id = other
