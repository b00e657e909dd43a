"""Candidates: places where a quote may stand, and how much of what was around it is there. Letters are folded."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paperlab.domain.annotations import Annotation
from paperlab.domain.runs import Run, best_chain, common_length, shared_runs
from paperlab.domain.strips import Strip
from paperlab.domain.text import folded

_KNOWN = 8
"""Letters of a prefix or suffix, at least, that tell anything."""
_RUN, _SEED = 5, 8
"""Letters in a row that two texts share not by chance: within some lines, within a paper."""
_BUCKET = 64
"""Letters by which the seeds of one place may be shifted against each other."""
_MOST_WINDOWS, _MOST_SEEDS = 3, 64
"""Places that are looked at closely; those of one seed that count: what stands everywhere tells nothing."""
_CHANCE = 2
"""Letters at the end of a run that may be there by chance."""
_STAYED, _MISSING, _SIDE = 0.75, 0.5, 24
"""Share of a context that tells that it is there, below which it is not; letters of it next to the quote."""
_MOST_GROWTH = 1.6
"""A sentence that has changed a little is at most so much longer than it was."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for."""

    quote: str
    prefix: str
    suffix: str
    """Prefix and suffix are empty where they are too short to tell anything."""

    @classmethod
    def of(cls, annotation: Annotation) -> "Sought":
        prefix, suffix = folded(annotation.prefix), folded(annotation.suffix)
        return cls(
            folded(annotation.quote), prefix if len(prefix) >= _KNOWN else "", suffix if len(suffix) >= _KNOWN else ""
        )

    @property
    def seam(self) -> str:
        """What stands where the quote was cut out and nothing else has changed; empty if that cannot be told."""
        return self.prefix[-_SIDE:] + self.suffix[:_SIDE] if self.prefix and self.suffix else ""

    @property
    def has_context(self) -> bool:
        return bool(self.prefix or self.suffix)


@dataclass(frozen=True, slots=True)
class Candidate:
    strip: Strip
    begin: int
    end: int
    """Excluded."""
    kept: float
    """Share of the quote's letters that are there, from 0 to 1."""
    left: float | None
    """Share of the prefix that stands before it; None if there is no prefix."""
    right: float | None
    """Of the suffix, behind it."""
    close: float
    """Shares of prefix and suffix that stand directly at it, added up."""
    is_torn: bool
    """Prefix or suffix is missing, and stands somewhere else in the paper: the quote was there."""

    @property
    def agreement(self) -> float:
        """How far the surroundings confirm it, from 0 to 1: one side that is whole says more than two halves."""
        sides = [side for side in (self.left, self.right) if side is not None]
        return 0.75 * max(sides) + 0.25 * min(sides) if sides else 0.0

    @property
    def sides(self) -> float:
        return (self.left or 0.0) + (self.right or 0.0)

    @property
    def rank(self) -> float:
        """Compares the candidates for one quote."""
        return self.sides + self.close / 2

    def overlaps(self, other: "Candidate") -> bool:
        """Whether the two are one place, as far as one strip can tell."""
        return self.strip is not other.strip or (self.begin < other.end and other.begin < self.end)


def share_kept(text: str, other: str) -> float:
    """Share of a text's letters that stand in another one, in runs and in order."""
    if not text or text in other:
        return 1.0
    return _covered(best_chain(shared_runs(text, other, _RUN), len(other))) / len(text)


def exact_candidates(strip: Strip, sought: Sought) -> Iterator[Candidate]:
    """All places of a strip where the quote stands letter by letter."""
    begin = strip.text.find(sought.quote) if sought.quote else -1
    while begin >= 0:
        yield _candidate(strip, sought, begin, begin + len(sought.quote), 1.0)
        begin = strip.text.find(sought.quote, begin + 1)


