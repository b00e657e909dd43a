"""One reading of one paper: where it begins, and what its foot tells. Pure."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from paperlab.domain.progress import Position, ReadingState
from paperlab.tui.cells import bar, percent
from paperlab.tui.places import QUOTE_LENGTH, Place, Units, find_quote, first_on_page

if TYPE_CHECKING:
    from paperlab.domain.blocks import Block
    from paperlab.services.reading import OpenPaper

_BAR = 10
_PAGES_FOR_PACE = 3
"""Pages read before a pace can be told."""


class Target(NamedTuple):
    """A place to open a paper at, other than the one it was left at."""

    page_index: int | None = None
    quote: str = ""
    block: int | None = None


def target_in(paper: "OpenPaper", position: Position) -> Target:
    """A position in the edition that is open. One of another edition is at the same share of the pages."""
    counted = paper.state.page_counts.get(position.edition, 0)
    if position.edition == paper.edition or not counted:
        return Target(position.page_index, position.quote)
    return Target(min(position.page_index * paper.page_count // counted, paper.page_count - 1), position.quote)


def starting_place(paper: "OpenPaper", target: Target | None) -> Place:
    """The target, else where the paper was left, else its start."""
    if target is None and paper.position is not None:
        target = target_in(paper, paper.position)
    return place_of(paper.blocks, target) if target else Place(0, 0)


def place_of(blocks: "Sequence[Block]", target: Target) -> Place:
    """Where a target is. A quote that is gone falls back on its block, or on its page."""
    spans = find_quote(blocks, target.quote[:QUOTE_LENGTH], target.page_index, block=target.block)
    if not spans and target.block is not None and target.block < len(blocks):
        return Place(target.block, 0)
    first = spans[0] if spans else first_on_page(blocks, target.page_index or 0)
    return Units(blocks).at(first.block, first.start) if first else Place(0, 0)


def share_read(state: ReadingState, edition: str, page_count: int, pages_read: Collection[int]) -> float:
    """Share of the pages with counted time, those of this session included."""
    return max(state.share_read(edition, page_count), len(pages_read) / page_count if page_count else 0.0)


def minutes_left(state: ReadingState, edition: str, page_count: int, pages_read: Collection[int]) -> int | None:
    """By the reader's own pace in this paper; None until some pages have been read."""
    told = [seconds for (name, _), seconds in state.page_seconds.items() if name == edition]
    if len(told) < _PAGES_FOR_PACE:
        return None
    return round(sum(told) / len(told) * max(page_count - len(pages_read), 0) / 60)


def foot(paper: "OpenPaper", page_index: int, pages_read: Collection[int], width: int) -> str:
    """`███▌······ 64 % · p. 4 of 15 · about 9 min left`, less where there is less room."""
    count = paper.page_count
    share = share_read(paper.state, paper.edition, count, pages_read)
    parts = [
        f"{bar(share, _BAR)} {percent(share)}" if width >= 50 else percent(share),
        f"p. {page_index + 1} of {count}",
    ]
    left = minutes_left(paper.state, paper.edition, count, pages_read)
    if left and width >= 66:
        parts.append(f"about {left} min left")
    return " · ".join(parts)
