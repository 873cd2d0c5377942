from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import models
from odoo.tools.date_utils import float_to_time

from ..tools.working_time import WorkingTime


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "truck.clock.source"]

    # its weeks and time off have records of their own, which tell by themselves
    _truck_clock_fields = frozenset(
        {"flexible_hours", "hours_per_day", "schedule_type", "two_weeks_calendar", "tz"}
    )

    def _truck_moves_clocks(self):
        return self._truck_is_used()

    def _truck_is_used(self):
        """Tell whether complaints are answered in the hours of one of these."""
        if not self:
            return False
        # sudo: of any team and company; nothing is told of them
        teams = self.env["truck.complaint.team"].sudo()
        companies = self.env["res.company"].sudo()
        every = [("active", "in", [True, False])]
        return bool(
            companies.search_count(
                [*every, ("resource_calendar_id", "in", self.ids)], limit=1
            )
            or teams.search_count([*every, ("calendar_id", "in", self.ids)], limit=1)
        )

    def _truck_get_working_time(self, company, start, stop):
        """Return the working time of this calendar in a company, as a table to bisect.

        Attendances without breaks, less public holidays, and the working days that the
        company has besides (``truck.working.day``). A calendar without attendances
        never closes.

        :param start: moment (naive, UTC) from which on it will be asked for
        :param stop: moment up to which; what lies outside is read when asked for
        :return: ``tools.working_time.WorkingTime``
        """
        self.ensure_one()
        # sudo: a deadline is the same whoever saves; holidays have rules of their own
        calendar = self.sudo()
        return WorkingTime(
            lambda first, last: calendar._truck_get_stretches(company, first, last),
            start,
            stop,
        )

    def _truck_get_stretches(self, company, start, stop):
        """Return the pairs of moments (naive, UTC) between which is work."""
        if not self.attendance_ids and not self.flexible_hours:
            return [(start, stop)]
        # whole weeks: flexible hours are laid out from the first day that is asked for
        here = timezone(self.tz)
        first = utc.localize(start).astimezone(here).date()
        first -= timedelta(days=first.weekday())
        last = utc.localize(stop).astimezone(here).date() + timedelta(days=1)
        domain = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, *company.parent_ids.ids]),
        ]
        bounds = [
            here.localize(datetime.combine(day, time.min)) for day in (first, last)
        ]
        intervals = self._work_intervals_batch(*bounds, domain=domain)[False]
        extra = self._truck_get_extra_days(company, first, last)
        stretches = [
            (_to_utc(begin), _to_utc(end))
            for begin, end, _attendance in intervals
            if begin.date() not in extra
        ]
        for day, hours in extra.items():
            for begin, end in hours:
                moments = [here.localize(_at_hour(day, hour)) for hour in (begin, end)]
                stretches.append(tuple(map(_to_utc, moments)))
        return stretches

    def _truck_get_extra_days(self, company, first, last):
        """Return ``{day: [(hour from, hour to)]}`` of what the week does not know."""
        days = self.env["truck.working.day"].search(
            [
                ("company_id", "in", company.parent_ids.ids),
                ("calendar_id", "in", [False, self.id]),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            # what is said of this calendar, and of the company itself, comes last
            order="calendar_id desc, company_id",
        )
        return {day.date: day._get_hours(self) for day in days}


def _at_hour(day, hour):
    return datetime.combine(day, float_to_time(hour))


def _to_utc(moment):
    """Return a moment as naive UTC; 23:59:59.999999 is the end of the day."""
    moment = moment.astimezone(utc).replace(tzinfo=None)
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return moment
