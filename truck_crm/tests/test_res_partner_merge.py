from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestResPartnerMerge(TruckCrmCommon):
    """R1.6: merging two contacts keeps what is known of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["truck.goods"].search([], limit=3)
        cls.double = cls.env["res.partner"].create(
            {"name": "Haulier Ltd", "is_company": True}
        )

    def _merge(self, lost, kept):
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": (lost | kept).ids, "dst_partner_id": kept.id}
        )
        wizard.action_merge()
        self.assertFalse(lost.exists())
        self.env.invalidate_all()

    def _fill(self, partner, goods):
        department = self.env["truck.partner.department"].create(
            {"partner_id": partner.id, "name": f"Sales of {partner.name}"}
        )
        partner.write(
            {
                "truck_goods_ids": [Command.set(goods.ids)],
                "truck_fleet_ids": [Command.create({"brand_id": self.brand.id})],
                "truck_route_ids": [
                    Command.create({"origin": "A", "destination": partner.name})
                ],
                "child_ids": [
                    Command.create(
                        {"name": "Wei", "truck_department_id": department.id}
                    )
                ],
            }
        )
        return department

    def test_the_parts_of_both_are_kept(self):
        """R1.1, R1.2, R1.3: departments, people, fleet, routes and goods."""
        departments = self._fill(self.customer, self.goods[:2])
        departments |= self._fill(self.double, self.goods[1:])
        people = (self.customer | self.double).child_ids
        self._merge(self.double, self.customer)
        self.assertEqual(self.customer.truck_department_ids, departments)
        self.assertEqual(self.customer.child_ids, people)
        self.assertEqual(people.truck_department_id, departments)
        self.assertEqual(len(self.customer.truck_fleet_ids), 2)
        self.assertEqual(len(self.customer.truck_route_ids), 2)
        self.assertEqual(self.customer.truck_goods_ids, self.goods)

    def test_vehicles_orders_and_history_of_both_are_kept(self):
        """R1.6, R3.2: nothing that was bought goes astray."""
        for vin, owner in zip(VINS, (self.customer, self.double), strict=False):
            order = self._sell(partner_id=owner.id)
            self._deliver(order.picking_ids, self._stock(vin))
        self.double.message_post(body="Called about gas trucks.")
        self._merge(self.double, self.customer)
        vehicles = self._find_vehicle(VINS[0]) | self._find_vehicle(VINS[1])
        self.assertEqual(vehicles.owner_id, self.customer)
        self.assertEqual(vehicles.history_ids.partner_id, self.customer)
        self.assertEqual(self.customer.truck_vehicle_count, 2)
        self.assertEqual(self.customer.sale_order_count, 2)
        self.assertTrue(self.customer.truck_is_customer)
        self.assertIn("Called about gas trucks.", self._get_notes())

    def test_the_roles_of_one_person_twice_are_kept(self):
        """R1.3: what both records of a person say adds up."""
        Role = self.env["truck.buying.role"]
        roles = Role.search([], limit=3)
        persons = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": self.customer.id,
                    "truck_buying_role_ids": [Command.set(own.ids)],
                }
                for name, own in (("Wei", roles[:2]), ("Wei 2", roles[1:]))
            ]
        )
        persons[1].truck_attitude = "supporter"
        self._merge(persons[1], persons[0])
        self.assertEqual(persons[0].truck_buying_role_ids, roles)
        self.assertEqual(persons[0].truck_attitude, "supporter")

    def _get_notes(self):
        return " ".join(self.customer.message_ids.mapped("body"))

    def test_empty_fields_are_filled_and_what_has_no_room_is_noted(self):
        """R1.6: the lost number and phone stay findable in the chatter."""
        self.customer.write(
            {"ref": "C000101", "phone": "0771-1", "truck_legal_form": "limited"}
        )
        self.double.write(
            {
                "ref": "C000102",
                "phone": "0771-2",
                "truck_mobile": "13977112345",
                "truck_legal_form": "partnership",
                "truck_dealer_id": self.nanning.id,
                "truck_annual_mileage": 120000,
                "truck_goals": "More trucks.",
            }
        )
        self._merge(self.double, self.customer)
        self.assertRecordValues(
            self.customer,
            [
                {
                    "ref": "C000101",
                    "phone": "0771-1",
                    "truck_mobile": "13977112345",
                    "truck_legal_form": "limited",
                    "truck_dealer_id": self.nanning.id,
                    "truck_annual_mileage": 120000,
                    "truck_goals": "More trucks.",
                }
            ],
        )
        notes = self._get_notes()
        for text in ("C000102", "0771-2", "Partnership", "Haulier Ltd"):
            self.assertIn(text, notes)
        self.assertNotIn("13977112345", notes)

    def test_a_different_dealer_is_noted_by_its_name(self):
        """R2.2: who served the lost record is not forgotten."""
        self.customer.truck_dealer_id = self.nanning
        self.double.truck_dealer_id = self.north
        self._merge(self.double, self.customer)
        self.assertEqual(self.customer.truck_dealer_id, self.nanning)
        self.assertIn("Serving Dealer: North", self._get_notes())

    def test_a_dealer_that_is_a_customer_too_becomes_one_contact(self):
        """R2.1: the dealer keeps its place, and does not serve itself."""
        self.customer.truck_dealer_id = self.nanning
        self._create_vehicle(VINS[0], owner_id=self.customer.id)
        partner = self.nanning.partner_id
        self._merge(self.customer, partner)
        self.assertEqual(partner.truck_dealer_ids, self.nanning)
        self.assertFalse(partner.truck_dealer_id)
        self.assertEqual(partner.truck_vehicle_count, 1)
        self.assertEqual(self.nanning.parent_id, self.south)

    def test_a_customer_that_is_a_dealer_too_becomes_the_dealer(self):
        """R2.1: whichever of the two stays, the dealer goes along."""
        partner = self.nanning.partner_id
        self._merge(partner, self.customer)
        self.assertEqual(self.nanning.partner_id, self.customer)
        self.assertEqual(self.qinzhou.parent_id, self.nanning)

    def test_two_dealers_are_not_merged(self):
        """R2.1: one of the two would lose its place in the channel."""
        self.north.active = False
        partners = self.nanning.partner_id | self.north.partner_id
        with self.assertRaisesRegex(UserError, "Nanning.*North.*Two dealers"):
            self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": partners.ids,
                    "dst_partner_id": self.nanning.partner_id.id,
                }
            ).action_merge()
        self.assertEqual(len(partners.exists()), 2)

    def test_a_person_with_the_same_role_twice_at_a_dealer(self):
        """R2.5: the double entry goes, the others follow the person."""
        role = self.env["truck.dealer.role"].search([], limit=2)
        persons = self.env["res.partner"].create([{"name": "Mo"}, {"name": "Mo 2"}])
        Staff = self.env["truck.dealer.staff"]
        for person, own in (
            (persons[0], role[0]),
            (persons[1], role[0]),
            (persons[1], role[1]),
        ):
            Staff.create(
                {
                    "dealer_id": self.nanning.id,
                    "partner_id": person.id,
                    "role_id": own.id,
                }
            )
        self._merge(persons[1], persons[0])
        self.assertEqual(self.nanning.staff_ids.partner_id, persons[0])
        self.assertEqual(self.nanning.staff_ids.role_id, role)
        self.assertEqual(len(self.nanning.staff_ids), 2)
