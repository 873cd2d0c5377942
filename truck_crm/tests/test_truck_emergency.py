import base64
import io
from unittest.mock import patch

import openpyxl
from lxml import etree

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import VINS, TruckCrmCommon

MODULE = "odoo.addons.truck_crm.models.truck_emergency_progress"


@tagged("post_install", "-at_install")
class TestTruckEmergency(TruckCrmCommon):
    """R7.11: one event over many customers: picked, told once, followed to the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["truck.vehicle"].search([]).active = False
        cls.other = cls.env["truck.model"].create(
            {"name": "T480", "brand_id": cls.brand.id}
        )
        cls.hauliers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Haulier {number}",
                    "is_company": True,
                    "email": f"haulier{number}@example.com",
                    "user_id": cls.users["seller"].id,
                }
                for number in range(3)
            ]
        )
        days = ("2025-05-01", "2025-05-31", "2025-06-01", "2025-05-10")
        owners = (0, 0, 1, 2)
        cls.trucks = cls.env["truck.vehicle"].create(
            [
                {
                    "vin": number,
                    "model_id": cls.model.id,
                    "production_date": day,
                    "owner_id": cls.hauliers[owner].id,
                }
                for number, day, owner in zip(VINS, days, owners, strict=False)
            ]
        )
        cls.emergency = cls._open()

    @classmethod
    def _open(cls, **values):
        return (
            cls.env["truck.emergency"]
            .with_user(cls.users["service"])
            .create(
                {
                    "name": "Recall of May",
                    "model_ids": [Command.set(cls.model.ids)],
                    "production_from": "2025-05-01",
                    "production_to": "2025-05-31",
                    "notice_subject": "Recall of your trucks",
                    "notice_body": "<p>Come to a workshop.</p>",
                    **values,
                }
            )
        )

    def _notify(self):
        """Let the job run as on a server."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr, user=SUPERUSER_ID)["truck.emergency"]._cron_notify()
        self.env.invalidate_all()

    # --- which vehicles ---

    def test_vehicles_by_model_and_production(self):
        """R7.11: in use, of these models, produced in these days."""
        self.trucks[3].state = "scrapped"
        self.emergency.action_fill()
        self.assertEqual(self.emergency.line_ids.vehicle_id, self.trucks[:2])
        self.assertEqual(self.emergency.vehicle_count, 2)
        self.assertEqual(self.emergency.customer_count, 1)
        self.trucks[3].state = "in_use"
        told = self.emergency.action_fill()
        self.assertEqual(told["params"]["message"], "1 vehicle was added.")
        self.assertEqual(self.emergency.vehicle_count, 3)

    def test_who_runs_a_truck_is_told_before_its_owner(self):
        person = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.hauliers[1].id}
        )
        self.trucks[0].operator_id = person
        self.emergency.action_fill()
        line = self.emergency.line_ids.filtered(
            lambda line: line.vehicle_id == self.trucks[0]
        )
        self.assertEqual(line.partner_id, self.hauliers[1])

    def test_vehicles_by_territory(self):
        """R7.11: a flood concerns who is at home there, parts of it included."""
        south = self.env["truck.territory"].create({"name": "South"})
        part = self.env["truck.territory"].create(
            {"name": "Coast", "parent_id": south.id}
        )
        self.hauliers[2].truck_territory_id = part
        flood = self._open(
            kind="disaster",
            model_ids=False,
            production_from=False,
            production_to=False,
            territory_ids=[Command.set(south.ids)],
        )
        flood.action_fill()
        self.assertEqual(flood.line_ids.vehicle_id, self.trucks[3])

    def test_without_criteria_it_is_not_the_whole_fleet(self):
        empty = self._open(model_ids=False, production_from=False, production_to=False)
        with self.assertRaisesRegex(UserError, "Which vehicles does"):
            empty.action_fill()

    def test_a_vehicle_is_on_the_list_once(self):
        self.emergency.action_fill()
        count = self.emergency._add_vehicles(
            SQL("SELECT unnest(%s::int[])", self.trucks.ids)
        )
        self.assertEqual(count, 1)

    def test_filling_takes_one_statement(self):
        """R7.11: as many queries for many vehicles as for one."""
        counts = []
        # the first fills the caches of the process
        for trucks in (self.trucks[:1], self.trucks[1:2], self.trucks[2:]):
            select = SQL("SELECT unnest(%s::int[])", trucks.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.emergency._add_vehicles(select), len(trucks))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # --- a list of VINs ---

    def _import(self, **values):
        wizard = self.env["truck.emergency.import"].with_user(self.users["service"])
        return wizard.create({"emergency_id": self.emergency.id, **values})

    def test_rows_of_a_list_are_checked_one_by_one(self):
        """R7.11: each with its row, what is wrong, and the remedy."""
        wrong = VINS[1].replace("2", "O", 1)
        rows = [VINS[0].lower(), "", "SHORT", wrong, VINS[5]]
        wizard = self._import(text="\n".join(rows))
        wizard.action_check()
        self.assertEqual((wizard.good_count, wizard.problem_count), (1, 3))
        rows = wizard.problem_text.split("\n")
        self.assertIn("Row 3: SHORT", rows[0])
        self.assertIn("Row 4", rows[1])
        self.assertIn("Row 5: there is no vehicle", rows[2])
        wizard.action_add()
        self.assertEqual(self.emergency.line_ids.vehicle_id, self.trucks[0])
        self.assertIn("Row 3", self.emergency.message_ids[0].body)
        wizard.action_check()
        self.assertEqual((wizard.good_count, wizard.known_count), (0, 1))
        with self.assertRaisesRegex(UserError, "No row holds the VIN"):
            wizard.action_add()

    def test_sheets_and_texts(self):
        """R7.11: .xlsx, or .csv in UTF-8 or Chinese; a headline is passed over."""
        book = openpyxl.Workbook()
        for row in (["车架号", "x"], [VINS[0], 1], [None, 2], ["BAD", 3]):
            book.active.append(row)
        sheet = io.BytesIO()
        book.save(sheet)
        files = {
            "list.xlsx": sheet.getvalue(),
            "list.csv": f"车架号;x\n{VINS[0]};1\n\nBAD;3\n".encode("gb18030"),
            "list.txt": f"\ufeffVIN\n{VINS[0]}\n\nBAD\n".encode(),
        }
        for name, content in files.items():
            with self.subTest(name):
                wizard = self._import(
                    file=base64.b64encode(content), file_name=name, text=False
                )
                wizard.action_check()
                self.assertEqual((wizard.good_count, wizard.problem_count), (1, 1))
                self.assertIn("Row 4: BAD", wizard.problem_text)
        # and where a column of a sheet was copied
        wizard = self._import(text=f"VIN\n{VINS[0]}\n\nBAD")
        wizard.action_check()
        self.assertEqual((wizard.good_count, wizard.problem_count), (1, 1))

    def test_what_cannot_be_read_is_said(self):
        with self.assertRaisesRegex(UserError, "There is no VIN"):
            self._import().action_check()
        wizard = self._import(file=base64.b64encode(b"PK\x03\x04x"), file_name="a.xlsx")
        with self.assertRaisesRegex(UserError, "a.xlsx cannot be read"):
            wizard.action_check()

    # --- notices ---

    def test_customers_are_told_once(self):
        """R7.11: one mail each, however often; who has no address is listed."""
        self.hauliers[2].email = False
        self.emergency.action_fill()
        self.emergency.action_start()
        self.emergency.action_notify()
        self._notify()
        notices = self.emergency.notice_ids
        self.assertEqual(notices.partner_id, self.hauliers[0] | self.hauliers[2])
        states = {n.partner_id: n.state for n in notices}
        self.assertEqual(states[self.hauliers[0]], "queued")
        self.assertEqual(states[self.hauliers[2]], "no_address")
        self.assertFalse(self.emergency.is_notifying)
        mail = notices.mail_id.sudo()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.hauliers[0])
        self.assertIn("Come to a workshop", mail.body_html)
        for truck in self.trucks[:2]:
            self.assertIn(truck.vin, mail.body_html)
        self.assertNotIn(self.trucks[3].vin, mail.body_html)
        lines = self.emergency.line_ids
        self.assertEqual(lines.mapped("state"), ["informed", "informed", "todo"])
        self.emergency.action_notify()
        self._notify()
        self.assertEqual(len(self.emergency.notice_ids), 2)
        self.assertEqual(self.emergency.notice_count, 1)

    def test_who_gets_an_address_is_told_then(self):
        self.hauliers[2].email = False
        self.emergency.action_fill()
        self.emergency.action_start()
        self.emergency.action_notify()
        self._notify()
        self.assertEqual(self.emergency.notice_count, 1)
        self.hauliers[2].email = "haulier2@example.com"
        self.emergency.action_notify()
        self._notify()
        self.assertEqual(self.emergency.notice_count, 2)
        self.assertEqual(len(self.emergency.notice_ids.mail_id.sudo()), 2)

    def test_customers_who_come_later_are_told_then(self):
        self.emergency.action_fill()
        self.emergency.action_start()
        self.emergency.action_notify()
        self._notify()
        self.emergency._add_vehicles(SQL("SELECT %s", self.trucks[2].id))
        self.emergency.action_notify()
        self._notify()
        self.assertEqual(self.emergency.notice_ids.partner_id, self.hauliers)

    def test_batches_leave_nobody_out(self):
        """R7.11: a batch at a time, and each customer in one of them."""
        self.emergency._add_vehicles(SQL("SELECT unnest(%s::int[])", self.trucks.ids))
        self.emergency.action_start()
        self.emergency.action_notify()
        job = self.emergency.sudo()
        self.assertEqual(job._notify_batch(2), 2)
        self.assertTrue(job.is_notifying)
        self.assertEqual(job._notify_batch(2), 1)
        self.assertFalse(job.is_notifying)
        self.assertEqual(job.notice_ids.partner_id, self.hauliers)

    def test_everybody_is_told_in_his_language(self):
        """R7.11: the text of the emergency, and the words around it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.hauliers[0].lang = "zh_CN"
        emergency = self.emergency.sudo()
        emergency.with_context(lang="zh_CN").notice_subject = "召回通知"
        emergency.update_field_translations(
            "notice_body", {"zh_CN": {"Come to a workshop.": "请到服务站。"}}
        )
        template = self.env.ref("truck_crm.mail_template_emergency_notice")
        template.with_context(
            lang="zh_CN"
        ).body_html = (
            '<p>尊敬的客户：</p><div t-out="object.emergency_id.notice_body"/>'
        )
        emergency.action_fill()
        emergency.action_start()
        emergency.action_notify()
        self._notify()
        mails = {n.partner_id: n.mail_id for n in emergency.notice_ids}
        chinese, english = mails[self.hauliers[0]], mails[self.hauliers[2]]
        self.assertEqual(chinese.subject, "召回通知")
        self.assertIn("尊敬的客户", chinese.body_html)
        self.assertIn("请到服务站", chinese.body_html)
        self.assertEqual(english.subject, "Recall of your trucks")
        self.assertIn("Come to a workshop", english.body_html)

    def test_nothing_is_sent_by_mistake(self):
        self.emergency.action_fill()
        with self.assertRaisesRegex(UserError, "is not running"):
            self.emergency.action_notify()
        self.emergency.action_start()
        self.emergency.notice_body = "<p><br></p>"
        with self.assertRaisesRegex(UserError, "Subject or Text"):
            self.emergency.action_notify()

    # --- to the end ---

    def test_how_far_it_is(self):
        """R7.11: by vehicle, and all together."""
        self.emergency.action_fill()
        lines = self.emergency.line_ids
        lines[0].action_informed()
        lines[1].action_done()
        self.assertTrue(lines[0].date_informed and lines[1].date_done)
        self.assertEqual(self.emergency.informed_count, 2)
        self.assertEqual(self.emergency.done_count, 1)
        self.assertAlmostEqual(self.emergency.progress, 100 / 3)
        lines[2].action_unreachable()
        self.assertEqual(self.emergency.informed_count, 2, "he does not know of it")
        self.assertEqual(self.emergency.waiting_count, 1)
        self.assertEqual(self.emergency.progress_text, "1 of 3 vehicles done")
        lines[1].state = "todo"
        self.assertFalse(lines[1].date_done)

    def test_it_ends_when_every_vehicle_is_dealt_with(self):
        with self.assertRaisesRegex(UserError, "has no vehicle yet"):
            self.emergency.action_start()
        self.emergency.action_fill()
        self.emergency.action_start()
        lines = self.emergency.line_ids
        lines[:2].action_done()
        with self.assertRaisesRegex(UserError, "1 vehicles of Recall of May"):
            self.emergency.action_finish()
        lines[2].action_unreachable()
        self.emergency.action_finish()
        self.assertEqual(self.emergency.state, "done")

    def test_a_complaint_per_customer(self):
        """R7.11: severity major, with all his vehicles; not a second one."""
        self.emergency.action_fill()
        lines = self.emergency.line_ids
        action = lines.action_create_complaint()
        complaints = lines.complaint_id
        self.assertEqual(action["domain"], [("id", "in", complaints.ids)])
        # a single one is shown at once
        action = lines[0].action_create_complaint()
        self.assertEqual(action["res_id"], lines[0].complaint_id.id)
        self.assertEqual(len(complaints), 2)
        self.assertEqual(set(complaints.mapped("severity")), {"major"})
        self.assertEqual(lines[0].complaint_id.vehicle_ids, self.trucks[:2])
        self.assertEqual(lines[0].complaint_id.partner_id, self.hauliers[0])
        lines.action_create_complaint()
        self.assertEqual(lines.complaint_id, complaints)
        self.assertEqual(self.emergency.complaint_count, 2)

    def test_a_vehicle_of_nobody_needs_its_owner(self):
        self.trucks[0].owner_id = False
        self.emergency.action_fill()
        with self.assertRaisesRegex(UserError, "Nobody is known to own or run"):
            self.emergency.line_ids.action_create_complaint()

    def test_a_salesperson_works_off_his_own(self):
        """R7.11: sees and notes the vehicles of his customers, nobody else's."""
        self.hauliers[2].user_id = self.trucks[3].user_id = self.users["rival"]
        self.emergency.action_fill()
        emergency = self.emergency.with_user(self.users["seller"])
        self.assertEqual(emergency.vehicle_count, 2)
        lines = self.env["truck.emergency.vehicle"].with_user(self.users["seller"])
        own = lines.search([("emergency_id", "=", emergency.id)])
        self.assertEqual(own.partner_id, self.hauliers[0])
        own[0].write(
            {"state": "appointment", "date_appointment": "2026-03-02 08:00:00"}
        )
        self.assertEqual(own[0].state, "appointment")

    def test_a_salesperson_knows_that_figures_are_his_own(self):
        """R7.11: beside them stands how many vehicles there are in all."""
        self.hauliers[2].user_id = self.trucks[3].user_id = self.users["rival"]
        self.emergency.action_fill()
        self.emergency.line_ids[0].action_done()
        emergency = self.emergency.with_user(self.users["seller"])
        self.assertEqual((emergency.vehicle_count, emergency.total_count), (2, 3))
        self.assertEqual(
            emergency.progress_text, "Yours: 1 of 2 vehicles done (3 in all)"
        )
        self.assertEqual(emergency.next_line_ids.partner_id, self.hauliers[0])

    def test_what_is_left_comes_first_on_the_form(self):
        """R7.11: so many vehicles; those that are done come last."""
        self.emergency._add_vehicles(SQL("SELECT unnest(%s::int[])", self.trucks.ids))
        lines = self.emergency.line_ids.sorted(lambda line: line.vehicle_id.id)
        lines[0].action_done()
        self.assertEqual(self.emergency.next_line_ids[3], lines[0])
        with patch(f"{MODULE}.SHOWN", 2):
            self.emergency.invalidate_recordset(["next_line_ids"])
            self.assertEqual(len(self.emergency.next_line_ids), 2)
            self.assertNotIn(lines[0], self.emergency.next_line_ids)

    def test_buttons_are_for_who_may_press_them(self):
        """R7.11, R13.1: no button that ends in a refusal."""
        for model in ("truck.emergency", "truck.complaint.cluster"):
            for role in ("seller", "key", "service", "manager", "admin"):
                Model = self.env[model].with_user(self.users[role])
                if not Model.has_access("read"):
                    continue
                arch = etree.fromstring(Model.get_view(view_type="form")["arch"])
                buttons = arch.xpath("//header/button/@name")
                with self.subTest(model=model, role=role):
                    self.assertEqual(bool(buttons), Model.has_access("write"), buttons)
