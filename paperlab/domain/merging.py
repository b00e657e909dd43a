"""Merging: two changed texts of one origin, put together by lines. Pure.

A change of one side alone is taken, the same change of both is taken once. Where both have changed the same place
nothing is decided: both texts are kept whole, one below the other, and the reader goes on from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

CONFLICT = "## Conflict: the note was changed elsewhere; this is the text from here"


@dataclass(frozen=True, slots=True)
class Merge:
    """What two texts make together."""

    text: str
    has_overlap: bool
    """Both had changed the same place: the text holds both, under a heading."""


class _Edit(NamedTuple):
    """Lines of the origin, and what one side has in their place."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Put together what two have made of `base`, by lines.

    Two changes overlap if they touch the same line of `base`, or if one of them puts lines in where the other begins
    or ends, as their order could only be guessed.
    """
    if mine in (base, theirs):
        return Merge(theirs, has_overlap=False)
    if theirs == base:
        return Merge(mine, has_overlap=False)
    origin = base.splitlines(keepends=True)
    merged: list[str] = []
    at = 0
    for edit in _ordered(_edits(origin, mine), _edits(origin, theirs)):
        if edit is None:
            return Merge(keep_both(theirs, mine), has_overlap=True)
        merged += [*origin[at : edit.start], *edit.lines]
        at = edit.end
    return Merge("".join([*merged, *origin[at:]]), has_overlap=False)


def keep_both(theirs: str, ours: str) -> str:
    """The text on disk, and below it, under a heading, the one that was being written."""
    return f"{theirs.rstrip()}\n\n{CONFLICT}\n\n{ours.strip()}\n"


def row_after(before: str, after: str, row: int) -> int:
    """Where a line of a text is in a changed one; that of the line below it where it is gone."""
    shift = 0
    for start, end, new_start, new_end in _changes(before.split("\n"), after.split("\n")):
        if row < start:
            break
        if row < end:
            return min(new_start + row - start, new_end)
        shift = new_end - end
    return row + shift


def _edits(origin: Sequence[str], changed: str) -> list[_Edit]:
    lines = changed.splitlines(keepends=True)
    return [
        _Edit(start, end, tuple(lines[new_start:new_end])) for start, end, new_start, new_end in _changes(origin, lines)
    ]


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """What lines of the one became what lines of the other: two spans each, in order, at least a line apart."""
    shorter = min(len(before), len(after))
    # difflib takes a time that grows with the square of the blank lines: it is given what lies between the changes
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    tail = next((at for at in range(shorter - head) if before[-1 - at] != after[-1 - at]), shorter - head)
    matcher = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield head + start, head + end, head + new_start, head + new_end


def _ordered(mine: Sequence[_Edit], theirs: Sequence[_Edit]) -> Iterator[_Edit | None]:
    """The edits of both by place, equal ones once; None where two overlap."""
    last: _Edit | None = None
    for edit in sorted({*mine, *theirs}):
        yield None if last is not None and _overlap(last, edit) else edit
        last = edit


def _overlap(first: _Edit, second: _Edit) -> bool:
    """For edits in order."""
    is_insertion = first.start == first.end or second.start == second.end
    return second.start < first.end or (is_insertion and second.start == first.end)
