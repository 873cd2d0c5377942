"""Chinese number plates: GA 36 (civil vehicles).

Pure Python, no Odoo: run the examples with ``python -m doctest plate.py``.
"""

import re

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHARACTER = "[A-HJ-NP-Z0-9]"
_KINDS = {
    "standard": re.compile(f"[{_PROVINCES}][A-HJ-NP-Z]{_CHARACTER}{{5}}"),
    "trailer": re.compile(f"[{_PROVINCES}][A-HJ-NP-Z]{_CHARACTER}{{4}}挂"),
    # Small vehicles carry the letter first, large ones (trucks) at the end.
    "new_energy": re.compile(
        f"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJK]{_CHARACTER}\\d{{4}}|\\d{{5}}[A-HJK])"
    ),
}


def normalise(text):
    """Return a plate as it is stored: upper case, without blanks, dots, dashes.

    >>> normalise(" 桂b·12345 ")
    '桂B12345'
    >>> normalise("桂B-12345D")
    '桂B12345D'
    """
    return re.sub(r"[\s\-·.•・]", "", text or "").upper()


def kind(plate):
    """Return ``standard``, ``trailer``, ``new_energy`` or, for all else, ``other``.

    >>> [kind(plate) for plate in ("桂B12345", "桂BD123挂", "桂B12345D", "桂BD12345")]
    ['standard', 'trailer', 'new_energy', 'new_energy']
    >>> [kind(plate) for plate in ("51C-123.45", "桂B1234", "桂I12345", "")]
    ['other', 'other', 'other', 'other']
    """
    for name, pattern in _KINDS.items():
        if pattern.fullmatch(plate):
            return name
    return "other"
