"""Programs that only the machine itself can have: PDF printing and a browser."""

import re

from dev.debian import ensure_installed

# what shows that it is there -> the Debian package
FOR_TESTS = {
    "wkhtmltopdf": "wkhtmltopdf",
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}
# package -> how a test that is skipped for want of it says so
SKIPS = {
    "wkhtmltopdf": r"(?i)wkhtmltopdf",
    "chromium": r"Chrome executable not found",
    "poppler-utils": r"pdftoppm",
}


def ensure_programs():
    """See that PDF printing and browser tests work, as far as this user may.

    :return: patterns of the skipped tests that this machine has to put up with
    """
    missing = ensure_installed(FOR_TESTS, "PDF printing and browser tests")
    return [re.compile(SKIPS[package]) for package in missing if package in SKIPS]
