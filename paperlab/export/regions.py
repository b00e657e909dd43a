"""Managed regions: what stands between two marks is paperlab's, all else in the file is the reader's.

The marks are comments, in Obsidian's writing (`%% begin paperlab:notes %%`) or in HTML's.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from paperlab.errors import ChangedOutside
from paperlab.export.harmless import fences

HIGHLIGHTS, NOTES = "highlights", "notes"
_MARK = re.compile(rf"^(?:%%|<!--) (begin|end) paperlab:({HIGHLIGHTS}|{NOTES}) (?:%%|-->)[ \t]*(?=\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Region:
    """Where a region is in a text, as offsets: its marks included, and what is between them."""

    start: int
    body_start: int
    body_end: int
    end: int


def region(name: str, body: str, *, is_html: bool = False) -> str:
    """A region as it stands in a file, without a line break at its end."""
    opening, closing = ("<!--", "-->") if is_html else ("%%", "%%")
    return f"{opening} begin paperlab:{name} {closing}\n{body}{opening} end paperlab:{name} {closing}"


def find_regions(text: str, start: int = 0) -> dict[str, Region]:
    """The regions of a text, by name; marks in a code block are none where there are others.

    Args:
        start: Where the front matter ends.

    Raises:
        ChangedOutside: A mark has lost its partner, or there is a pair too many: what is whose cannot be told.
    """
    marks: dict[str, list[re.Match[str]]] = {}
    for mark in _MARK.finditer(text, start):
        marks.setdefault(mark[2], []).append(mark)
    found = {name: _pair(text, name, of_name) for name, of_name in marks.items()}
    in_order = sorted(found.items(), key=lambda entry: entry[1].start)
    for (name, before), (_, after) in pairwise(in_order):
        if after.start < before.end:
            raise _damaged(text, after.start, f"a region begins within paperlab:{name}")
    return found


def with_body(text: str, place: Region, name: str, body: str) -> str:
    """The text with another body in a region, with the line ends and in the writing that the region has."""
    marks = text[place.start : place.end]
    renewed = region(name, body, is_html=marks.startswith("<!--"))
    if "\r\n" in text[place.start : place.body_start]:
        renewed = renewed.replace("\n", "\r\n")
    return text[: place.start] + renewed + text[place.end :]


def body_of(text: str, place: Region) -> str:
    """What is in a region, with line feeds alone."""
    return text[place.body_start : place.body_end].replace("\r\n", "\n")


def _pair(text: str, name: str, marks: list[re.Match[str]]) -> Region:
    if len(marks) > 2:
        code = _code_spans(text)
        marks = [mark for mark in marks if not any(start <= mark.start() < end for start, end in code)]
    if [mark[1] for mark in marks] != ["begin", "end"]:
        at = marks[0].start() if marks else 0
        lacking = {"begin": "end", "end": "begin"}[marks[0][1]] if len(marks) == 1 else ""
        raise _damaged(
            text, at, f"paperlab:{name} lacks its {lacking} mark" if lacking else f"paperlab:{name} is there twice"
        )
    begin, end = marks
    line_end = text.index("\n", begin.end()) + 1
    return Region(begin.start(), line_end, end.start(), end.end())


def _code_spans(text: str) -> list[tuple[int, int]]:
    """The code blocks of a text, as offsets."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return [(starts[first], starts[last + 1]) for first, last in fences(lines)]


def _damaged(text: str, at: int, what: str) -> ChangedOutside:
    return ChangedOutside(
        f"line {text.count(chr(10), 0, at) + 1}: {what}",
        hint="the file is left as it is: mend the marks, or delete those that are left over",
    )
