from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon

RULES = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestTruckComplaintStep(ComplaintCommon):
    """R7.2: files are evidence of a step, and as visible as the complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.other = cls._complain(
            {"user_id": cls.users["seller"].id, "partner_id": cls.customer.id},
            {"user_id": cls.users["rival"].id},
        )

    def _step(self, complaint, kind="act", user=None):
        step = complaint.step_ids.filtered(lambda step: step.kind == kind)
        return step.with_user(self.users[user]) if user else step

    def _upload(self, user, name="photo.txt", **vals):
        """Return a file as the dialog uploads it: before it is saved."""
        vals = {"name": name, "raw": b"x", "res_model": "truck.complaint.step", **vals}
        return self.env["ir.attachment"].with_user(self.users[user]).create(vals)

    def _add(self, step, *files):
        step.attachment_ids = [Command.link(file.id) for file in files]

    # --- evidence ---

    def test_a_file_belongs_to_its_step_once_it_is_saved(self):
        """R7.2: uploaded in the dialog, seen by whoever sees the complaint."""
        file = self._upload("seller")
        step = self._step(self.own, user="seller")
        step.write({"evidence": "Sealed", "attachment_ids": [Command.link(file.id)]})
        self.assertEqual((file.res_model, file.res_id), (step._name, step.id))
        file.invalidate_recordset()
        self.assertEqual(file.with_user(self.users["service"]).raw, b"x")

    def test_a_file_is_evidence_enough(self):
        """R7.2: a photo shows it as well as words do."""
        step = self._step(self.own, "concentrate", "seller")
        with self.assertRaisesRegex(UserError, "or add a file that shows it"):
            step.action_done()
        self._add(step, self._upload("seller"))
        step.action_done()
        self.assertTrue(step.date)

    def test_a_file_that_is_taken_out_is_deleted(self):
        """R7.2: nothing is left that nobody finds."""
        step = self._step(self.own, user="seller")
        file, kept = self._upload("seller"), self._upload("seller", "kept.txt")
        self._add(step, file, kept)
        step.attachment_ids = [Command.unlink(file.id)]
        self.assertFalse(file.sudo().exists())
        self.assertTrue(kept.sudo().exists())
        step.sudo().unlink()
        self.assertFalse(kept.sudo().exists())

    def test_the_sheet_names_the_files(self):
        """R7.6: what shows that a step was done."""
        self._add(self._step(self.own, user="seller"), self._upload("seller", "a.pdf"))
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "truck_crm.report_complaint_sheet", self.own.ids
        )
        self.assertIn("a.pdf", html.fromstring(content).text_content())

    def test_merging_keeps_the_files(self):
        """R7.1: of all, also of two whose steps the one that stays has not got."""
        third = self._complain(partner_id=self.customer.id)
        files = self._upload("service"), self._upload("service", "second.txt")
        for complaint, file in zip((self.other, third), files, strict=True):
            self._add(self._step(complaint, user="service"), file)
        self.own.step_ids.unlink()
        (self.other | third).with_user(self.users["service"])._merge_into(
            self.own.with_user(self.users["service"])
        )
        self.env.invalidate_all()
        step = self._step(self.own)
        names = set(step.attachment_ids.mapped("name"))
        self.assertEqual(names, {"photo.txt", "second.txt"})
        self.assertEqual(set(step.attachment_ids.mapped("res_id")), {step.id})

    # --- who sees it ---

    @mute_logger(RULES)
    def test_a_file_of_one_complaint_is_not_reached_from_another(self):
        """R13.1: not by its number, not by linking it, not by moving it."""
        file = self._upload("rival")
        self._add(self._step(self.other, user="rival"), file)
        stolen = file.with_user(self.users["seller"])
        with self.assertRaises(AccessError):
            stolen.read(["raw"])
        self.assertFalse(stolen.search([("id", "=", file.id)]))
        step = self._step(self.own, user="seller")
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._add(step, stolen)
        with self.assertRaises(AccessError):
            stolen.res_id = step.id
        step.invalidate_recordset()
        self.assertFalse(step.attachment_ids)

    @mute_logger(RULES)
    def test_an_upload_that_waits_is_taken_by_its_owner_alone(self):
        """R13.1: nobody takes the file of another before that one saves it."""
        file = self._upload("rival")
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._add(self._step(self.own, user="seller"), file)
        self.assertFalse(file.res_id)

    def test_a_file_of_something_else_is_no_evidence(self):
        """R13.1: others would see it; who may read both is told what to do."""
        file = self.env["ir.attachment"].create(
            {"name": "x", "res_model": self.other._name, "res_id": self.other.id}
        )
        with self.assertRaisesRegex(ValidationError, "Upload it here"):
            self._add(self._step(self.own, user="service"), file)

    @mute_logger(RULES)
    def test_files_of_a_confidential_complaint_are_confidential(self):
        """R7.12: also those that were added before."""
        before = self._upload("service")
        self._add(self._step(self.own, user="service"), before)
        self.own.is_confidential = True
        after = self._upload("boss")
        self._add(self._step(self.own, user="boss"), after)
        files = (before | after).ids
        for user in ("seller", "service", "manager", "admin"):
            with self.subTest(user):
                Attachment = self.env["ir.attachment"].with_user(self.users[user])
                self.assertFalse(Attachment.search([("id", "in", files)]))
                for file in Attachment.browse(files):
                    with self.assertRaises(AccessError):
                        file.read(["name"])
        found = self.env["ir.attachment"].with_user(self.users["boss"])
        self.assertEqual(found.search_count([("id", "in", files)]), 2)

    @mute_logger(RULES)
    def test_the_portal_shows_none(self):
        """R13.1: the customer sees his complaint, and no file of a step."""
        portal = new_test_user(
            self.env,
            "portal_of_haulier",
            groups="base.group_portal",
            partner_id=self.driver.id,
        )
        file = self._upload("service")
        self._add(self._step(self.own, user="service"), file)
        own = self.own.with_user(portal)
        self.assertTrue(own.subject)
        self.assertFalse(own._get_portal_files())
        with self.assertRaises(AccessError):
            own.read(["step_ids"])
        with self.assertRaises(AccessError):
            file.with_user(portal).read(["raw"])
