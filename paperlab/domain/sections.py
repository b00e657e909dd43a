"""Sections: under which heading a place on a page stands."""

from collections.abc import Sequence

from paperlab.domain.blocks import Block, Box


def section_at(blocks: Sequence[Block], page_index: int, box: Box) -> str:
    """Title of the innermost section that a place belongs to: of the block there, or of the last one above it."""
    section = ""
    for block in blocks:
        if block.page_index > page_index:
            break
        here = [line.box for line in block.lines if line.page_index == page_index]
        is_above = block.page_index < page_index or any(
            line.y0 <= box.y1 and line.x0 < box.x1 and box.x0 < line.x1 for line in here
        )
        if is_above and block.section:
            section = block.section[-1]
    return section
