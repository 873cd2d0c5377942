"""Birthdays by the solar and the Chinese lunar calendar.

Pure Python, no Odoo: run the examples with ``python -m doctest birthday.py``.

A birthday is known by a key: month and day as a number, 10000 more when they are of the
lunar calendar. A day that a year lacks (29 February, the 30th of a lunar month) is kept
on the last day of that month, a birthday in a leap month in the ordinary one.
"""

import datetime

from borax.calendars.lunardate import (
    InvalidLunarDateError,
    LCalendars,
    LunarDate,
    TextUtils,
)

FIRST_YEAR = 1900
LUNAR = 10000
# What differs in the names of lunar days.
TRADITIONAL = str.maketrans("闰腊", "閏臘")
# The longest wait for a birthday: a lunar year with a leap month.
LONGEST_WAIT = 385


class NoSuchLunarDay(ValueError):
    """The lunar calendar does not have this day."""


def to_solar(year, month, day, leap=False):
    """Return the solar date of a lunar one.

    >>> to_solar(2001, 4, 29, leap=True)
    datetime.date(2001, 6, 20)
    >>> to_solar(2001, 4, 30, leap=True)
    Traceback (most recent call last):
    NoSuchLunarDay
    >>> to_solar(2002, 4, 1, leap=True)
    Traceback (most recent call last):
    NoSuchLunarDay
    """
    try:
        return LunarDate(year, month, day, int(leap)).to_solar_date()
    except InvalidLunarDateError as error:
        raise NoSuchLunarDay(str(error)) from error


def to_lunar(date):
    """Return year, month, day and whether the month is a leap one.

    >>> to_lunar(datetime.date(2001, 6, 20))
    (2001, 4, 29, True)
    """
    lunar = LunarDate.from_solar(date)
    return lunar.year, lunar.month, lunar.day, bool(lunar.leap)


def lunar_text(month, day, leap=False, traditional=False):
    """Return a lunar day as Chinese people write it.

    >>> lunar_text(4, 8, leap=True), lunar_text(12, 30)
    ('闰四月初八', '腊月三十')
    >>> lunar_text(4, 8, leap=True, traditional=True)
    '閏四月初八'
    >>> lunar_text(12, 30, traditional=True)
    '臘月三十'
    """
    prefix = "闰" if leap else ""
    name = TextUtils.month_cn(month)
    text = f"{prefix}{name}月{TextUtils.day_cn(day)}"
    return text.translate(TRADITIONAL) if traditional else text


def key(month, day, lunar=False):
    """Return the key of a birthday.

    >>> key(2, 29), key(12, 30, lunar=True)
    (229, 11230)
    """
    return month * 100 + day + (LUNAR if lunar else 0)


def keys_on(date):
    """Return the keys of all birthdays that are kept on a day.

    >>> keys_on(datetime.date(2025, 2, 28))
    [228, 229, 10201]
    >>> keys_on(datetime.date(2024, 2, 28))
    [228, 10119]
    >>> keys_on(datetime.date(2025, 8, 1))  # the leap sixth month
    [801]
    """
    keys = [key(date.month, date.day)]
    if (date.month, date.day) == (2, 28) and (date + _DAY).day == 1:
        keys.append(key(2, 29))
    year, month, day, leap = to_lunar(date)
    if not leap:
        keys.append(key(month, day, lunar=True))
        if day == 29 == LCalendars.ndays(year, month):
            keys.append(key(month, 30, lunar=True))
    return keys


def keys_between(first, last):
    """Return the keys of the birthdays from one day to another, by their next day.

    >>> keys_between(datetime.date(2025, 1, 28), datetime.date(2025, 1, 29))
    [128, 11229, 11230, 129, 10101]
    """
    last = min(last, first + LONGEST_WAIT * _DAY)
    days = (last - first).days + 1
    keys = (found for n in range(days) for found in keys_on(first + n * _DAY))
    return list(dict.fromkeys(keys))


def next_day(birthday_key, today):
    """Return the first day from ``today`` on on which a birthday is kept.

    >>> next_day(229, datetime.date(2025, 1, 1))
    datetime.date(2025, 2, 28)
    >>> next_day(101, datetime.date(2025, 1, 2))
    datetime.date(2026, 1, 1)
    >>> next_day(11230, datetime.date(2025, 1, 29))
    datetime.date(2026, 2, 16)
    """
    lunar, rest = divmod(birthday_key, LUNAR)
    month, day = divmod(rest, 100)
    find = _lunar_day if lunar else _solar_day
    year = today.year - lunar
    found = find(year, month, day)
    while found < today:
        year += 1
        found = find(year, month, day)
    return found


def year_of(birthday_key, day):
    """Return the year, by the calendar of a key, in which a day is kept.

    A lunar day can come twice in a solar year, never in a lunar one.

    >>> year_of(11201, datetime.date(2024, 1, 11))
    2023
    >>> year_of(11201, datetime.date(2024, 12, 31))
    2024
    >>> year_of(229, datetime.date(2025, 2, 28))
    2025
    """
    return to_lunar(day)[0] if birthday_key >= LUNAR else day.year


def _solar_day(year, month, day):
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return datetime.date(year, month, day - 1)


def _lunar_day(year, month, day):
    return to_solar(year, month, min(day, LCalendars.ndays(year, month)))


_DAY = datetime.timedelta(days=1)
