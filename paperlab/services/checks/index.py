"""The index, and the model that it is made with. All of it is derived: what is wrong is made anew."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from paperlab.domain.findings import Finding, Kind, Remedy
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.steps import Watcher
from paperlab.errors import CatalogDamaged, LibraryTooNew, ModelUnavailable
from paperlab.index.catalog import FILE, SNAPSHOT, Catalog
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing, IndexOutcome
from paperlab.services.verifying import Verifying

_LEVEL = frozenset({Kind.NOT_INDEXED, Kind.INDEX_STALE, Kind.INDEX_ORPHAN})
_OF_A_PAPER = frozenset(
    {
        Kind.PAGE_UNCOVERED,
        Kind.PASSAGES_AT_ODDS,
        Kind.VECTOR_MISSING,
        Kind.VECTOR_WRONG,
        Kind.VECTOR_FOREIGN,
        Kind.VECTOR_ORPHAN,
        Kind.SIGNATURE_WRONG,
    }
)
_OF_THE_SNAPSHOT = frozenset({Kind.SNAPSHOT_DAMAGED, Kind.SNAPSHOT_AT_ODDS})
_HINT = "`paperlab doctor --fix` makes it anew"


class IndexChecks:
    """Finds what is wrong with the index and knows how to make it anew."""

    def __init__(
        self,
        library: Library,
        indexing: Indexing,
        verifying: Verifying,
        catalog: Callable[[], Catalog],
        rebuild: Callable[[], None],
        check_model: Callable[[], None],
    ) -> None:
        """Args: rebuild: Throws the index away. check_model: Raises ModelUnavailable, also for damaged weights."""
        self._library = library
        self._indexing = indexing
        self._verifying = verifying
        self._catalog = catalog
        self._rebuild = rebuild
        self._check_model = check_model

    def findings(self, watch: Watcher) -> Iterator[Finding]:
        """All that is wrong; what is put right together has one remedy."""
        try:
            self._check_model()
        except ModelUnavailable as error:
            hint = error.hint or "search works by words only"
            yield Finding(Kind.MODEL_UNAVAILABLE, "model", error.message, hint)
        anew = Remedy("makes the index anew from the papers", lambda: self._anew(watch), is_derived=True)
        try:
            verified = self._verifying.verify(is_thorough=False)
        except (CatalogDamaged, LibraryTooNew) as error:
            yield Finding(Kind.CATALOG_DAMAGED, FILE, error.message, _HINT, anew)
            return
        damaged = [found for found in verified.findings if found.kind is Kind.CATALOG_DAMAGED]
        if damaged:  # the rest follows from it
            yield from (replace(found, hint=_HINT, remedy=anew) for found in damaged)
            return
        remedies: dict[str, Remedy] = {}
        for found in verified.findings:
            remedy = self._remedy(found, anew, watch)
            # one for all that it puts right: whoever applies them need not do it again and again
            yield replace(found, hint=_HINT, remedy=remedies.setdefault(remedy.told, remedy))
        for key in verified.status.without_text:
            message = "the PDF has no text, or a garbled one: it is shown, not searchable"
            yield Finding(Kind.NO_TEXT, str(key), message, "a PDF with text recognition would be")

    def _remedy(self, found: Finding, anew: Remedy, watch: Watcher) -> Remedy:
        def renew() -> str:
            return _told(self._indexing.renew([PaperKey(found.place)], watch))

        if found.kind in _LEVEL:
            return Remedy("brings the index level", lambda: _told(self._indexing.run(watch=watch)), is_derived=True)
        if found.kind in _OF_A_PAPER and found.place != FILE:
            return Remedy(f"indexes {found.place} anew", renew, is_derived=True)
        if found.kind in _OF_THE_SNAPSHOT:
            return Remedy("deletes the snapshot, which the next search makes anew", self._without_snapshot, True)
        if found.kind is Kind.WORDS_AT_ODDS:
            return Remedy("makes the words anew from the passages", self._words_anew, is_derived=True)
        return anew

    def _words_anew(self) -> str:
        self._catalog().put_words_anew()
        return "the words of all passages are made anew"

    def _without_snapshot(self) -> str:
        (self._library.derived / SNAPSHOT).unlink(missing_ok=True)
        return f"{SNAPSHOT}: deleted"

    def _anew(self, watch: Watcher) -> str:
        self._rebuild()
        return _told(self._indexing.run(watch=watch)) or "the index is made anew"


def _told(outcomes: tuple[IndexOutcome, ...]) -> str:
    return "; ".join(f"{o.key}: {o.error or f'indexed, {o.passages} passages'}" for o in outcomes)
