"""Marked files: which paper, and which edition of it, a PDF that somebody has marked is of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, FoundPaper, Paper
from paperlab.domain.pdf_marks import PdfMarks
from paperlab.domain.text import one_line
from paperlab.errors import DamagedFile, NothingFound, PdfError
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.sources.local_pdf import identify


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFile:
    """A marked PDF, known to be of a paper."""

    name: str
    key: PaperKey
    edition: str
    """The one that its marks are on, which the library need not have; `file-` and a part of its hash if unknown."""
    text_of: Edition
    """The one that its quotes are looked up in: its own, else the newest."""
    sha256: str
    """Of this file."""
    notes: tuple[str, ...] = ()


class MarkedFiles:
    def __init__(self, library: Library, parse: Callable[[Path], ParsedPdf], read: Callable[[Path], PdfMarks]) -> None:
        self._library = library
        self._parse = parse
        self._read = read

    def identify(self, path: Path, found: PdfMarks, key: PaperKey | None) -> MarkedFile:
        """Tell by its place in the library, its bytes, its arXiv id or DOI, its title; then its edition by its text.

        Raises:
            NothingFound: No paper of the library, or several of that title, or one without a PDF.
            UnknownPaper: `key` is none.
        """
        sha256, _ = hash_file(path)
        for paper in self._papers(key):
            for edition in paper.editions:
                own = self._library.edition_path(paper.key, edition)
                if edition.sha256 == sha256 or (own.exists() and own.samefile(path)):
                    return _of(edition, paper, path, sha256)
        told = identify(self._parse(path), path.name)
        paper = self._library.read(key) if key else self._paper(told, path)
        named = _named_edition(told, paper)
        there = self._editions(paper, named)
        for edition in there:
            try:
                is_same = found.is_same_text(self._read(self._library.edition_path(paper.key, edition)))
            except PdfError:  # `doctor` tells of it
                continue
            if is_same:
                return _of(edition, paper, path, sha256)
        newest = max(there, key=lambda edition: edition.number)
        is_missing = bool(named) and all(edition.name != named for edition in there)
        why = f"is of {named}, which the library does not have" if is_missing else "is no copy of a PDF in the library"
        return MarkedFile(
            name=path.name,
            key=paper.key,
            edition=named if is_missing else f"file-{sha256[:8]}",
            text_of=newest,
            sha256=sha256,
            notes=(f"{path.name} {why}: where its marks stand in {newest.name} is told by their quotes",),
        )

    def _paper(self, told: FoundPaper, path: Path) -> Paper:
        if told.arxiv_id is not None and self._library.has(told.arxiv_id.key):
            return self._library.read(told.arxiv_id.key)
        papers = list(self._papers(None))
        title = one_line(told.title).casefold()
        same = [paper for paper in papers if told.doi and paper.doi.lower() == told.doi.lower()]
        same = same or [paper for paper in papers if one_line(paper.title).casefold() == title]
        if len(same) == 1:
            return same[0]
        which = f"arXiv {told.arxiv_id}" if told.arxiv_id else f"“{one_line(told.title)}”"
        if same:
            keys = ", ".join(str(paper.key) for paper in same)
            raise NothingFound(f"{path.name} may be of {keys}", hint="`--paper KEY` says of which")
        hint = f"`paperlab add {told.arxiv_id or 'FILE.pdf'}` adds it, `--paper KEY` says of which paper it is"
        raise NothingFound(f"{path.name} is of no paper in the library: it is {which}", hint=hint)

    def _editions(self, paper: Paper, likely: str) -> list[Edition]:
        """Those whose PDFs are there, the most likely first, for each has to be read; then from the newest on."""
        there = [one for one in reversed(paper.editions) if self._library.edition_path(paper.key, one).is_file()]
        if not there:
            hint = f"`paperlab fetch {paper.key}` downloads it"
            raise NothingFound(f"{paper.key} has no PDF to put the marks on", hint=hint)
        return sorted(there, key=lambda edition: edition.name != likely)

    def _papers(self, key: PaperKey | None) -> Iterator[Paper]:
        for each in (key,) if key else self._library.keys():
            try:
                yield self._library.read(each)
            except DamagedFile:  # `doctor` tells of it
                continue


def _of(edition: Edition, paper: Paper, path: Path, sha256: str) -> MarkedFile:
    return MarkedFile(name=path.name, key=paper.key, edition=edition.name, text_of=edition, sha256=sha256)


def _named_edition(told: FoundPaper, paper: Paper) -> str:
    """The edition that the file itself names; empty if it names none of this paper."""
    is_this = told.arxiv_id is not None and paper.arxiv_id is not None and told.arxiv_id.bare == paper.arxiv_id.bare
    return f"v{told.arxiv_id.version}" if is_this and told.arxiv_id and told.arxiv_id.version else ""
