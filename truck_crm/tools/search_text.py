"""Breaking names and numbers into the pieces by which they are found.

Pure Python, no Odoo: run the examples with ``python -m doctest search_text.py``.

A text is found by its *grams*: one and two characters of Chinese, two and three of
letters and digits. All grams of a search word stand in a text that holds the word; the
opposite is not so, hence who searches compares the word itself as well.
"""

import re
import unicodedata
from functools import cache
from itertools import product

# Nearly every company bears one of these, so that their grams say nothing.
LEGAL_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "分公司", "公司")
_LEGAL_FORM = re.compile("|".join(LEGAL_FORMS))
_STOP_GRAMS = frozenset(
    form[start : start + size]
    for form in LEGAL_FORMS
    for size in (1, 2)
    for start in range(len(form) - size + 1)
) - {"分"}

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_HAN = re.compile(f"[{_CJK}]")
_NUMBER = re.compile(r"[\d\s+()./-]+")
# No text of the database holds one of these, and none may be sent to it.
_UNKNOWN = re.compile("[\x00\ud800-\udfff]")
# More than anybody types: a query of thousands of words ends the database server.
LONGEST_TERM = 200
MOST_WORDS = 20

# Characters of names whose readings begin with different letters: 重庆 and 重汽.
_READINGS = {
    "重": "zc", "长": "cz", "行": "xh", "单": "dsc", "曾": "zc", "解": "jx",
    "乐": "ly", "朝": "cz", "车": "cj", "会": "hk", "厦": "xs", "盛": "sc",
    "仇": "cq", "查": "cz", "区": "qo", "覃": "tq", "翟": "zd", "种": "zc",
    "召": "zs", "冼": "xs", "尉": "wy", "调": "td", "隗": "wk", "贾": "jg",
    "石": "sd", "藏": "zc", "降": "jx", "校": "xj", "率": "ls", "宿": "sx",
    "叶": "yx", "卡": "kq", "巷": "xh", "谷": "gy", "蔚": "wy", "弹": "td",
    "传": "cz", "便": "bp", "番": "fp", "澄": "cd", "泊": "bp", "蕃": "fb",
}  # fmt: skip
_MOST_READINGS = 8  # per name: two such characters, or three


