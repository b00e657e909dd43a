"""Passages by their words. In a large library only as many of a word's passages are looked at as there is time for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from sqlite3 import Connection
from string import ascii_lowercase, ascii_uppercase, punctuation, whitespace
from typing import TYPE_CHECKING

from paperlab.index.catalog_queries import (
    ids_with,
    ids_with_in,
    match_words,
    match_words_among,
    spread_of,
    words_of,
)
from paperlab.index.holdings import Holdings, Selection
from paperlab.index.words import all_words, any_word, loosely, terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_K1, _B = 1.2, 0.75  # as in FTS5
_PLAIN = bytes.maketrans(
    (punctuation + whitespace + ascii_uppercase).encode(),
    b" " * len(punctuation + whitespace) + ascii_lowercase.encode(),
)
"""Words apart and in small letters; those beyond ASCII stay as they are."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is looked at, in passages. The more, the nearer to BM25 over all (ADR 0010)."""

    all_scored: int = 50_000
    """In a library no larger than this each match is scored, which takes a microsecond or two."""
    rare: int = 60_000
    """Matches of the rarer words, all together, any of which may be a hit; in a smaller library `share` of it."""
    share: float = 0.2
    rarest: float = 1 / 3
    """Of them those of the rarest words that are tried for the frequent words; of the others those that have two."""
    counted: int = 20_000
    """Matches up to which a word's are counted; beyond, they are estimated."""
    read: int = 200
    """Passages whose text is read to tell how often they have each word."""
    complete: int = 10_000
    """Passages with all the words that are scored, if there are more than can be read."""
    runs: int = 64
    """In a selection of so few runs all matches are found."""


@dataclass(frozen=True, slots=True)
class WordMatch:
    passage: int
    score: float
    """By BM25; the higher the better."""
    has_all: bool
    """Has every word and phrase of the query that says something."""


