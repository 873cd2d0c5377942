"""What files strangers may send, told by their content and not by their names.

Pure Python, no Odoo: run the examples with ``python -m doctest upload.py``.
"""

import re

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
# Phones write these: ISO base media, told by the brand behind "ftyp".
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"qt  ": "video/quicktime",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"iso4": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}
EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/3gpp": (".3gp",),
}


def sniff(data):
    r"""Return the type of a picture, video or PDF by its first bytes; None for others.

    >>> sniff(b"\xff\xd8\xff\xe0..."), sniff(b"%PDF-1.7"), sniff(b"RIFF....WEBPVP8 ")
    ('image/jpeg', 'application/pdf', 'image/webp')
    >>> sniff(b"\x00\x00\x00\x18ftypmp42")
    'video/mp4'
    >>> sniff(b"<svg onload=alert(1)>"), sniff(b"<html>"), sniff(b"MZ\x90"), sniff(b"")
    (None, None, None, None)
    """
    for signature, mimetype in _SIGNATURES:
        if data.startswith(signature):
            return mimetype
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    return None


def safe_name(name, mimetype):
    r"""Return the name of a file without folders, ending as its content says.

    >>> safe_name("C:\\photos\\brake.JPG", "image/jpeg")
    'brake.JPG'
    >>> safe_name("../../evil.html", "image/png"), safe_name("", "application/pdf")
    ('evil.html.png', 'file.pdf')
    """
    name = re.split(r"[\\/]", name or "")[-1]
    name = re.sub(r"[\x00-\x1f\x7f\"<>|:*?]", "", name).strip(" .")[-80:] or "file"
    endings = EXTENSIONS[mimetype]
    return name if name.lower().endswith(endings) else name + endings[0]
