"""Blocks in the making: printed lines with a kind, before their text is put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from paperlab.domain.blocks import BlockKind, Box
from paperlab.pdf.boxes import TextBox
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import union
from paperlab.pdf.pages import RegionKind
from paperlab.pdf.rows import Row

_BULLET = re.compile(r"[•▪◦‣➢●○■□–·*-]\s+\S")
_MARKER = re.compile(r"[\d∗*†‡§¶⋆]")


@dataclass(frozen=True, slots=True)
class Part:
    """Printed lines of one block, in reading order; they may stand on several pages."""

    kind: BlockKind
    rows: tuple[Row, ...]
    is_heading_region: bool = False
    """The layout model holds it to be a heading."""
    level: int = 0

    @property
    def page_index(self) -> int:
        return self.rows[0].page_index

    @property
    def text(self) -> str:
        """One line; hyphens at line ends are not mended yet."""
        return " ".join(row.text for row in self.rows)

    @property
    def size(self) -> float:
        """Font size of most lines, in points."""
        sizes = [row.size for row in self.rows]
        return max(set(sizes), key=sizes.count)

    @property
    def is_bold(self) -> bool:
        return all(row.is_bold for row in self.rows)

    @property
    def box(self) -> Box:
        """Around the lines of its first page."""
        return union(row.box for row in self.rows if row.page_index == self.page_index)


_KINDS = {
    RegionKind.CAPTION: BlockKind.CAPTION,
    RegionKind.FOOTNOTE: BlockKind.FOOTNOTE,
    RegionKind.TABLE: BlockKind.TABLE,
    RegionKind.FORMULA: BlockKind.FORMULA,
    RegionKind.LIST_ITEM: BlockKind.LIST_ITEM,
}


def parts_of(boxes: Sequence[TextBox], page_height: float, body_size: float) -> list[Part]:
    """The boxes of a page as parts; the layout model's classes are corrected by what the text says of itself."""
    parts: list[Part] = []
    for box in boxes:
        part = _part(box, page_height, body_size)
        if part.kind is BlockKind.CAPTION and not CAPTION.match(part.text):
            if parts and parts[-1].kind is BlockKind.CAPTION and _is_next_line(parts[-1].rows[-1], part.rows[0]):
                parts[-1] = replace(parts[-1], rows=parts[-1].rows + part.rows)
                continue
            if not _is_small(box, body_size):
                part = replace(part, kind=BlockKind.PARAGRAPH)
        if part.kind is BlockKind.FOOTNOTE and parts and _is_rest_of_note(parts[-1], part):
            parts[-1] = replace(parts[-1], rows=parts[-1].rows + part.rows)
            continue
        parts.append(part)
    return parts


def _is_next_line(above: Row, below: Row) -> bool:
    return abs(above.size - below.size) < 0.6 and -above.size < below.box.y0 - above.box.y1 < above.size


def _is_rest_of_note(before: Part, part: Part) -> bool:
    is_note = before.kind is BlockKind.FOOTNOTE and _is_next_line(before.rows[-1], part.rows[0])
    return is_note and not _MARKER.match(part.text) and not part.text.startswith("http")


def _part(box: TextBox, page_height: float, body_size: float) -> Part:
    kind = _KINDS.get(box.kind, BlockKind.PARAGRAPH)
    is_heading = box.kind in (RegionKind.HEADING, RegionKind.TITLE)
    text = box.text
    if kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and CAPTION.match(text):
        kind, is_heading = BlockKind.CAPTION, False
    elif (
        kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        and not is_heading
        and _is_footnote(box, page_height, body_size)
    ):
        kind = BlockKind.FOOTNOTE
    elif _BULLET.match(text) and kind is BlockKind.PARAGRAPH:
        kind, is_heading = BlockKind.LIST_ITEM, False
    return Part(kind, box.rows, is_heading)


def _is_small(box: TextBox, body_size: float) -> bool:
    return max(row.size for row in box.rows) < 0.95 * body_size


def _is_footnote(box: TextBox, page_height: float, body_size: float) -> bool:
    """Small type at the foot of the page that begins with a raised mark."""
    if box.box.y0 < 0.6 * page_height or not _is_small(box, body_size):
        return False
    first = next(span for span in box.rows[0].spans if span.text.strip())
    is_raised = first.is_raised or first.size < 0.85 * box.rows[0].size
    return bool(_MARKER.match(first.text.strip())) and (is_raised or not first.text.strip()[0].isdigit())
