from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckDealerTarget(TruckCrmCommon):
    """R2.2: what a dealer is to sell in a year, and what it has sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_target(cls.nanning, 2024)
        sales = (
            (cls.nanning, "2024-01-01"),
            (cls.qinzhou, "2024-12-31"),
            (cls.qinzhou, "2023-12-31"),
            (cls.south, "2024-06-01"),
        )
        for vin, (dealer, day) in zip(VINS, sales, strict=False):
            cls._create_vehicle(
                vin,
                dealer_id=dealer.id,
                sale_date=day,
                price=300000,
                user_id=cls.users["manager"].id,
            )

    @classmethod
    def _create_target(cls, dealer, year, **values):
        return cls.env["truck.dealer.target"].create(
            {
                "dealer_id": dealer.id,
                "year": year,
                "vehicle_target": 8,
                "revenue_target": 1200000,
                **values,
            }
        )

    def test_sales_of_the_year_by_the_dealer_and_its_branch(self):
        """R2.2: both ends of the year belong to it, other years do not."""
        self.assertRecordValues(
            self.target,
            [
                {
                    "own_vehicle_count": 1,
                    "vehicle_count": 2,
                    "vehicle_share": 0.25,
                    "revenue": 600000,
                    "revenue_share": 0.5,
                }
            ],
        )
        before = self._create_target(self.nanning, 2023, vehicle_target=0)
        self.assertEqual((before.vehicle_count, before.vehicle_share), (1, 0))

    def test_a_target_is_named_by_dealer_and_year(self):
        """R2.2: a new one, without a dealer yet, by its year alone."""
        self.assertEqual(self.target.display_name, f"{self.nanning.display_name} 2024")
        new = self.env["truck.dealer.target"].new({"year": 2024})
        self.assertEqual(new.display_name, "2024")

    def test_a_returned_truck_is_not_sold(self):
        self._find_vehicle(VINS[1])._undo_sale()
        self.target.invalidate_recordset()
        self.assertEqual(self.target.vehicle_count, 1)

    def test_other_money_is_converted(self):
        currency = self.setup_other_currency("EUR")
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2024-01-01", "rate": 0.5}
        )
        self._find_vehicle(VINS[1]).write({"currency_id": currency.id, "price": 100})
        self.target.invalidate_recordset()
        self.assertEqual(self.target.revenue, 300200)

    def test_salespeople_read_the_targets_of_their_branch(self):
        """R13.1: figures of the whole branch, though they see not every vehicle."""
        hidden = self._create_target(self.north, 2024)
        Target = self.env["truck.dealer.target"]
        found = Target.with_user(self.users["seller"]).search([])
        self.assertIn(self.target, found)
        self.assertNotIn(hidden, found)
        self.assertEqual(self.target.with_user(self.users["seller"]).vehicle_count, 2)
        found = Target.with_user(self.users["rival"]).search([])
        self.assertNotIn(self.target, found)
        found = Target.with_user(self.users["key"]).search([])
        self.assertLessEqual(self.target | hidden, found)

    def test_managers_set_targets_and_salespeople_do_not(self):
        """R13.1: in the form of the dealer."""
        with Form(self.nanning.with_user(self.users["manager"])) as form:
            with form.target_ids.new() as target:
                target.year = 2025
                target.vehicle_target = 10
        self.assertEqual(len(self.nanning.target_ids), 2)
        with self.assertRaises(AccessError):
            self.target.with_user(self.users["seller"]).vehicle_target = 1
        with self.assertRaises(AccessError):
            self.target.with_user(self.users["service"]).read(["year"])

    @mute_logger("odoo.sql_db")
    def test_one_target_a_year(self):
        """R2.2: bad input; the user reads what to do."""
        message = self.env["truck.dealer.target"].load(
            ["dealer_id/.id", "year"], [[str(self.nanning.id), "2024"]]
        )["messages"][0]["message"]
        self.assertIn("has a target for that year already", message)

    @mute_logger("odoo.sql_db")
    def test_targets_cannot_be_negative(self):
        for name in ("vehicle_target", "revenue_target"):
            with self.subTest(name), self.assertRaises(IntegrityError):
                self.target[name] = -1
                self.env.flush_all()
            self.env.invalidate_all()

    def test_a_year_has_four_digits(self):
        with self.assertRaisesRegex(ValidationError, "of Nanning: 24 is no year"):
            self.target.year = 24

    def test_a_year_with_a_digit_too_many_is_no_crash_while_typing(self):
        """R13.5: the form counts before the year is refused."""
        target = self.env["truck.dealer.target"].new(
            {"dealer_id": self.north.id, "year": 20260}
        )
        self.assertEqual(target.vehicle_count, 0)

    def test_a_target_does_not_go_to_another_company(self):
        """R13.1: who may set targets here may not set them there."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        theirs = self._create_dealer("Theirs", "agent", company_id=other.id)
        target = self.env["truck.dealer.target"].create({"dealer_id": self.north.id})
        with self.assertRaises(AccessError):
            target.with_user(self.users["manager"]).dealer_id = theirs
