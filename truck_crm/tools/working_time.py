"""Working time: how much of it lies between two moments, and when so much is over.

Pure Python, no Odoo: run the examples with ``python -m doctest working_time.py``. A
calendar is read once, as a table of working stretches; each question is then answered
by bisecting it, so that the deadlines of thousands of records take one reading.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

# A calendar without any working time for so long is taken to have none any more.
HORIZON = timedelta(days=3660)
# Attendances until 24:00 end a microsecond before it: that is no break.
SEAM = timedelta(seconds=1)


class WorkingTime:
    """The working stretches of a calendar, read as far as they are asked for.

    :param load: function of two moments, gives the stretches ``(start, stop)`` between
        them; moments are naive UTC
    :param first: the moment from which on to read at once
    :param last: the moment up to which to read at once
    """

    def __init__(self, load, first, last):
        self._load = load
        self._read(first, last)

    def _read(self, first, last):
        self.first, self.last = first, last
        self.starts, self.stops, self.sums = [], [], []
        for start, stop in sorted(self._load(first, last)):
            if self.stops and start <= self.stops[-1] + SEAM:
                self.stops[-1] = max(self.stops[-1], stop)
            else:
                self.starts.append(start)
                self.stops.append(stop)
        total = 0
        for start, stop in zip(self.starts, self.stops, strict=True):
            total += (stop - start).total_seconds()
            self.sums.append(total)
        self.total = total

    def _cover(self, *moments):
        first, last = min(self.first, *moments), max(self.last, *moments)
        if (first, last) != (self.first, self.last):
            self._read(first, last)

    def _reach_forward(self):
        """Read twice as far; tell whether there may be more."""
        span = self.last - self.first + timedelta(days=30)
        if span > HORIZON:
            return False
        self._read(self.first, self.last + span)
        return True

    def _reach_back(self):
        span = self.last - self.first + timedelta(days=30)
        if span > HORIZON:
            return False
        self._read(self.first - span, self.last)
        return True

    def _position(self, moment):
        """Return the working seconds from the beginning of the table to a moment."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        before = self.sums[index - 1] if index else 0
        stop = min(moment, self.stops[index])
        return before + (stop - self.starts[index]).total_seconds()

    def _get_moment(self, index, position):
        before = self.sums[index - 1] if index else 0
        return self.starts[index] + timedelta(seconds=position - before)

    def between(self, start, stop):
        """Return the working seconds from one moment to a later one.

        :return: a number; negative when ``stop`` is the earlier one

        >>> work, at = _example()
        >>> work.between(at("08 11:00"), at("08 14:00")) / 3600
        2.0
        >>> work.between(at("09 16:00"), at("12 09:00")) / 3600
        2.0
        >>> work.between(at("10 08:00"), at("11 17:00"))
        0.0
        """
        self._cover(start, stop)
        return self._position(stop) - self._position(start)

    def add(self, moment, seconds):
        """Return when so many working seconds after a moment are over.

        What ends with a working day ends in the evening, not the next morning. No
        seconds at all: the moment itself, or the beginning of the next stretch.

        :param seconds: negative for a moment before it

        >>> work, at = _example()
        >>> work.add(at("08 11:00"), 2 * 3600).isoformat(" ")
        '2026-01-08 14:00:00'
        >>> work.add(at("08 08:00"), 8 * 3600).isoformat(" ")
        '2026-01-08 17:00:00'
        >>> work.add(at("09 16:30"), 3600).isoformat(" ")
        '2026-01-12 08:30:00'
        >>> work.add(at("10 23:00"), 0).isoformat(" ")
        '2026-01-12 08:00:00'
        >>> work.add(at("12 09:00"), -2 * 3600).isoformat(" ")
        '2026-01-09 16:00:00'
        """
        if seconds < 0:
            return self._subtract(moment, -seconds)
        self._cover(moment)
        if not seconds:
            return self._get_next(moment)
        while (target := self._position(moment) + seconds) > self.total:
            if not self._reach_forward():
                return self.last
        return self._get_moment(bisect_left(self.sums, target), target)

    def _get_next(self, moment):
        while True:
            index = bisect_left(self.stops, moment)
            if index < len(self.stops):
                return max(moment, self.starts[index])
            if not self._reach_forward():
                return self.last

    def _subtract(self, moment, seconds):
        self._cover(moment)
        while (target := self._position(moment) - seconds) < 0:
            if not self._reach_back():
                return self.first
        index = min(bisect_right(self.sums, target), len(self.sums) - 1)
        return self._get_moment(index, target)


def elapsed(work, start, pauses, until):
    """Return the working seconds that a clock has run until a moment.

    :param pauses: pairs of moments ``(from, to)`` in order, in which it stood still;
        the last one may have no end

    >>> work, at = _example()
    >>> lunch = [(at("08 10:00"), at("08 14:00"))]
    >>> elapsed(work, at("08 08:00"), lunch, at("08 15:00")) / 3600
    3.0
    >>> elapsed(work, at("08 08:00"), [(at("08 10:00"), None)], at("09 17:00")) / 3600
    2.0
    """
    seconds = work.between(start, until) if until > start else 0
    for begin, end in pauses:
        begin, end = max(begin, start), min(end or until, until)
        if begin < end:
            seconds -= work.between(begin, end)
    return seconds


def moment_of(work, start, pauses, seconds):
    """Return when a clock has run so many working seconds; None while it stands still.

    :param pauses: as of ``elapsed``

    >>> work, at = _example()
    >>> pause = [(at("08 10:00"), at("08 14:00"))]
    >>> moment_of(work, at("08 08:00"), pause, 3 * 3600).isoformat(" ")
    '2026-01-08 15:00:00'
    >>> moment_of(work, at("08 08:00"), pause, 2 * 3600).isoformat(" ")
    '2026-01-08 10:00:00'
    >>> moment_of(work, at("08 08:00"), [(at("08 10:00"), None)], 3 * 3600)
    """
    for begin, end in pauses:
        if begin > start:
            run = work.between(start, begin)
            if seconds <= run:
                return work.add(start, seconds)
            seconds -= run
        if end is None:
            return None
        start = max(start, end)
    return work.add(start, seconds)


def _example():
    """Return a Thursday, a Friday and a Monday with a lunch, and their moments."""

    def at(text):
        return datetime.fromisoformat(f"2026-01-{text}")

    stretches = [
        (at(f"{day} {start}"), at(f"{day} {stop}"))
        for day in ("08", "09", "12")
        for start, stop in (("08:00", "12:00"), ("13:00", "17:00"))
    ]

    def load(first, last):
        return [pair for pair in stretches if first <= pair[0] < last]

    return WorkingTime(load, at("08 00:00"), at("13 00:00")), at
