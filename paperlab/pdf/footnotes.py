"""Footnotes at their place: after the paragraph that their number stands in."""

import re
from collections.abc import Sequence
from itertools import pairwise

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.pages import Span
from paperlab.pdf.parts import Part

_NUMBER = re.compile(r"\d{1,2}")
_CALLING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.CAPTION)
_SMALL = 0.88
"""Of the size of the character before it."""


def with_footnotes_at_place(parts: Sequence[Part]) -> list[Part]:
    """Parts with each numbered footnote moved up to its call on the same page; without a call it stays where it is."""
    result: list[Part] = []
    for part in parts:
        number = _number(part)
        home = _calling(result, number, part.page_index) if number else None
        if home is None:
            result.append(part)
            continue
        while home + 1 < len(result) and result[home + 1].kind is BlockKind.FOOTNOTE:
            home += 1  # several notes of one paragraph stay in their order
        result.insert(home + 1, part)
    return result


def _number(part: Part) -> str:
    """What a footnote begins with; empty for one with another sign, and for what is none."""
    match = _NUMBER.match(part.text) if part.kind is BlockKind.FOOTNOTE else None
    return match[0] if match else ""


def _calling(parts: Sequence[Part], number: str, page_index: int) -> int | None:
    """Index of the part on a page in which a number stands raised."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if part.rows[-1].page_index < page_index:
            return None
        if part.kind in _CALLING and any(
            number in _raised_numbers(row.spans) for row in part.rows if row.page_index == page_index
        ):
            return index
    return None


def _raised_numbers(spans: Sequence[Span]) -> list[str]:
    numbers: list[str] = []
    for before, span in pairwise(spans):
        is_small = span.size < _SMALL * before.size and span.baseline < before.baseline
        if span.is_raised or is_small:
            numbers += _NUMBER.findall(span.text)
    return numbers
