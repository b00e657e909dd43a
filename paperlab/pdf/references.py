"""The bibliography: where each entry begins."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import Row
from paperlab.pdf.sections import is_references

_LABEL = re.compile(r"\[(\d{1,3}|[A-Za-z][\w+.,:’'& -]{0,30})\]|\(?(\d{1,3})[.)](?=\s|[A-Z])")
_INDENT_PT = 4.0
_FEWEST_ENTRIES = 5
_ENTRY_KINDS = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE)


def with_references(parts: Sequence[Part]) -> list[Part]:
    """Parts with one REFERENCE per entry between the heading of the bibliography and the next heading.

    Some journals set no heading: there the entries begin where `[1]` does, near the end.
    """
    headless = None if any(_begins(part) for part in parts) else _headless(parts)
    result: list[Part] = []
    entries: list[Part] = []
    asides: list[Part] = []
    is_inside = False
    for i, part in enumerate(parts):
        is_inside = is_inside or i == headless
        if part.kind is BlockKind.HEADING:
            result += _entries(entries) + asides
            entries, asides = [], []
            is_inside = _begins(part)
            result.append(part)
        elif not is_inside:
            result.append(part)
        elif part.kind in _ENTRY_KINDS:
            entries.append(part)
        else:
            asides.append(part)  # a figure between two entries must not break them
    return result + _entries(entries) + asides


def _begins(part: Part) -> bool:
    return part.kind is BlockKind.HEADING and is_references(part.text)


def _headless(parts: Sequence[Part]) -> int | None:
    labelled = [i for i, part in enumerate(parts) if part.kind in _ENTRY_KINDS and re.match(r"\[\d+\]", part.text)]
    firsts = [i for i in labelled if parts[i].text.startswith("[1]")]
    return firsts[-1] if firsts and sum(i >= firsts[-1] for i in labelled) >= _FEWEST_ENTRIES else None


def _entries(parts: Sequence[Part]) -> list[Part]:
    if not parts:
        return []
    rows = [row for part in parts for row in part.rows]
    first_rows = {id(part.rows[0]) for part in parts}
    starts = _labelled(rows) or _hanging(rows) or _separate(rows, first_rows)
    bounds = sorted({0, *starts, len(rows)})
    return [
        replace(parts[0], kind=BlockKind.REFERENCE, rows=tuple(rows[start:end]), is_heading_region=False)
        for start, end in itertools.pairwise(bounds)
    ]


def _labelled(rows: Sequence[Row]) -> list[int]:
    """Lines that begin with a label: `[12]`, `[Dev18]`, `12.`; numbers must count up."""
    found = [(i, match) for i, row in enumerate(rows) if (match := _LABEL.match(row.text))]
    if len(found) < 2 or found[0][0] > 2 or len(found) * 12 < len(rows):
        return []
    starts, last = [], 0
    for i, match in found:
        digits = match[1] if match[1] and match[1].isdigit() else match[2]
        if digits is None:
            starts.append(i)
        elif last < int(digits) <= last + 3 or not starts:
            starts.append(i)
            last = int(digits)
    return starts


def _hanging(rows: Sequence[Row]) -> list[int]:
    """Lines at the left edge of their column where the other lines of an entry are indented."""
    starts: list[int] = []
    indented = 0
    for run in _columns(rows):
        left = min(rows[i].box.x0 for i in run)
        at_edge = [i for i in run if rows[i].box.x0 < left + _INDENT_PT]
        indented += len(run) - len(at_edge)
        starts += at_edge
    return starts if indented >= 0.2 * len(rows) and len(starts) > 1 else []


def _columns(rows: Sequence[Row]) -> Iterator[list[int]]:
    """Indexes of lines that stand under each other in one column."""
    run: list[int] = []
    for i, row in enumerate(rows):
        if run:
            before = rows[run[-1]]
            is_below = row.box.y0 > before.box.y0 - 1 and row.page_index == before.page_index
            if not is_below or row.box.x0 > before.box.x1 or row.box.x1 < before.box.x0:
                yield run
                run = []
        run.append(i)
    if run:
        yield run


def _separate(rows: Sequence[Row], first_rows: set[int]) -> list[int]:
    """The boxes as the layout model made them, but for those that go on with an entry across a column or page."""
    starts = []
    for i, row in enumerate(rows):
        if id(row) not in first_rows:
            continue
        before = rows[i - 1].text if i else "."
        if not row.text[:1].islower() and before.rstrip().endswith((".", "]", ")", "/")):
            starts.append(i)
    return starts
