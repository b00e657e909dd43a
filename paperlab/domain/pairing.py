"""Pairing: which sentence of one edition became which of another, and which section which. Pure."""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from paperlab.domain.pairs import Pair
from paperlab.domain.strays import Leftovers, without_strays
from paperlab.domain.units import Cut, Unit, UnitKind, is_same_place
from paperlab.domain.wording import changed_runs, likeness

_LIKE = 0.5
"""Share of equal words that makes two sentences of one section the same sentence, changed."""
_LIKE_ELSEWHERE = 0.75
"""And in two sections."""
_SHORT = 4
"""Words: a shorter one is like too many others to be sought elsewhere, or to be called moved."""
_SHARED = 0.4
"""Share of words in common, in any order, below which the order is not looked at."""
_LIKE_REFERENCE = 0.6
"""References share names of journals and conferences."""
_LIKE_TITLE = 0.6
_FLOATING = frozenset({UnitKind.CAPTION, UnitKind.TABLE, UnitKind.FOOTNOTE})

Indexes = tuple[int, int]
"""Of a unit of the older edition and one of the newer."""


@dataclass(frozen=True, slots=True)
class Pairing:
    pairs: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    sections: Mapping[int, int]
    """From sections of the older edition to those of the newer."""
    moved_sections: frozenset[int]
    """Sections of the newer edition."""


def pair_up(before: Cut, after: Cut) -> Pairing:
    """Pair the units of two editions: equal ones first, then those that are like each other."""
    ordered = _in_text_order(before, after)
    elsewhere = _equal(before.keys, _but(before.units, ordered, 0), after.keys, _but(after.units, ordered, 1))
    paired = [*ordered, *elsewhere]
    votes = Counter((before.units[i].section, after.units[j].section) for i, j in paired)
    sections, moved = _pair_sections(before, after, votes)
    recut = _cut_otherwise(before, after, paired, ordered)
    left = [i for i in _but(before.units, paired, 0) if i not in recut[0]]
    right = [j for j in _but(after.units, paired, 1) if j not in recut[1]]
    near = {*votes, *sections.items()}
    alike = _alike(before, after, left, right, near)
    changed = [Pair(i, j, changed_runs(before.units[i].wording, after.units[j].wording)) for i, j in alike]
    removed = sorted(set(left) - {i for i, _ in alike})
    added = sorted(set(right) - {j for _, j in alike})
    rest = without_strays(before, after, Leftovers(tuple(changed), tuple(removed), tuple(added)))
    pairs = [Pair(i, j) for i, j in ordered]
    pairs += [Pair(i, j, is_moved=_is_moved(before.units[i], after.units[j])) for i, j in elsewhere]
    removed = [i for i in rest.removed if i not in before.heads]
    added = [j for j in rest.added if j not in after.heads]
    return Pairing((*pairs, *rest.changed), tuple(removed), tuple(added), sections, moved)


def relabelling(before: Cut, after: Cut) -> dict[str, str]:
    """The labels of the older edition's references, and those that they have in the newer one."""
    old = [unit for unit in before.units if unit.label]
    new = [unit for unit in after.units if unit.label]
    pairs = _in_order([unit.key for unit in old], [unit.key for unit in new])
    pairs += _equal([unit.key for unit in old], _but(old, pairs, 0), [unit.key for unit in new], _but(new, pairs, 1))
    lonely = Cut((), tuple(old)), Cut((), tuple(new))
    pairs += _alike(
        *lonely, _but(old, pairs, 0), _but(new, pairs, 1), {(u.section, v.section) for u in old for v in new}
    )
    kept = {old[i].label: new[j].label for i, j in pairs}
    taken = {unit.label for unit in new}
    return {label: kept.get(label, f"gone{label}" if label in taken else label) for label in (u.label for u in old)}


# sections


def _pair_sections(before: Cut, after: Cut, votes: Mapping[Indexes, int]) -> tuple[dict[int, int], frozenset[int]]:
    """By title, then by the sentences that they share, then by a title that is like the other's."""
    old, new = before.sections, after.sections
    ordered = _in_order([section.key for section in old], [section.key for section in new])
    elsewhere = _equal(
        [section.key for section in old], _but(old, ordered, 0), [section.key for section in new], _but(new, ordered, 1)
    )
    found = dict((*ordered, *elsewhere))
    sizes = Counter(unit.section for unit in before.units), Counter(unit.section for unit in after.units)
    for (i, j), count in sorted(votes.items(), key=lambda vote: -vote[1]):
        is_free = i not in found and j not in found.values() and old[i].title and new[j].title
        if is_free and 2 * count > min(sizes[0][i], sizes[1][j]):
            found[i] = j
    for i, section in enumerate(old):
        for j, other in enumerate(new):
            is_free = i not in found and j not in found.values() and section.title and other.title
            if is_free and SequenceMatcher(None, section.key, other.key).ratio() >= _LIKE_TITLE:
                found[i] = j
    moved = frozenset(j for i, j in elsewhere if not is_same_place(old[i].line, new[j].line))
    return found, moved


