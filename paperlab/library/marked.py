"""Marked PDFs: by their bytes, how many annotations of other programs they hold, and whether these were taken over.

Derived, and made anew when papers are parsed; without it an offer may be made once more.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperlab.library.files import append_line, read_lines

_FILE = "marked.jsonl"


@dataclass(frozen=True, slots=True)
class Marked:
    count: int = 0
    is_taken_over: bool = False


def remember_marks(derived: Path, sha256: str, count: int) -> None:
    """Note how many marks a PDF holds; nothing is written for one that holds none, or is known."""
    known = read_marked(derived).get(sha256, Marked())
    if count != known.count:
        append_line(derived / _FILE, json.dumps({"sha256": sha256, "marks": count}))


def remember_taken_over(derived: Path, sha256: str) -> None:
    """Note that somebody has taken over the marks of a PDF."""
    if not read_marked(derived).get(sha256, Marked()).is_taken_over:
        append_line(derived / _FILE, json.dumps({"sha256": sha256, "taken_over": True}))


def read_marked(derived: Path) -> Mapping[str, Marked]:
    """By SHA-256, what is known of each PDF."""
    found: dict[str, Marked] = {}
    for _, line in read_lines(derived / _FILE):
        with suppress(ValueError):
            sha256 = str(line.get("sha256"))
            known = found.get(sha256, Marked())
            count = int(str(line.get("marks", known.count)))
            found[sha256] = Marked(count, known.is_taken_over or line.get("taken_over") is True)
    return found
