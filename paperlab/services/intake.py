"""Taking in: a PDF that is on the disk becomes an edition of a paper; one that cannot be read leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from paperlab.domain.blocks import ParsedPdf, TextLayer
from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import Edition, FoundPaper, Paper
from paperlab.domain.steps import Watcher
from paperlab.errors import SourceError, UnknownSource
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.pdf.parse import check_pdf
from paperlab.services.indexing import Indexing
from paperlab.services.records import Records
from paperlab.sources.local_pdf import identify

LOCK_TIMEOUT_S = 600.0
"""Longer than any paper takes: a second process that adds the same paper waits for the first."""

LookUp = Callable[[ArxivId, Watcher], FoundPaper | None]
"""What arXiv tells of one paper; None if it knows it not."""


class AddStatus(StrEnum):
    ADDED = "added"
    PRESENT = "present"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOutcome:
    """What became of one source."""

    source: str
    status: AddStatus
    key: PaperKey | None = None
    edition: str | None = None
    title: str = ""
    pages: int = 0
    passages: int = 0
    error: str = ""
    """What failed and what to do, in one line."""
    warning: str = ""
    """What is less than hoped for: no text in the PDF, a garbled text layer, no vectors."""
    marks: int = 0
    """Annotations of other programs in its PDF, which can be taken over."""


class Intake:
    def __init__(
        self,
        library: Library,
        indexing: Indexing,
        records: Records,
        look_up: LookUp,
        now: Callable[[], datetime],
        *,
        index: bool,
        watch: Watcher,
    ) -> None:
        """`index`: parse and index, too; without it a PDF is read only if that is needed to know its paper."""
        self._library = library
        self._indexing = indexing
        self._records = records
        self._look_up = look_up
        self._now = now
        self._index = index
        self._watch = watch

    def from_entry(self, source: str, entry: FoundPaper) -> AddOutcome:
        """A bibliography entry without any PDF: a record alone."""
        with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
            twin = self._records.twin(entry, "")
            if twin is None:
                paper = self._records.new(entry, entry.url)
                self._library.write(paper)
        if twin is not None:
            return self.present(source, twin)
        return AddOutcome(
            source=source,
            status=AddStatus.ADDED,
            key=paper.key,
            title=paper.title,
            warning="a record without a PDF: the entry names none",
        )

    def from_file(
        self,
        source: str,
        path: Path,
        origin: str,
        *,
        known: Paper | None = None,
        entry: FoundPaper | None = None,
    ) -> AddOutcome:
        """A PDF on the disk: looked into to tell which paper it is.

        Args:
            origin: File name or address, for the record.
            known: The record that the PDF is for, if that is sure.
            entry: What a bibliography says of it.
        """
        if not path.is_file():
            raise UnknownSource(f"{path} is not there")
        check_pdf(path)
        sha256, _ = hash_file(path)
        with self._library.lock(f"adding-{sha256[:16]}", timeout_s=LOCK_TIMEOUT_S):  # its twin may be added beside it
            return self._from_hashed_file(source, path, origin, sha256, known, entry)

    def _from_hashed_file(
        self, source: str, path: Path, origin: str, sha256: str, known: Paper | None, entry: FoundPaper | None
    ) -> AddOutcome:
        twin = self._records.twin(entry, sha256)
        if known is None and twin is not None and any(e.sha256 == sha256 for e in twin.editions):
            return self.present(source, twin)
        parsed = self._indexing.parse(path, Path(origin).name, self._watch)
        metadata = entry or identify(parsed, origin)
        if known is None and metadata.arxiv_id is not None:
            return self._from_stamped_file(source, path, metadata, parsed)
        with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
            paper = known or self._records.twin(metadata, sha256) or self._records.new(metadata, origin)
            if paper.newest is not None and has_pdf(self._library, paper, paper.newest.name):
                is_same = paper.newest.sha256 == sha256  # another process may have been quicker
                other = "" if is_same else f"another PDF of {paper.key} is in the library; this one is left where it is"
                return _with_warnings(self.present(source, paper), other)
            namesake = self._records.namesake(paper)
            question = f"{namesake} has the same title: the same work twice?" if namesake else ""
            return _with_warnings(self.take_in(source, paper, "v1", path, parsed), question)

    def _from_stamped_file(self, source: str, path: Path, metadata: FoundPaper, parsed: ParsedPdf) -> AddOutcome:
        """A PDF that arXiv has stamped: its record comes from arXiv if that can be asked, else from the PDF."""
        arxiv_id = metadata.arxiv_id
        assert arxiv_id is not None  # the caller has seen it
        with self._library.lock(f"adding-{arxiv_id.key}", timeout_s=LOCK_TIMEOUT_S):
            paper = self._records.of_key(arxiv_id.key)
            name = f"v{arxiv_id.version or 1}"
            if paper is not None and has_pdf(self._library, paper, name):
                other = f"another file of {name} is in the library; this one is left where it is"
                return replace(self.present(source, paper), warning=other)
            warning = ""
            if paper is None:
                try:
                    with self._indexing.lanes.network:
                        metadata = self._look_up(arxiv_id, self._watch) or metadata
                except SourceError as error:
                    warning = f"record made from the PDF alone: {error.message}"
            paper = paper or self._records.from_arxiv(replace(metadata, arxiv_id=arxiv_id))
            outcome = self.take_in(source, paper, name, path, parsed)
            return _with_warnings(outcome, warning)

    def take_in(self, source: str, paper: Paper, name: str, pdf: Path, parsed: ParsedPdf | None) -> AddOutcome:
        """Parse, then keep the PDF and the record, then index: a PDF that cannot be read leaves nothing behind."""
        if parsed is None and self._index:
            parsed = self._indexing.parse(pdf, paper.title, self._watch)
        edition = self._library.add_edition(paper.key, name, pdf, self._now())
        paper = self._kept(paper, edition)
        outcome = AddOutcome(source=source, status=AddStatus.ADDED, key=paper.key, edition=name, title=paper.title)
        if parsed is None or not self._index:
            return outcome
        indexed = self._put(paper, edition, parsed)
        outcome = replace(outcome, pages=parsed.page_count, passages=indexed[0], marks=parsed.mark_count)
        return _with_warnings(outcome, _layer_warning(parsed.text_layer), indexed[1], *parsed.notes)

    def _kept(self, paper: Paper, edition: Edition) -> Paper:
        """Write the record with its new edition. What its reader changed while the PDF was fetched and parsed stays."""

        def with_edition(now: Paper) -> Paper:
            editions = (*(other for other in now.editions if other.name != edition.name), edition)
            ordered = tuple(sorted(editions, key=lambda edition: edition.number))
            return replace(paper, citekey=now.citekey, tags=now.tags, editions=ordered)

        if self._records.of_key(paper.key) is not None:
            return self._library.change(paper.key, with_edition)
        paper = with_edition(paper)
        self._library.write(paper)
        return paper

    def _put(self, paper: Paper, edition: Edition, parsed: ParsedPdf) -> tuple[int, str]:
        if paper.newest != edition:  # an older edition joins; the newest stays the one that is searched
            return 0, ""
        done = self._indexing.put(paper, edition, parsed, self._watch)
        return done.passages, done.warning

    def present(self, source: str, paper: Paper) -> AddOutcome:
        """A paper that is there; indexed now if an earlier run was cut off before it came to that."""
        newest = paper.newest
        known = self._indexing.known(paper.key)
        warning = ""
        if newest is not None and self._index and (known is None or known.sha256 != newest.sha256):
            outcome = self._indexing.bring_level(paper.key, self._watch)
            warning = outcome.error or outcome.warning
            known = self._indexing.known(paper.key)
        return AddOutcome(
            source=source,
            status=AddStatus.PRESENT,
            key=paper.key,
            edition=newest.name if newest else None,
            title=paper.title,
            pages=known.page_count if known else 0,
            passages=known.passages if known else 0,
            warning=warning,
        )


def has_pdf(library: Library, paper: Paper, name: str) -> bool:
    """The edition of that name is known, and its file is there."""
    edition = paper.edition(name)
    return edition is not None and library.edition_path(paper.key, edition).is_file()


def _layer_warning(layer: TextLayer) -> str:
    match layer:
        case TextLayer.NONE:
            return "no text in the PDF (a scan?): it can be opened but not searched"
        case TextLayer.GARBLED:
            return "the PDF's text layer is garbled: it can be opened but not searched"
        case TextLayer.GOOD:
            return ""


def _with_warnings(outcome: AddOutcome, *warnings: str) -> AddOutcome:
    return replace(outcome, warning="; ".join(filter(None, (*warnings, outcome.warning))))
