import json
from functools import wraps

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import HttpCase, tagged

from .personal_common import BORN, MARKER, TruckPersonalCommon

MODELS = (
    "truck.personal.profile",
    "truck.personal.relative",
    "truck.personal.event",
    "truck.personal.honour",
)


def as_each(test):
    """Run a test as each user without the right, the one who set Odoo up included."""

    @wraps(test)
    def run(self):
        for user in self.excluded:
            with self.subTest(user.login):
                self._begin_request()
                test(self, user)

    return run


@tagged("post_install", "-at_install")
class TestTruckPersonalSecurity(TruckPersonalCommon):
    """R1.4: nobody without the right reaches personal data, through no door.

    Every test goes through all roles, the administrator of Truck CRM included.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.excluded = [*cls.users.values(), cls.env.ref("base.user_admin")]

    def _begin_request(self):
        """Forget what others read: a request of its own would not have that."""
        self.env.flush_all()
        self.env.invalidate_all()

    @as_each
    def test_no_role_implies_the_right(self, user):
        """R1.4: not even the administrator's; who has it sees it."""
        right = "truck_crm.truck_crm_group_personal_data"
        self.assertFalse(user.has_group(right))
        profile = self.profile.with_user(self.confidant)
        self.assertEqual(profile.note, f"{MARKER} note")

    @as_each
    def test_no_operation_on_any_table(self, user):
        """R1.4: reading, writing, making, deleting, counting, searching."""
        for model in MODELS:
            records = self.env[model].search([]).with_user(user)
            self.assertTrue(records)
            for call in (
                lambda r=records: r.read(),
                lambda r=records: r.web_read({"display_name": {}}),
                lambda r=records: r.search([]),
                lambda r=records: r.search_count([]),
                lambda r=records: r.name_search(""),
                lambda r=records: r.write({"create_uid": 1}),
                lambda r=records: r.unlink(),
                lambda r=records: r.copy_data(),
            ):
                self._begin_request()
                with self.assertRaises(AccessError):
                    call()

    def test_no_field_leads_there(self):
        """R1.4: no relation of any other model, so no search, export or group-by."""
        fields = self.env["ir.model.fields"].search(
            [("relation", "in", MODELS), ("model", "not in", MODELS)]
        )
        self.assertFalse(fields.mapped("display_name"))
        fields = self.env["ir.model.fields"].search(
            [("related", "=like", "%personal%"), ("model", "not in", MODELS)]
        )
        self.assertFalse(fields.mapped("display_name"))

    @as_each
    def test_not_by_export(self, user):
        """R1.4: not even with the right to export, and not by a saved list."""
        user.group_ids += self.env.ref("base.group_allow_export")
        self.env["ir.exports"].create(
            {
                "name": "Known",
                "resource": "truck.personal.profile",
                "export_fields": [Command.create({"name": "note"})],
            }
        )
        for model in MODELS:
            records = self.env[model].search([]).with_user(user)
            self.assertTrue(records)
            with self.assertRaises(AccessError):
                records.export_data(["display_name"])

    @as_each
    def test_not_by_everything_readable_of_the_contact(self, user):
        """R1.4: all that a role can read or export of the contact says nothing."""
        buyer = self.buyer.with_user(user)
        told = []
        for name in buyer.fields_get():
            try:
                told.append(str(buyer.read([name])))
                told.append(str(buyer._export_rows([[name]])))
            except AccessError:
                continue
        self.assertGreater(len(told), 100)
        self.assertIn("Fleet Chief", str(told))
        self.assertNotIn(MARKER, str(told))
        self.assertNotIn(BORN, str(told))

    @as_each
    def test_not_by_grouping(self, user):
        """R1.4: no counts by birthday, hobby or income."""
        Profile = self.env["truck.personal.profile"].with_user(user)
        for spec in ("birthday:month", "hobby_ids", "income_id", "partner_id"):
            with self.assertRaises(AccessError):
                Profile.formatted_read_group([], [spec], ["__count"])
            with self.assertRaises(AccessError):
                Profile.web_read_group([], [spec], ["__count"])
        with self.assertRaises(AccessError):
            Profile.formatted_read_grouping_sets([], [["gender"], []], ["__count"])

    @as_each
    def test_not_by_a_domain_on_the_contact(self, user):
        """R1.4: contacts cannot be searched by what is private."""
        Partner = self.env["res.partner"].with_user(user)
        for name in ("truck_personal_profile_ids", "truck_personal_profile_id"):
            with self.assertRaises(ValueError):
                Partner.search(Domain(f"{name}.note", "ilike", MARKER))

    @as_each
    def test_not_by_mail_template(self, user):
        """R1.4: a template renders with the rights of who renders it."""
        body = (
            "<t t-out=\"object.env['truck.personal.profile'].search([]).note\"/>"
            "<t t-out=\"object.env['truck.personal.relative'].search([]).name\"/>"
        )
        template = self.env["mail.template"].create(
            {
                "name": "Nosy",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "{{ object.env['truck.personal.profile'].search([]).note }}",
                "body_html": body,
            }
        )
        for name in ("subject", "body_html"):
            self._begin_request()
            with self.assertRaisesRegex(UserError, "Failed to render"):
                template.with_user(user)._render_field(name, self.buyer.ids)
        own = template.with_user(self.confidant)
        self.assertIn(MARKER, str(own._render_field("body_html", self.buyer.ids)))

    @as_each
    def test_not_by_mail_template_of_the_profile(self, user):
        """R1.4: nor by one made for the profile itself."""
        template = self.env["mail.template"].create(
            {
                "name": "Nosy",
                "model_id": self.env["ir.model"]._get_id("truck.personal.profile"),
                "subject": "{{ object.note }}",
            }
        )
        self._begin_request()
        with self.assertRaisesRegex(UserError, "Failed to render"):
            template.with_user(user)._render_field("subject", self.profile.ids)

    def test_not_by_chatter(self):
        """R1.4: no message, no tracked value, no trace on the contact tells of it."""
        before = self.env["mail.message"].search_count([])
        tracked = self.env["mail.tracking.value"].search_count([])
        profile = self.profile.with_user(self.confidant)
        profile.write({"note": f"{MARKER} changed", "birthday": "1962-01-01"})
        profile.relative_ids.note = f"{MARKER} changed"
        self.env.flush_all()
        self.assertEqual(self.env["mail.message"].search_count([]), before)
        self.assertEqual(self.env["mail.tracking.value"].search_count([]), tracked)
        for model in MODELS:
            self.assertNotIn("message_ids", self.env[model]._fields)

    def test_not_by_when_the_contact_was_changed(self):
        """R1.4: changing the profile leaves the contact's own dates alone."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2024-01-01', write_uid = 1"
            " WHERE id = %s",
            [self.buyer.id],
        )
        self.env.invalidate_all()
        self.profile.with_user(self.confidant).note = "New"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.buyer.write_date.year, 2024)

    @as_each
    def test_not_by_the_attachments(self, user):
        """R1.4: a file on the profile is as private as the profile."""
        file = self.env["ir.attachment"].create(
            {
                "name": f"{MARKER}.txt",
                "raw": b"private",
                "res_model": "truck.personal.profile",
                "res_id": self.profile.id,
            }
        )
        found = file.with_user(user).search([("id", "=", file.id)])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            file.with_user(user).read(["name", "raw"])
        self.assertEqual(file.with_user(self.confidant).name, f"{MARKER}.txt")

    @as_each
    def test_not_by_buttons_and_wizards(self, user):
        """R1.4: neither opening nor erasing."""
        with self.assertRaises(AccessError):
            self.buyer.with_user(user).action_truck_view_personal_profile()
        with self.assertRaises(AccessError):
            self.profile.with_user(user).action_erase()
        with self.assertRaises(AccessError):
            self.env["truck.personal.erase"].with_user(user).create(
                {"partner_ids": self.buyer.ids}
            )

    def test_not_on_the_screen(self):
        """R1.4: neither the button, nor the menu, nor the entry of the gear menu."""
        for user in [*self.excluded, self.confidant]:
            with self.subTest(user.login):
                self.assertEqual(
                    self._shown(user), [user == self.confidant] * 3, user.login
                )

    def _shown(self, user):
        """Tell whether a user has the button, the gear entry and the menu."""
        menu = self.env.ref("truck_crm.truck_personal_profile_menu")
        action = self.env.ref("truck_crm.truck_personal_erase_action_contact")
        Partner = self.env["res.partner"].with_user(user)
        views = Partner.get_views([(False, "form")], {"toolbar": True})["views"]
        bound = views["form"]["toolbar"].get("action", [])
        return [
            'name="action_truck_view_personal_profile"' in views["form"]["arch"],
            action.id in [entry["id"] for entry in bound],
            menu.id in menu.with_user(user)._visible_menu_ids(),
        ]

    def test_not_of_another_companys_contact(self):
        """R1.4, R13.1: the right is worth as much as the right on the contact."""
        self.buyer.company_id = self.env.company
        self.customer.company_id = self.env.company
        self.env.flush_all()
        for model in MODELS:
            records = self.env[model].search([])
            self.assertTrue(records)
            self.assertEqual(records.with_user(self.confidant).search([]), records)
            self.assertFalse(records.with_user(self.outsider).search([]))
            with self.assertRaises(AccessError):
                records.with_user(self.outsider).read(["display_name"])
        self.buyer.company_id = False
        self.assertTrue(self.profile.with_user(self.outsider).search([]))

    def test_archived_contacts_keep_their_profile_in_sight(self):
        """R1.4: what is kept of somebody who left can still be found and erased."""
        self.buyer.active = False
        profile = self.profile.with_user(self.confidant)
        self.assertIn(self.profile, profile.search([]))


@tagged("post_install", "-at_install")
class TestTruckPersonalHttp(TruckPersonalCommon, HttpCase):
    """R1.4: the same through the doors that the browser uses."""

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", params
        )

    def test_reading_through_a_cursor_that_only_reads_is_noted(self):
        """R1.4: the web client reads on a replica where it can; the log is written."""
        self._clear_log()
        self.authenticate("truck_confidant", "truck_confidant")
        spec = {"note": {}, "relative_ids": {"fields": {"name": {}}}}
        ids = self.profile.ids
        values = self._call("truck.personal.profile", "web_read", ids, spec)
        self.assertEqual(values[0]["note"], f"{MARKER} note")
        self.assertEqual(self._traces(), {("truck_confidant", "read", "Buyer")})
        self._clear_log()
        found = self._call(
            "truck.personal.profile", "web_search_read", [], {"birthday": {}}
        )
        self.assertEqual(found["records"][0]["birthday"], BORN)
        self.assertEqual(self._traces(), {("truck_confidant", "read", "Buyer")})
        self._clear_log()
        self._call(
            "truck.personal.profile", "web_read_group", [], ["gender"], ["__count"]
        )
        self.assertEqual(self._traces(), {("truck_confidant", "group", False)})

    def test_export_of_the_web_client_is_noted(self):
        """R1.4: exporting leaves a trace, and only those with the right can."""
        self._clear_log()
        self.authenticate("truck_confidant", "truck_confidant")
        text = self._export().text
        self.assertIn(MARKER, text)
        self.assertIn(("truck_confidant", "export", "Buyer"), self._traces())

    def _export(self):
        data = {
            "model": "truck.personal.profile",
            "fields": [{"name": "note", "label": "Note", "type": "text"}],
            "ids": self.profile.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
        }
        return self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
