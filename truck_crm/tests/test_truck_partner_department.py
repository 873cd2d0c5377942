from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckPartnerDepartment(TruckCrmCommon):
    """R1.1: the customer's own organisation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls._create("Board")
        cls.sales = cls._create("Sales", cls.board)
        cls.fleet = cls._create("Fleet", cls.sales)

    @classmethod
    def _create(cls, name, parent=None, partner=None):
        return cls.env["truck.partner.department"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "name": name,
                "parent_id": parent and parent.id,
            }
        )

    def test_the_name_tells_the_place(self):
        """R1.1: two departments of one name are told apart."""
        self.assertEqual(self.fleet.display_name, "Board / Sales / Fleet")

    def test_a_cycle_is_refused_before_the_core_does(self):
        """R1.1: the message names the departments and what to do."""
        for parent in (self.board, self.fleet):
            with (
                self.subTest(parent.name),
                self.assertRaisesRegex(
                    ValidationError, "Belongs To: Board cannot come"
                ),
            ):
                self.board.parent_id = parent
        self.fleet.parent_id = self.board
        self.assertEqual(self.fleet.display_name, "Board / Fleet")

    def test_departments_of_one_customer_stay_together(self):
        """R1.1: neither above nor moved to another customer."""
        with self.assertRaisesRegex(
            ValidationError, "Board is a department of Haulier"
        ):
            self._create("Stray", self.board, self.partner)
        with self.assertRaisesRegex(ValidationError, "cannot move to another customer"):
            self.sales.partner_id = self.partner
        self.sales.partner_id = self.customer

    @mute_logger("odoo.sql_db")
    def test_fewer_than_no_people_are_refused(self):
        """R1.1: bad input names the field."""
        with self.assertRaisesRegex(IntegrityError, "check_head_count"):
            self.fleet.head_count = -1
            self.env.flush_all()

    @users("truck_seller")
    def test_the_organisation_chart_opens_with_this_customers_departments(self):
        """R1.1: a salesperson draws the chart of the customer."""
        action = self.customer.with_env(self.env).action_truck_view_departments()
        Department = self.env["truck.partner.department"]
        found = Department.search(action["domain"])
        self.assertEqual(found, self.board | self.sales | self.fleet)
        new = Department.with_context(**action["context"]).create({"name": "Repair"})
        self.assertEqual(new.partner_id, self.customer)
