"""Differences between two editions of a paper, by section: what came, went, moved, and which words changed. Pure.

What only the setting changes is no difference: line and page ends, hyphens, ligatures, columns, where a float stands,
the numbers of references.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from paperlab.domain.blocks import Block
from paperlab.domain.pairing import Pairing, pair_up, relabelling
from paperlab.domain.pairs import Pair
from paperlab.domain.units import Cut, Unit, UnitKind, cut
from paperlab.domain.wording import Run, Wording, changed_numbers


class ChangeStatus(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class SectionStatus(StrEnum):
    SAME = "same"
    """Its heading, not what stands below it."""
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"


class Place(StrEnum):
    """What a piece of a changed text is."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands in its edition."""

    block: int
    page_index: int


@dataclass(frozen=True, slots=True)
class TextChange:
    """A sentence, caption, row of a table, formula, footnote or reference that is not as it was."""

    kind: UnitKind
    status: ChangeStatus
    before: str
    """Empty if it was added."""
    after: str
    """Empty if it was removed."""
    pieces: tuple[Piece, ...]
    """Both texts in one, blanks between them."""
    numbers: tuple[tuple[str, str], ...] = ()
    """Numbers that took the place of others, as printed."""
    old_spot: Spot | None = None
    new_spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class SectionChanges:
    title: str
    """In the newer edition, if it is there; empty for what stands before the first heading."""
    status: SectionStatus
    changes: tuple[TextChange, ...]
    old_title: str = ""
    """Where it was renamed."""
    new_block: int | None = None
    """Index of its heading in the newer edition."""
    new_page_index: int | None = None
    """Where that is."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What distinguishes two editions; sections in the order of the newer one."""

    sections: tuple[SectionChanges, ...] = ()
    """Only those in which something changed."""

    def __bool__(self) -> bool:
        return bool(self.sections)

    @property
    def changes(self) -> Iterator[TextChange]:
        return (change for section in self.sections for change in section.changes)


def compare(before: Sequence[Block], after: Sequence[Block]) -> Differences:
    """Compare two editions by their blocks. Equal where both say the same, however each of them is set."""
    older, newer = cut(before), cut(after)
    labels = relabelling(older, newer)
    if any(old != new for old, new in labels.items()):
        older = cut(before, labels)
    pairing = pair_up(older, newer)
    headings = _Headings(older, newer, pairing)
    placed = sorted(_placed(older, newer, pairing, headings), key=lambda item: item[:2])
    changes: dict[_Order, list[TextChange]] = {}
    for order, _, change in placed:
        changes.setdefault(order, []).append(change)
    sections = (headings.told(order, tuple(changes.get(order, ()))) for order in headings.orders())
    return Differences(tuple(found for found in sections if found.changes or found.status is not SectionStatus.SAME))


_Order = tuple[int, int]
"""A section of the newer edition and 0, or one that it lacks: the section before it, and its own index from 1."""


