import base64
import io
from datetime import datetime
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time
from lxml import html
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..reports.ir_actions_report import MM
from .common import VINS, TruckCrmCommon

NOON = "2026-05-20 04:00:00"


@tagged("post_install", "-at_install")
class TestTruckComplaintMonthly(TruckCrmCommon):
    """R7.12: the service report of a month, and the sheet of one complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.teams = cls.env["truck.complaint.team"].create(
            [{"name": "Day"}, {"name": "Night"}]
        )
        cls.category = cls.env["truck.complaint.category"].create({"name": "Quality"})
        cls.env["truck.complaint"].sudo().search([]).active = False
        # received, first answer, solved, team, dealer
        rows = [
            ("2026-03-15 08:00:00", "2026-03-15 09:00:00", None, 0, cls.qinzhou),
            ("2026-04-01 08:00:00", "2026-04-01 10:00:00", "2026-04-02 08:00:00", 0)
            + (cls.qinzhou,),
            ("2026-04-10 08:00:00", "2026-04-10 12:00:00", "2026-05-01 08:00:00", 0)
            + (cls.north,),
            # the 1st of April in China
            ("2026-03-31 16:00:00", None, None, 1, cls.qinzhou),
            # the 1st of May in China
            ("2026-04-30 16:00:00", None, None, 1, cls.qinzhou),
        ]
        cls.complaints = cls.env["truck.complaint"].create(
            [cls._prepare(*row) for row in rows]
        )
        cls.complaints.flush_recordset()
        for complaint, row in zip(cls.complaints, rows, strict=True):
            cls.env.cr.execute(
                """UPDATE truck_complaint SET date_response = %s, date_solved = %s,
                          user_id = NULL WHERE id = %s""",
                [row[1], row[2], complaint.id],
            )
        cls.complaints.invalidate_recordset()
        # working hours of answers and solutions, as clocks have counted them
        for number, kind, hours in (
            (1, "response", 1.5),
            (2, "response", 2.5),
            (1, "solution", 8),
            (2, "solution", 90),
        ):
            clocks = cls.complaints[number].clock_ids
            clock = clocks.filtered(lambda c, kind=kind: c.kind == kind)
            clock.write({"state": "done", "used_hours": hours})
        cls.report = cls._make()

    @classmethod
    def _prepare(cls, opened, _answered, _solved, team, dealer):
        return {
            "subject": "=1+1",
            "partner_id": cls.customer.id,
            "category_id": cls.category.id,
            "date_open": opened,
            "team_id": cls.teams[team].id,
            "dealer_id": dealer.id,
        }

    @classmethod
    def _make(cls, user="manager", **values):
        Report = cls.env["truck.complaint.monthly"].with_user(cls.users[user])
        return Report.create({"month": "2026-04-17", **values})

    def test_last_month_is_proposed(self):
        report = self.env["truck.complaint.monthly"].create({})
        self.assertEqual(report.month, self._date("2026-04-01"))

    def test_figures_of_a_month(self):
        """R7.12: by the company's days, what came in, was solved, is left."""
        total = self.report._get_total()
        self.assertEqual((total["received"], total["solved"]), (3, 1))
        self.assertEqual((total["open_before"], total["open_after"]), (1, 3))
        self.assertEqual((total["response_hours"], total["solution_hours"]), (2, 8))
        self.assertEqual(total["solution_days"], 1)
        self.assertIsNone(total["promises_kept"])

    def test_by_team_and_dealer(self):
        rows = {row["name"]: row for row in self.report._get_rows("team_id")}
        self.assertEqual([rows[n]["received"] for n in ("Day", "Night")], [2, 1])
        self.assertIsNone(rows["Night"]["response_hours"])
        rows = {row["name"]: row for row in self.report._get_rows("dealer_id")}
        self.assertEqual(rows[self.qinzhou.display_name]["received"], 2)

    def test_one_team_or_one_branch(self):
        """R7.12: of a dealer with all below it."""
        report = self._make(team_ids=[Command.set(self.teams[1].ids)])
        self.assertEqual(report._get_total()["received"], 1)
        report = self._make(dealer_id=self.south.id)
        self.assertEqual(report._get_total()["received"], 2)

    def test_an_empty_month(self):
        report = self._make(month="2020-01-01")
        self.assertEqual(report._get_total()["received"], 0)
        self.assertEqual(report._get_rows("team_id"), [])
        self.assertIn("Service Report January 2020", report.display_name)
        self._render("report_complaint_monthly", report)

    def test_a_month_to_come_is_refused(self):
        report = self._make(month="2026-06-01")
        for action in (report.action_print, report.action_export):
            with self.assertRaisesRegex(UserError, "June 2026 has not begun"):
                action()

    def test_groups_are_read_together(self):
        """R7.12: many dealers take as many queries as one."""
        self.report._get_rows("dealer_id")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._make(dealer_id=self.north.id)._get_rows("dealer_id")
        one = self.env.cr.sql_log_count - before
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._make()._get_rows("dealer_id")
        self.assertLessEqual(self.env.cr.sql_log_count - before, one + 2)

    # --- Excel ---

    def _open_sheet(self, report):
        action = report.action_export()
        self.assertEqual(action["type"], "ir.actions.act_url")
        content = base64.b64decode(report.file)
        return openpyxl.load_workbook(io.BytesIO(content))

    def test_sheet(self):
        """R7.12: figures are numbers; what people typed is never a formula."""
        book = self._open_sheet(self.report)
        self.assertEqual(book.sheetnames[0], "Totals")
        summary = {row[0].value: row[1].value for row in book["Totals"]}
        self.assertEqual(summary["Received"], 3)
        self.assertEqual(summary["Teams"], "All teams")
        rows = list(book["By Team"].values)
        self.assertEqual(rows[1][:3], ("Day", 2, 1))
        listed = book["Complaints"]
        self.assertEqual(listed.max_row, 4)
        subjects = [cell for cell in listed["I"]][1:]
        self.assertEqual({cell.value for cell in subjects}, {"=1+1"})
        self.assertEqual({cell.data_type for cell in subjects}, {"s"})

    def test_sheet_can_be_reckoned_with(self):
        """R7.12: decimals stand below each other, times and counts are no texts."""
        book = self._open_sheet(self.report)
        heads, first = list(book["By Team"])[:2]
        formats = {h.value: c.number_format for h, c in zip(heads, first, strict=True)}
        self.assertEqual(formats["Received"], "#,##0")
        self.assertEqual(formats["Answer (working hours)"], "#,##0.0")
        heads, *rows = book["Complaints"].values
        row = dict(zip(heads, rows[0], strict=True))
        # by the clock of the company
        self.assertEqual(row["Received On"], datetime(2026, 4, 1))
        self.assertEqual((row["Solved On"], row["Times Re-Opened"]), (None, 0))
        row = dict(zip(heads, rows[1], strict=True))
        self.assertEqual(row["Solved On"], datetime(2026, 4, 2, 16))

    def test_sheet_holds_what_the_user_may_see(self):
        self.complaints[1].sudo().is_confidential = True
        book = self._open_sheet(self._make())
        self.assertEqual(book["Complaints"].max_row, 3)

    # --- on paper ---

    def _render(self, name, records):
        report = f"truck_crm.{name}"
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            report, records.ids
        )
        return html.fromstring(content)

    def _get_text(self, page):
        return " ".join(page.text_content().split())

    def test_monthly_report_on_paper(self):
        page = self._render("report_complaint_monthly", self.report.sudo())
        text = self._get_text(page)
        self.assertIn("Service Report April 2026", text)
        self.assertIn(self.env.company.name, text)
        titles = ("Solution (working hours)", "Solution (calendar days)")
        for name in ("By Team", "By Dealer", "Quality", "Day", *titles):
            self.assertIn(name, text)

    def test_no_page_cuts_a_row(self):
        """R7.12: a long table comes in pieces that fit on a page, each with heads."""
        lengths = [len(piece) for piece in self.report._get_pieces(range(45))]
        self.assertEqual(lengths, [20, 20, 5])
        with patch("odoo.addons.truck_crm.reports.truck_complaint_monthly.PIECE", 1):
            page = self._render("report_complaint_monthly", self.report.sudo())
        tables = page.xpath("//div[@name='tables']//table")
        self.assertTrue(all(table.xpath("./thead//th") for table in tables))
        self.assertEqual({len(table.xpath("./tbody/tr")) for table in tables}, {1})

    def test_complaint_sheet(self):
        """R7.6: what is known of the case, in blocks that can be inherited."""
        complaint = self.complaints[0]
        complaint.vehicle_ids = self._create_vehicle(VINS[0])
        self.env["truck.complaint.promise"].create(
            {
                "complaint_id": complaint.id,
                "name": "Tow the truck",
                "date_due": "2026-05-25 08:00:00",
            }
        )
        page = self._render("report_complaint_sheet", complaint)
        text = self._get_text(page)
        for part in (complaint.name, VINS[0], "Haulier", "Tow the truck", "=1+1"):
            self.assertIn(part, text)
        names = {node.get("name") for node in page.xpath("//div[@name]")}
        self.assertLessEqual({"facts", "what", "promises", "end"}, names)

    def test_all_who_were_called_are_on_the_sheet(self):
        """R7.6: people of dealers, who are no users, and why nobody was."""
        complaint = self.complaints[0]
        level = self.env["truck.escalation.level"].search([], limit=1)
        staff = self.env["res.partner"].create([{"name": "Workshop"}, {"name": "Shop"}])
        for cycle, vals in enumerate(
            ({"partner_ids": staff.ids}, {"note": "Nobody there"}), 7
        ):
            self.env["truck.complaint.escalation"].create(
                {
                    "complaint_id": complaint.id,
                    "clock_id": complaint.clock_ids[:1].id,
                    "level_id": level.id,
                    "cycle": cycle,
                    "date": "2026-05-25 08:00:00",
                    **vals,
                }
            )
        text = self._get_text(self._render("report_complaint_sheet", complaint))
        self.assertIn("Workshop, Shop", text)
        self.assertIn("Nobody there", text)

    def test_what_was_learnt_is_on_the_sheet(self):
        """R7.6: cause, remedy, lesson, cost; no headline over nothing."""
        complaint = self.complaints[0]
        complaint.write(
            {
                "cause": "<p><br></p>",
                "remedy": "<p>Seal replaced</p>",
                "lesson": "Check the seal on delivery",
                "cost": 1250,
            }
        )
        text = self._get_text(self._render("report_complaint_sheet", complaint))
        for part in ("Seal replaced", "Lesson Check the seal", "1,250.00"):
            self.assertIn(part, text)
        self.assertNotIn("Root Cause", text)

    def test_what_customers_write_is_not_run(self):
        complaint = self.complaints[0]
        complaint.write(
            {
                "subject": "<script>alert(1)</script>",
                "description": "<p>bad<script>alert(2)</script></p>",
            }
        )
        page = self._render("report_complaint_sheet", complaint)
        scripts = [node.text or "" for node in page.xpath("//script")]
        self.assertFalse([text for text in scripts if "alert" in text])

    def test_pages_are_numbered(self):
        """R7.12: in the document itself, whatever build of wkhtmltopdf there is."""
        pages = io.BytesIO()
        paper = canvas.Canvas(pages, pagesize=A4)
        paper.drawString(40, A4[1] - 23 * MM, "Maker")  # the head
        for _page in range(3):
            paper.drawString(40, 400, "text")
            paper.showPage()
        paper.save()
        numbered = self.env["ir.actions.report"]._truck_number_pages(pages)
        reader = PdfFileReader(numbered)
        texts = [
            reader.getPage(number).extract_text()
            for number in range(reader.getNumPages())
        ]
        for number, text in enumerate(texts, 1):
            self.assertIn(f"{number} / 3", text)
            self.assertIn("Maker", text)
            self.assertIn("text", text)
