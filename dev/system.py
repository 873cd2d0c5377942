"""Programs that only the machine itself can have: PDF printing and a browser."""

from dev.debian import ensure_installed

# what shows that it is there -> the Debian package
FOR_TESTS = {
    "wkhtmltopdf": "wkhtmltopdf",
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}


def ensure_programs():
    """See that PDF printing and browser tests work, as far as this user may."""
    ensure_installed(FOR_TESTS, "PDF printing and browser tests")
