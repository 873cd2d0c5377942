from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged, users
from odoo.tools import mute_logger

from .day_common import NOW, TruckDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTruckDayReason(TruckDayCommon):
    """R4.2: what counts, how much and how early is policy, kept as data."""

    def test_every_query_has_its_reason(self):
        """R4.2: a query without a record would never be asked, nor the reverse."""
        Item = self.env["truck.day.item"]
        admin = self.env.ref("base.user_admin")
        admin.group_ids += self.env.ref("truck_crm.truck_crm_group_personal_data")
        queries = Item.with_user(admin)._get_day_queries(Item._get_day())
        reasons = self.env["truck.day.reason"].search([])
        self.assertEqual(set(queries), set(reasons.mapped("code")))

    @users("truck_admin")
    def test_days_ahead_are_policy(self):
        """R4.2: an administrator sets how early quotations appear."""
        self._quote(9)
        self.assertFalse(self._rows())
        reason = self.env.ref("truck_crm.truck_day_reason_quotation")
        reason.with_env(self.env).days_ahead = 9
        self.assertEqual(self._codes(), ["quotation"])

    @users("truck_manager")
    def test_others_do_not_change_it(self):
        reason = self.env.ref("truck_crm.truck_day_reason_quotation")
        with self.assertRaises(AccessError):
            reason.with_env(self.env).weight = 1

    @mute_logger("odoo.sql_db")
    def test_bad_figures_are_refused(self):
        reason = self.env.ref("truck_crm.truck_day_reason_quotation")
        for name, value in (
            ("weight", -1),
            ("default_amount", -1),
            ("doubling_days", 0),
            ("days_ahead", 61),
            ("quiet_days", -1),
        ):
            with self.subTest(name), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    reason[name] = value
                    reason.flush_recordset()
            self.env.invalidate_all()

    def test_bad_settings_are_refused_with_the_remedy(self):
        """R13.8: what is typed into the settings is checked there."""
        for name, value, text in (
            ("truck_day_order_tolerance", 0.9, "Enter 1 or more"),
            ("truck_day_contact_days", 0, "at least 1"),
            ("truck_day_digest_size", 0, "at least 1"),
            ("truck_day_digest_hour", 24, "from 00:00 to 23:59"),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, text),
                self.env.cr.savepoint(),
            ):
                self.env.company[name] = value
            self.env.invalidate_all()
