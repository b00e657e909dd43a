"""Taking in: a PDF that is on the disk becomes an edition of a paper; one that cannot be read leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import Edition, FoundPaper, Paper
from paperlab.domain.steps import Watcher
from paperlab.errors import SourceError, UnknownSource
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.pdf.parse import check_pdf
from paperlab.services.indexing import Indexing
from paperlab.services.records import LOCK_TIMEOUT_S, Records
from paperlab.sources.local_pdf import identify

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
    previous: str | None = None
    """The edition that was the newest before, if this one took its place."""
    carried: int = 0
    """Annotations that have a place in the edition that took the other's."""
    unplaced: int = 0
    """Those that have none."""
    withdrawn: str = ""
    """As in `Paper`."""
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

    def from_file(
        self,
        source: str,
        path: Path,
        origin: str,
        *,
        known: Paper | None = None,
    ) -> AddOutcome:
        """A PDF on the disk: looked into to tell which paper it is.

        Args:
            origin: File name or address, for the record.
            known: The record that the PDF is for, if that is sure.
        """
        if not path.is_file():
            raise UnknownSource(f"{path} is not there")
        check_pdf(path)
        sha256, _ = hash_file(path)
        with self._library.lock(f"adding-{sha256[:16]}", timeout_s=LOCK_TIMEOUT_S):  # its twin may be added beside it
            return self._from_hashed_file(source, path, origin, sha256, known)

    def _from_hashed_file(self, source: str, path: Path, origin: str, sha256: str, known: Paper | None) -> AddOutcome:
        twin = self._records.twin(None, sha256)
        if known is None and twin is not None and any(e.sha256 == sha256 for e in twin.editions):
            return self.present(source, twin)
        parsed = self._indexing.parse(path, Path(origin).name, self._watch)
        metadata = identify(parsed, origin)
        if known is None and metadata.arxiv_id is not None:
            return self._from_stamped_file(source, path, metadata, parsed)
        with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
            paper = known or self._records.twin(metadata, sha256) or self._records.new(metadata, origin, sha256)
            if paper.newest is not None and has_pdf(self._library, paper, paper.newest.name):
                is_same = paper.newest.sha256 == sha256  # another process may have been quicker
                other = "" if is_same else f"another PDF of {paper.key} is in the library; this one is left where it is"
                return with_warnings(self.present(source, paper), other)
            namesake = self._records.namesake(paper) if known is None else None
            question = same_title(namesake, paper) if namesake else ""
            paper, edition, told = self._file(source, paper, _edition_name(paper, origin, parsed), path)
        return with_warnings(self._indexed(paper, edition, told, parsed), question)  # nobody waits for the embedding

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
            return with_warnings(outcome, warning)

    def withdrawn(self, source: str, found: FoundPaper, paper: Paper | None) -> AddOutcome:
        """A paper that its authors have taken back: the last PDF is kept and the record says so, if there is any."""
        arxiv_id = found.arxiv_id
        assert arxiv_id is not None  # only called for papers of arXiv
        name = f"v{arxiv_id.version or 1}"
        if paper is None or paper.newest is None:
            hint = f"an older version may be there: `paperlab add {arxiv_id.bare}v1`"
            raise UnknownSource(f"{arxiv_id.bare} is withdrawn: arXiv gives no PDF of {name}", hint=hint)
        if (arxiv_id.version or 1) < paper.newest.number:
            return self.present(source, paper)
        kept = self._library.change(paper.key, lambda now: self._records.withdrawn(now, found))
        warning = f"withdrawn by its authors with {name}; {paper.newest.name}, the last PDF, is kept"
        return with_warnings(self.present(source, kept), warning)

    def take_in(self, source: str, paper: Paper, name: str, pdf: Path, parsed: ParsedPdf | None) -> AddOutcome:
        """Parse, then keep the PDF and the record, then index: a PDF that cannot be read leaves nothing behind."""
        if parsed is None and self._index:
            parsed = self._indexing.parse(pdf, paper.title, self._watch)
        return self._indexed(*self._file(source, paper, name, pdf), parsed)

    def _file(self, source: str, paper: Paper, name: str, pdf: Path) -> tuple[Paper, Edition, AddOutcome]:
        """Keep a PDF as an edition, and the record that names it."""
        edition = self._library.add_edition(paper.key, name, pdf, self._now())
        named = paper.edition(name)
        is_other = named is not None and named.sha256 != edition.sha256
        if named is not None and not is_other:
            edition = replace(named, file=edition.file)  # the file is back; the record tells when it first came
        paper = self._kept(paper, edition)
        outcome = AddOutcome(source=source, status=AddStatus.ADDED, key=paper.key, edition=name, title=paper.title)
        if is_other:
            outcome = with_warnings(outcome, f"{name} is not the file that the record named: its hash is another")
        return paper, edition, outcome

    def _indexed(self, paper: Paper, edition: Edition, outcome: AddOutcome, parsed: ParsedPdf | None) -> AddOutcome:
        if parsed is None or not self._index:
            return outcome
        indexed = self._put(paper, edition, parsed)
        outcome = replace(outcome, pages=parsed.page_count, passages=indexed[0], marks=parsed.mark_count)
        return with_warnings(outcome, indexed[1], *parsed.missing)

    def _kept(self, paper: Paper, edition: Edition) -> Paper:
        """Write the record with its new edition. What its reader changed while the PDF was fetched and parsed stays."""

        def with_edition(now: Paper) -> Paper:
            editions = (*(other for other in now.editions if other.name != edition.name), edition)
            ordered = tuple(sorted(editions, key=lambda edition: edition.number))
            return replace(paper, citekey=now.citekey, tags=now.tags, entry=now.entry, editions=ordered)

        if self._records.of_key(paper.key) is not None:
            paper = self._library.change(paper.key, with_edition)
        else:
            with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
                paper = with_edition(self._records.settled(paper))
                self._library.write(paper)
        self._records.known.note(paper)
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
            withdrawn=paper.withdrawn,
        )


def same_title(namesake: PaperKey, paper: Paper) -> str:
    """The question that only a reader can answer."""
    stays, goes = (paper.key, namesake) if paper.arxiv_id else (namesake, paper.key)
    return f"{namesake} has the same title: the same work twice? `paperlab merge {stays} {goes}` joins them"


def _edition_name(paper: Paper, origin: str, parsed: ParsedPdf) -> str:
    """As arXiv has stamped it, if it is that paper's; else the first."""
    stamp = identify(parsed, origin).arxiv_id if paper.arxiv_id else None
    is_own = stamp is not None and paper.arxiv_id is not None and stamp.bare == paper.arxiv_id.bare
    return f"v{stamp.version or 1}" if stamp and is_own else "v1"


def has_pdf(library: Library, paper: Paper, name: str) -> bool:
    """The edition of that name is known, and its file is there."""
    edition = paper.edition(name)
    return edition is not None and library.edition_path(paper.key, edition).is_file()


def with_warnings(outcome: AddOutcome, *warnings: str) -> AddOutcome:
    return replace(outcome, warning="; ".join(filter(None, (*warnings, outcome.warning))))
