"""What could not be read of PDFs, by their bytes: what breaks the parser or costs too much is not tried each time.

Derived: without it, all are tried once more. The last line of a PDF in `unread.jsonl` wins.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paperlab.library.files import append_line, read_lines

_FILE = "unread.jsonl"


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a PDF's text is missing, and why."""

    reasons: tuple[str, ...] = ()
    """Each in a line; none if all of it was read."""
    is_whole: bool = False
    """Nothing could be read at all."""
    parser: int = 0
    """Version of the parser that has tried."""


_ALL_READ = Unread()


def remember_unread(derived: Path, sha256: str, parser: int, reasons: Sequence[str], *, is_whole: bool) -> None:
    """Note what of a PDF could not be read; nothing is written of one that could, or whose troubles are known."""
    unread = Unread(tuple(reasons), is_whole, parser)
    known = read_unread(derived).get(sha256, _ALL_READ)
    if (unread.reasons or known.reasons) and unread != known:
        line = {"sha256": sha256, "reasons": unread.reasons, "is_whole": is_whole, "parser": parser}
        append_line(derived / _FILE, json.dumps(line))


def read_unread(derived: Path) -> Mapping[str, Unread]:
    """By SHA-256, what could not be read."""
    found: dict[str, Unread] = {}
    for _, line in read_lines(derived / _FILE):
        sha256, reasons, parser = line.get("sha256"), line.get("reasons"), line.get("parser")
        if isinstance(sha256, str) and isinstance(reasons, list) and isinstance(parser, int):
            found[sha256] = Unread(tuple(map(str, reasons)), line.get("is_whole") is True, parser)
    return found


def forget_unread(derived: Path) -> None:
    """Let all be tried again."""
    (derived / _FILE).unlink(missing_ok=True)
