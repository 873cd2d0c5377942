"""The arithmetic of odometers.

Pure Python, no Odoo: run the examples with ``python -m doctest mileage.py``.
"""


class OdometerBackwards(ValueError):
    """A reading below the one before it; ``index`` is its place in the log."""

    def __init__(self, index):
        super().__init__(index)
        self.index = index


def totals(readings):
    """Return what the truck has run in all at each reading of its log.

    :param readings: in order of time, pairs ``(odometer, removed)`` in km. ``removed``
        is None for a plain reading; when an odometer was changed, it is the last
        figure of the old one, and ``odometer`` the first figure of the new one.
    :return: list of the mileage in all, in km, one per reading
    :raise OdometerBackwards: when an odometer shows less than before

    >>> totals([(1000, None), (5000, None)])
    [1000, 5000]
    >>> totals([(5000, None), (0, 5200), (300, None)])
    [5000, 5200, 5500]
    >>> totals([(5000, None), (10, 5200), (5, None)])
    Traceback (most recent call last):
        ...
    truck_crm.tools.mileage.OdometerBackwards: 2
    """
    result, shown, offset = [], 0, 0
    for index, (odometer, removed) in enumerate(readings):
        reading = odometer if removed is None else removed
        if reading < shown:
            raise OdometerBackwards(index)
        result.append(reading + offset)
        if removed is not None:
            offset += removed - odometer
        shown = odometer
    return result
