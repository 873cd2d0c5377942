from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckInUse(TruckCrmCommon):
    """Who deletes what is in use is told by what, and what to do instead."""

    def _refuse(self, record, holder, user="manager"):
        """Return the words for a user whom the database refuses to delete a record."""
        record = record.with_user(self.users[user])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as refused,
            self.cr.savepoint(),
        ):
            record.sudo().unlink()
        model = self.env[holder].with_user(self.users[user])
        return model._sql_error_to_message(refused.exception)

    def _complain(self, number=1, **values):
        return self.env["truck.complaint"].create(
            [{"subject": "Smokes", "partner_id": self.customer.id, **values}] * number
        )

    def test_whoever_holds_others_fast_says_so(self):
        """R13.1: each model that refuses to let something go has words for it."""
        mixin = self.env.registry["truck.in.use.mixin"]
        silent = {
            f"{name}.{field.name}"
            for name, model in self.env.registry.items()
            for field in model._fields.values()
            if field.type == "many2one"
            and field.store
            and field.ondelete == "restrict"
            and (field._module or "").startswith("truck_crm")
            and not model._abstract
            and not issubclass(model, mixin)
        }
        self.assertFalse(silent)

    def test_a_record_in_use_is_named_with_its_users(self):
        """R1.1: what it is, where it is used, and that it can be archived."""
        complaints = self._complain(2)
        text = self._refuse(self.customer, "truck.complaint")
        names = " and ".join(complaints.mapped("display_name"))
        self.assertEqual(
            text,
            f"Haulier cannot be deleted, since it is in use: Customer of Complaint"
            f" {names}. Archive it instead.",
        )

    def test_of_many_users_the_first_are_named(self):
        """R1.1: three names, and a sign that there are more."""
        self._complain(4)
        text = self._refuse(self.customer, "truck.complaint")
        self.assertIn("…", text)
        self.assertEqual(text.count("Smokes"), 3)

    def test_what_has_no_archive_asks_for_another_way(self):
        """R3.1: nothing is promised that does not exist."""
        standard = self.env["truck.emission.standard"].create(
            {"name": "China 9", "code": "CN9"}
        )
        self.model.emission_standard_id = standard
        with patch.object(type(standard), "_active_name", None):
            text = self._refuse(standard, "truck.model")
        self.assertIn("Change or delete those first", text)

    def test_nobody_learns_what_he_may_not_see(self):
        """R11.6: a confidential complaint is not given away by its number."""
        complaint = self._complain(is_confidential=True)
        text = self._refuse(self.customer, "truck.complaint", "seller")
        self.assertNotIn(complaint.display_name, text)
        self.assertIn("by something that you may not see", text)

    def test_other_errors_keep_the_words_of_the_core(self):
        """R3.1: what refers to nothing is not taken for something in use."""
        query = "UPDATE truck_model SET brand_id = 0 WHERE id = %s"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError) as refused,
            self.cr.savepoint(),
        ):
            self.env.cr.execute(query, [self.model.id])
        text = self.env["truck.model"]._sql_error_to_message(refused.exception)
        self.assertIn("Brand", text)
        self.assertNotIn("in use:", text)


@tagged("post_install", "-at_install")
class TestTruckInUseHttp(TruckCrmCommon, HttpCase):
    """The same through the door that the web client uses."""

    def test_who_deletes_a_customer_with_a_complaint(self):
        """R1.1: the dialog says what is in the way, not the words of PostgreSQL."""
        self.env["truck.complaint"].create(
            {"subject": "Smokes", "partner_id": self.customer.id}
        )
        self.users["manager"].group_ids += self.env.ref("base.group_partner_manager")
        self.authenticate("truck_manager", "truck_manager")
        with mute_logger("odoo.http", "odoo.sql_db"):
            answer = self.url_open(
                "/web/dataset/call_kw/res.partner/unlink",
                json={
                    "params": {
                        "model": "res.partner",
                        "method": "unlink",
                        "args": [self.customer.ids],
                        "kwargs": {},
                    }
                },
            ).json()
        message = answer["error"]["data"]["message"]
        self.assertIn("Haulier cannot be deleted, since it is in use", message)
        self.assertTrue(self.customer.exists())
