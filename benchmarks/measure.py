"""What all measurements share: times, tables of results and their file."""

import platform
import statistics
import subprocess
from datetime import date

from dev.paths import ROOT

RESULTS = ROOT / "docs/benchmarks.md"


def median(values):
    """Return the median in milliseconds of times in seconds."""
    return statistics.median(values) * 1000


def ratio_of_pairs(ours, bare):
    """Return the median of the ratios of times that were taken one beside the other.

    Whatever else slows the machine down slows both of a pair.
    """
    return statistics.median(a / b for a, b in zip(ours, bare, strict=True))


def table(head, rows):
    """Return a table as Markdown lays it out."""
    texts = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]

    def line(cells):
        cells = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(cells)} |"

    rule = f"| {' | '.join('-' * width for width in widths)} |"
    return "\n".join([line(texts[0]), rule, *map(line, texts[1:])])


def verdict(value, budget):
    """Return how a figure stands to its budget."""
    return "within" if value <= budget else "OVER"


def record(title, command, text):
    """Put the results of a measurement into the document, instead of the last ones.

    Each measurement owns the chapter that bears its title.
    """
    chapter = (
        f"## {title}\n\n`{command}`, {date.today()}, commit {_commit()},"
        f" {platform.machine()}\n\n{text}\n"
    )
    head, *chapters = RESULTS.read_text().split("\n## ")
    chapters = [f"## {old}".strip() + "\n" for old in chapters]
    others = [old for old in chapters if not old.startswith(f"## {title}\n")]
    RESULTS.write_text("\n".join([head.strip() + "\n", *sorted([*others, chapter])]))


def _commit():
    return subprocess.check_output(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True
    ).strip()
