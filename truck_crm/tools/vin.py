"""Vehicle identification numbers: ISO 3779, and GB 16735 which follows it.

Pure Python, no Odoo: run the examples with ``python -m doctest vin.py``.
"""

import re

# The characters of a VIN; I, O and Q are left out because they read as 1 and 0.
VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VIN_LENGTH = 17
CHECK_DIGIT_POSITION = 8
MODEL_YEAR_POSITION = 9

_VALUES = dict(zip("0123456789", range(10), strict=True)) | dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)],
        strict=True,
    )
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
# The code of the model year repeats every thirty years; Z, U and 0 are not used.
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_YEAR_CODES_START = 1980


def normalise(text):
    """Return ``text`` as a VIN is stored: upper case, without blanks and dashes.

    >>> normalise(" ljcpcblcx 1100-0237 ")
    'LJCPCBLCX11000237'
    >>> normalise(False)
    ''
    """
    return re.sub(r"[\s\-]", "", text or "").upper()


def wrong_characters(vin):
    """Return the characters that no VIN holds, each once, in their order.

    >>> wrong_characters("LJCPCBLCX1100O23Q")
    'OQ'
    >>> wrong_characters("LJCPCBLCX11000237")
    ''
    """
    return "".join(dict.fromkeys(c for c in vin if c not in VIN_CHARACTERS))


def is_well_formed(vin):
    """Tell whether ``vin`` has 17 characters, none of them I, O or Q.

    >>> is_well_formed("LJCPCBLCX11000237"), is_well_formed("LJCPCBLCX1100023")
    (True, False)
    >>> is_well_formed("LJCPCBLCX1100O237")
    False
    """
    return len(vin) == VIN_LENGTH and not wrong_characters(vin)


def check_digit(vin):
    """Return the check digit (0-9 or X) that a well-formed ``vin`` should have.

    Weighted sum of the transliterated characters modulo 11 (GB 16735, annex A).

    >>> check_digit("LJCPCBLC011000237")
    'X'
    >>> check_digit("11111111111111111")
    '1'
    """
    total = sum(w * _VALUES[c] for w, c in zip(_WEIGHTS, vin, strict=True))
    return "0123456789X"[total % 11]


def has_valid_check_digit(vin):
    """Tell whether the ninth character of ``vin`` is its check digit.

    >>> has_valid_check_digit("LJCPCBLCX11000237")
    True
    >>> has_valid_check_digit("LJCPCBLC111000237")
    False
    >>> has_valid_check_digit("too short")
    False
    """
    return is_well_formed(vin) and check_digit(vin) == vin[CHECK_DIGIT_POSITION]


def model_year(vin, latest):
    """Decode the tenth character: the newest matching year up to ``latest``.

    :param str vin: a normalised VIN
    :param int latest: the last year possible (a model year may run one ahead)
    :return: the model year, or None when the character codes none
    :rtype: int | None

    >>> model_year("LGGA2B4D6RL300101", 2027), model_year("LJCPCBLCX11000237", 2027)
    (2024, 2001)
    >>> model_year("LGGA2B4D6SL300101", 2012)
    1995
    >>> model_year("LGGA2B4D6UL300101", 2027) is None
    True
    """
    code = vin[MODEL_YEAR_POSITION : MODEL_YEAR_POSITION + 1]
    if not code or code not in _YEAR_CODES:
        return None
    first = _YEAR_CODES_START + _YEAR_CODES.index(code)
    if latest < first:
        return None
    return first + (latest - first) // 30 * 30