class WordSearch:
    """Safe to use from several threads."""

    def __init__(self, budget: Budget = Budget()) -> None:
        self._budget = budget
        self._spread: tuple[int, dict[str, int]] = (-1, {})

    def matches(self, db: Connection, text: str, limit: int, where: Selection) -> list[WordMatch]:
        """Passages that have all the words, best first, then those that have some of them; of either up to the limit.

        All that are selected by words if the text has none. In a large library those without any of the rarer words may
        be missing, and scores are near those of BM25.

        Args:
            db: In the very moment that `where` is of (`one_moment`).
        """
        sought = terms(text)
        if not sought:
            narrowed = match_words(db, where.narrow, limit, where.scope) if where.narrow else []
            return [WordMatch(number, score, True) for number, score in narrowed]
        if where.holdings.passages > self._budget.all_scored:
            return self._among_many(db, sought, limit, where)
        full = match_words(db, _both(where.narrow, all_words(text)), limit, where.scope)
        found = [WordMatch(number, score, True) for number, score in full]
        if len(found) < limit:
            known = {match.passage for match in found}
            some = match_words(db, _both(where.narrow, any_word(text)), limit, where.scope)
            found += [WordMatch(number, score, False) for number, score in some if number not in known]
        return found

    def _among_many(self, db: Connection, sought: Sequence[str], limit: int, where: Selection) -> list[WordMatch]:
        """Rare words find the candidates; all words rank them: first by which they have, then by BM25."""
        import numpy as np

        holdings = where.holdings
        counts = self.counts(db, sought, holdings)
        by_rarity = sorted((term for term in sought if counts[term]), key=lambda term: counts[term])
        if not by_rarity:
            return []
        weights = [_weight(counts[term], holdings.passages) for term in by_rarity]
        with_term = _passages_by_term(db, by_rarity, counts, where, self._budget)
        weight, terms_had = np.zeros(holdings.end, np.float32), np.zeros(holdings.end, np.uint8)
        for ids, of_term in zip(with_term, weights, strict=True):
            weight[ids] += of_term
            terms_had[ids] += 1
        if where.passages is not None:
            weight *= where.passages
        complete = np.flatnonzero((terms_had == len(sought)) & (weight > 0))
        if len(complete) > self._budget.read:  # which of them are best, their words alone do not tell
            chosen = complete[:: -(-len(complete) // self._budget.complete)].tolist()
            scored = match_words_among(db, " AND ".join(sought), limit, chosen)
            return [WordMatch(number, score, True) for number, score in scored]
        best = _highest(weight, max(self._budget.read, limit))
        if not len(best):
            return []
        has = np.stack([np.isin(best, ids, assume_unique=True) for ids in with_term])
        scores = _scores(db, best, by_rarity, has, np.array(weights))
        found = [
            WordMatch(int(number), float(score), bool(terms_had[number] == len(sought)))
            for number, score in zip(best, scores, strict=True)
        ]
        return sorted(found, key=lambda match: (not match.has_all, -match.score, match.passage))

    def counts(self, db: Connection, sought: Sequence[str], holdings: Holdings) -> dict[str, int]:
        """In how many passages a term, in FTS5's syntax, is: exactly for a rare one, about for a frequent one."""
        now, known = self._spread
        if now != holdings.generation:
            known = {}
            self._spread = holdings.generation, known
        for term in sought:
            if term not in known:
                count, last = spread_of(db, term, self._budget.counted)
                # counting the rest takes 30 ms a million; the beginning tells how dense they are
                known[term] = (
                    count if count < self._budget.counted else min(int(count / last * holdings.end), holdings.passages)
                )
        return {term: known[term] for term in sought}


def _passages_by_term(
    db: Connection, by_rarity: Sequence[str], counts: dict[str, int], where: Selection, budget: Budget
) -> "list[npt.NDArray[np.int64]]":
    """For each term ids of passages that have it: all for rare ones, for the others those that have a rare one, too."""
    if where.runs.sum() <= budget.runs:
        ranges = where.ranges()
        return [ids_with_in(db, _both(where.narrow, term), ranges) for term in by_rarity]
    most = min(budget.rare, round(budget.share * where.holdings.passages))
    rows = list(accumulate(counts[term] for term in by_rarity))
    rare = max(sum(total <= most for total in rows), 1)
    rarest = max(sum(total <= budget.rarest * most for total in rows), 1)
    any_rare = " OR ".join([*map(loosely, by_rarity[:rarest]), *_pairs([*map(loosely, by_rarity[rarest:rare])])])
    return [ids_with(db, _both(where.narrow, term), most) for term in by_rarity[:rare]] + [
        ids_with(db, _both(where.narrow, f"({any_rare}) AND {term}"), most) for term in by_rarity[rare:]
    ]


def _both(narrow: str, query: str) -> str:
    return f"({narrow}) AND ({query})" if narrow else query


def _pairs(queries: Sequence[str]) -> Iterator[str]:
    for at, query in enumerate(queries[:-1], 1):
        yield f"({query} AND ({' OR '.join(queries[at:])}))"


def _highest(weight: "npt.NDArray[np.float32]", limit: int) -> "npt.NDArray[np.int64]":
    """Where the highest of positive numbers stand, in order; of equal ones the first."""
    import numpy as np

    places = np.flatnonzero(weight > 0)  # of truth values: five times as fast
    if len(places) > limit:
        least = np.partition(weight[places], -limit)[-limit]
        places = places[weight[places] >= least]
    return places[np.argsort(-weight[places], kind="stable")][:limit]


def _weight(count: int, passages: int) -> float:
    """Of a term, as BM25 has it: the rarer the more; above zero where it is in most passages."""
    return max(log((passages - count + 0.5) / (count + 0.5)), 1e-6)


def _scores(
    db: Connection,
    ids: "npt.NDArray[np.int64]",
    by_rarity: Sequence[str],
    has: "npt.NDArray[np.bool_]",
    weights: "npt.NDArray[np.float64]",
) -> "npt.NDArray[np.float64]":
    """BM25 of passages whose terms are known; how often each occurs is counted by its beginning, without stemming."""
    import numpy as np

    words = words_of(db, ids.tolist())
    texts = [words.get(int(number), (b"", 0))[0].translate(_PLAIN) for number in ids]
    lengths = np.array([words.get(int(number), (b"", 1))[1] for number in ids], float)
    beginnings = [_beginning(term) for term in by_rarity]
    often = np.array([[text.count(beginning) for text in texts] for beginning in beginnings], float)
    often = np.maximum(often, 1) * has
    share = often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * lengths / lengths.mean()))
    return np.asarray(weights @ share)


def _beginning(term: str) -> bytes:
    """What about all forms of a term begin with: endings of up to three letters may differ. One or two stand alone."""
    *whole, last = term.encode().translate(_PLAIN).split()
    return b" " + b" ".join([*whole, last[: max(4, len(last) - 3)] if len(last) > 2 else last + b" "])
