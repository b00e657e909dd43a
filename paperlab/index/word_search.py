"""Passages by their words. In a large library only as many of a word's passages are looked at as there is time for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from sqlite3 import Connection
from string import ascii_lowercase, ascii_uppercase, punctuation, whitespace
from typing import TYPE_CHECKING

from paperlab.index.catalog_queries import (
    Scope,
    ids_with,
    ids_with_in,
    match_words,
    spread_of,
    words_of,
)
from paperlab.index.holdings import Holdings, HoldingsNow
from paperlab.index.words import all_words, any_word, loosely, terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LARGE = 50_000
"""Passages. Up to here each match is scored, which takes a microsecond or two."""
_MOST_ROWS = 20_000
"""Matches that are looked at for the sake of rare words."""
_MOST_SCORED = 10_000
_FEW_RUNS = 64
_READ = 200
"""Passages whose text is read to score them."""
_K1, _B = 1.2, 0.75  # as in FTS5
_PLAIN = bytes.maketrans(
    (punctuation + whitespace + ascii_uppercase).encode(),
    b" " * len(punctuation + whitespace) + ascii_lowercase.encode(),
)
"""Words apart and in small letters; those beyond ASCII stay as they are."""


@dataclass(frozen=True, slots=True)
class WordMatch:
    passage: int
    score: float
    """By BM25; the higher the better."""
    has_all: bool
    """Has every word and phrase of the query that says something."""


class WordSearch:
    """Safe to use from several threads."""

    def __init__(self, holdings: HoldingsNow) -> None:
        self._holdings = holdings
        self._spread: tuple[int, dict[str, int]] = (-1, {})

    def matches(self, db: Connection, text: str, limit: int, scope: Scope, narrow: str = "") -> list[WordMatch]:
        """Passages that have all the words, best first, then those that have some of them; of either up to the limit.

        Those alone that meet `narrow`, a query of FTS5, if it is not empty; all of them if the text has no words.
        Beyond `LARGE` passages, those without any of the rarer words may be missing, and scores are near those of BM25.
        """
        sought = terms(text)
        if not sought:
            narrowed = match_words(db, narrow, limit, scope) if narrow else []
            return [WordMatch(number, score, True) for number, score in narrowed]
        holdings = self._holdings(db)
        if holdings.passages > LARGE:
            return self._among_many(db, sought, limit, scope, holdings, narrow)
        every, any_of_them = _both(narrow, all_words(text)), _both(narrow, any_word(text))
        found = [WordMatch(number, score, True) for number, score in match_words(db, every, limit, scope)]
        if len(found) < limit:
            known = {match.passage for match in found}
            some = match_words(db, any_of_them, limit, scope)
            found += [WordMatch(number, score, False) for number, score in some if number not in known]
        return found

    def _among_many(
        self, db: Connection, sought: Sequence[str], limit: int, scope: Scope, holdings: Holdings, narrow: str
    ) -> list[WordMatch]:
        """Rare words find the candidates; all words rank them: first by which they have, then by BM25."""
        import numpy as np

        counts = self._counts(db, sought, holdings)
        by_rarity = sorted((term for term in sought if counts[term]), key=lambda term: counts[term])
        if not by_rarity:
            return []
        weights = [max(log((holdings.passages - counts[t] + 0.5) / (counts[t] + 0.5)), 1e-6) for t in by_rarity]
        ids, has = _candidates(db, by_rarity, counts, scope, holdings, narrow)
        complete = np.logical_and.reduce(has, axis=0) & (len(by_rarity) == len(sought))
        if complete.sum() > _READ:  # which of them are best, their words alone do not tell
            chosen = ids[complete][:_MOST_SCORED]
            scored = match_words(db, " AND ".join(sought), limit, scope, chosen.tolist())
            return [WordMatch(number, score, True) for number, score in scored]
        best = np.argsort(-(np.array(weights) @ has), kind="stable")[:_READ]
        scores = _scores(db, ids[best], by_rarity, has[:, best], np.array(weights))
        found = [
            WordMatch(int(number), float(score), bool(full))
            for number, score, full in zip(ids[best], scores, complete[best], strict=True)
        ]
        return sorted(found, key=lambda match: (not match.has_all, -match.score, match.passage))

    def _counts(self, db: Connection, sought: Sequence[str], holdings: Holdings) -> dict[str, int]:
        """In how many passages a term is: exactly for a rare one, about for a frequent one."""
        now, known = self._spread
        if now != holdings.generation:
            known = {}
            self._spread = holdings.generation, known
        for term in sought:
            if term not in known:
                count, last = spread_of(db, term, _MOST_ROWS)
                # counting the rest takes 30 ms a million; the beginning tells how dense they are
                known[term] = count if count < _MOST_ROWS else int(count / last * holdings.end)
        return {term: known[term] for term in sought}


def _candidates(
    db: Connection, by_rarity: Sequence[str], counts: dict[str, int], scope: Scope, holdings: Holdings, narrow: str
) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]":
    """Ids of passages in the scope, ascending, and for each term whether they have it, shape (terms, passages)."""
    import numpy as np

    runs = holdings.runs_in(scope)
    if not scope.is_all and runs.sum() <= _FEW_RUNS:
        lasts = holdings.firsts + holdings.counts - 1
        ranges = list(zip(holdings.firsts[runs].tolist(), lasts[runs].tolist(), strict=True))
        found = [ids_with_in(db, _both(narrow, term), ranges) for term in by_rarity]
        ids = np.unique(np.concatenate(found))
        return ids, np.stack([np.isin(ids, of_term, assume_unique=True) for of_term in found])
    rare, rows = 1, counts[by_rarity[0]]
    while rare < len(by_rarity) and rows + counts[by_rarity[rare]] <= _MOST_ROWS:
        rows += counts[by_rarity[rare]]
        rare += 1
    found = [ids_with(db, _both(narrow, term), _MOST_ROWS) for term in by_rarity[:rare]]
    ids = np.unique(np.concatenate(found))
    any_rare = " OR ".join(loosely(term) for term in by_rarity[:rare])
    found += [ids_with(db, _both(narrow, f"({any_rare}) AND {term}"), 2 * _MOST_ROWS) for term in by_rarity[rare:]]
    if not scope.is_all:
        allowed = holdings.passages_in(scope)
        ids = ids[ids < len(allowed)]
        ids = ids[allowed[ids]]
    return ids, np.stack([np.isin(ids, of_term, assume_unique=True) for of_term in found])


def _both(narrow: str, query: str) -> str:
    return f"({narrow}) AND ({query})" if narrow else query


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
    share = often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1.0)))
    return np.asarray(weights @ share)


def _beginning(term: str) -> bytes:
    """What about all forms of a term begin with: endings of up to three letters may differ."""
    *whole, last = term.encode().translate(_PLAIN).split()
    return b" " + b" ".join([*whole, last[: max(4, len(last) - 3)]])
