"""Searching: passages by words, by meaning, by both; quotes by their letters."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from time import perf_counter

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Answer, Hit, PassageKind, QuoteMatch, SearchMode
from paperlab.domain.queries import Query, parse_query
from paperlab.domain.related import Relations
from paperlab.domain.steps import Abandoned, always_wanted
from paperlab.errors import ModelUnavailable
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_connection import one_moment, while_wanted
from paperlab.index.catalog_queries import (
    Scope,
    papers_without_vectors,
    passages_in_turn,
    passages_of,
    references_among,
    signatures_of,
)
from paperlab.index.encoder import Encoder, TokenVectors, encodable
from paperlab.index.holdings import HoldingsNow, Selection
from paperlab.index.quotes import find_quote
from paperlab.index.ranking import rank_passages
from paperlab.index.related import find_related
from paperlab.index.reranking import Reranker, reranked
from paperlab.index.sieve import Sieve, narrowed
from paperlab.index.signatures import interactions, weights_of_tokens
from paperlab.index.vectors import VectorIndex, load_ahead
from paperlab.index.word_search import WordMatch, WordSearch

_DEPTH = 100
"""Passages that each way of searching hands to the ranking."""

Scored = list[tuple[int, float]]
"""Passages with their scores, best first."""


class SearchEngine:
    """Safe to use from several threads."""

    def __init__(
        self, catalog: Catalog, encoder: Callable[[], Encoder], vectors: Path, reranker: Reranker | None = None
    ) -> None:
        """`encoder` is called when a search first needs it; `vectors` is the file of the snapshot."""
        self._catalog = catalog
        self._encoder = encoder
        self._vectors = VectorIndex(catalog, vectors)
        self._holdings = HoldingsNow()
        self._words = WordSearch()
        self._reranker = reranker

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
        """Rank passages, best first. Entries of bibliographies stand behind all others.

        What a query says of papers, `author:` and the like, is for the caller to put into `papers`. One that seeks no
        words gives the passages that pass it, some of each paper, in their order.

        Raises:
            Abandoned: `is_wanted` has said no.
            ModelUnavailable: Only in the mode MEANING; HYBRID falls back on words and says so in the answer.
        """
        began = perf_counter()
        scope = Scope(kinds, papers)
        asked = parse_query(query)
        hits: tuple[Hit, ...] = ()
        warning = ""
        if query.strip() and limit > 0 and not scope.is_nothing:
            encoder = None
            if mode is not SearchMode.WORDS and asked.sought:
                load_ahead()  # a search from a cold shell takes a tenth less
                try:
                    encoder = self._encoder()
                except ModelUnavailable as error:
                    if mode is SearchMode.MEANING:
                        raise
                    mode, warning = SearchMode.WORDS, f"searched by words only: {error.message}"
            depth = max(_DEPTH, limit)
            with self._catalog.reading() as db, one_moment(db):
                with while_wanted(db, is_wanted):
                    sieve = Sieve(db, asked)
                    where = Selection(self._holdings(db), scope).meeting(db, narrowed(asked))
                    words = {}
                    if asked.sought and mode is not SearchMode.MEANING:
                        words = self._by_words(db, asked, sieve, depth, where)
                if not is_wanted():
                    raise Abandoned
                if not asked.sought:
                    ranked = _in_turn(db, asked, sieve, depth, scope)
                elif encoder is None:
                    ranked = _words_alone(db, words)
                else:
                    # vectors that must be loaded are loaded to the end: the next query needs them, too
                    ranked = self._by_meaning(db, encoder, asked, sieve, depth, where, words)
                    warning = _completeness(db, encoder)
                    if self._reranker is not None:
                        ranked, doubt = self._reranked(db, ranked, asked.sought, self._reranker)
                        warning = "; ".join(filter(None, (warning, doubt)))
                hits = _hits(db, ranked[:limit])
        return Answer(query, mode, hits, (perf_counter() - began) * 1000, warning)

    def find(self, quote: str, *, papers: frozenset[PaperKey] | None = None, limit: int = 10) -> tuple[QuoteMatch, ...]:
        """Where a fragment stands: the exact places if there are any, in order of paper and place; else the nearest."""
        return find_quote(self._catalog, quote, papers, limit)

    def related(self, key: PaperKey, *, limit: int = 10, reasons: int = 3) -> Relations:
        """The papers nearest to a paper, with pairs of passages that say why; no encoder is needed.

        Raises:
            NothingFound: The paper, or every other one, has no vectors.
        """
        return find_related(self._catalog, self._vectors, key, limit, reasons)

    def _by_words(
        self, db: Connection, asked: Query, sieve: Sieve, depth: int, where: Selection
    ) -> dict[int, WordMatch]:
        """Passages that have all the words or some of them, each by its BM25; a phrase all of them have."""
        found: dict[int, WordMatch] = {}

        def rank(limit: int) -> list[int]:
            matches = self._words.matches(db, asked.words, limit, where)
            found.update((match.passage, match) for match in matches)
            return [match.passage for match in matches]

        return {passage: found[passage] for passage in sieve.first(depth, rank)}

    def _by_meaning(
        self,
        db: Connection,
        encoder: Encoder,
        asked: Query,
        sieve: Sieve,
        depth: int,
        where: Selection,
        words: dict[int, WordMatch],
    ) -> Scored:
        """Those nearest to the query and those found by words, as its tokens meet them."""
        text = encodable(asked.sought)
        told: list[TokenVectors] = []
        vector = encoder.encode([text], on_tokens=lambda _, tokens: told.append(tokens))[0]
        cosines: dict[int, float] = {}
        if vector.any():  # else no word of it is known to the model

            def rank(limit: int) -> list[int]:
                nearest = self._vectors.nearest(vector, encoder.fingerprint, limit, where.passages)
                cosines.update(nearest)
                return [passage for passage, _ in nearest]

            passed = sieve.first(depth, rank)
            cosines = {passage: cosines[passage] for passage in passed}
        found = [*{**words, **cosines}]
        signatures = signatures_of(db, found, encoder.fingerprint)
        met: dict[int, float] = {}
        if told and signatures:
            weights = weights_of_tokens(told[0], text, partial(self._counts, db, where), where.holdings.passages)
            scores = interactions(told[0], weights, list(signatures.values()))
            met = dict(zip(signatures, scores.tolist(), strict=True))
        ranked = rank_passages({passage: match.score for passage, match in words.items()}, cosines, met)
        references = references_among(db, found)
        return sorted(ranked, key=lambda scored: scored[0] in references)

    def _reranked(self, db: Connection, ranked: Scored, query: str, reranker: Reranker) -> tuple[Scored, str]:
        """In the reranker's order, or as they were and why."""

        def texts(numbers: Sequence[int]) -> list[str]:
            passages = passages_of(db, numbers)
            return [passages[number][0].text for number in numbers]

        try:
            return reranked(ranked, texts, query, reranker), ""
        except ModelUnavailable as error:
            return ranked, f"not put in order anew: {error.message}"

    def _counts(self, db: Connection, where: Selection, words: Sequence[str]) -> dict[str, int]:
        counts = self._words.counts(db, [f'"{word}"' for word in words], where.holdings)
        return {word: counts[f'"{word}"'] for word in words}


def _words_alone(db: Connection, words: dict[int, WordMatch]) -> Scored:
    """Those that have all the words first, and of either entries of bibliographies last."""
    references = references_among(db, words)
    ordered = sorted(words.values(), key=lambda match: (not match.has_all, match.passage in references))
    return [(match.passage, match.score) for match in ordered]


def _in_turn(db: Connection, asked: Query, sieve: Sieve, depth: int, scope: Scope) -> Scored:
    narrow = narrowed(asked)
    passed = sieve.first(depth, lambda limit: passages_in_turn(db, scope, narrow, limit))
    references = references_among(db, passed)
    return [(passage, 0.0) for passage in sorted(passed, key=lambda passage: passage in references)]


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
