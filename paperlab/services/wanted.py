"""Wanted: the single papers that a source, as its reader names it, stands for."""

from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.identifiers import ArxivId
from paperlab.domain.papers import Paper
from paperlab.domain.reading_lists import ItemKind
from paperlab.errors import UnknownSource
from paperlab.library.library import Library
from paperlab.services.entries import Recorded
from paperlab.services.records import Records
from paperlab.services.shelf import key_of_source
from paperlab.sources.bibliography import ReadEntry, read_bibliography
from paperlab.sources.classify import BibFile, ListName, LocalFolder, LocalPdf, WebPdf, classify, pdfs_in


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper to be added, before anything is known of it but its source."""

    source: str
    """As the reader named it."""
    arxiv_id: ArxivId | None = None
    path: Path | None = None
    url: str = ""
    entry: ReadEntry | None = None
    """From a bibliography."""
    recorded: Recorded | None = None
    """The same, once its record is written."""
    record: Paper | None = None
    """A record that is there, when its PDF or a newer one is wanted."""

    @property
    def has_source(self) -> bool:
        """Somebody can be asked for its PDF."""
        return bool(self.arxiv_id or self.path or self.url)


def wanted_of(source: str, library: Library, records: Records) -> tuple[list[Wanted], tuple[str, ...]]:
    """The papers that a source names, and what of it could not be read, a message each.

    Raises:
        UnknownSource: It names none.
        NothingFound, DamagedFile: A reading list that is not there, or cannot be read.
    """
    match classify(source):
        case ArxivId() as arxiv_id:
            return [Wanted(source, arxiv_id)], ()
        case WebPdf(url):
            return [Wanted(source, url=url)], ()
        case LocalPdf(path):
            return [Wanted(source, path=path)], ()
        case LocalFolder(path):
            found = pdfs_in(path)
            if not found:
                raise UnknownSource(f"no PDF in {path}")
            return [Wanted(str(pdf), path=pdf) for pdf in found], ()
        case BibFile(path):
            bibliography = read_bibliography(path)
            entries = [_of_entry(source, entry) for entry in bibliography.entries]
            if not entries and not bibliography.problems:
                raise UnknownSource(f"no entries in {path}")
            return entries, bibliography.problems
        case ListName(name):
            return _of_list(name, library, records), ()


def of_record(source: str, paper: Paper, *, update: bool = False) -> Wanted:
    """To complete a record: the edition that it names, the newest one if it names none or an update is wanted."""
    if paper.arxiv_id is None:
        return Wanted(source, url=paper.source if "://" in paper.source else "", record=paper)
    version = None if update or paper.newest is None else paper.newest.number
    return Wanted(source, ArxivId(paper.arxiv_id.bare, version), record=paper)


def _of_entry(source: str, entry: ReadEntry) -> Wanted:
    name = entry.paper.citekey or f"line {entry.line}"
    return Wanted(f"{source}#{name}", entry.paper.arxiv_id, url=entry.paper.pdf_url, entry=entry)


def _of_list(name: str, library: Library, records: Records) -> list[Wanted]:
    found: list[Wanted] = []
    for item in library.list(name).items:
        if item.kind is not ItemKind.PAPER or not item.paper:
            continue
        key = key_of_source(item.paper)
        paper = records.of_key(key) if key is not None else None
        found += [of_record(item.paper, paper)] if paper is not None else wanted_of(item.paper, library, records)[0]
    return found
