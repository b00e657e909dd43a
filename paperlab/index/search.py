"""Searching: passages by words, by meaning, by both; quotes by their letters."""

from collections.abc import Callable, Sequence
from pathlib import Path
from sqlite3 import Connection
from time import perf_counter

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Answer, Hit, PassageKind, QuoteMatch, SearchMode
from paperlab.domain.steps import Abandoned, always_wanted
from paperlab.errors import ModelUnavailable
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_connection import one_moment, while_wanted
from paperlab.index.catalog_queries import (
    Scope,
    papers_without_vectors,
    passages_of,
    references_among,
)
from paperlab.index.encoder import Encoder, encodable
from paperlab.index.holdings import HoldingsNow, Selection
from paperlab.index.quotes import find_quote
from paperlab.index.ranking import fuse_rankings
from paperlab.index.vectors import VectorIndex
from paperlab.index.word_search import WordSearch

_DEPTH = 100
"""Passages that each way of searching hands to the fusion."""


class SearchEngine:
    """Safe to use from several threads."""

    def __init__(self, catalog: Catalog, encoder: Callable[[], Encoder], vectors: Path) -> None:
        """`encoder` is called when a search first needs it; `vectors` is the file of the snapshot."""
        self._catalog = catalog
        self._encoder = encoder
        self._vectors = VectorIndex(catalog, vectors)
        self._holdings = HoldingsNow()
        self._words = WordSearch()

    def search(
        self,
        query: str,
        mode: SearchMode,
        limit: int,
        *,
        kinds: frozenset[PassageKind] = frozenset(PassageKind),
        papers: frozenset[PaperKey] | None = None,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> Answer:
        """Rank passages, best first. Entries of bibliographies stand behind the others that were found the same way.

        Raises:
            Abandoned: `is_wanted` has said no.
            ModelUnavailable: Only in the mode MEANING; HYBRID falls back on words and says so in the answer.
        """
        began = perf_counter()
        scope = Scope(kinds, papers)
        hits: tuple[Hit, ...] = ()
        warning = ""
        if query.strip() and limit > 0 and not scope.is_nothing:
            encoder = None
            if mode is not SearchMode.WORDS:
                try:
                    encoder = self._encoder()
                except ModelUnavailable as error:
                    if mode is SearchMode.MEANING:
                        raise
                    mode, warning = SearchMode.WORDS, f"searched by words only: {error.message}"
            depth = max(_DEPTH, limit)
            with self._catalog.reading() as db, one_moment(db):
                where = Selection(self._holdings(db), scope)
                rankings = []
                if mode is not SearchMode.MEANING:
                    with while_wanted(db, is_wanted):
                        rankings.append(self._by_words(db, query, depth, where))
                if not is_wanted():
                    raise Abandoned
                if mode is not SearchMode.WORDS and encoder is not None:
                    # vectors that must be loaded are loaded to the end: the next query needs them, too
                    rankings.insert(0, self._by_meaning(db, encoder, query, depth, where))
                    warning = _completeness(db, encoder)
                hits = _hits(db, fuse_rankings(rankings)[:limit])
        return Answer(query, mode, hits, (perf_counter() - began) * 1000, warning)

    def find(self, quote: str, *, papers: frozenset[PaperKey] | None = None, limit: int = 10) -> tuple[QuoteMatch, ...]:
        """Where a fragment stands: the exact places if there are any, in order of paper and place; else the nearest."""
        return find_quote(self._catalog, quote, papers, limit)

    def _by_words(self, db: Connection, query: str, depth: int, where: Selection) -> list[int]:
        """Passages that have all the words, then those that have some of them."""
        found = self._words.matches(db, query, depth, where)
        full = _references_last(db, [match.passage for match in found if match.has_all])
        partly = _references_last(db, [match.passage for match in found if not match.has_all])
        return [*full, *partly][:depth]

    def _by_meaning(self, db: Connection, encoder: Encoder, query: str, depth: int, where: Selection) -> list[int]:
        vector = encoder.encode([encodable(query)])[0]
        if not vector.any():  # no word of it is known to the model
            return []
        return _references_last(
            db, [number for number, _ in self._vectors.nearest(vector, encoder.fingerprint, depth, where.passages)]
        )


def _references_last(db: Connection, ids: Sequence[int]) -> list[int]:
    references = references_among(db, ids)
    return sorted(ids, key=lambda number: number in references)


def _hits(db: Connection, scored: Sequence[tuple[int, float]]) -> tuple[Hit, ...]:
    passages = passages_of(db, [number for number, _ in scored])
    # another process may just have indexed a paper anew
    living = [(passages[number], score) for number, score in scored if number in passages]
    return tuple(Hit(rank, score, *found) for rank, (found, score) in enumerate(living, 1))


def _completeness(db: Connection, encoder: Encoder) -> str:
    count = papers_without_vectors(db, encoder.fingerprint)
    if not count:
        return ""
    return (
        f"{count} {'paper is' if count == 1 else 'papers are'} searched by words only: `paperlab index` completes them"
    )
