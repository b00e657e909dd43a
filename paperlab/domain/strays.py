"""Strays: text that only stands elsewhere, such as half a sentence over the page, or a footnote in a sentence. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from paperlab.domain.pairs import Pair
from paperlab.domain.units import Cut

_LONG = 6
"""Letters that are no accident; what is shorter must stand beside the sentence that it belongs to."""
_MOST_PARTS = 4
_START = 3
"""Letters that pieces are found by."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A text of one edition that is not in the other where it should be."""

    key: str
    unit: int
    """The unit that it is, or is a part of."""
    across: int | None = None
    """The unit that is paired with that; None if it is a unit without a partner."""
    run: tuple[int, int] | None = None
    """Index of its pair, and of its run in that."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What is in one of the editions alone."""

    changed: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def without_strays(before: Cut, after: Cut, found: Leftovers) -> Leftovers:
    """Take away what both editions say, only that one says it within another text, or in pieces.

    A part of a sentence that came into another sentence is a change: one of the pieces must be a whole unit.
    """
    gone = [_Piece(before.keys[unit], unit) for unit in found.removed]
    come = [_Piece(after.keys[unit], unit) for unit in found.added]
    for number, pair in enumerate(found.changed):
        old, new = before.units[pair.before].wording, after.units[pair.after].wording
        for at, run in enumerate(pair.runs):
            if key := old.key_of(run.before):
                gone.append(_Piece(key, pair.before, pair.after, (number, at)))
            if key := new.key_of(run.after):
                come.append(_Piece(key, pair.after, pair.before, (number, at)))
    matches = _whole_runs([*_matches(gone, come), *_matches(come, gone)], [*gone, *come])
    strays = {id(piece) for match in matches for piece in match}
    runs = {piece.run for piece in (*gone, *come) if id(piece) in strays and piece.run is not None}
    lost = {piece.unit for piece in gone if id(piece) in strays and piece.run is None}
    new_ones = {piece.unit for piece in come if id(piece) in strays and piece.run is None}
    changed = (
        replace(pair, runs=tuple(run for at, run in enumerate(pair.runs) if (number, at) not in runs))
        for number, pair in enumerate(found.changed)
    )
    return Leftovers(
        tuple(changed),
        tuple(unit for unit in found.removed if unit not in lost),
        tuple(unit for unit in found.added if unit not in new_ones),
    )


_Match = tuple[_Piece, ...]
"""A piece of one edition, then those of the other that it is made of."""


def _matches(targets: Sequence[_Piece], pieces: Sequence[_Piece]) -> Iterator[_Match]:
    heap = _Heap(pieces)
    for target in targets:
        parts = next((parts for parts in heap.ways(target.key) if _is_stray(target, parts)), None)
        if parts is not None:
            heap.take(parts)
            yield (target, *parts)


class _Heap:
    """Pieces to make texts of, each used once."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self._of_start: defaultdict[str, list[_Piece]] = defaultdict(list)
        for piece in pieces:
            self._of_start[piece.key[:_START]].append(piece)

    def take(self, pieces: Sequence[_Piece]) -> None:
        for piece in pieces:
            self._of_start[piece.key[:_START]].remove(piece)

    def ways(self, key: str, used: _Match = ()) -> Iterator[_Match]:
        """The ways to make a text of a few pieces."""
        if not key:
            yield used
            return
        if len(used) == _MOST_PARTS:
            return
        for length in range(min(_START, len(key)), 0, -1):  # shorter ones have their own list
            for piece in self._of_start.get(key[:length], ()):
                if piece not in used and key.startswith(piece.key):
                    yield from self.ways(key[len(piece.key) :], (*used, piece))


def _is_stray(target: _Piece, parts: Sequence[_Piece]) -> bool:
    wholes = [piece for piece in (target, *parts) if piece.run is None]
    if not wholes:
        return False
    if len(target.key) >= _LONG:
        return True
    neighbours = ((target.unit, part.across) if target.run is None else (part.unit, target.across) for part in parts)
    return any(across is not None and abs(unit - across) <= 1 for unit, across in neighbours)


def _whole_runs(matches: Sequence[_Match], pieces: Sequence[_Piece]) -> Sequence[_Match]:
    """Those matches after which nothing is left of a run: a word that took the place of a stray is a change."""
    used: set[int] = set()
    kept: list[_Match] = []
    for match in matches:  # a piece may have been found from both sides
        if not any(id(piece) in used for piece in match):
            used.update(id(piece) for piece in match)
            kept.append(match)
    while True:
        matched = {id(piece) for match in kept for piece in match}
        torn = {piece.run for piece in pieces if piece.run is not None and id(piece) not in matched}
        whole = [match for match in kept if not any(piece.run is not None and piece.run in torn for piece in match)]
        if len(whole) == len(kept):
            return kept
        kept = whole
