from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class TruckWorkingDay(models.Model):
    """A day on which people work although the week says otherwise.

    In China a public holiday is made longer by a weekend, and made up for by working
    on another one (调休). Odoo's calendars know weeks and leaves only.
    """

    _name = "truck.working.day"
    _description = "Make-up Working Day"
    _inherit = ["truck.clock.source"]
    _order = "date desc, id"
    _truck_clock_fields = frozenset(
        {"date", "company_id", "calendar_id", "weekday", "hour_from", "hour_to"}
    )

    name = fields.Char(string="Made Up For", help="The holiday that it makes up for.")
    date = fields.Date(string="Day", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: in all working hours of the company.",
    )
    weekday = fields.Selection(
        selection=[
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="Works Like",
        default="0",
        help="The hours of that weekday hold. Empty: those entered beside it.",
    )
    hour_from = fields.Float(string="From (hour)", default=8.0)
    hour_to = fields.Float(string="To (hour)", default=17.0)

    _once_uniq = models.UniqueIndex(
        "(company_id, coalesce(calendar_id, 0), date)",
        "This day is a make-up working day of these working hours already.",
    )

    @api.depends("date", "name")
    def _compute_display_name(self):
        for day in self:
            date = day.date and format_date(self.env, day.date)
            day.display_name = " ".join(filter(None, (date, day.name)))

    @api.constrains("weekday", "hour_from", "hour_to")
    def _check_hours(self):
        for day in self:
            if not day.weekday and not 0 <= day.hour_from < day.hour_to <= 24:
                raise ValidationError(
                    self.env._(
                        "Make-up Working Day %(day)s: From (hour) must be before To"
                        " (hour), both from 0 to 24; or choose a weekday in Works"
                        " Like.",
                        day=day.display_name,
                    )
                )

    def _get_hours(self, calendar):
        """Return the hours ``[(from, to)]`` of this day in a calendar."""
        self.ensure_one()
        if not self.weekday:
            return [(self.hour_from, self.hour_to)]
        if calendar.flexible_hours:
            half = calendar.hours_per_day / 2
            return [(12 - half, 12 + half)]
        attendances = calendar.attendance_ids.filtered(
            lambda a: a.dayofweek == self.weekday and a._is_work_period()
        )
        if calendar.two_weeks_calendar:
            week = str(attendances.get_week_type(self.date))
            attendances = attendances.filtered(lambda a: a.week_type == week)
        return [(a.hour_from, a.hour_to) for a in attendances]
