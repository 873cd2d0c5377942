"""The arithmetic of places: postcodes as intervals, cities by the core of their name.

Pure Python, no Odoo: run the examples with ``python -m doctest territory.py``.
"""

import re

ZIP_LENGTH = 10
# What may stand behind the name of a prefecture, or be left out.
CITY_SUFFIX = "市|地区|地區|自治州|盟"


def clean_zip(text):
    """Return a postcode without blanks and dashes, in capitals.

    >>> clean_zip("sw1a 1aa"), clean_zip("545 000"), clean_zip(None)
    ('SW1A1AA', '545000', '')
    """
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def get_zip_interval(start, end):
    """Return the first and last number of a range of postcodes.

    A range covers what begins like its ends, so short ends mean long stretches.

    >>> low, high = get_zip_interval("545000", "545999")
    >>> low <= get_zip_interval("545123", "545123")[0] <= high
    True
    >>> get_zip_interval("SW", "SW")[0] < get_zip_interval("SW1A1", "SW1A1")[0]
    True
    """
    return int(start.ljust(ZIP_LENGTH, "0"), 36), int(end.ljust(ZIP_LENGTH, "Z"), 36)


def get_zip_width(start, end):
    """Return how wide a range of postcodes is; the narrower of two wins.

    Digits count as decimals, so that every thousand is as wide as the next.

    >>> get_zip_width("545000", "545999") == get_zip_width("545500", "546499")
    True
    >>> get_zip_width("54", "54") == get_zip_width("540000", "549999")
    True
    >>> get_zip_width("SW1", "SW1") < get_zip_width("SW", "SW")
    True
    """
    if (start + end).isdigit():
        return int(end.ljust(ZIP_LENGTH, "9")) - int(start.ljust(ZIP_LENGTH, "0"))
    low, high = get_zip_interval(start, end)
    return high - low


def get_city_key(name):
    """Return what two ways of writing a city have in common.

    >>> get_city_key("柳州市") == get_city_key(" 柳州 ") == "柳州"
    True
    >>> get_city_key("Liuzhou"), get_city_key(None), get_city_key("林芝地区")
    ('liuzhou', '', '林芝')
    """
    return re.sub(f"({CITY_SUFFIX})$", "", (name or "").strip(" ").lower())
