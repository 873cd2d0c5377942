import base64
import io

import xlsxwriter

from odoo import models
from odoo.fields import Domain
from odoo.tools import split_every

BATCH = 1000
WIDTHS = {"subject": 40, "partner_id": 32, "dealer_id": 32, "vehicle_ids": 32}
# What people typed is text, whatever it begins with.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class TruckComplaintMonthly(models.TransientModel):
    """The same report as a sheet."""

    _inherit = "truck.complaint.monthly"

    def _write_sheet(self):
        """Make the file; rows are written one by one and never all in memory."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, OPTIONS) as book:
            bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
            formats = [book.add_format({"num_format": f}) for f in ("#,##0", "#,##0.0")]
            self._write_summary(book, bold, formats)
            for title, rows in self._get_tables():
                self._write_table(book, bold, formats, title, rows)
            self._write_complaints(book, bold)
        self.write(
            {
                "file": base64.b64encode(buffer.getvalue()),
                "file_name": f"{self.display_name}.xlsx",
            }
        )

    def _write_summary(self, book, bold, formats):
        sheet = book.add_worksheet(self.env._("Totals"))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 18)
        rows = [
            (self.env._("Company"), self.company_id.name),
            (self.env._("Month"), self._get_month_name()),
            (
                self.env._("Teams"),
                ", ".join(self.team_ids.mapped("name")) or self.env._("All teams"),
            ),
            (
                self.env._("Dealer"),
                self.dealer_id.display_name or self.env._("All dealers"),
            ),
        ]
        for number, (title, value) in enumerate(rows):
            sheet.write_string(number, 0, title, bold)
            sheet.write_string(number, 1, value)
        total = self._get_total()
        for number, (name, title, decimals) in enumerate(
            self._get_columns(), len(rows) + 1
        ):
            sheet.write_string(number, 0, title, bold)
            self._write_value(sheet, number, 1, total[name], formats[decimals])

    def _write_table(self, book, bold, formats, title, rows):
        sheet = book.add_worksheet(title[:31])
        columns = self._get_columns()
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(columns), 14)
        sheet.freeze_panes(1, 1)
        sheet.write_string(0, 0, title, bold)
        for place, (_name, head, _decimals) in enumerate(columns, 1):
            sheet.write_string(0, place, head, bold)
        for number, row in enumerate(rows, 1):
            sheet.write_string(number, 0, row["name"])
            for place, (name, _head, decimals) in enumerate(columns, 1):
                self._write_value(sheet, number, place, row[name], formats[decimals])

    def _write_complaints(self, book, bold):
        """List what was received or solved in the month."""
        sheet = book.add_worksheet(self.env._("Complaints"))
        sheet.freeze_panes(1, 1)
        Complaint = self.env["truck.complaint"]
        names = self._get_complaint_fields()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for place, name in enumerate(names):
            sheet.set_column(place, place, WIDTHS.get(name, 18))
            title = Complaint._fields[name]._description_string(self.env)
            sheet.write_string(0, place, title, bold)
        domains = self._get_domains()
        rows = self.env["truck.complaint.report"]._search(
            Domain.OR([domains["received"], domains["solved"]])
        )
        ids = Complaint.search([("id", "in", rows)], order="date_open, id").ids
        number = 0
        for batch in split_every(BATCH, ids, list):
            complaints = Complaint.browse(batch)
            for complaint in complaints:
                number += 1
                for place, name in enumerate(names):
                    self._write_field(sheet, number, place, complaint, name, moment)
            complaints.invalidate_recordset()

    def _get_complaint_fields(self):
        """Return the fields of complaints that are listed. A hook."""
        return [
            "name",
            "date_open",
            "partner_id",
            "vehicle_ids",
            "dealer_id",
            "category_id",
            "severity",
            "channel",
            "subject",
            "state",
            "team_id",
            "user_id",
            "date_response",
            "date_solved",
            "reopen_count",
        ]

    def _write_field(self, sheet, row, column, complaint, name, moment):
        """Write a field of a complaint; numbers and times can be reckoned with."""
        field, value = complaint._fields[name], complaint[name]
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, "")
        elif field.relational:
            value = ", ".join(value.mapped("display_name"))
        if field.type == "datetime" and value:
            local = self.company_id._truck_to_local(value).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, moment)
        elif field.type in ("integer", "float"):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, str(value))

    def _write_value(self, sheet, row, column, value, number_format):
        if value is not None:
            sheet.write_number(row, column, value, number_format)
