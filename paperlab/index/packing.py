"""Sentences into runs that fit the encoder's window: counted in one go, cut at good places, balanced in size."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

AIM = 0.7
"""Of the room for a run: balanced runs then rarely fall under half of it."""

# Prices of a cut, in units of a run's squared relative deviation from the aimed size:
AFTER_BLOCK, AFTER_SENTENCE, BEFORE_DEPENDENT, INSIDE_SENTENCE = 0.0, 0.15, 0.3, 0.6

_BLANK = re.compile(r"\s")

TokenCounter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not cut but for the window: a sentence, a formula, a row, an entry."""

    block: int
    """Index of the text it is from."""
    start: int
    end: int
    price: float
    """Of a cut before it."""
    tokens: int = 0
    """0 until it is counted."""

    def text(self, texts: Sequence[str]) -> str:
        return texts[self.block][self.start : self.end]


def measure(
    contexts: Sequence[str], pieces: Sequence[Piece], texts: Sequence[str], count_tokens: TokenCounter
) -> tuple[list[int], list[Piece]]:
    """Tokens of all contexts and pieces, counted in one call."""
    counts = _count(count_tokens, [*contexts, *(piece.text(texts) for piece in pieces)])
    counted = [replace(piece, tokens=count) for piece, count in zip(pieces, counts[len(contexts) :], strict=True)]
    return counts[: len(contexts)], counted


def halve(
    pieces: Sequence[Piece], texts: Sequence[str], count_tokens: TokenCounter, room: Callable[[Piece], int]
) -> list[Piece]:
    """Cut pieces that exceed their room in halves, between words if there are any, until they fit.

    All halves of a round are counted in one call; a single character is left as it is.
    """
    fitting = list(pieces)
    while True:
        parts = [_halves(piece, texts) if piece.tokens > room(piece) else [piece] for piece in fitting]
        if all(len(part) == 1 for part in parts):
            return fitting
        cut = [half for part in parts if len(part) > 1 for half in part]
        counted = iter(measure((), cut, texts, count_tokens)[1])
        fitting = [next(counted) if len(part) > 1 else piece for part in parts for piece in part]


def pack(pieces: Sequence[Piece], room: int) -> Iterator[Sequence[Piece]]:
    """Divide pieces into runs of at most `room` tokens at the least price: sizes near the aim, cuts at good places.

    The price of a run is its squared relative deviation from the aimed size, and that of the cut before it; dynamic
    programming over all cuts, as paragraphs are broken into lines by Knuth & Plass, doi:10.1002/spe.4380111102.
    """
    aim = AIM * room
    best = [(0.0, 0)]  # by end of a run: price up to there, where that run begins
    for end in range(1, len(pieces) + 1):
        tokens = 0
        options: list[tuple[float, int]] = []
        for start in range(end - 1, -1, -1):
            tokens += pieces[start].tokens
            if options and tokens > room:
                break
            cut = pieces[start].price if start else 0.0
            options.append((best[start][0] + cut + (tokens / aim - 1) ** 2, start))
        best.append(min(options))
    ends = [len(pieces)]
    while ends[-1] > 0:
        ends.append(best[ends[-1]][1])
    for end, start in zip(ends[-2::-1], ends[:0:-1], strict=True):
        yield pieces[start:end]


def runs(pieces: Iterable[Piece]) -> Iterator[tuple[int, int, int]]:
    """Block, start and end of what neighbouring pieces cover in each block."""
    for block, neighbours in groupby(pieces, key=lambda piece: piece.block):
        covered = list(neighbours)
        yield block, covered[0].start, covered[-1].end


def joined(pieces: Iterable[Piece], texts: Sequence[str]) -> str:
    """The pieces' text as it stands in each block; blocks are divided by line breaks."""
    return "\n".join(texts[block][start:end] for block, start, end in runs(pieces))


def _count(count_tokens: TokenCounter, texts: list[str]) -> list[int]:
    # one more for each: tokenizers of other models than the default may spend a token on the blank between two
    return [count + 1 for count in count_tokens(texts)]


def _halves(piece: Piece, texts: Sequence[str]) -> list[Piece]:
    whole = piece.text(texts)
    text = whole.strip()
    if len(text) < 2:
        return [piece]
    at = _cut_near_middle(text)
    begin = piece.start + len(whole) - len(whole.lstrip())
    tail = begin + len(text) - len(text[at:].lstrip())
    return [
        replace(piece, end=begin + len(text[:at].rstrip())),
        replace(piece, start=tail, price=INSIDE_SENTENCE),
    ]


def _cut_near_middle(text: str) -> int:
    """Where a blank is nearest to the middle; the middle itself if there is none."""
    middle = len(text) // 2
    after = _BLANK.search(text, middle)
    before = _BLANK.search(text[middle - 1 :: -1])
    places = [after.start()] if after else []
    if before:
        places.append(middle - 1 - before.start())
    return min(places, key=lambda place: abs(place - middle), default=middle)