# units


def _in_text_order(before: Cut, after: Cut) -> list[Indexes]:
    """Equal units of the running text: what floats stands anywhere in it."""
    old, new = ([i for i, unit in enumerate(cut.units) if unit.kind not in _FLOATING] for cut in (before, after))
    found = _in_order([before.keys[i] for i in old], [after.keys[j] for j in new])
    return [(old[i], new[j]) for i, j in found]


def _cut_otherwise(
    before: Cut, after: Cut, paired: Sequence[Indexes], ordered: Iterable[Indexes]
) -> tuple[set[int], set[int]]:
    """Units without a partner that say the same together, between the same neighbours: only their ends are others."""
    old, new = (
        [index for index in _but(cut.units, paired, side) if cut.units[index].kind not in _FLOATING]
        for side, cut in enumerate((before, after))
    )
    same: tuple[set[int], set[int]] = set(), set()
    start, new_start = 0, 0
    for i, j in (*ordered, (len(before.units), len(after.units))):
        end, new_end = bisect_left(old, i), bisect_left(new, j)
        gap, new_gap = old[start:end], new[new_start:new_end]
        if gap and "".join(before.keys[index] for index in gap) == "".join(after.keys[index] for index in new_gap):
            same[0].update(gap)
            same[1].update(new_gap)
        start, new_start = end, new_end
    return same


def _in_order(before: Sequence[str], after: Sequence[str]) -> list[Indexes]:
    """Equal ones that stand in the same order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        (start + at, new_start + at) for start, new_start, size in matcher.get_matching_blocks() for at in range(size)
    ]


def _equal(before: Sequence[str], left: Iterable[int], after: Sequence[str], right: Iterable[int]) -> list[Indexes]:
    """Equal ones of what is left, first with first."""
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for j in right:
        waiting[after[j]].append(j)
    return [(i, waiting[before[i]].popleft()) for i in left if waiting[before[i]]]


def _alike(
    before: Cut, after: Cut, left: Sequence[int], right: Sequence[int], near: Collection[Indexes]
) -> list[Indexes]:
    """Pairs of units that share enough words, the likest first."""
    words = {j: {word.key for word in after.units[j].wording.words} for j in right}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for j in right:
        for word in words[j]:
            holding[word].append(j)
    found: list[tuple[float, int, int]] = []
    for i in left:
        unit = before.units[i]
        own = {word.key for word in unit.wording.words}
        for j, count in Counter(j for word in own for j in holding[word]).items():
            other = after.units[j]
            if unit.kind is not other.kind:
                continue
            is_near = (unit.section, other.section) in near
            if 2 * count < _SHARED * (len(own) + len(words[j])) and not _is_same_row(unit, other):
                continue
            if not is_near and min(len(own), len(words[j])) < _SHORT:
                continue
            score = _score(unit, other)
            if score >= _least(unit, is_near=is_near):
                found.append((-score, i, j))
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(found):
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return list(chosen.items())


def _score(unit: Unit, other: Unit) -> float:
    return max(likeness(unit.wording, other.wording), _LIKE if _is_same_row(unit, other) else 0.0)


def _least(unit: Unit, *, is_near: bool) -> float:
    if not is_near:
        return _LIKE_ELSEWHERE
    return _LIKE_REFERENCE if unit.kind is UnitKind.REFERENCE else _LIKE


def _is_same_row(unit: Unit, other: Unit) -> bool:
    """Rows of a table that begin with the same cell, whatever their numbers have become."""
    if unit.kind is not UnitKind.TABLE or other.kind is not UnitKind.TABLE:
        return False
    first, second = (one.wording.text.split("\t")[0].split() for one in (unit, other))
    return bool(first) and first == second


def _is_moved(unit: Unit, other: Unit) -> bool:
    """Floats stand where there was room, footnotes below their page: nobody has moved these."""
    is_text = unit.kind is other.kind is UnitKind.SENTENCE and len(unit.wording.words) >= _SHORT
    return is_text and not is_same_place(unit.line, other.line)


def _but(all_of_them: Sequence[object], pairs: Iterable[Indexes], side: int) -> list[int]:
    taken = {pair[side] for pair in pairs}
    return [index for index in range(len(all_of_them)) if index not in taken]
