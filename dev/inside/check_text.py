"""Check text files: no trailing blanks or merge conflicts, Unix line ends.

usage: check_text.py [--fix] FILE...
"""

import re
import sys
from pathlib import Path


def tidied(text):
    """Return the text as it should be."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n")
    return text + "\n" if text else ""


def main(arguments):
    """Report or fix untidy files; return how many there were."""
    fix = arguments[:1] == ["--fix"]
    untidy = 0
    for path in map(Path, arguments[fix:]):
        text = path.read_bytes().decode()
        if re.search(r"^(<{7}|>{7}) ", text, flags=re.MULTILINE):
            untidy += 1
            print(f"{path}: merge conflict")
        elif tidied(text) == text:
            continue
        elif fix:
            path.write_bytes(tidied(text).encode())
        else:
            untidy += 1
            print(f"{path}: trailing blanks, line ends or the end of the file")
    return untidy


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 100))
