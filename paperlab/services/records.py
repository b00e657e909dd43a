"""Records: how what a source tells becomes the record of a paper, and when two are the same work."""

import re
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import datetime
from threading import Lock

from paperlab.domain.citekeys import fit_citekey, free_citekey, make_citekey
from paperlab.domain.completing import completed
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.likeness import are_alike
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.domain.text import one_line
from paperlab.errors import UnknownPaper
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.services.known import KnownPapers

LOCK_TIMEOUT_S = 600.0
"""Longer than any paper takes: a second process that adds the same paper waits for the first."""


class Records:
    """Makes records; writes none. Safe to use from several threads."""

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self.known = KnownPapers(library)
        self._choosing = Lock()
        self._promised: dict[PaperKey, str] = {}
        """Citation keys of papers of arXiv whose records are still to be written."""

    def from_arxiv(self, found: FoundPaper, paper: Paper | None = None, entry: FoundPaper | None = None) -> Paper:
        """The record of a paper of arXiv: the one that is there brought up to date, or a new one.

        Args:
            entry: What a bibliography says of the paper: its citation key and tags are the reader's.
        """
        assert found.arxiv_id is not None  # only called for papers of arXiv
        if paper is not None and _is_older(found.arxiv_id.version, paper):
            return paper
        if paper is None:
            paper = Paper(
                key=found.arxiv_id.key,
                citekey=self._promise(found, entry.citekey if entry else ""),
                title=found.title,
                added=self._now(),
                tags=entry.tags if entry else (),
                source=found.arxiv_id.bare,
            )
        return replace(
            paper,
            title=found.title or paper.title,
            authors=found.authors or paper.authors,
            abstract=found.abstract or paper.abstract,
            categories=found.categories or paper.categories,
            published=found.published or paper.published,
            updated=found.updated or paper.updated,
            doi=found.doi or paper.doi,
            journal_ref=found.journal_ref or paper.journal_ref,
            comment=found.comment or paper.comment,
            url=found.url or paper.url or found.arxiv_id.url,
            withdrawn="",
        )

    def withdrawn(self, paper: Paper, found: FoundPaper) -> Paper:
        """The record of a work that its authors have taken back: what it says of the last PDF stays."""
        assert found.arxiv_id is not None  # only called for papers of arXiv
        return replace(
            paper,
            withdrawn=f"v{found.arxiv_id.version or 1}",
            comment=found.comment or paper.comment,
            updated=found.updated or paper.updated,
        )

    def new(self, found: FoundPaper, origin: str, sha256: str = "") -> Paper:
        """The record of a paper from elsewhere; its citation key is its key, too, as far as a folder's name allows.

        Args:
            origin: File name or address of the PDF.
            sha256: Of the PDF, if it is at hand.
        """
        taken = _Taken(self, self._library, sha256)
        citekey = _citekey(found, found.citekey, taken)
        return Paper(
            key=_key_from(citekey, taken),
            citekey=citekey,
            title=found.title or "Untitled",
            authors=found.authors,
            abstract=found.abstract,
            published=found.published,
            doi=found.doi,
            journal_ref=found.journal_ref,
            comment=found.comment,
            url=found.url or (origin if "://" in origin else ""),
            source=one_line(origin),
            added=self._now(),
            tags=found.tags,
            entry=found.entry,
        )

    def of_entry(self, entry: FoundPaper, found: FoundPaper | None) -> Paper:
        """The record of a bibliography's entry.

        Args:
            found: What arXiv tells of it, which goes before the entry's own fields.
        """
        if entry.arxiv_id is None:
            return self.new(entry, entry.pdf_url)
        return completed(self.from_arxiv(found or entry, None, entry), entry)

    def settled(self, paper: Paper) -> Paper:
        """A new record as it may be written, by whoever holds the lock `keys`: with another citation key if another
        program has given the one that was meant to another paper meanwhile."""
        self.known.look()
        return (
            replace(paper, citekey=free_citekey(paper.citekey, self)) if self.known.has_name(paper.citekey) else paper
        )

    def twin(self, found: FoundPaper | None, sha256: str) -> Paper | None:
        """The same work in the library: the same DOI, the same bytes, or the reader's own key with the same title.

        The same title alone proves nothing.
        """
        if found and (paper := next(self.known.of_doi(found.doi), None)):
            return paper
        if paper := next(self.known.of_file(sha256), None):
            return paper
        if found is None or found.arxiv_id or not (found.citekey or (found.authors and found.published)):
            return None
        wanted = _wanted(found, found.citekey)
        same_title = list(self.known.of_title(found.title))
        exact = next((paper for paper in same_title if paper.citekey == wanted), None)
        if exact or not self.known.has_name(wanted):
            return exact
        changed = re.compile(re.escape(wanted) + "[a-z]{1,2}")  # another work had the key already
        return next((paper for paper in same_title if changed.fullmatch(paper.citekey)), None)

    def of_key(self, key: PaperKey) -> Paper | None:
        """The record of that key; None if there is none.

        Raises:
            DamagedFile
        """
        try:
            return self._library.read(key)
        except UnknownPaper:
            return None

    def namesake(self, paper: Paper) -> PaperKey | None:
        """Another paper of the same title and an author in common: perhaps the same work; only its reader can tell."""
        alike = (p for p in self.known.of_title(paper.title) if p.key != paper.key and are_alike(p, paper))
        return next((p.key for p in alike), None)

    def of_source(self, source: str) -> Paper | None:
        """The paper whose PDF came, or is to come, from there."""
        return next(self.known.of_source(source), None)

    def __contains__(self, name: object) -> bool:
        """The name is taken: by a paper, or promised to one."""
        return isinstance(name, str) and (self.known.has_name(name) or name in self._promised.values())

    def _promise(self, found: FoundPaper, wanted: str) -> str:
        """A citation key that no other paper gets, although its record is written only when its PDF is there."""
        assert found.arxiv_id is not None  # only called for papers of arXiv
        key = found.arxiv_id.key
        with self._choosing:
            self._promised.pop(key, None)
            citekey = self._promised[key] = _citekey(found, wanted, self)
        return citekey


