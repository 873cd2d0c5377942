from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.date_utils import parse_date

from ..tools import birthday as calendar

_LUNAR_FIELDS = (
    "birthday_calendar",
    "lunar_year",
    "lunar_month",
    "lunar_day",
    "is_lunar_leap",
)


def get_lunar_text(env, month, day, leap=False):
    """Return a lunar day as people of the user's language write it."""
    lang = env.lang or ""
    if lang.startswith("zh"):
        traditional = lang in ("zh_TW", "zh_HK")
        return calendar.lunar_text(month, day, leap, traditional)
    if leap:
        return env._("Leap Month %(month)s, Day %(day)s", month=month, day=day)
    return env._("Month %(month)s, Day %(day)s", month=month, day=day)


class TruckBirthdayMixin(models.AbstractModel):
    """A birthday by the solar or the lunar calendar, and when it is next kept."""

    _name = "truck.birthday.mixin"
    _description = "Birthday"

    birthday = fields.Date(
        string="Date of Birth",
        compute="_compute_birthday",
        store=True,
        readonly=False,
        help="By the solar calendar. Of a lunar birthday it is reckoned from the lunar"
        " date, when its year is known.",
    )
    birthday_calendar = fields.Selection(
        selection=[("solar", "Solar"), ("lunar", "Lunar")],
        string="Birthday Kept By",
        required=True,
        default="solar",
    )
    lunar_year = fields.Integer(help="Leave it at zero when it is not known.")
    lunar_month = fields.Integer()
    lunar_day = fields.Integer()
    is_lunar_leap = fields.Boolean(
        string="Leap Month",
        help="Born in the leap month of that number; kept in the ordinary one.",
    )
    lunar_text = fields.Char(string="Lunar Birthday", compute="_compute_lunar_text")
    # Day and month as a number, by which the next birthdays are found and sorted.
    birthday_key = fields.Integer(
        compute="_compute_birthday_key",
        store=True,
        index=True,
        readonly=True,
        exportable=False,
    )
    next_birthday = fields.Date(
        compute="_compute_next_birthday", search="_search_next_birthday"
    )
    days_to_birthday = fields.Integer(
        string="Days to Birthday",
        compute="_compute_next_birthday",
        search="_search_days_to_birthday",
    )
    age = fields.Integer(compute="_compute_next_birthday")

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends(*_LUNAR_FIELDS)
    def _compute_birthday(self):
        for record in self:
            if record.birthday_calendar != "lunar" or not record._has_lunar_day():
                # typed by a person: to assign it keeps it
                record.birthday = record.birthday
                continue
            try:
                record.birthday = record.lunar_year and record._get_solar_date()
            except calendar.NoSuchLunarDay:
                record.birthday = False  # refused by _check_lunar_date

    @api.depends("birthday", *_LUNAR_FIELDS)
    @api.depends_context("lang")
    def _compute_lunar_text(self):
        for record in self:
            day = record.birthday_calendar == "lunar" and record._get_lunar_day()
            record.lunar_text = get_lunar_text(record.env, *day) if day else False

    @api.depends("birthday", *_LUNAR_FIELDS)
    def _compute_birthday_key(self):
        for record in self:
            is_lunar = record.birthday_calendar == "lunar"
            day = record._get_lunar_day() if is_lunar else record._get_solar_day()
            record.birthday_key = day and calendar.key(*day[:2], lunar=is_lunar)

    @api.depends("birthday", "birthday_key")
    @api.depends_context("company")
    def _compute_next_birthday(self):
        today = self._get_today()
        for record in self:
            key, born = record.birthday_key, record.birthday
            next_day = calendar.next_day(key, today) if key else False
            record.next_birthday = next_day
            record.days_to_birthday = (next_day - today).days if next_day else 0
            passed = born and (today.month, today.day) >= (born.month, born.day)
            record.age = today.year - born.year - (not passed) if born else 0

    @api.model
    def _search_next_birthday(self, operator, value):
        if operator == "in":
            return Domain.OR(self._get_domain_on(day) for day in value)
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        last = fields.Date.to_date(
            parse_date(value, self.env) if isinstance(value, str) else value
        )
        if operator in ("<", ">="):
            last = fields.Date.subtract(last, days=1)
        domain = Domain("birthday_key", "in", self._get_keys_until(last))
        if operator in ("<", "<="):
            return domain
        return Domain("birthday_key", "!=", 0) & ~domain

    @api.model
    def _search_days_to_birthday(self, operator, value):
        today, longest = self._get_today(), calendar.LONGEST_WAIT + 1

        def get_day(days):
            return fields.Date.add(today, days=max(-1, min(days, longest)))

        if operator == "in":
            value = [get_day(days) for days in value]
        elif operator in ("<", "<=", ">", ">="):
            value = get_day(value)
        return self._search_next_birthday(operator, value)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by the next birthday, though it is not stored."""
        if field_name != "next_birthday":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        today = self._get_today()
        keys = calendar.keys_between(
            today, fields.Date.add(today, days=calendar.LONGEST_WAIT)
        )
        column = self._field_to_sql(alias, "birthday_key", query)
        # the last place is theirs whose birthday is not known
        return SQL("array_position(%s, %s) %s", keys, column, direction)

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("birthday", *_LUNAR_FIELDS)
    def _check_birthday(self):
        today = self._get_today()
        for record in self.filtered("birthday"):
            if not calendar.FIRST_YEAR <= record.birthday.year:
                raise ValidationError(
                    self.env._(
                        "Date of Birth of %(name)s: %(date)s is before %(year)s."
                        " Correct the year.",
                        name=record.display_name,
                        date=format_date(self.env, record.birthday),
                        year=calendar.FIRST_YEAR,
                    )
                )
            if record.birthday > today:
                raise ValidationError(
                    self.env._(
                        "Date of Birth of %(name)s: %(date)s is in the future. Enter a"
                        " day not after today, %(today)s.",
                        name=record.display_name,
                        date=format_date(self.env, record.birthday),
                        today=format_date(self.env, today),
                    )
                )

    @api.constrains(*_LUNAR_FIELDS)
    def _check_lunar_date(self):
        for record in self.filtered(lambda r: r.birthday_calendar == "lunar"):
            if not record._is_lunar_date_valid():
                raise ValidationError(
                    self.env._(
                        "Lunar birthday of %(name)s: year %(year)s, month %(month)s,"
                        " day %(day)s (leap month: %(leap)s) is not in the lunar"
                        " calendar. Correct month (1-12), day (1-30), year (from 1900,"
                        " zero when unknown) or Leap Month.",
                        name=record.display_name,
                        year=record.lunar_year,
                        month=record.lunar_month,
                        day=record.lunar_day,
                        leap=self.env._("yes")
                        if record.is_lunar_leap
                        else self.env._("no"),
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.onchange("birthday_calendar")
    def _onchange_birthday_calendar(self):
        """Carry the date over to the other calendar; nobody looks it up twice."""
        if self.birthday_calendar == "lunar" and self.birthday and not self.lunar_day:
            lunar = calendar.to_lunar(self.birthday)
            self.lunar_year, self.lunar_month, self.lunar_day = lunar[:3]
            self.is_lunar_leap = lunar[3]

    def _has_lunar_day(self):
        return 1 <= self.lunar_month <= 12 and 1 <= self.lunar_day <= 30

    def _get_lunar_day(self):
        """Return month, day and leap of the lunar birthday, or nothing.

        As typed, else what lunar day the date of birth was.
        """
        if self._has_lunar_day():
            return self.lunar_month, self.lunar_day, self.is_lunar_leap
        return self.birthday and calendar.to_lunar(self.birthday)[1:]

    def _get_solar_day(self):
        return self.birthday and (self.birthday.month, self.birthday.day)

    def _get_solar_date(self):
        return calendar.to_solar(
            self.lunar_year, self.lunar_month, self.lunar_day, self.is_lunar_leap
        )

    def _is_lunar_date_valid(self):
        """Tell whether the lunar date exists; an empty one is no date yet."""
        if not (self.lunar_year or self.lunar_month or self.lunar_day):
            return True
        if not self._has_lunar_day():
            return False
        try:
            return not self.lunar_year or bool(self._get_solar_date())
        except calendar.NoSuchLunarDay:
            return False

    @api.model
    def _get_birthday_fields(self):
        """Return the fields that a person types to tell a birthday."""
        return ["birthday", *_LUNAR_FIELDS]

    @api.model
    def _get_today(self):
        """Return the day that it is where the company is."""
        return self.env.company._truck_to_local_date(fields.Datetime.now())

    @api.model
    def _get_keys_until(self, last):
        """Return the keys of who has the next birthday on ``last`` or before."""
        return calendar.keys_between(self._get_today(), last)

    @api.model
    def _get_domain_on(self, day):
        """Domain of who has the next birthday on one day; False: not known."""
        if not day:
            return Domain("birthday_key", "=", 0)
        day = fields.Date.to_date(day)
        before = self._get_keys_until(fields.Date.subtract(day, days=1))
        keys = self._get_keys_until(day)
        return Domain("birthday_key", "in", list(set(keys) - set(before)))
