"""What the subject and text of a message say a complaint is about.

Pure Python, no Odoo: run the examples with ``python -m doctest complaint_text.py``.
"""

import re

from . import plate as plate_tools
from . import vin as vin_tools

_VIN = re.compile(rf"(?<![A-Z0-9])[{vin_tools.VIN_CHARACTERS}]{{17}}(?![A-Z0-9])")
_PLATE = re.compile(
    r"[\u4e00-\u9fff][A-Z][\s\-·.•・]?[A-Z0-9]{4,6}(?![A-Z0-9])挂?", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![A-Z0-9])(?=[A-Z/\-]*\d)[A-Z0-9][A-Z0-9/\-]{4,30}")
# More than anybody writes about; a text of nothing but numbers must cost nothing.
_MOST = 20


def find_vins(text):
    """Return the VINs in a text, each once, in their order.

    >>> find_vins("LGGA2B4D6RL300101; lgga2b4d6rl300101, ref 12345678901234567890")
    ['LGGA2B4D6RL300101']
    >>> find_vins("no VIN here"), find_vins(None)
    ([], [])
    """
    return _unique(_VIN.findall((text or "").upper()))


def find_plates(text):
    """Return the Chinese number plates in a text, normalised, each once.

    >>> find_plates("桂B12345刹车异响, 桂b·12345D and 桂BD123挂")
    ['桂B12345', '桂B12345D', '桂BD123挂']
    >>> find_plates("车辆ABCDEF"), find_plates(None)
    ([], [])
    """
    plates = map(plate_tools.normalise, _PLATE.findall(text or ""))
    return _unique(plate for plate in plates if plate_tools.kind(plate) != "other")


def find_numbers(text):
    """Return what may be numbers of complaints in a subject, whatever these look like.

    >>> find_numbers("Re: [TS26000123] gearbox ts26000124")
    ['TS26000123', 'TS26000124']
    >>> find_numbers("gearbox"), find_numbers(None)
    ([], [])
    """
    return _unique(_NUMBER.findall((text or "").upper()))


def split_vehicle(text):
    """Return (VIN, plate) of what somebody typed for a truck; either may be empty.

    >>> split_vehicle(" lgga2b4d6 rl300101"), split_vehicle("桂b·12345")
    (('LGGA2B4D6RL300101', ''), ('', '桂B12345'))
    >>> split_vehicle("the red one"), split_vehicle(False)
    (('', ''), ('', ''))
    """
    vin = vin_tools.normalise(text)
    if vin_tools.is_well_formed(vin):
        return vin, ""
    plate = plate_tools.normalise(text)
    known = 4 < len(plate) < 12 and any(char.isdigit() for char in plate)
    return "", plate if known else ""


def _unique(values):
    return list(dict.fromkeys(values))[:_MOST]
