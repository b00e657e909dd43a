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


class _Link(NamedTuple):
    """The last run of a chain; of two chains the greater one is the better."""

    letters: int
    """Of the whole chain."""
    gaps: int
    """Letters between its runs, as a negative number."""
    run: Run
    before: int
    """Index of the link that it is behind; -1 if it is the first one."""


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
    links: list[_Link] = []
    for run in sorted(runs, key=lambda run: run.there):
        best = _Link(run.length, 0, run, -1)
        for at, (letters, gaps, last, _) in enumerate(links):
            end = last.there + last.length
            if last.here < run.here and last.there < run.there <= end + between:
                cut = max(last.here + last.length - run.here, end - run.there, 0)  # what the two have in common
                total, gap = letters + run.length - cut, gaps - (run.there + cut - end)
                if cut < run.length and (total, gap) > best[:2]:
                    best = _Link(total, gap, Run(run.here + cut, run.there + cut, run.length - cut), at)
        links.append(best)
    chain: list[Run] = []
    at = max(range(len(links)), key=lambda at: links[at][:2], default=-1)
    while at >= 0:
        chain.append(links[at].run)
        at = links[at].before
    return chain[::-1]


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
