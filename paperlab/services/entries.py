"""Entries of bibliographies into the library: the record first, for that needs nobody, then a PDF if there is one."""

from collections.abc import Callable
from dataclasses import replace

from paperlab.domain.papers import FoundPaper, Paper
from paperlab.errors import PaperlabError, PdfError, SourceError
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.pdf.parse import check_pdf
from paperlab.services.intake import LOCK_TIMEOUT_S, AddOutcome, AddStatus, Intake, has_pdf, same_title, with_warnings
from paperlab.services.records import Records
from paperlab.sources.bibliography import ReadEntry

FetchPdf = Callable[[Paper], AddOutcome]
"""Gets a paper's PDF from where it can be had."""


class EntryIntake:
    def __init__(self, library: Library, records: Records, intake: Intake) -> None:
        self._library = library
        self._records = records
        self._intake = intake

    def add(
        self,
        source: str,
        entry: ReadEntry,
        found: FoundPaper | None,
        failure: PaperlabError | None,
        fetch_pdf: FetchPdf | None,
    ) -> AddOutcome:
        """Add an entry, or complete the record of the work that is there already; no entry fails for want of a PDF.

        Args:
            found: What arXiv tells of it.
            failure: Why arXiv could not be asked.
            fetch_pdf: Where its PDF can be had, if not from a file of the reader's.
        """
        paper, is_new, warning = self._recorded(entry, found, failure)
        outcome = AddOutcome(source=source, status=AddStatus.ADDED, key=paper.key, title=paper.title)
        if not is_new:
            outcome = self._intake.present(source, paper)
        if paper.newest is None or not has_pdf(self._library, paper, paper.newest.name):
            outcome = self._with_pdf(outcome, paper, entry, None if failure else fetch_pdf)
        return with_warnings(outcome, entry.remark, warning)

    def _recorded(
        self, entry: ReadEntry, found: FoundPaper | None, failure: PaperlabError | None
    ) -> tuple[Paper, bool, str]:
        """The record as it is written now, whether it is new, and what its reader should know."""
        told, warning = entry.paper, ""
        if told.arxiv_id is not None and found is None and failure is None:
            warning = f"arXiv knows no {told.arxiv_id}; the record is made from the entry alone"
            told = replace(told, arxiv_id=None)
        if told.arxiv_id is not None and failure is not None:
            warning = f"what arXiv tells of it is missing: {failure.message} (`paperlab fetch` completes it)"
        sha256 = _hash_of(entry)
        with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
            known = self._records.of_key(told.arxiv_id.key) if told.arxiv_id else None
            known = known or self._records.twin(told, sha256)
            if known is not None:
                paper = self._library.change(known.key, lambda now: self._records.completed(now, told))
            elif told.arxiv_id is not None:
                made = self._records.from_arxiv(found or told, None, told)
                paper = self._records.completed(made, told)
                self._library.write(paper)
            else:
                paper = self._records.new(told, told.url)
                self._library.write(paper)
            self._records.known.note(paper)
        if known is None and (namesake := self._records.namesake(paper)):
            warning = "; ".join(filter(None, (warning, same_title(namesake, paper))))
        return paper, known is None, warning

    def _with_pdf(self, outcome: AddOutcome, paper: Paper, entry: ReadEntry, fetch_pdf: FetchPdf | None) -> AddOutcome:
        """The first of the entry's files that can be taken in, else what can be fetched, else the record alone."""
        failed: list[str] = []
        for path in entry.pdfs:
            try:
                return with_warnings(self._intake.from_file(outcome.source, path, path.name, known=paper), *failed)
            except (PdfError, SourceError) as error:
                failed.append(f"{path.name} is not taken in: {error.message}")
        if fetch_pdf is not None:
            try:
                return with_warnings(fetch_pdf(paper), *failed)
            except (PdfError, SourceError) as error:
                failed.append(f"no PDF: {error.message}")
        return with_warnings(outcome, *failed)


def _hash_of(entry: ReadEntry) -> str:
    """Of the PDF that will be taken in; empty without one."""
    for path in entry.pdfs:
        try:
            check_pdf(path)
        except PdfError:
            continue
        return hash_file(path)[0]
    return ""
