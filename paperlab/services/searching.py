"""Searching: passages by words and meaning, and the place of a quote."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Answer, PassageKind, QuoteMatch, SearchMode
from paperlab.domain.progress import Status
from paperlab.domain.queries import Query, parse_query
from paperlab.domain.steps import always_wanted
from paperlab.errors import CatalogDamaged, IndexError_, LibraryBusy, ModelUnavailable
from paperlab.index.encoder import Encoder
from paperlab.index.search import SearchEngine
from paperlab.services.indexing import Indexing
from paperlab.services.shelf import Shelf

ALL_KINDS = frozenset(PassageKind)


class Searching:
    def __init__(self, shelf: Shelf, indexing: Indexing, engine: SearchEngine, encoder: Callable[[], Encoder]) -> None:
        self._shelf = shelf
        self._indexing = indexing
        self._engine = engine
        self._encoder = encoder
        self._is_warm = False

    @property
    def is_warm(self) -> bool:
        """The encoder is loaded: a search by meaning takes milliseconds."""
        return self._is_warm

    def warm_up(self) -> None:
        """Load the encoder. Takes a fraction of a second, the first time ever about a second.

        Raises:
            ModelUnavailable
        """
        self._encoder().encode(["warm"])
        self._is_warm = True

    def catch_up(self) -> None:
        """After an answer by words only: prepare the encoder for the next search, if that was why."""
        with suppress(ModelUnavailable):
            self._encoder()

    def search(
        self,
        query: str,
        *,
        mode: SearchMode = SearchMode.HYBRID,
        limit: int = 10,
        kinds: frozenset[PassageKind] = ALL_KINDS,
        paper: PaperKey | None = None,
        status: Status | None = None,
        tag: str | None = None,
        list_name: str | None = None,
        is_fresh: bool = True,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> Answer:
        """Rank passages of papers, notes and annotations, best first.

        Args:
            query: In the syntax of `parse_query`.
            is_fresh: Look for new notes, marks and states first, which goes through the files of all papers.
            is_wanted: Asked meanwhile, often, from this thread.

        Raises:
            Abandoned: It is not wanted any more.
            NothingFound: There is no list of that name.
            ModelUnavailable: Only in the mode MEANING, which waits while the encoder is prepared; HYBRID falls back on
                words and says so in the answer.
        """
        if mode is SearchMode.MEANING:
            self._encoder()
        missing = self.take_in() if is_fresh else ""
        asked = parse_query(query)
        papers = self._papers(paper, status, tag, list_name, asked, is_fresh)
        answer = self._engine.search(query, mode, limit, kinds=kinds, papers=papers, is_wanted=is_wanted)
        return replace(
            answer,
            warning="; ".join(filter(None, [*asked.doubts, missing, answer.warning])),
            hint="" if answer.hits else self._hint(asked),
        )

    def take_in(self) -> str:
        """Index the notes and annotations that have changed. Says why they could not all be; empty if they are."""
        try:
            self._indexing.take_in_marks()
        except CatalogDamaged:
            raise
        except (IndexError_, LibraryBusy) as error:  # a full disk must not stop a search
            return f"the newest notes and marks are not looked into: {error.message}"
        return ""

    def unindexed(self) -> int:
        """How many papers have a PDF that no search looks into yet."""
        indexed = self._indexing.editions()
        return sum(1 for s in self._shelf.summaries() if s.edition is not None and indexed.get(s.key) != s.edition)

    def find(self, quote: str, *, limit: int = 10) -> tuple[QuoteMatch, ...]:
        """Where a fragment stands: the exact places, or, if there is none, the nearest."""
        return self._engine.find(quote, limit=limit)

    def _papers(
        self,
        paper: PaperKey | None,
        status: Status | None,
        tag: str | None,
        list_name: str | None,
        asked: Query,
        is_fresh: bool,
    ) -> frozenset[PaperKey] | None:
        if status is None and tag is None and list_name is None and not asked.of_papers:
            return None if paper is None else frozenset({paper})
        summaries = self._shelf.summaries(status, tag, list_name, is_fresh=is_fresh)
        found = frozenset(s.key for s in summaries if all(field.passes(s) for field in asked.of_papers))
        return found if paper is None else found & {paper}

    def _hint(self, asked: Query) -> str:
        """Why nothing may have been found."""
        summaries = self._shelf.summaries(is_fresh=False)
        unheard = [str(field) for field in asked.of_papers if not any(field.passes(s) for s in summaries)]
        if unheard:
            return f"no paper in the library has {' or '.join(unheard)}"
        return f"look again without {' or '.join(asked.conditions)}" if asked.conditions else ""