@cache
def _simplified():
    """Return the table from traditional characters to simplified ones, of OpenCC."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    blocks = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
    pairs = ((code, convert(chr(code))) for block in blocks for code in block)
    return {code: text for code, text in pairs if text != chr(code) and len(text) == 1}


def normalise(text):
    """Return a text as it is compared: lower case, simplified, without accents.

    >>> normalise(" 廣州順達（貨運）ＬＯＧ ")
    '广州顺达(货运)log'
    >>> normalise("Café  Noir")
    'cafe noir'
    """
    text = unicodedata.normalize("NFKC", _UNKNOWN.sub(" ", text or "")).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", text).translate(_simplified())
    return " ".join(text.split())


def split_words(text):
    """Return the words of what somebody typed, each once; a phone number is one word.

    Without the 0 in front, which is dialled within the country and not kept with +86.

    >>> split_words("顺达 柳州")
    ['顺达', '柳州']
    >>> split_words("+86 138-0000 1111")
    ['13800001111']
    >>> split_words("0772-311 2345"), split_words("0123456")
    (['7723112345'], ['0123456'])
    >>> split_words("号 12 34")
    ['号', '12', '34']
    """
    text = normalise(text)
    if _NUMBER.fullmatch(text):
        number = digits(text)
        if len(number) >= 7:
            return [re.sub(r"^0(?=[1-9]\d{7})", "", number)]
    return list(dict.fromkeys(text.split()))


def is_term(text):
    """Tell whether a text has words to look for, and not more than can be.

    >>> is_term("顺达 柳州"), is_term(" "), is_term("´"), is_term("柳 " * 50)
    (True, False, False, True)
    >>> is_term("柳" * 201), is_term(" ".join("abcdefghijklmnopqrstu"))
    (False, False)
    """
    return len(text) <= LONGEST_TERM and 0 < len(split_words(text)) <= MOST_WORDS


def digits(number):
    """Return the digits of a phone number, without the country code of China.

    >>> digits("+86 772-311 2345"), digits("0086 138 0000 1111"), digits("0772/3112")
    ('7723112345', '13800001111', '07723112')
    """
    text = re.sub(r"\D", "", number or "")
    return re.sub(r"^(?:00)?86(?=\d{10,11}$)", "", text)


def get_name_grams(text):
    """Return the grams of a name that is normalised.

    >>> sorted(get_name_grams("顺达有限公司"))
    ['达', '达有', '顺', '顺达']
    >>> sorted(get_name_grams("g7物流"))
    ['g7', '流', '物', '物流']
    """
    grams = set()
    for run in _RUN.findall(text):
        sizes = (1, 2) if _HAN.match(run) else (2, 3)
        for size in sizes:
            grams.update(_slices(run, size))
    return grams - _STOP_GRAMS


def get_number_grams(text):
    """Return the grams of numbers, addresses of mail and the like, normalised.

    >>> sorted(get_number_grams("13870 a1"))
    ['138', '387', '870', 'a1']
    """
    grams = set()
    for run in _RUN.findall(text):
        grams.update(_slices(run, 3) if len(run) > 2 else [run])
    return grams


def get_word_grams(word):
    """Return the grams that a text must have to hold a search word, normalised.

    None at all when the word says nothing: one letter, a legal form.

    >>> sorted(get_word_grams("顺达货")), sorted(get_word_grams("顺"))
    (['达货', '顺达'], ['顺'])
    >>> sorted(get_word_grams("lzsd")), sorted(get_word_grams("桂b123"))
    (['lzs', 'zsd'], ['123', 'b12', '桂'])
    >>> sorted(get_word_grams("有限公司")), sorted(get_word_grams("x"))
    ([], [])
    """
    grams = set()
    for run in _RUN.findall(word):
        size = 2 if _HAN.match(run) else 3
        if len(run) > 1 or _HAN.match(run):
            grams.update(_slices(run, min(size, len(run))))
    return grams - _STOP_GRAMS


def get_initials(name):
    """Return the first letters of a Chinese name's reading, each way it can be read.

    The legal form is left out, and so are names without a Chinese character.

    >>> get_initials("柳州顺达物流有限公司")
    ['lzsdwl']
    >>> sorted(get_initials("重庆远航"))
    ['cqyh', 'zqyh']
    >>> get_initials("柳州(顺达), 张三"), get_initials("g7物流"), get_initials("azure")
    (['lzsd', 'zs'], ['g7wl'], [])
    """
    initials = {}  # in this order, each once
    for part in _LEGAL_FORM.sub("", name).split(","):
        if _HAN.search(part):
            initials.update(dict.fromkeys(_read(part)))
    return list(initials)


def get_vehicle_part(term):
    """Return what may be part of a plate or a VIN, or None: three characters at least.

    >>> get_vehicle_part("桂b·123"), get_vehicle_part("rl300101")
    ('桂B123', 'RL300101')
    >>> get_vehicle_part("b1"), get_vehicle_part("柳州"), get_vehicle_part("lng 重卡")
    (None, None, None)
    """
    part = re.sub(r"[\s\-·.•・]", "", unicodedata.normalize("NFKC", term)).upper()
    is_part = re.fullmatch(f"[{_CJK}]?[A-Z0-9]{{2,17}}[{_CJK}]?", part)
    return part if is_part and len(part) > 2 else None


def _read(text):
    """Return the initials of a text, as phrases are read first, then all others."""
    from pypinyin import Style, lazy_pinyin

    text = "".join(_RUN.findall(text))
    letters = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=list)
    choices, count = [], 1
    for char, letter in zip(text, letters, strict=True):
        readings = _READINGS.get(char, "")
        others = [other for other in readings if other != letter]
        if count * (1 + len(others)) > _MOST_READINGS:
            others = []
        count *= 1 + len(others)
        choices.append([letter[:1], *others])
    return ["".join(choice) for choice in product(*choices)]


def _slices(text, size):
    return (text[start : start + size] for start in range(len(text) - size + 1))
