"""Indexing: the catalogue brought level with the library, paper by paper, whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.passages import Passage
from paperlab.domain.steps import Stage, Step, Watcher, unwatched
from paperlab.errors import (
    CatalogDamaged,
    IndexError_,
    LibraryBusy,
    LibraryError,
    ModelUnavailable,
    PaperlabError,
    PdfError,
    UnreadablePdf,
)
from paperlab.index.catalog import Catalog, IndexedPaper
from paperlab.index.encoder import Encoder
from paperlab.index.passages import cut_notes, cut_passages, embedding_text
from paperlab.index.signatures import encode_signed
from paperlab.library.legible import Unread, read_unread, remember_unread
from paperlab.library.library import Library
from paperlab.library.marked import remember_marks
from paperlab.pdf.parse import PARSER_VERSION
from paperlab.services.measuring import measure
from paperlab.services.records import LOCK_TIMEOUT_S
from paperlab.services.side_by_side import Lanes, SideBySide
from paperlab.services.standing import passages_of, standing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Parse = Callable[..., ParsedPdf]
"""`pdf.parse.parse_pdf`, or a stand-in."""
_MOST_OF_A_NOTE = 500_000
"""Characters of a paper's notes that can be found: a book of them. What follows is kept, and not searched."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index compared with the library. A paper without a PDF is neither indexed, stale nor missing."""

    papers: int
    indexed: int
    stale: tuple[PaperKey, ...]
    """Indexed from another edition or file, by an older parser or with another model."""
    missing: tuple[PaperKey, ...]
    orphans: tuple[PaperKey, ...]
    """Indexed, but no longer in the library."""
    without_text: tuple[PaperKey, ...]
    """No text, or a garbled one: shown, not searchable."""
    passages: int
    model: str
    fingerprint: str
    """Empty if the model cannot be loaded."""
    older_editions: int = 0
    """Of all papers, those that are not indexed: the newest alone is searched."""

    @property
    def is_level(self) -> bool:
        return not (self.stale or self.missing or self.orphans)


@dataclass(frozen=True, slots=True)
class IndexOutcome:
    """What became of one paper."""

    key: PaperKey
    passages: int = 0
    error: str = ""
    warning: str = ""


