"""Results on stdout: as JSON for a program, as plain text for a person. Text from outside is made harmless here."""

import json
import logging
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.text import escaped, one_line, plain


def print_json(value: Any) -> None:
    print(escaped(json.dumps(value, ensure_ascii=False, indent=2, default=_jsonable)))


def say(text: str) -> None:
    """A line or more of a result."""
    print(plain(text))


def warn(text: str) -> None:
    """A line beside the results, on stderr."""
    print(f"paperlab: {plain(one_line(text))}", file=sys.stderr)


class _Teller(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        warn(record.getMessage())


def tell_the_log() -> None:
    """Let what the log warns of be a line beside the results, as all else is."""
    log = logging.getLogger("paperlab")
    if not log.handlers:
        log.addHandler(_Teller(logging.WARNING))


def columns() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def print_table(rows: Sequence[Sequence[str]], *, flexible: int) -> None:
    """Left-aligned columns; the flexible one is cut so that a row fits the terminal."""
    if not rows:
        return
    clean = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(width_of(row[i]) for row in clean) for i in range(len(clean[0]))]
    taken = sum(width for i, width in enumerate(widths) if i != flexible) + 2 * (len(widths) - 1)
    widths[flexible] = max(12, min(widths[flexible], columns() - taken))
    for row in clean:
        print("  ".join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def wrapped(text: str, indent: str = "  ") -> str:
    """A paragraph, wrapped to the terminal (100 columns at most)."""
    return textwrap.fill(one_line(text), min(columns(), 100), initial_indent=indent, subsequent_indent=indent)


def shortened(text: str, indent: str) -> str:
    """The beginning of a text in one line that fits the terminal (100 columns at most)."""
    return indent + _fitted(one_line(text), max(min(columns(), 100) - len(indent), 1)).rstrip()


def width_of(text: str) -> int:
    """Cells that a line takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fitted(text: str, width: int) -> str:
    """A text cut or filled to a number of cells."""
    taken = width_of(text)
    if taken > width:
        kept = text[: width - 1]  # no character takes less than a cell but those that combine
        while (taken := width_of(kept)) > width - 1:
            kept = kept[:-1]
        text, taken = f"{kept}…", taken + 1
    return text + " " * (width - taken)


def _jsonable(value: Any) -> Any:
    if isinstance(value, PaperKey):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
