"""Units: an edition cut into what is compared: sentences, captions, rows of tables, references, formulas. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from paperlab.domain.blocks import Block, BlockKind, Line
from paperlab.domain.sentences import sentence_spans
from paperlab.domain.wording import Wording, worded

_HEAD_PAGES = 3
"""What stands on so many pages at the same height is a running head that the parser has let through."""
_SAME_PLACE_PT = 2.0
_LABEL = re.compile(r"\s*(?:\[([^\]\s]{1,40})\]|\(?(\d{1,3})[.)](?=\s|[A-Z]))\s*")
_CITATION = re.compile(r"\[[^\][]{1,80}\]")
_CITED = re.compile(r"[^\s,;\[\]–—-]+")
_NUMBERING = re.compile(
    r"^\s*(?:(?:appendix|section|chapter)\s+)?(?:\d+|[A-Z]|[IVX]+)(?:\.\d+)*[.:)]?\s+", re.IGNORECASE
)


class UnitKind(StrEnum):
    TITLE = "title"
    SENTENCE = "sentence"
    CAPTION = "caption"
    TABLE = "table"
    """A row of it."""
    FORMULA = "formula"
    FOOTNOTE = "footnote"
    REFERENCE = "reference"


_KINDS = {
    BlockKind.TITLE: UnitKind.TITLE,
    BlockKind.CAPTION: UnitKind.CAPTION,
    BlockKind.TABLE: UnitKind.TABLE,
    BlockKind.FORMULA: UnitKind.FORMULA,
    BlockKind.FOOTNOTE: UnitKind.FOOTNOTE,
    BlockKind.REFERENCE: UnitKind.REFERENCE,
}
_WHOLE = frozenset({UnitKind.TITLE, UnitKind.FORMULA, UnitKind.REFERENCE})


@dataclass(frozen=True, slots=True)
class Unit:
    kind: UnitKind
    wording: Wording
    key: str
    section: int
    """Index in `Cut.sections`."""
    block: int
    """Index of its block."""
    line: Line
    """Where it is printed, or begins to be."""
    label: str = ""
    """Of a reference: `12`."""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    """Empty for what stands before the first heading."""
    key: str
    """The title without its number."""
    whole_key: str
    """With it."""
    block: int
    """Index of its heading, or of its first block."""
    line: Line
    """Where that is printed."""


@dataclass(frozen=True)
class Cut:
    """An edition in units, in reading order."""

    sections: tuple[Section, ...]
    units: tuple[Unit, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(unit.key for unit in self.units)

    @cached_property
    def heads(self) -> frozenset[int]:
        """Units that may be running heads: they stand at the same height on several pages."""
        pages: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        for unit in self.units:
            pages[unit.key, round(unit.line.box.y0)].add(unit.line.page_index)
        return frozenset(
            index
            for index, unit in enumerate(self.units)
            if unit.kind is not UnitKind.TABLE and len(pages[unit.key, round(unit.line.box.y0)]) >= _HEAD_PAGES
        )


def cut(blocks: Sequence[Block], relabel: Mapping[str, str] | None = None) -> Cut:
    """Cut the blocks of an edition. Headings are its sections; what has no letter and no number is left out.

    Args:
        relabel: Labels of references in another edition: citations compare by these.
    """
    sections = _sections(blocks)
    place = {path: index for index, path in enumerate(sections)}
    units = [
        unit
        for index, block in enumerate(blocks)
        if block.kind is not BlockKind.HEADING
        for unit in _units(block, index, place[block.section], relabel or {})
        if unit.key
    ]
    return Cut(tuple(sections.values()), tuple(units))


def is_same_place(line: Line, other: Line) -> bool:
    """Printed there, too: what is found in another order has not been moved by its authors."""
    shifts = (line.box.x0 - other.box.x0, line.box.y0 - other.box.y0)
    return line.page_index == other.page_index and all(abs(shift) <= _SAME_PLACE_PT for shift in shifts)


def title_key(title: str) -> str:
    """A heading to compare by: without its number."""
    return worded(_NUMBERING.sub("", title)).key or worded(title).key


def _sections(blocks: Sequence[Block]) -> dict[tuple[str, ...], Section]:
    found: dict[tuple[str, ...], Section] = {}
    for index, block in enumerate(blocks):
        title = block.section[-1] if block.section else ""
        found.setdefault(
            block.section,
            Section(title, title_key(title), worded(title).key, index, block.lines[0]),
        )
    return found


def _units(block: Block, index: int, section: int, relabel: Mapping[str, str]) -> Iterator[Unit]:
    kind = _KINDS.get(block.kind, UnitKind.SENTENCE)
    for start, end in _spans(block, kind):
        text, label = block.text[start:end], ""
        if kind is UnitKind.REFERENCE and (found := _LABEL.match(text)):
            text, label = text[found.end() :], found[1] or found[2]
        wording = worded(text, _relabelled(text, relabel) if relabel else None)
        line = (block.lines_of(start, end) or block.lines)[0]
        yield Unit(kind, wording, wording.key, section, index, line, label)


def _spans(block: Block, kind: UnitKind) -> Sequence[tuple[int, int]]:
    if kind in _WHOLE:
        return [(0, len(block.text))]
    if kind is UnitKind.TABLE:
        return [found.span() for found in re.finditer(r"[^\n]*\S[^\n]*", block.text)]
    return sentence_spans(block.text)


def _relabelled(text: str, relabel: Mapping[str, str]) -> str:
    """Citations with the labels that their references have in the other edition."""

    def of(label: re.Match[str]) -> str:
        return relabel.get(label[0], label[0])

    return _CITATION.sub(lambda brackets: _CITED.sub(of, brackets[0]), text)
