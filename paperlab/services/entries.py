"""Entries of bibliographies into the library: the record first, for that needs nobody, then a PDF if there is one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from paperlab.domain.bibliography import entry_of
from paperlab.domain.completing import completed
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.errors import PaperlabError, PdfError, SourceError, UnknownSource
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.pdf.parse import check_pdf
from paperlab.services.intake import AddOutcome, AddStatus, Intake, has_pdf, same_title, with_warnings
from paperlab.services.records import LOCK_TIMEOUT_S, Records
from paperlab.sources.bibliography import ReadEntry


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry whose record is written."""

    entry: ReadEntry
    paper: Paper
    is_new: bool
    warning: str


def record_entry(
    library: Library, records: Records, entry: ReadEntry, found: FoundPaper | None, failure: PaperlabError | None
) -> Recorded:
    """Write the record of an entry, or complete that of the work that is there already.

    Args:
        found: What arXiv tells of it.
        failure: Why arXiv tells nothing; None if it was not asked.
    """
    told, sha256 = entry.paper, _hash_of(entry)
    if isinstance(failure, UnknownSource):  # a slip in the number: the entry is as good as any other
        told = replace(told, arxiv_id=None)
    with library.lock("keys", timeout_s=LOCK_TIMEOUT_S):
        known = (records.of_key(told.arxiv_id.key) if told.arxiv_id else None) or records.twin(told, sha256)
        if known is not None:
            told = told if known.arxiv_id else _with_eprint(told)
            paper = library.change(known.key, lambda now: completed(now, told))
        else:
            paper = records.of_entry(told, found)
            library.write(paper)
        records.known.note(paper)
    namesake = records.namesake(paper) if known is None else None
    missing = f"the record is made without arXiv: {failure.message}" if failure and known is None else ""
    warnings = (entry.remark, missing, same_title(namesake, paper) if namesake else "")
    return Recorded(entry, paper, known is None, "; ".join(filter(None, warnings)))


def _with_eprint(told: FoundPaper) -> FoundPaper:
    """For a record whose key is not arXiv's: the id goes out again as a field."""
    if told.arxiv_id is None:
        return told
    fields = {**dict(told.entry.fields), "eprint": told.arxiv_id.bare, "eprinttype": "arxiv"}
    return replace(told, entry=entry_of(told.entry.kind, fields))


def complete_entry(
    library: Library, intake: Intake, source: str, recorded: Recorded, fetch_pdf: Callable[[], AddOutcome] | None
) -> AddOutcome:
    """Give a recorded entry its PDF: the first of its files that can be taken in, else one that can be fetched.

    No entry fails for want of a PDF.
    """
    paper = recorded.paper
    if paper.newest is not None and has_pdf(library, paper, paper.newest.name):
        return with_warnings(intake.present(source, paper), recorded.warning)
    failed: list[str] = []
    for path in recorded.entry.pdfs:
        try:
            outcome = intake.from_file(source, path, path.name, known=paper)
        except (PdfError, SourceError) as error:
            failed.append(f"{path.name} is not taken in: {error.message}")
        else:
            return with_warnings(outcome, recorded.warning, *failed)
    if fetch_pdf is not None:
        try:
            return with_warnings(fetch_pdf(), recorded.warning, *failed)
        except (PdfError, SourceError) as error:
            failed.append(f"no PDF: {error.message}")
    status = AddStatus.ADDED if recorded.is_new else AddStatus.PRESENT
    outcome = AddOutcome(source=source, status=status, key=paper.key, title=paper.title)
    return with_warnings(outcome, recorded.warning, *failed)


def _hash_of(entry: ReadEntry) -> str:
    """Of the PDF that will be taken in; empty without one."""
    for path in entry.pdfs:
        try:
            check_pdf(path)
        except PdfError:
            continue
        return hash_file(path)[0]
    return ""
