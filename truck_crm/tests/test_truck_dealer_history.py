from importlib.util import module_from_spec, spec_from_file_location

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path, mute_logger

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckDealerHistory(TruckCrmCommon):
    """R2.2: who stood where in the channel, and when."""

    @classmethod
    def _set_up_dealers(cls):
        with freeze_time("2024-03-01 04:00:00"):
            return super()._set_up_dealers()

    def _move(self, day, dealer, **values):
        with freeze_time(f"{day} 04:00:00"):
            dealer.with_user(self.users["manager"]).write(values)

    def test_history_begins_with_the_dealer(self):
        """R2.2: the first row says where it stood from its first day."""
        self.assertRecordValues(
            self.qinzhou.history_ids,
            [
                {
                    "parent_id": self.nanning.id,
                    "tier_id": self.tiers["sub_dealer"].id,
                    "date_from": self._date("2024-03-01"),
                    "date_to": False,
                    "moved_count": 0,
                }
            ],
        )

    def test_a_move_closes_the_row_and_notes_who_came_along(self):
        """R2.1, R2.2: the branch moves; those below keep who stands above them."""
        self._move("2024-05-10", self.nanning, parent_id=self.north.id)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.nanning.history_ids,
            [
                {
                    "parent_id": self.north.id,
                    "date_from": self._date("2024-05-10"),
                    "date_to": False,
                    "moved_count": 2,
                },
                {
                    "parent_id": self.south.id,
                    "date_from": self._date("2024-03-01"),
                    "date_to": self._date("2024-05-10"),
                    "moved_count": 0,
                },
            ],
        )
        move = self.nanning.history_ids[0]
        self.assertEqual(move.moved_dealer_ids, self.qinzhou | self.beibu)
        self.assertEqual(self.qinzhou.moved_history_ids, move)
        self.assertEqual(self.qinzhou.history_ids.parent_id, self.nanning)

    def test_tier_and_salesperson_are_part_of_the_place(self):
        """R2.2: nobody moves along when only these change."""
        rival = self.users["rival"]
        self._move("2024-04-01", self.south, user_id=rival.id)
        self.env.invalidate_all()
        self.assertEqual(
            self.south.history_ids.mapped("user_id"), rival | self.users["seller"]
        )
        self.assertFalse(self.south.history_ids.moved_dealer_ids)

    def test_a_write_that_changes_nothing_leaves_the_history_alone(self):
        self._move("2024-04-01", self.nanning, parent_id=self.south.id)
        self.assertEqual(len(self.nanning.history_ids), 1)

    def test_a_slip_of_the_same_day_leaves_no_trace(self):
        """R2.2: moved and moved again on one day is one move."""
        self._move("2024-05-10", self.qinzhou, parent_id=self.south.id)
        self._move("2024-05-10", self.qinzhou, parent_id=self.nanning.id)
        self._move("2024-05-10", self.qinzhou, parent_id=self.south.id)
        self.assertEqual(self.qinzhou.history_ids.parent_id, self.south | self.nanning)
        self.assertEqual(len(self.qinzhou.history_ids), 2)

    def test_managers_correct_the_days_and_others_do_not(self):
        """R13.1: everybody who reads dealers reads their history."""
        row = self.nanning.history_ids
        row.with_user(self.users["manager"]).date_from = "2020-01-01"
        for name in ("seller", "key", "service"):
            user = self.users[name]
            self.assertEqual(row.with_user(user).parent_id, self.south)
            with self.subTest(name), self.assertRaises(AccessError):
                row.with_user(user).date_from = "2021-01-01"

    @mute_logger("odoo.sql_db")
    def test_bad_days_and_a_second_present_are_refused(self):
        """R2.2: bad input."""
        row = self.nanning.history_ids
        with self.assertRaises(IntegrityError):
            row.date_to = "2019-01-01"
            self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(IntegrityError):
            row.copy()

    def test_migration_opens_the_rows_of_what_was_there(self):
        """R2.2: dealers and customers of an installed base, each once."""
        self.customer.truck_dealer_id = self.qinzhou
        customers = self.env["truck.customer.dealer.history"]
        dealers = self.env["truck.dealer.history"]
        ours = [("dealer_id", "child_of", [self.south.id, self.north.id])]
        self.env.flush_all()
        (dealers.search(ours) | dealers).unlink()
        customers.search(ours).unlink()
        path = file_path("truck_crm/migrations/19.0.1.1.0/post-migration.py")
        spec = spec_from_file_location("post_migration", path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        for _time in range(2):
            self.env.flush_all()
            migration.migrate(self.env.cr, "19.0.1.0.0")
            self.env.invalidate_all()
        self.assertEqual(len(dealers.search(ours)), 5)
        self.assertRecordValues(
            self.nanning.history_ids,
            [{"parent_id": self.south.id, "date_from": False, "date_to": False}],
        )
        self.assertRecordValues(
            customers.search(ours),
            [
                {
                    "partner_id": self.customer.id,
                    "dealer_id": self.qinzhou.id,
                    "date_from": False,
                    "date_to": False,
                }
            ],
        )
