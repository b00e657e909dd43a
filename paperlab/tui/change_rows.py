"""What changed between two editions, as entries of a list: sections with their counts, then every change. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from paperlab.domain.differences import (
    ChangeStatus,
    Differences,
    Place,
    SectionChanges,
    SectionStatus,
    Spot,
    TextChange,
)
from paperlab.domain.units import UnitKind
from paperlab.tui.cells import safe
from paperlab.tui.layout import wrap
from paperlab.tui.widgets.entry_list import Entry, EntryRow, Mark

_SIGNS = {ChangeStatus.ADDED: "+", ChangeStatus.REMOVED: "−", ChangeStatus.CHANGED: "~", ChangeStatus.MOVED: "»"}
_BRACKETS = {Place.KEPT: ("", ""), Place.REMOVED: ("[-", "-]"), Place.ADDED: ("{+", "+}")}
_INDENT = 4
_OVERVIEW = 2
"""So many sections and more have a list of their own at the top."""


class Item(NamedTuple):
    """What the cursor can stand on."""

    section: int
    """Index in `Differences.sections`."""
    change: TextChange | None = None
    """None for a section itself."""
    is_overview: bool = False


def items_of(differences: Differences) -> tuple[Item, ...]:
    """The sections at a glance, then each with its changes."""
    sections = differences.sections
    glance = [Item(index, is_overview=True) for index in range(len(sections))] if len(sections) >= _OVERVIEW else []
    changes = (
        item
        for index, section in enumerate(sections)
        for item in (Item(index), *(Item(index, change) for change in section.changes))
    )
    return (*glance, *changes)


def entries_of(differences: Differences, items: Sequence[Item], width: int) -> list[Entry]:
    """The rows of each item, for a list of so many cells."""
    entries: list[Entry] = []
    for number, item in enumerate(items):
        section = differences.sections[item.section]
        if item.is_overview:
            is_last = not items[number + 1].is_overview
            entries.append((EntryRow(_title(section), counted(section)), *([EntryRow("")] if is_last else [])))
        elif item.change is None:
            entries.append(tuple(_heading(section)))
        else:
            entries.append((*_change(item.change, max(width - _INDENT, 10)), EntryRow("")))
    return entries


def section_start(items: Sequence[Item], at: int, by: int) -> int:
    """The next heading, or the one before; where there is none, the same place."""
    starts = [index for index, item in enumerate(items) if item.change is None and not item.is_overview]
    if by > 0:
        return next((index for index in starts if index > at), at)
    return next((index for index in reversed(starts) if index < at), at)


def heading_of(items: Sequence[Item], section: int) -> int:
    """Where a section's own changes begin."""
    return next(
        index
        for index, item in enumerate(items)
        if item.section == section and item.change is None and not item.is_overview
    )


def counted(section: SectionChanges) -> str:
    """`renamed · 2 changed · 1 added`."""
    numbers = Counter(change.status.value for change in section.changes)
    told = [f"{numbers[status.value]} {status.value}" for status in ChangeStatus if numbers[status.value]]
    own = [] if section.status is SectionStatus.SAME else [f"section {section.status.value}"]
    return " · ".join([*own, *told])


def summed_up(differences: Differences) -> str:
    """`3 sections · 5 changes · 2 numbers`."""
    numbers = sum(len(change.numbers) for change in differences.changes)
    parts = (
        (len(differences.sections), "section"),
        (len(list(differences.changes)), "change"),
        (numbers, "changed number"),
    )
    return " · ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in parts if number)


def _title(section: SectionChanges) -> str:
    return section.title or "Before the first heading"


def _heading(section: SectionChanges) -> Iterator[EntryRow]:
    yield EntryRow(_title(section), counted(section), "lead")
    if section.old_title:
        yield EntryRow(f"was: {section.old_title}", "", "quiet", 2)
    if not section.changes:
        yield EntryRow("")


def _change(change: TextChange, width: int) -> Iterator[EntryRow]:
    kind = "" if change.kind is UnitKind.SENTENCE else change.kind.value
    about = " · ".join(part for part in (change.status.value, kind, _pages(change.old_spot, change.new_spot)) if part)
    numbers = ", ".join(f"{before} → {after}" for before, after in change.numbers)
    yield EntryRow(f"{_SIGNS[change.status]} {about}", numbers, "quiet", 1)
    text, marks = _marked(change)
    for start, end in wrap(text, 0, len(text), width, width):
        inside = (Mark(max(m.start, start) - start, min(m.end, end) - start, m.look) for m in marks)
        yield EntryRow(text[start:end], indent=3, marks=tuple(mark for mark in inside if mark.start < mark.end))


def _pages(*spots: Spot | None) -> str:
    return " → ".join(dict.fromkeys(f"p. {spot.page_index + 1}" for spot in spots if spot is not None))


def _marked(change: TextChange) -> tuple[str, list[Mark]]:
    """The text with its signs, and where it is removed or added."""
    text, marks = "", []
    for piece in change.pieces:
        first, last = _BRACKETS[piece.place]
        start = len(text) + (1 if text else 0)
        text = " ".join(_parts(text, f"{first}{' '.join(safe(piece.text).split())}{last}"))
        if piece.place is not Place.KEPT:
            marks.append(Mark(start, len(text), piece.place.value))
    return text, marks


def _parts(*texts: str) -> Iterable[str]:
    return (text for text in texts if text)
