from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from .personal_common import TruckPersonalCommon


@tagged("post_install", "-at_install")
class TestTruckPersonalAccessLog(TruckPersonalCommon):
    """R1.4: who opened, exported, changed or erased whose personal data."""

    def setUp(self):
        super().setUp()
        self._clear_log()
        self.seen = self.profile.with_user(self.confidant)

    def _assert_traces(self, *kinds):
        login = self.confidant.login
        self.assertEqual(self._traces(), {(login, kind, "Buyer") for kind in kinds})

    def test_every_way_of_reading_is_noted(self):
        """R1.4: form, list, search, plain reading; the pages of the form as well."""
        relatives = self.seen.relative_ids
        for name, call in {
            "form": lambda: self.seen.web_read({"note": {}}),
            "list": lambda: self.seen.web_search_read([], {"next_birthday": {}}),
            "read": lambda: self.seen.read(["hobby_ids"]),
            "all": lambda: self.seen.read(),
            "search": lambda: self.seen.search_read([], ["birthday"]),
            "copy": lambda: self.seen.copy_data(),
            "family": lambda: relatives.web_read({"name": {}}),
            "family name": lambda: relatives.read(["display_name"]),
            "events": lambda: self.seen.event_ids.read(["date"]),
            "honours": lambda: self.seen.honour_ids.read(["display_name"]),
        }.items():
            with self.subTest(name):
                self._clear_log()
                call()
                self._assert_traces("read")

    def test_what_is_not_private_leaves_no_trace(self):
        """R1.4: who only sees the name of the contact saw nothing."""
        self.seen.web_read({"partner_id": {"fields": {"display_name": {}}}})
        self.seen.name_search("Buyer")
        self.seen.read(["display_name", "phone"])
        self._assert_traces()

    def test_a_form_with_its_pages_is_one_row(self):
        """R1.4: a log that can be read: one row a second, not one per table."""
        spec = {
            "note": {},
            "relative_ids": {"fields": {"name": {}}},
            "event_ids": {"fields": {"note": {}}},
            "honour_ids": {"fields": {"name": {}}},
        }
        self.seen.web_read(spec)
        self.assertEqual(self.env["truck.personal.access.log"].search_count([]), 1)

    def test_a_list_is_noted_in_one_statement(self):
        """R1.4: a row per profile, but not a query per row."""
        counts = []
        spec = {"note": {}, "relative_ids": {"fields": {"name": {}}}}
        self.seen.web_read(spec)  # fills the caches of the user
        for number in (1, 6):
            for index in range(number):
                partner = self.env["res.partner"].create({"name": f"P{index}"})
                self.profile.create(self._prepare_profile_vals(partner))
            self._clear_log()
            found = self.seen.search([])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found.web_read(spec)
            counts.append(self.env.cr.sql_log_count - before)
            rows = self.env["truck.personal.access.log"].search([])
            self.assertEqual(rows.mapped("kind"), ["list"] * len(found))
        self.assertEqual(*counts)

    def test_export_is_noted(self):
        """R1.4: also of the family alone."""
        self.seen.export_data(["partner_id/name", "note"])
        self._assert_traces("export")
        self._clear_log()
        self.seen.relative_ids.export_data(["name"])
        self._assert_traces("export")

    def test_grouping_by_something_private_is_noted(self):
        """R1.4: who counts birthdays learns something, of nobody in particular."""
        for spec in ("birthday:month", "gender", "hobby_ids"):
            self._clear_log()
            self.seen.formatted_read_group([], [spec], ["__count"])
            self.assertEqual(self._traces(), {(self.confidant.login, "group", False)})
        self._clear_log()
        self.seen.formatted_read_group([], ["partner_id"], ["__count"])
        self.assertFalse(self._traces())

    def test_change_is_noted(self):
        """R1.4: of the profile and of what hangs on it."""
        self.seen.note = "New"
        self._assert_traces("change")
        self._clear_log()
        self.seen.relative_ids.note = "New"
        self._assert_traces("change")

    def test_erasing_is_noted_and_stays(self):
        """R1.4: the row outlives the profile, without a word of what it said."""
        number = self.profile.id
        self.seen.unlink()
        self._assert_traces("erase")
        row = self.env["truck.personal.access.log"].search([])
        self.assertEqual(row.profile_number, number)

    def test_a_superuser_job_leaves_no_trace(self):
        """R1.4: nobody looked."""
        self.profile.sudo().read(["note"])
        self.assertFalse(self._traces())

    def test_rows_are_for_good(self):
        """R1.4: nobody changes or deletes a row, the superuser's code neither."""
        self.seen.read(["note"])
        row = self.env["truck.personal.access.log"].search([])
        for user in (self.confidant, self.users["manager"]):
            with self.subTest(user.login), self.assertRaises(AccessError):
                row.with_user(user).read(["kind"])
        admin = row.with_user(self.users["admin"])
        self.assertEqual(admin.partner_id, self.buyer)
        for call in (
            lambda: admin.create({"user_id": 1, "kind": "read", "date": "2025-01-01"}),
            lambda: admin.check_access("write"),
            lambda: admin.check_access("unlink"),
        ):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.sudo().kind = "export"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.sudo().create({"user_id": 1, "kind": "read", "date": "2025-01-01"})
        with self.assertRaisesRegex(
            UserError, "Settings > Truck CRM > Personal Data Log"
        ):
            row.sudo().unlink()

    def test_log_is_of_the_company(self):
        """R13.1: administrators of another company do not see who looked at whom."""
        self.buyer.company_id = self.env.company
        self.seen.read(["note"])
        log = self.env["truck.personal.access.log"]
        self.assertTrue(log.with_user(self.users["admin"]).search([]))
        self.outsider.group_ids += self.env.ref("truck_crm.truck_crm_group_admin")
        self.assertFalse(log.with_user(self.outsider).search([]))

    def test_who_looked_opens_from_the_profile(self):
        """R1.4: for administrators with the right on the profile."""
        self.seen.read(["note"])
        with self.assertRaises(AccessError):
            self.seen.action_view_log()
        self.confidant.group_ids += self.env.ref("truck_crm.truck_crm_group_admin")
        action = self.seen.action_view_log()
        log = self.env["truck.personal.access.log"].with_user(self.confidant)
        self.assertEqual(len(log.search(action["domain"])), 1)

    # --- retention ---

    def _fill(self, *ages):
        """Write rows that are so many days old."""
        log = self.env["truck.personal.access.log"]
        for age in ages:
            self.env.cr.execute(
                "INSERT INTO truck_personal_access_log (date, user_id, kind)"
                " VALUES (%s, %s, 'read')",
                [Datetime.now() - timedelta(days=age), self.confidant.id],
            )
        return log

    def _purge(self, months, **kwargs):
        self.env["ir.config_parameter"].set_param(
            "truck_crm.personal_log_months", months
        )
        with self.enter_registry_test_mode():
            cron = self.env.ref("truck_crm.ir_cron_truck_personal_access_log")
            cron.code = f"model._cron_purge(**{kwargs})"
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_old_rows_go_after_the_time_set(self):
        """R1.4: and only they, batch by batch."""
        log = self._fill(10, 20, 400, 500, 600)
        self._purge(12, batch_size=2)
        self.assertEqual(log.search_count([]), 2)

    def test_zero_months_keep_all(self):
        """R1.4: for ever."""
        log = self._fill(10, 5000)
        self._purge(0)
        self.assertEqual(log.search_count([]), 2)

    def test_time_set_is_three_years_at_first(self):
        """R1.4: what the law wants, and it can be changed in the settings."""
        parameters = self.env["ir.config_parameter"]
        months = parameters.get_param("truck_crm.personal_log_months")
        self.assertEqual(months, "36")
        settings = self.env["res.config.settings"].create(
            {"truck_personal_log_months": 48}
        )
        settings.execute()
        months = parameters.get_param("truck_crm.personal_log_months")
        self.assertEqual(months, "48")

    def test_names_of_the_family_leave_a_trace_in_a_box_too(self):
        """R1.4: the box of a many2one tells names without reading records."""
        relatives = self.env["truck.personal.relative"].with_user(self.confidant)
        for search in (
            lambda: relatives.name_search(""),
            lambda: relatives.web_name_search("", {"display_name": {}}),
        ):
            self._clear_log()
            self.assertTrue(search())
            self.assertIn(("truck_confidant", "read", self.buyer.name), self._traces())

    def test_asking_who_is_of_some_kind_leaves_a_trace(self):
        """R1.4: a number of hits tells what the fields hold."""
        profiles = self.env["truck.personal.profile"].with_user(self.confidant)
        relatives = self.env["truck.personal.relative"].with_user(self.confidant)
        for search in (
            lambda: profiles.search_count([("gender", "=", "male")]),
            lambda: relatives.search_count([("profile_id.gender", "=", "male")]),
        ):
            self._clear_log()
            self.assertTrue(search())
            self.assertIn(("truck_confidant", "group", False), self._traces())
        self._clear_log()
        profiles.search([("partner_id", "=", self.buyer.id)])
        self.assertFalse(self._traces())

    def test_a_profile_does_not_go_to_a_hidden_contact(self):
        """R1.4: of a contact of another company nobody says anything here."""
        other = self.outsider.company_id
        hidden = self.env["res.partner"].create(
            {"name": "Hidden", "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self.profile.with_user(self.confidant).partner_id = hidden

    def test_who_deletes_a_contact_leaves_a_trace_and_no_file(self):
        """R1.4: also without the right: the profile goes with the contact."""
        file = self.env["ir.attachment"].create(
            {
                "name": "private.txt",
                "raw": b"private",
                "res_model": self.profile._name,
                "res_id": self.profile.id,
            }
        )
        keeper = new_test_user(
            self.env, "keeper", groups="base.group_user,base.group_partner_manager"
        )
        self._clear_log()
        self.buyer.with_user(keeper).unlink()
        self.assertEqual(self._traces(), {("keeper", "erase", False)})
        self.assertFalse(self.profile.exists())
        self.assertFalse(file.exists())
