import base64
import csv
import io

import openpyxl
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import vin as vin_tools

MAX_SHOWN = 200


def _read_sheet(content):
    """Return the cells of the first column of the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_col=1, values_only=True)
    return ["" if value is None else str(value) for (value,) in rows]


def _read_text(content):
    """Return what stands first in each line of a text, in UTF-8 or Chinese."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    lines = [line.replace(";", ",").replace("\t", ",") for line in text.splitlines()]
    return [row[0] if row else "" for row in csv.reader(lines)]


class TruckEmergencyImport(models.TransientModel):
    """Takes VINs from a list or a file into an emergency; says what is wrong by row."""

    _name = "truck.emergency.import"
    _description = "Add VINs to an Emergency"

    emergency_id = fields.Many2one(
        "truck.emergency", required=True, ondelete="cascade", readonly=True
    )
    text = fields.Text(string="VINs", help="One in a row, as copied from a sheet.")
    file = fields.Binary(
        help="A sheet (.xlsx, .csv) or a text whose first column holds the VINs."
    )
    file_name = fields.Char()
    is_checked = fields.Boolean(readonly=True)
    good_count = fields.Integer(string="Vehicles to Add", readonly=True)
    known_count = fields.Integer(string="On the List Already", readonly=True)
    problem_count = fields.Integer(string="Rows With a Problem", readonly=True)
    problem_text = fields.Text(string="Problems", readonly=True)

    def action_check(self):
        """Look at every row and say which VINs cannot be taken; nothing is added.

        :raise UserError: when there is no row, or the file cannot be read
        """
        self.ensure_one()
        good, known, problems = self._check_rows(self._get_rows())
        shown = problems[:MAX_SHOWN]
        if len(problems) > MAX_SHOWN:
            more = len(problems) - MAX_SHOWN
            shown.append(self.env._("… and %(count)s more.", count=more))
        self.write(
            {
                "is_checked": True,
                "good_count": len(good),
                "known_count": known,
                "problem_count": len(problems),
                "problem_text": "\n".join(shown),
            }
        )
        return self._get_records_action(
            name=self.env._("Add VINs to %(name)s", name=self.emergency_id.name),
            target="new",
        )

    def action_add(self):
        """Add the vehicles of the rows that are right; note the others in the chatter.

        :raise UserError: when no row is right
        """
        self.ensure_one()
        good, _known, problems = self._check_rows(self._get_rows())
        if not good:
            raise UserError(
                self.env._(
                    "No row holds the VIN of a vehicle that could be added: press"
                    " “Check” and correct the rows."
                )
            )
        emergency = self.emergency_id
        emergency.check_access("write")
        count = emergency._add_vehicles(SQL("SELECT unnest(%s::int[])", good))
        self._note_problems(problems)
        action = emergency._notify_result(count)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _note_problems(self, problems):
        if problems:
            head = self.env._(
                "%(count)s rows of a list of VINs were left out:", count=len(problems)
            )
            rows = Markup().join(
                Markup("<li>%s</li>") % text for text in problems[:MAX_SHOWN]
            )
            self.emergency_id.message_post(
                body=Markup("<p>%s</p><ul>%s</ul>") % (head, rows)
            )

    def _get_rows(self):
        """Return ``[(number of the row, text)]`` of what was typed or uploaded."""
        rows = self._get_filled_rows((self.text or "").splitlines())
        if self.file:
            rows += self._read_file()
        if not rows:
            raise UserError(
                self.env._("There is no VIN: paste a list, or choose a file.")
            )
        return rows

    def _read_file(self):
        """Return the first column of the file by rows."""
        content = base64.b64decode(self.with_context(bin_size=False).file)
        try:
            is_sheet = content[:2] == b"PK"  # a sheet is a zip archive
            cells = _read_sheet(content) if is_sheet else _read_text(content)
        except Exception as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read (%(error)s). Save it as .xlsx or .csv and"
                    " choose it again.",
                    file=self.file_name or self.env._("The file"),
                    error=error,
                )
            ) from error
        return self._get_filled_rows(cells)

    def _get_filled_rows(self, texts):
        """Return the rows that hold something, without a headline."""
        rows = [(number, text) for number, text in enumerate(texts, 1) if text.strip()]
        if rows and not any(map(str.isdigit, rows[0][1])):
            del rows[0]
        return rows

    def _check_rows(self, rows):
        """Look up the VINs of rows, by one query for all.

        :return: ids of vehicles to add; how many are on the list; what is wrong by row
        """
        vins = [(number, vin_tools.normalise(text)) for number, text in rows]
        found = dict(
            (vehicle.vin, vehicle.id)
            for vehicle in self.env["truck.vehicle"].search_fetch(
                [("vin", "in", list({vin for _number, vin in vins}))], ["vin"]
            )
        )
        there = self.env["truck.emergency.vehicle"].search_fetch(
            [
                ("emergency_id", "=", self.emergency_id.id),
                ("vehicle_id", "in", list(found.values())),
            ],
            ["vehicle_id"],
        )
        there = set(there.vehicle_id.ids)
        good, known, problems = {}, 0, []
        for number, vin in vins:
            vehicle_id = found.get(vin)
            if vehicle_id in there:
                known += 1
            elif vehicle_id:
                good[vehicle_id] = True
            else:
                problems.append(self._get_problem(number, vin))
        return list(good), known, problems

    def _get_problem(self, number, vin):
        """Return what is wrong with a VIN and what to do."""
        wrong = vin_tools.wrong_characters(vin)
        if wrong:
            return self.env._(
                "Row %(row)s: %(vin)s holds %(wrong)s, which no VIN does. Compare it"
                " with the papers.",
                row=number,
                vin=vin,
                wrong=wrong,
            )
        if len(vin) != vin_tools.VIN_LENGTH:
            return self.env._(
                "Row %(row)s: %(vin)s has %(count)s characters instead of 17. Correct"
                " it.",
                row=number,
                vin=vin,
                count=len(vin),
            )
        return self.env._(
            "Row %(row)s: there is no vehicle with the VIN %(vin)s. Enter the vehicle"
            " first.",
            row=number,
            vin=vin,
        )