class _Taken:
    """Names that a new paper cannot have: those of others, and of folders that hold what is not its own.

    Such a folder is left by a program that was killed before it had written the record: its PDF is nobody's, and in the
    way of none but the same PDF. Or its reader has lost the record.
    """

    def __init__(self, records: Records, library: Library, sha256: str) -> None:
        self._records = records
        self._library = library
        self._sha256 = sha256

    def __contains__(self, name: object) -> bool:
        return name in self._records or (isinstance(name, str) and self._is_in_the_way(name))

    def _is_in_the_way(self, name: str) -> bool:
        try:
            folder = self._library.folder(PaperKey(name))
        except ValueError:  # no folder has that name
            return False
        files = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
        return any(path.suffix != ".pdf" or hash_file(path)[0] != self._sha256 for path in files)


def _citekey(found: FoundPaper, wanted: str, taken: Container[str]) -> str:
    return free_citekey(_wanted(found, wanted), taken)


def _is_older(version: int | None, paper: Paper) -> bool:
    """What arXiv tells of an older edition is no news of the work."""
    return paper.newest is not None and version is not None and version < paper.newest.number


def _wanted(found: FoundPaper, wanted: str) -> str:
    year = found.published.year if found.published else None
    return fit_citekey(wanted) or make_citekey(found.authors, found.title, year)


def _key_from(citekey: str, taken: Container[str]) -> PaperKey:
    """A reader's citation key may hold signs that a folder's name must not."""
    signs = (c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in citekey)
    safe = "".join(signs).strip(".-_")[:100] or "paper"
    try:
        return PaperKey(safe if safe == citekey else free_citekey(safe, taken))
    except ValueError:
        return PaperKey(free_citekey(f"paper-{safe}", taken))
