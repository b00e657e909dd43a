"""Verifying: whether the index is that of the library, by the model of the settings, and whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paperlab.domain.findings import Finding, Kind
from paperlab.errors import ModelUnavailable
from paperlab.index.catalog import SNAPSHOT, Catalog
from paperlab.index.encoder import Encoder
from paperlab.index.verifying import verify
from paperlab.index.verifying_papers import Tally
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing, IndexStatus


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    status: IndexStatus
    tally: Tally
    waiting: int
    """Papers whose notes or annotations have changed since: the next search takes them in."""
    findings: tuple[Finding, ...]


class Verifying:
    def __init__(
        self,
        library: Library,
        indexing: Indexing,
        catalog: Callable[[], Catalog],
        encoder: Callable[[], Encoder],
    ) -> None:
        self._library = library
        self._indexing = indexing
        self._catalog = catalog
        self._encoder = encoder

    def verify(self, *, is_thorough: bool = True) -> Verified:
        """Look at all of the index.

        Args:
            is_thorough: At what SQLite keeps beside its tables, too.

        Raises:
            CatalogDamaged: It cannot even be opened.
        """
        try:
            encoder = self._encoder()
        except ModelUnavailable:
            encoder = None
        status, catalog = self._indexing.status(), self._catalog()
        inside = verify(catalog, self._library.derived / SNAPSHOT, encoder, is_thorough=is_thorough)
        known = {key: indexed.marks_stamp for key, indexed in catalog.indexed().items()}
        stamps = self._library.stamps()
        waiting = sum(stamp.marks != known.get(key, "") for key, stamp in stamps.items() if stamp.has_marks)
        return Verified(status, inside.tally, waiting, (*_against_the_library(status), *inside.findings))


def _against_the_library(status: IndexStatus) -> Iterator[Finding]:
    for kind, word, keys in (
        (Kind.NOT_INDEXED, "is not indexed", status.missing),
        (Kind.INDEX_STALE, "is indexed from another edition or file, or by another parser or model", status.stale),
        (Kind.INDEX_ORPHAN, "is indexed, but gone", status.orphans),
    ):
        yield from (Finding(kind, str(key), word, "`paperlab index` brings it level") for key in keys)
