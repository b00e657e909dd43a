"""A paper's blocks as one folded text, to find quotes in: across paragraphs, columns and pages."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.passages import PageBox
from paperlab.domain.text import fold, folded, past_accents

BODY = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FORMULA)
LEAST_CONTEXT, MOST_CONTEXT = 32, 64
"""Characters before and after a quote that tell its place from others."""


class Span(NamedTuple):
    """A run of one block's text."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Strip:
    """Blocks of a paper as one folded text, without anything between them."""

    text: str
    blocks: tuple[int, ...]
    """Indexes of the blocks in it, in order."""
    starts: tuple[int, ...]
    """Where each of them begins in the text."""

    @classmethod
    def of(cls, texts: Sequence[tuple[int, str]]) -> "Strip":
        """Of indexes of blocks and their folded texts."""
        starts = accumulate((len(text) for _, text in texts[:-1]), initial=0)
        return cls("".join(text for _, text in texts), tuple(index for index, _ in texts), tuple(starts))

    def place(self, at: int) -> tuple[int, int]:
        """Block and offset in the block's folded text of the letter at a place."""
        position = bisect_right(self.starts, at) - 1
        return self.blocks[position], at - self.starts[position]

    def spans(self, blocks: Sequence[Block], begin: int, end: int) -> tuple[Span, ...]:
        """Where letters `begin` to `end` (excluded, at least one) stand, a span for each block; `blocks` are all."""
        (first, begin_in_first), (last, end_in_last) = self.place(begin), self.place(end - 1)
        start = _origin(blocks[first].text)[begin_in_first]
        stop = past_accents(blocks[last].text, _origin(blocks[last].text)[end_in_last] + 1)
        touched = self.blocks[bisect_right(self.blocks, first) - 1 : bisect_right(self.blocks, last)]
        spans = (
            Span(index, start if index == first else 0, stop if index == last else len(blocks[index].text))
            for index in touched
        )
        return tuple(span for span in spans if span.start < span.end)


def strips_of(texts: Iterable[tuple[BlockKind, str]]) -> tuple[Strip, Strip]:
    """All blocks, and the running text alone: a paragraph may go on behind a figure or a footnote."""
    all_of_them = [(index, kind, folded(text)) for index, (kind, text) in enumerate(texts)]
    body = [(index, text) for index, kind, text in all_of_them if kind in BODY]
    return Strip.of([(index, text) for index, _, text in all_of_them]), Strip.of(body)


def boxes_of(blocks: Sequence[Block], spans: Sequence[Span]) -> tuple[PageBox, ...]:
    """The printed lines that spans touch."""
    return tuple(
        PageBox(line.page_index, line.box) for block, start, end in spans for line in blocks[block].lines_of(start, end)
    )


def text_of(blocks: Sequence[Block], spans: Sequence[Span]) -> str:
    return " ".join(blocks[block].text[start:end] for block, start, end in spans)


def surroundings(blocks: Sequence[Block], spans: Sequence[Span]) -> tuple[str, str]:
    """What stands before and after spans: 32 to 64 characters, of other blocks, too, fewer at the paper's ends.

    Of a quote in the running text what lies between does not count: figures, tables and footnotes may lie elsewhere in
    another edition.
    """
    first, last = spans[0], spans[-1]
    is_body = all(blocks[span.block].kind in BODY for span in spans)
    before = blocks[first.block].text[: first.start]
    after = blocks[last.block].text[last.end :]
    others = [index for index, block in enumerate(blocks) if not is_body or block.kind in BODY]
    for index in reversed(others[: bisect_right(others, first.block - 1)]):
        if len(before) > MOST_CONTEXT:
            break
        before = f"{blocks[index].text} {before}"
    for index in others[bisect_right(others, last.block) :]:
        if len(after) > MOST_CONTEXT:
            break
        after = f"{after} {blocks[index].text}"
    return _whole_words(before[::-1])[::-1], _whole_words(after)


def _whole_words(text: str) -> str:
    """The beginning of a text, up to the end of a word."""
    if len(text) <= MOST_CONTEXT or text[MOST_CONTEXT].isspace():
        return text[:MOST_CONTEXT]
    end = max(text.rfind(" ", 0, MOST_CONTEXT), text.rfind("\n", 0, MOST_CONTEXT))
    return text[:end] if end >= LEAST_CONTEXT else text[:MOST_CONTEXT]


@lru_cache(maxsize=512)
def _origin(text: str) -> Sequence[int]:
    return fold(text)[1]
