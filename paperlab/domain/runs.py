"""Runs of letters that two texts share, and the chain of them that holds most."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

_MOST_PLACES = 16
"""How many places of a text a run is looked for at."""


class Run(NamedTuple):
    """A part of a needle that stands in a text."""

    here: int
    """Where it begins in the needle."""
    there: int
    """And in the text."""
    length: int


class _Chain(NamedTuple):
    """Runs one after the other; of two the greater one is the better."""

    letters: int
    gaps: int
    """Letters between the runs, as a negative number."""
    runs: tuple[Run, ...]

    @property
    def end(self) -> int:
        return self.runs[-1].there + self.runs[-1].length

    def followed_by(self, run: Run) -> "_Chain":
        return _Chain(self.letters + run.length, self.gaps - (run.there - self.end), (*self.runs, run))


def shared_runs(needle: str, text: str, least: int) -> list[Run]:
    """Parts of the needle of at least so many letters that stand in a text, each as long as can be, at all of their
    places.
    """
    runs: list[Run] = []
    here = 0
    while here <= len(needle) - least:
        seed, rest = needle[here : here + least], needle[here:]
        found = [Run(here, at, common_length(rest, text, at)) for at in islice(occurrences(text, seed), _MOST_PLACES)]
        longest = max((run.length for run in found), default=0)
        runs += [run for run in found if run.length == longest]
        here += longest or 1
    return runs


def best_chain(runs: Sequence[Run], between: int) -> list[Run]:
    """Those that follow one another both in the needle and in the text, and hold most letters.

    Args:
        between: Letters that may stand in the text between two of them, at most.
    """
    chains: list[_Chain] = []
    for run in sorted(runs, key=lambda run: run.there):
        before = [
            chain
            for chain in chains
            if chain.runs[-1].here < run.here and chain.runs[-1].there < run.there <= chain.end + between
        ]
        best = max((chain.followed_by(run) for chain in before), default=_Chain(run.length, 0, (run,)))
        chains.append(best)
    return list(max(chains, default=_Chain(0, 0, ())).runs)


def occurrences(text: str, needle: str) -> Iterator[int]:
    """Where a needle stands in a text, without overlap."""
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))


def common_length(needle: str, text: str, there: int) -> int:
    """How many letters of the needle stand in a text from a place on."""
    pairs = zip(needle, text[there : there + len(needle)], strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(needle), len(text) - there))