class _Headings:
    """The sections of both editions in one order."""

    def __init__(self, older: Cut, newer: Cut, pairing: Pairing) -> None:
        self._older, self._newer, self._pairing = older, newer, pairing
        self._old_of = {new: old for old, new in pairing.sections.items()}
        removed = {older.units[index].key for index in pairing.removed}
        added = {newer.units[index].key for index in pairing.added}
        lost, come = pairing.sections.keys(), pairing.sections.values()
        headings = [section for index, section in enumerate(older.sections) if index not in lost and section.key]
        new_headings = [section for index, section in enumerate(newer.sections) if index not in come and section.key]
        self._as_text = {
            key
            for sections, texts in ((headings, added), (new_headings, removed))
            for section in sections
            if texts & {section.key, section.whole_key}
            for key in (section.key, section.whole_key)
        }
        """Headings that one of the two parses has taken for text."""

    def is_heading(self, unit: Unit) -> bool:
        return unit.key in self._as_text

    def of_old(self, section: int) -> _Order:
        if section in self._pairing.sections:
            return self._pairing.sections[section], 0
        before = (
            self._pairing.sections[index] for index in range(section - 1, -1, -1) if index in self._pairing.sections
        )
        return next(before, -1), section + 1

    def orders(self) -> list[_Order]:
        lost = (self.of_old(index) for index in range(len(self._older.sections)))
        return sorted({*((index, 0) for index in range(len(self._newer.sections))), *lost})

    def told(self, order: _Order, changes: tuple[TextChange, ...]) -> SectionChanges:
        new, lost = order
        if lost:
            section = self._older.sections[lost - 1]
            return SectionChanges(section.title, self._status(section.key, SectionStatus.REMOVED), changes)
        section = self._newer.sections[new]
        old = self._old_of.get(new)
        status, old_title = SectionStatus.SAME, ""
        if old is None:
            status = self._status(section.key, SectionStatus.ADDED)
        elif self._older.sections[old].key != section.key:
            status, old_title = SectionStatus.RENAMED, self._older.sections[old].title
        elif new in self._pairing.moved_sections:
            status = SectionStatus.MOVED
        return SectionChanges(section.title, status, changes, old_title, section.block, section.line.page_index)

    def _status(self, key: str, otherwise: SectionStatus) -> SectionStatus:
        return otherwise if key and key not in self._as_text else SectionStatus.SAME


def _placed(
    older: Cut, newer: Cut, pairing: Pairing, headings: _Headings
) -> Iterator[tuple[_Order, tuple[int, int], TextChange]]:
    """All changes, each with its section and its place among the others."""
    partner = {pair.before: pair.after for pair in pairing.pairs}
    for pair in pairing.pairs:
        if pair.runs or pair.is_moved:
            unit = newer.units[pair.after]
            yield (unit.section, 0), (pair.after, 0), _changed(older.units[pair.before], unit, pair)
    for index in pairing.added:
        unit = newer.units[index]
        if not headings.is_heading(unit):
            yield (unit.section, 0), (index, 0), _one_sided(unit, ChangeStatus.ADDED)
    for index in pairing.removed:
        unit = older.units[index]
        if not headings.is_heading(unit):
            before = (partner[other] for other in range(index - 1, -1, -1) if other in partner)
            yield headings.of_old(unit.section), (next(before, -1), index + 1), _one_sided(unit, ChangeStatus.REMOVED)


def _one_sided(unit: Unit, status: ChangeStatus) -> TextChange:
    text, spot = unit.wording.text, Spot(unit.block, unit.line.page_index)
    if status is ChangeStatus.ADDED:
        return TextChange(unit.kind, status, "", text, (Piece(Place.ADDED, text),), new_spot=spot)
    return TextChange(unit.kind, status, text, "", (Piece(Place.REMOVED, text),), old_spot=spot)


def _changed(old: Unit, new: Unit, pair: Pair) -> TextChange:
    return TextChange(
        new.kind,
        ChangeStatus.CHANGED if pair.runs else ChangeStatus.MOVED,
        old.wording.text,
        new.wording.text,
        tuple(_pieces(old.wording, new.wording, pair.runs)),
        tuple(changed_numbers(old.wording, new.wording, pair.runs)),
        Spot(old.block, old.line.page_index),
        Spot(new.block, new.line.page_index),
    )


def _pieces(old: Wording, new: Wording, runs: Sequence[Run]) -> Iterator[Piece]:
    at = 0
    for run in runs:
        for place, text in (
            (Place.KEPT, new.text_of((at, run.after[0]))),
            (Place.REMOVED, old.text_of(run.before)),
            (Place.ADDED, new.text_of(run.after)),
        ):
            if text:
                yield Piece(place, text)
        at = run.after[1]
    if rest := new.text_of((at, len(new.words))):
        yield Piece(Place.KEPT, rest)


def tally(changes: Iterable[TextChange]) -> dict[str, dict[str, int]]:
    """How many of each kind were added, removed, changed, moved; every kind and every status is in it."""
    told = {kind.value: {status.value: 0 for status in ChangeStatus} for kind in UnitKind}
    for change in changes:
        told[change.kind.value][change.status.value] += 1
    return told
