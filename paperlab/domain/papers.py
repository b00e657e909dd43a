"""The paper: one work with its editions."""

from dataclasses import dataclass
from datetime import datetime

from paperlab.domain.bibliography import NO_ENTRY, BibEntry
from paperlab.domain.identifiers import ArxivId, PaperKey, arxiv_id_of_key


@dataclass(frozen=True, slots=True)
class Edition:
    """One fixed text of a work, kept byte for byte as fetched."""

    name: str
    """`v` and a number from 1, as arXiv counts; a paper from elsewhere starts at `v1`."""
    file: str
    """File name in the paper's folder."""
    sha256: str
    size_bytes: int
    fetched: datetime

    @property
    def number(self) -> int:
        return int(self.name.removeprefix("v"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The record of a work. All times are in UTC."""

    key: PaperKey
    citekey: str
    """Frozen when the paper is added: what the reader's own texts cite."""
    title: str
    authors: tuple[str, ...] = ()
    """Display order, given name first."""
    abstract: str = ""
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    published: datetime | None = None
    """Of the first edition; only the year is sure where it did not come from arXiv."""
    updated: datetime | None = None
    doi: str = ""
    journal_ref: str = ""
    comment: str = ""
    url: str = ""
    source: str = ""
    """Where the PDF comes from, for `fetch`: an arXiv id, an address, or the name of the file it was copied from."""
    added: datetime
    tags: tuple[str, ...] = ()
    entry: BibEntry = NO_ENTRY
    """What a bibliography tells beyond these fields: it goes out again."""
    editions: tuple[Edition, ...] = ()
    """Oldest first."""
    withdrawn: str = ""
    """The edition by which its authors have taken the work back, which has no PDF; empty if they have not."""

    @property
    def year(self) -> int | None:
        return self.published.year if self.published else None

    @property
    def arxiv_id(self) -> ArxivId | None:
        return arxiv_id_of_key(self.key)

    @property
    def newest(self) -> Edition | None:
        """The edition that is read, searched and cited; None while there is no PDF."""
        return max(self.editions, key=lambda edition: edition.number, default=None)

    def edition(self, name: str) -> Edition | None:
        return next((edition for edition in self.editions if edition.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPaper:
    """What a source tells of a paper before the library gives it a key. Fields as in `Paper`."""

    arxiv_id: ArxivId | None = None
    """With the version that the PDF is of."""
    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    doi: str = ""
    journal_ref: str = ""
    comment: str = ""
    url: str = ""
    pdf_url: str = ""
    """Empty where there is none: a withdrawn paper, a bibliography entry without one."""
    citekey: str = ""
    """The reader's own key from a bibliography, to be kept."""
    tags: tuple[str, ...] = ()
    entry: BibEntry = NO_ENTRY
