"""Paragraphs that a column, a page or a float has broken."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.geometry import overlap_x
from paperlab.pdf.glyphs import SOFT_HYPHEN
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import Row

_SKIPPED = (BlockKind.FOOTNOTE, BlockKind.CAPTION, BlockKind.TABLE)
_JOINED = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE)
_HYPHENS = ("-", "‐", SOFT_HYPHEN)
_ENDS = (".", "!", "?", ":", "。", "！", "？", "：", "؟", "۔")
_CLOSERS = "\"'”’)]»"
_FARTHEST = 24
"""Parts looked at for the rest of a paragraph: one page's floats and footnotes."""


def with_joined(parts: Sequence[Part]) -> list[Part]:
    """Parts with each broken paragraph whole, at the place of its beginning."""
    remaining = list(parts)
    result: list[Part] = []
    while remaining:
        part = remaining.pop(0)
        while part.kind in _JOINED and (at := _rest_of(part, remaining)) is not None:
            part = replace(part, rows=part.rows + remaining.pop(at).rows)
        result.append(part)
    return result


def _rest_of(part: Part, following: Sequence[Part]) -> int | None:
    """Index of the part that goes on with this one."""
    if _is_closed(part.text):
        return None
    nearby = list(following[:_FARTHEST])
    if part.kind is BlockKind.FOOTNOTE:
        until_next_note = takewhile(lambda other: other.kind is not BlockKind.FOOTNOTE, nearby)
        return next((i for i, other in enumerate(until_next_note) if _is_rest_of_note(part, other)), None)
    first = next((i for i, other in enumerate(nearby) if other.kind not in _SKIPPED), None)
    if first is not None and _goes_on(part, nearby[first]):
        return first
    return next((i for i in range(1, len(nearby)) if _goes_on_below(part, nearby[i - 1], nearby[i])), None)


def _goes_on_below(part: Part, float_end: Part, other: Part) -> bool:
    """In the middle of a sentence under the caption of a figure that holds paragraphs itself."""
    is_under = float_end.kind in (BlockKind.CAPTION, BlockKind.TABLE) and other.text[:1].islower()
    return is_under and not other.text.startswith("where") and _goes_on(part, other)


def _is_rest_of_note(part: Part, other: Part) -> bool:
    """The foot of the next column or page, in the note's small type, without a mark of its own."""
    is_small = abs(part.rows[-1].size - other.rows[0].size) < 0.3 and other.kind is BlockKind.PARAGRAPH
    is_near = other.page_index <= part.rows[-1].page_index + 1
    return is_small and is_near and (other.text[:1].islower() or part.text.endswith(_HYPHENS))


def _is_closed(text: str) -> bool:
    return text.rstrip(_CLOSERS + "0123456789∗*†‡§").endswith(_ENDS) or not text


def _is_same_size(a: Row, b: Row) -> bool:
    """By most characters or by the largest: a line may hold small capitals, another indices."""
    largest = abs(max(span.size for span in a.spans) - max(span.size for span in b.spans))
    return min(abs(a.size - b.size), largest) <= 0.6


def _goes_on(part: Part, other: Part) -> bool:
    if other.kind is not BlockKind.PARAGRAPH or not _is_same_size(part.rows[-1], other.rows[0]):
        return False
    if other.page_index > part.rows[-1].page_index + 1:
        return False
    last, first = part.rows[-1], other.rows[0]
    if part.text.endswith(_HYPHENS) or first.text[:1].islower():
        return True
    is_elsewhere = (
        last.page_index != first.page_index or first.box.y0 < last.box.y0 or overlap_x(last.box, first.box) <= 0
    )
    widest = max(row.box.x1 for row in part.rows[-6:])
    is_full = last.box.x1 > widest - 2 * last.size and len(part.rows) > 1
    return is_elsewhere and is_full and not first.text.startswith(("•", "–", "["))