def _candidate(strip: Strip, sought: Sought, begin: int, end: int, kept: float) -> Candidate:
    prefix, suffix = sought.prefix, sought.suffix
    # some more than they have: something may have come between
    before = strip.text[max(begin - len(prefix) * 3 // 2, 0) : begin]
    after = strip.text[end : end + len(suffix) * 3 // 2]
    left = share_kept(prefix, before) if prefix else None
    right = share_kept(suffix, after) if suffix else None
    close = _share_at_start(prefix[::-1], before[::-1]) + _share_at_start(suffix, after)
    is_torn = any(
        share is not None and share < _MISSING and part in strip.text
        for share, part in ((left, prefix[-_SIDE:]), (right, suffix[:_SIDE]))
    )
    return Candidate(strip, begin, end, kept, left, right, close, is_torn)


def _share_at_start(text: str, other: str) -> float:
    """Share of a text that another one begins with, letter by letter."""
    return common_length(text, other, 0) / len(text) if text else 0.0


class SeedTable:
    """Where each run of letters of a strip stands: tells at once where most of a changed text is."""

    def __init__(self, strip: Strip) -> None:
        self._strip = strip
        self._places: Mapping[str, list[int]] = defaultdict(list)
        for at in range(len(strip.text) - _SEED + 1):
            self._places[strip.text[at : at + _SEED]].append(at)

    def changed_candidates(self, sought: Sought) -> Iterator[Candidate]:
        """Places that prefix, quote and suffix together point to, where some of the quote is left."""
        whole = sought.prefix + sought.quote + sought.suffix
        first, last = len(sought.prefix), len(sought.prefix) + len(sought.quote)
        for start in self._windows(whole):
            window = self._strip.text[start : start + round(_MOST_GROWTH * len(whole)) + 3 * _BUCKET]
            chain = best_chain(shared_runs(whole, window, _RUN), len(window))
            before, inside, after = (_within(chain, *part) for part in ((0, first), (first, last), (last, len(whole))))
            if not inside:
                continue
            # a quote whose ends have changed goes from what was before it to what was behind it
            missing = last - inside[-1].here - inside[-1].length
            begin = max(inside[0].there - (inside[0].here - first), _end(before), 0)
            if inside[0].here > first and before and before[-1].here + before[-1].length == first:
                begin = _end(before)
            end = min(_end(inside) + missing, after[0].there if after else len(window))
            if missing and after and after[0].here == last:
                end = after[0].there
            kept = _covered(inside) / len(sought.quote)
            candidate = _candidate(self._strip, sought, start + begin, start + end, kept)
            is_sized = 0 < end - begin <= _MOST_GROWTH * len(sought.quote)
            is_exact = sought.quote in window[begin:end]
            if is_sized and not is_exact and not candidate.is_torn and not _is_rather_beside(candidate, sought):
                yield candidate

    def _windows(self, whole: str) -> list[int]:
        """Where the windows begin in which most seeds of a text stand, one behind the other."""
        votes = Counter[int]()
        for here in range(len(whole) - _SEED + 1):
            places = self._places.get(whole[here : here + _SEED], ())
            votes.update((there - here) // _BUCKET for there in places[:_MOST_SEEDS])
        in_two = Counter({bucket: count + votes[bucket + 1] for bucket, count in list(votes.items())})
        return [max((bucket - 1) * _BUCKET, 0) for bucket, _ in in_two.most_common(_MOST_WINDOWS)]


def _is_rather_beside(candidate: Candidate, sought: Sought) -> bool:
    """Whether what was beside the quote stands where the quote should: it is like the quote, and has stayed."""
    text, begin, end = candidate.strip.text, candidate.begin, candidate.end
    prefix, suffix = sought.prefix[begin - end :], sought.suffix[: end - begin]
    before = text[max(begin, end - len(prefix)) : end + len(prefix) // 2]
    behind = text[max(begin - len(suffix) // 2, 0) : min(end, begin + len(suffix))]
    return any(part and share_kept(part, there) >= _STAYED for part, there in ((prefix, before), (suffix, behind)))


def _within(chain: Sequence[Run], first: int, last: int) -> list[Run]:
    """The parts of a chain's runs that lie between two places of the needle."""
    parts = []
    for here, there, length in chain:
        cut = max(first - here, 0)
        left = min(here + length, last) - here - cut
        if left > (0 if left == length else _CHANCE):
            parts.append(Run(here + cut, there + cut, left))
    return parts


def _covered(runs: Sequence[Run]) -> int:
    return sum(run.length for run in runs)


def _end(runs: Sequence[Run]) -> int:
    return runs[-1].there + runs[-1].length if runs else 0