class Indexing:
    def __init__(
        self, library: Library, catalog: Callable[[], Catalog], encoder: Callable[[], Encoder], parse: Parse, model: str
    ) -> None:
        self._library = library
        self._catalog = catalog
        self._encoder = encoder
        self._parse = parse
        self._model = model
        self.lanes = Lanes()

    def run(self, keys: Iterable[PaperKey] | None = None, watch: Watcher = unwatched) -> tuple[IndexOutcome, ...]:
        """`each`, to its end."""
        return tuple(self.each(keys, watch))

    def each(self, keys: Iterable[PaperKey] | None = None, watch: Watcher = unwatched) -> Iterator[IndexOutcome]:
        """Index what is missing or stale, of all papers or of some, several at once; a failure costs one paper.

        Yields:
            One outcome for each paper that was not level before, in order of key. What has been yielded is kept,
            whatever happens next.

        Raises:
            LibraryBusy: Another process is at it, for too long to be waited for.
        """
        with self._library.lock("index", timeout_s=LOCK_TIMEOUT_S):  # two would do the same work twice
            yield from self._each(keys, watch)

    def _each(self, keys: Iterable[PaperKey] | None, watch: Watcher) -> Iterator[IndexOutcome]:
        catalog = self._catalog()
        status = self.status()
        if keys is None:
            for key in status.orphans:
                catalog.remove(key)
        chosen = None if keys is None else frozenset(keys)
        todo = sorted(key for key in (*status.missing, *status.stale) if chosen is None or key in chosen)
        before = {key for key, known in catalog.indexed().items() if known.edition}
        done: set[PaperKey] = set()
        for outcome in SideBySide(self.bring_level, watch).run(todo):
            done |= set() if outcome.error else {outcome.key}
            yield outcome
        if lost := sorted((before | done) - catalog.indexed().keys()):  # somebody has taken the index away meanwhile
            yield from SideBySide(self.bring_level, watch).run(lost)
        self.take_in_marks(status.fingerprint)

    def bring_level(self, key: PaperKey, watch: Watcher = unwatched) -> IndexOutcome:
        """Index one paper, whatever the catalogue has of it. What fails is told in the outcome.

        A PDF that could not be read the last time is not tried again: it would cost as much once more.
        """
        try:
            paper = self._library.read(key)
            unread = self.unread(paper)
            if unread.is_whole and unread.parser == PARSER_VERSION:
                return IndexOutcome(key, error=f"{unread.reasons[0]} (`paperlab index rebuild` tries again)")
            return self._index(paper, watch)
        except PaperlabError as error:
            return IndexOutcome(key, error=error.message)

    def unread(self, paper: Paper) -> Unread:
        """What of its newest edition could not be read, and why."""
        return read_unread(self._library.derived).get(paper.newest.sha256, Unread()) if paper.newest else Unread()

    def parse(self, pdf: Path, subject: str, watch: Watcher) -> ParsedPdf:
        """Parse a PDF when there is a hand free for it.

        Raises:
            PdfError
        """
        with self.lanes.parsing:
            return self._parse(pdf, on_page=lambda done, total: watch(Step(Stage.PARSING, subject, done, total)))

    def put(self, paper: Paper, edition: Edition, parsed: ParsedPdf, watch: Watcher = unwatched) -> IndexOutcome:
        """Index an edition that has just been parsed."""
        with self.lanes.embedding:
            encoder, warning = self._encoder_or_why()
            passages: tuple[Passage, ...] = ()
            if parsed.is_searchable:
                count, window = measure(encoder)
                passages = cut_passages(paper.key, edition.name, parsed.blocks, count, window)
            vectors: npt.NDArray[np.float32] | None = None
            signatures: tuple[bytes, ...] = ()
            if encoder is not None:
                texts = [embedding_text(passage, paper.title) for passage in passages]
                vectors, signatures = encode_signed(
                    encoder, texts, lambda done: watch(Step(Stage.EMBEDDING, paper.title, done, len(texts)))
                )
            fingerprint = encoder.fingerprint if encoder else ""
            catalog = self._catalog()
            catalog.put_paper(
                paper.key, edition, parsed, passages, vectors, fingerprint, PARSER_VERSION, paper.title, signatures
            )
            remember_marks(self._library.derived, edition.sha256, parsed.mark_count)
            remember_unread(self._library.derived, edition.sha256, PARSER_VERSION, parsed.missing, is_whole=False)
            catalog.put_summaries({}, [paper.key])  # the number of pages is known now
        return IndexOutcome(paper.key, len(passages), warning=warning)

    def editions(self) -> dict[PaperKey, str]:
        """The edition that is indexed of each paper."""
        return {key: known.edition for key, known in self._catalog().indexed().items()}

    def known(self, key: PaperKey) -> IndexedPaper | None:
        """What the catalogue has of a paper."""
        return self._catalog().indexed(key).get(key)

    def parsed(self, key: PaperKey, watch: Watcher = unwatched) -> tuple[Paper, Edition, ParsedPdf]:
        """The blocks of a paper's newest edition: from the catalogue, or parsed and indexed now.

        What cannot be indexed (a read-only library, a full disk) can be read all the same.

        Raises:
            UnknownPaper, DamagedFile, PdfError
            UnreadablePdf: The record has no PDF.
        """
        paper = self._library.read(key)
        edition = paper.newest
        if edition is None:
            raise UnreadablePdf(f"{key} has no PDF yet", hint=f"`paperlab fetch {key}` downloads it")
        known = self.known(key)
        parsed = self._blocks(paper, edition, watch)
        if (known is None or not _is_level(known, edition, known.fingerprint)) and not self._catalog().is_read_only:
            try:
                self.put(paper, edition, parsed, watch)
            except CatalogDamaged:
                raise
            except (IndexError_, LibraryBusy):
                pass
        return paper, edition, parsed

    def take_in_marks(self, fingerprint: str = "") -> None:
        """Index the notes and annotations that changed since the last time; a read-only index stays as it is.

        Args:
            fingerprint: Those that were embedded by another encoder, too.
        """
        catalog = self._catalog()
        if catalog.is_read_only:
            return
        indexed = catalog.indexed()
        for key, stamp in self._library.stamps().items():
            known = indexed.get(key)
            taken_in = known.marks_stamp if known else ""
            is_level = stamp.marks == taken_in and (
                not fingerprint or known is None or known.marks_fingerprint == fingerprint
            )
            if is_level or not (stamp.has_marks or taken_in):
                continue
            try:
                self._put_marks(catalog, key, stamp.marks)
            except LibraryError:  # `doctor` tells of it; a search goes on without
                continue

    def renew(self, keys: Iterable[PaperKey], watch: Watcher = unwatched) -> tuple[IndexOutcome, ...]:
        """Index papers anew, whatever the catalogue has of them."""
        chosen = tuple(keys)
        for key in chosen:
            self._catalog().remove(key)
        return self.run(chosen, watch)

    def status(self) -> IndexStatus:
        catalog = self._catalog()
        indexed = catalog.indexed()
        encoder, _ = self._encoder_or_why()
        fingerprint = encoder.fingerprint if encoder else ""
        keys = self._library.keys()
        stale, missing = [], []
        level = older = 0
        for key in keys:
            try:
                paper = self._library.read(key)
            except LibraryError:  # `doctor` tells of it
                continue
            edition = paper.newest
            if edition is None:
                continue
            older += len(paper.editions) - 1
            known = indexed.get(key)
            if known is None or not known.edition:
                missing.append(key)
            elif not _is_level(known, edition, fingerprint):
                stale.append(key)
            else:
                level += 1
        return IndexStatus(
            papers=len(keys),
            indexed=level,
            stale=tuple(stale),
            missing=tuple(missing),
            orphans=tuple(sorted(indexed.keys() - set(keys))),
            without_text=tuple(
                sorted(key for key, known in indexed.items() if known.edition and not known.is_searchable)
            ),
            passages=sum(known.passages for known in indexed.values()),
            model=self._model,
            fingerprint=fingerprint,
            older_editions=older,
        )

    def _index(self, paper: Paper, watch: Watcher) -> IndexOutcome:
        edition = paper.newest
        assert edition is not None  # status() lets none through without
        return self.put(paper, edition, self._blocks(paper, edition, watch), watch)

    def _blocks(self, paper: Paper, edition: Edition, watch: Watcher) -> ParsedPdf:
        known = self.known(paper.key)
        if known is not None and _is_level(known, edition, fingerprint=""):  # only its vectors are of another encoder
            parsed = self._catalog().parsed(paper.key)
            if parsed is not None:
                return parsed
        path = self._library.edition_path(paper.key, edition)
        if not path.is_file():
            raise UnreadablePdf(f"{path} is missing", hint=f"`paperlab fetch {paper.key}` downloads it again")
        try:
            return self.parse(path, paper.title, watch)
        except PdfError as error:
            derived = self._library.derived
            remember_unread(derived, edition.sha256, PARSER_VERSION, (error.message,), is_whole=True)
            raise

    def _put_marks(self, catalog: Catalog, key: PaperKey, stamp: str) -> None:
        encoder, _ = self._encoder_or_why()
        count, window = measure(encoder)
        title = self._library.read(key).title
        notes = cut_notes(key, self._library.read_notes(key)[:_MOST_OF_A_NOTE], count, window)
        passages = (*notes, *passages_of(key, standing(catalog, key, self._library.annotations(key))))
        vectors: npt.NDArray[np.float32] | None = None
        signatures: tuple[bytes, ...] = ()
        if encoder is not None:
            vectors, signatures = encode_signed(encoder, [embedding_text(passage, title) for passage in passages])
        fingerprint = encoder.fingerprint if encoder else ""
        catalog.put_marks(key, passages, vectors, stamp, fingerprint, title, signatures)

    def _encoder_or_why(self) -> tuple[Encoder | None, str]:
        try:
            return self._encoder(), ""
        except ModelUnavailable as error:
            return None, f"{error.message}: searchable by words only"


def _is_level(known: IndexedPaper, edition: Edition, fingerprint: str) -> bool:
    return (
        known.edition == edition.name
        and known.sha256 == edition.sha256
        and known.parser_version == PARSER_VERSION
        and (not fingerprint or known.fingerprint == fingerprint)
    )
