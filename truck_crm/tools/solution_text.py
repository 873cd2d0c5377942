"""Breaking problems and solutions into the pieces by which one finds the other.

Pure Python, no Odoo: run the examples with ``python -m doctest solution_text.py``.

Chinese is written without spaces, so a text is compared by its *grams*: pairs of
Chinese characters, three letters or digits in a row. Each gram, and each fault code,
has a key, a number of four bytes, as an index holds it.
"""

import re
from zlib import crc32

from .search_text import normalise

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_HAN = re.compile(f"[{_CJK}]")
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z\-]*\d)[a-z0-9][a-z0-9\-]{2,15}(?![a-z0-9])")
# Particles tell nothing, and stand between words that do.
_PARTICLES = re.compile("[的了是在有和与及或不很也就都又]")
_STOP_WORDS = frozenset(
    "the and for with was are not has had but from this that when then it is of to in"
    " on at an or as by be".split()
)
MOST_KEYS = 400  # of a text: what a long letter says first


def get_grams(text):
    """Return the grams of a text, each once, in their order.

    >>> get_grams("發動機的异响")
    ['发动', '动机', '异响']
    >>> get_grams("The gear is hot"), get_grams("P0300 漏")
    (['gea', 'ear', 'hot'], ['p03', '030', '300', '漏'])
    """
    grams = {}
    for run in _RUN.findall(_PARTICLES.sub(" ", normalise(text))):
        if run in _STOP_WORDS:
            continue
        size = 2 if _HAN.match(run) else 3
        for start in range(max(len(run) - size, 0) + 1):
            grams[run[start : start + size]] = True
    return list(grams)


def get_codes(text):
    """Return what may be fault codes in a text, as they are compared.

    >>> get_codes("Codes P0300, spn-3226 and U0100; the gearbox of 2024")
    ['p0300', 'spn3226', 'u0100', '2024']
    """
    codes = (code.replace("-", "") for code in _CODE.findall(normalise(text)))
    return list(dict.fromkeys(codes))


def get_keys(text, most=MOST_KEYS):
    """Return the keys of a text's grams, each once.

    >>> len(get_keys("发动机异响")), get_keys("异响")[0] in get_keys("发动机异响")
    (4, True)
    """
    return list(dict.fromkeys(map(_key, get_grams(text)[:most])))


def get_code_keys(text):
    """Return the keys of fault codes, which are none of any gram.

    >>> get_code_keys("p0300") == get_code_keys("fault code P-0300!")
    True
    """
    return [_key(f"code {code}") for code in get_codes(text)[:40]]


def _key(gram):
    """Return four bytes with sign, the same on every machine."""
    return crc32(gram.encode()) - 2**31
