import base64
import csv
import io
from datetime import date, datetime, time, timedelta

from openpyxl import load_workbook
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

try:
    from chinese_calendar import constants as chinese_calendar
except ImportError:  # not everybody needs it: a file does as well
    chinese_calendar = None

WORK = ("work", "班", "上班", "调休", "調休", "补班", "補班", "工作日")
REST = ("holiday", "rest", "休", "放假", "假", "休息", "节假日", "假日")
SIZE_LIMIT = 1_000_000


class TruckWorkingDayLoad(models.TransientModel):
    """Writes the public holidays of a year, and the days that make up for them.

    From a Python library that is kept up to date with what the State Council says each
    November, or from a file of days.
    """

    _name = "truck.working.day.load"
    _description = "Load Holidays and Make-up Working Days"

    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Empty: in all working hours of the company.",
    )
    weekday = fields.Selection(
        selection=lambda self: self._selection_weekday(),
        string="Make-up Days Work Like",
        required=True,
        default="0",
    )
    source = fields.Selection(
        selection=[
            ("library", "Public Holidays of China"),
            ("file", "A File"),
        ],
        required=True,
        default="library",
    )
    file = fields.Binary(help="CSV or Excel: day, kind (holiday or work), name.")
    filename = fields.Char()

    @api.model
    def _selection_weekday(self):
        field = self.env["truck.working.day"]._fields["weekday"]
        return field._description_selection(self.env)

    def action_load(self):
        """Write the days of the year; doing it twice changes nothing.

        Make-up working days of the year are replaced, holidays added where they are
        missing. Deadlines of open complaints follow by a job.

        :raise UserError: when the library is not there or does not know the year, or
            a row of the file cannot be read
        """
        self.ensure_one()
        if not self.env.user.has_group("truck_crm.truck_crm_group_admin"):
            raise AccessError(
                self.env._("Only administrators of Truck CRM load working days.")
            )
        days = self._read_library() if self.source == "library" else self._read_file()
        holidays = self._add_holidays(
            {d: n for d, (k, n) in days.items() if k == "rest"}
        )
        makeups = self._replace_working_days(
            {d: name for d, (kind, name) in days.items() if kind == "work"}
        )
        message = self.env._(
            "%(year)s: %(holidays)s holidays and %(makeups)s make-up working days"
            " written.",
            year=self.year,
            holidays=holidays,
            makeups=makeups,
        )
        return self._get_notice(message)

    def _get_notice(self, message):
        """Return the action that says what was done, and shows the days."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_working_day_action"
        )
        params = {"type": "success", "message": message, "next": action}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": params,
        }

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _read_library(self):
        """Return ``{day: (kind, name)}`` of the year by the library.

        :raise UserError: when it is missing, or too old for the year
        """
        if chinese_calendar is None:
            raise UserError(
                self.env._(
                    "The Python package “chinesecalendar” is not installed on the"
                    " server. Have it installed, or choose A File as the source."
                )
            )
        days = {}
        for kind, known in (
            ("rest", chinese_calendar.holidays),
            ("work", chinese_calendar.workdays),
        ):
            for day, name in known.items():
                if day.year == self.year:
                    days[day] = (kind, self._get_holiday_name(name))
        if not days:
            last = max(day.year for day in chinese_calendar.holidays)
            raise UserError(
                self.env._(
                    "Year: the installed “chinesecalendar” knows holidays up to"
                    " %(last)s only. Have a newer version installed (it comes each"
                    " November), or choose A File as the source.",
                    last=last,
                )
            )
        return days

    @api.model
    def _get_holiday_name(self, name):
        """Return the name of a holiday as the user writes it."""
        if not (self.env.lang or "").startswith("zh"):
            return name
        return chinese_calendar.Holiday(name).chinese

    def _read_file(self):
        """Return ``{day: (kind, name)}`` of the file; all of it can be read, or none.

        :raise UserError: with the row, and what is wrong with it
        """
        if not self.file:
            raise UserError(self.env._("File: choose a CSV or Excel file of days."))
        content = base64.b64decode(self.file)
        if len(content) > SIZE_LIMIT:
            raise UserError(self.env._("File: it is larger than 1 MB."))
        days, errors = {}, []
        for number, cells in enumerate(self._get_rows(content), 1):
            if not any(cells) or (number == 1 and not self._read_date(cells[0])):
                continue  # an empty row, or the head
            problem = self._read_row(cells, days)
            if problem:
                errors.append(
                    self.env._("Row %(row)s: %(problem)s", row=number, problem=problem)
                )
        if errors:
            raise UserError("\n".join(errors[:20]))
        if not days:
            raise UserError(
                self.env._("File: there is no day of %(year)s in it.", year=self.year)
            )
        return days

    def _get_rows(self, content):
        """Return the rows of a file as lists of three cells."""
        try:
            if content[:2] == b"PK":
                book = load_workbook(
                    io.BytesIO(content), read_only=True, data_only=True
                )
                rows = [list(row) for row in book.worksheets[0].values]
            else:
                text = self._decode(content)
                dialect = csv.Sniffer().sniff(text[:1000], delimiters=",;\t")
                rows = list(csv.reader(io.StringIO(text), dialect))
        except Exception as error:
            # whatever a broken file makes the readers raise
            raise UserError(
                self.env._(
                    "File: it can be read neither as Excel (.xlsx) nor as CSV"
                    " (%(error)s). Save it anew.",
                    error=error,
                )
            ) from error
        return [[*row, None, None, None][:3] for row in rows]

    @api.model
    def _decode(self, content):
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("gb18030")

    def _read_row(self, cells, days):
        """Add a row to the days; return what is wrong with it."""
        day = self._read_date(cells[0])
        kind = str(cells[1] or "").strip().lower()
        if not day:
            return self.env._(
                "“%(day)s” is no day. Write it as 2026-10-01.", day=cells[0] or ""
            )
        if day.year != self.year:
            return None
        if kind not in (*WORK, *REST):
            return self.env._(
                "“%(kind)s” is no kind of day. Write holiday or work (休 or 班).",
                kind=cells[1] or "",
            )
        days[day] = ("work" if kind in WORK else "rest", str(cells[2] or "").strip())
        return None

    @api.model
    def _read_date(self, cell):
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = str(cell or "").strip().replace("/", "-").replace(".", "-")
        try:
            return date(*map(int, text.split("-")))
        except (TypeError, ValueError):
            return None

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    def _add_holidays(self, names):
        """Add leaves for the days that are none yet; return how many days.

        Days in a row with the same name become one leave.
        """
        # sudo: global leaves are for the settings; the role was asked for
        Leave = self.env["resource.calendar.leaves"].sudo()
        missing = sorted(names.keys() - self._get_holidays(Leave))
        spans = []
        for day in missing:
            if (
                spans
                and spans[-1][1] == day - timedelta(days=1)
                and names[spans[-1][1]] == names[day]
            ):
                spans[-1][1] = day
            else:
                spans.append([day, day])
        leaves = Leave.create(
            [
                {
                    "name": names[first] or self.env._("Public Holiday"),
                    "calendar_id": self.calendar_id.id,
                    "date_from": self._to_utc(first, time.min),
                    "date_to": self._to_utc(last, time(23, 59, 59)),
                    "time_type": "leave",
                }
                for first, last in spans
            ]
        )
        leaves.flush_recordset()  # computed as the user's company, if anything
        leaves.company_id = self.company_id
        return len(missing)

    def _get_holidays(self, Leave):
        """Return the days of the year that are holidays as a whole already."""
        leaves = Leave.search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("company_id", "in", [False, self.company_id.id]),
                ("calendar_id", "in", [False, self.calendar_id.id]),
                ("date_to", ">=", self._to_utc(date(self.year, 1, 1), time.min)),
                ("date_from", "<", self._to_utc(date(self.year + 1, 1, 1), time.min)),
            ]
        )
        days, day = set(), date(self.year, 1, 1)
        spans = [(leave.date_from, leave.date_to) for leave in leaves]
        while day.year == self.year:
            first = self._to_utc(day, time.min)
            last = self._to_utc(day, time(23, 59, 59))
            if any(start <= first and last <= stop for start, stop in spans):
                days.add(day)
            day += timedelta(days=1)
        return days

    def _to_utc(self, day, hour):
        calendar = self.calendar_id or self.company_id.resource_calendar_id
        here = timezone(calendar.tz or "UTC")
        moment = here.localize(datetime.combine(day, hour))
        return moment.astimezone(utc).replace(tzinfo=None)

    def _replace_working_days(self, names):
        """Make the make-up working days of the year those that are given."""
        WorkingDay = self.env["truck.working.day"]
        old = WorkingDay.search(
            [
                ("company_id", "=", self.company_id.id),
                ("calendar_id", "=", self.calendar_id.id),
                ("date", ">=", date(self.year, 1, 1)),
                ("date", "<=", date(self.year, 12, 31)),
            ]
        )
        old.filtered(lambda row: row.date not in names).unlink()
        known = set(old.exists().mapped("date"))
        WorkingDay.create(
            [
                {
                    "name": name,
                    "date": day,
                    "company_id": self.company_id.id,
                    "calendar_id": self.calendar_id.id,
                    "weekday": self.weekday,
                }
                for day, name in sorted(names.items())
                if day not in known
            ]
        )
        return len(names.keys() - known)

    @api.depends("year")
    def _compute_display_name(self):
        for wizard in self:
            first = wizard.year and date(wizard.year, 1, 1)
            wizard.display_name = first and format_date(
                self.env, first, date_format="yyyy"
            )
