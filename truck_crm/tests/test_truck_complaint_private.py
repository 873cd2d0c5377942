from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.truck_complaint_private import GROUP
from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintPrivate(ComplaintCommon):
    """R7.12, R13.1: who may know of which complaint."""

    def _find(self, user, model="truck.complaint"):
        return self.env[model].with_user(self.users[user]).search([])

    # --- roles ---

    def test_salespeople_find_the_own_and_those_of_their_branch(self):
        """R13.1: own ones, those of own customers, those of the own branch."""
        seller, rival = self.users["seller"], self.users["rival"]
        mine = self.env["res.partner"].create({"name": "Mine", "user_id": seller.id})
        own, customer, branch, other = self._complain(
            {"user_id": seller.id},
            {"partner_id": mine.id},
            {"dealer_id": self.qinzhou.id},
            {"dealer_id": self.north.id, "user_id": rival.id},
        )
        every = own | customer | branch | other
        self.assertEqual(self._find("seller") & every, own | customer | branch)
        self.assertEqual(self._find("rival") & every, other)
        for user in ("key", "manager", "service", "admin"):
            self.assertEqual(self._find(user) & every, every)
        for model in ("truck.complaint.step", "truck.complaint.promise"):
            found = self._find("seller", model).complaint_id
            self.assertFalse(found & other)

    def test_what_belongs_to_a_hidden_complaint_is_not_reached(self):
        """R13.1: a promise or step cannot be carried to it, either."""
        own, other = self._complain(
            {"user_id": self.users["seller"].id}, {"user_id": self.users["rival"].id}
        )
        promise = self.env["truck.complaint.promise"].create(
            {"complaint_id": own.id, "name": "Call", "date_due": "2026-03-02"}
        )
        other.step_ids.unlink()  # a complaint has each step once
        for record in (promise, own.step_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(self.users["seller"]).complaint_id = other

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_files_of_one_complaint_are_not_reached_from_another(self):
        """R7.1: a file is as visible as its complaint, whatever it is linked to."""
        own, other = self._complain(
            {"user_id": self.users["seller"].id}, {"user_id": self.users["rival"].id}
        )
        file = self.env["ir.attachment"].create(
            {
                "name": "contract.txt",
                "raw": b"secret",
                "res_model": other._name,
                "res_id": other.id,
            }
        )
        seller = self.users["seller"]
        with self.assertRaises(AccessError):
            file.with_user(seller).read(["raw"])
        self.assertFalse(
            self.env["ir.attachment"]
            .with_user(seller)
            .search([("res_model", "=", other._name), ("res_id", "=", other.id)])
        )
        with self.assertRaises(AccessError):
            own.with_user(seller).message_post(body="x", attachment_ids=file.ids)
        with self.assertRaises(AccessError):
            file.with_user(seller).write({"res_id": own.id})

    # --- confidential ones ---

    def test_it_is_confidential_from_the_start(self):
        """R7.12: by its category, or by who is accused."""
        by_category = self._complain(category_id=self.staff.id)
        by_name = self._complain(
            accused_ids=[Command.link(self.users["seller"].partner_id.id)]
        )
        plain = self._complain(category_id=self.gearbox.id)
        self.assertTrue(by_category.is_confidential and by_name.is_confidential)
        self.assertFalse(plain.is_confidential)

    def test_nobody_without_the_right_finds_it(self):
        """R7.12: not even an administrator, nor who entered it, nor its steps."""
        complaint = self._complain(
            category_id=self.staff.id,
            partner_id=self.customer.id,
            dealer_id=self.qinzhou.id,
        )
        self.customer.user_id = self.users["seller"]
        for user in ("seller", "key", "manager", "service", "admin"):
            with self.subTest(user):
                self.assertNotIn(complaint, self._find(user))
                self.assertNotIn(
                    complaint, self._find(user, "truck.complaint.step").complaint_id
                )
        self.assertIn(complaint, self._find("boss"))

    def test_it_is_owned_by_the_first_chief_who_may(self):
        """R7.12: else by nobody, and all who may are told."""
        self.team.user_id = self.users["service"]
        complaint = self._complain(category_id=self.staff.id)
        self.assertEqual(complaint.user_id, self.users["boss"])
        self.assertIn(self.users["boss"].partner_id, complaint.message_partner_ids)
        told = self.env["mail.message"].search(
            [("model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertIn(self.users["boss"].partner_id, told.partner_ids)
        self.users["manager"].truck_manager_id = False
        complaint = self._complain(subject="Bribe", category_id=self.staff.id)
        self.assertFalse(complaint.user_id)
        told = self.env["mail.message"].search(
            [("model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertIn(self.users["boss"].partner_id, told.partner_ids)
        said = "".join(f"{message.subject} {message.body}" for message in told)
        self.assertNotIn("Bribe", said, "mails in the queue are for others to read")
        with self.assertRaisesRegex(ValidationError, "no right to such complaints"):
            complaint.user_id = self.users["service"]

    def test_who_grants_rights_is_asked_when_nobody_has_this_one(self):
        """R7.12: once, in words that tell nothing of the case; nothing is logged."""
        grants = new_test_user(
            self.env, "truck_grants", groups="base.group_erp_manager", lang="en_US"
        )
        mine = [("user_id", "=", grants.id)]
        Activity = self.env["mail.activity"]
        self._complain(category_id=self.staff.id)
        self.assertFalse(Activity.search(mine))
        self.env.ref(GROUP).user_ids = False
        with self.assertNoLogs("odoo.addons", "WARNING"):
            for _number in range(2):
                complaint = self._complain(
                    subject="Bribe", category_id=self.staff.id, user_id=False
                )
        activity = Activity.search(mine)
        self.assertRecordValues(
            activity,
            [
                {
                    "summary": "Nobody may see confidential complaints",
                    "res_model": False,
                    "automated": True,
                }
            ],
        )
        self.assertNotIn("Bribe", activity.note)
        self.assertFalse(complaint.activity_ids)
        activity.with_user(grants).action_done()
        self._complain(category_id=self.staff.id)
        self.assertEqual(len(Activity.search(mine)), 1)

    def test_nobody_without_the_right_follows_or_hears_of_it(self):
        """R7.12: followers, people named in a message, tasks."""
        manager, boss = self.users["manager"], self.users["boss"]
        complaint = self._complain(user_id=manager.id)
        self._follow(complaint, manager.partner_id, self.driver, boss.partner_id)
        self._plan(complaint, manager)
        complaint.category_id = self.staff
        self.assertEqual(complaint.user_id, boss)
        self.assertEqual(complaint.message_partner_ids, boss.partner_id)
        self.assertFalse(complaint.activity_ids)
        self._follow(complaint, manager.partner_id)
        self.assertEqual(complaint.message_partner_ids, boss.partner_id)
        message = complaint.with_user(boss).message_post(
            body="What does he say?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=[manager.partner_id.id, self.driver.id],
        )
        self.assertEqual(message.partner_ids, self.driver)
        self.assertEqual(message.notified_partner_ids, self.driver)
        note = complaint.message_notify(
            partner_ids=(manager | boss).partner_id.ids, body="Look"
        )
        self.assertEqual(note.partner_ids, boss.partner_id)

    def test_subscribers_without_the_right_hear_nothing(self):
        """R7.13: whatever they follow."""
        for user in ("manager", "boss"):
            self.env["truck.complaint.subscription"].create(
                {"user_id": self.users[user].id, "partner_id": self.customer.id}
            )
        complaint = self._complain(
            category_id=self.staff.id, partner_id=self.customer.id
        )
        followers = complaint.message_partner_ids
        self.assertIn(self.users["boss"].partner_id, followers)
        self.assertNotIn(self.users["manager"].partner_id, followers)

    def test_contacts_about_it_are_hidden_too(self):
        """R7.12: also those that were logged before it was confidential."""
        complaint = self._complain(partner_id=self.customer.id)
        vals = {"partner_id": self.customer.id, "complaint_id": complaint.id}
        before = self.env["truck.interaction"].create(vals)
        complaint.is_confidential = True
        after = self.env["truck.interaction"].create(vals)
        self.assertFalse(self._find("manager", "truck.interaction") & (before | after))
        self.assertEqual(
            self._find("boss", "truck.interaction") & (before | after), before | after
        )

    def test_the_form_says_why_it_cannot_show_what_it_saved(self):
        """R7.12: with the way that there is; nothing is half written."""
        Complaint = self.env["truck.complaint"].with_user(self.users["service"])
        before = Complaint.sudo().search_count([])
        with self.assertRaisesRegex(UserError, "Take a Call"), self.env.cr.savepoint():
            Complaint.web_save(
                {"subject": "Rude", "category_id": self.staff.id}, {"subject": {}}
            )
        self.assertEqual(Complaint.sudo().search_count([]), before)

    def test_it_is_handed_to_those_who_may_see_it(self):
        """R7.12: by whoever sees that it is about staff."""
        complaint = self._complain(user_id=self.users["service"].id)
        action = complaint.with_user(self.users["service"]).action_make_confidential()
        self.assertEqual(action["tag"], "display_notification")
        self.assertNotIn(complaint, self._find("service"))
        self.assertEqual(complaint.user_id, self.users["boss"])
        other = self._complain().with_user(self.users["boss"])
        self.assertFalse(other.action_make_confidential())

    def test_a_form_of_the_top_names_the_accused(self):
        """R7.12: naming somebody is enough."""
        Complaint = self.env["truck.complaint"].with_user(self.users["boss"])
        with Form(Complaint) as form:
            form.subject = "Wanted a bribe"
            form.accused_ids.add(self.users["seller"].partner_id)
        self.assertTrue(form.record.is_confidential)
