"""Articles → two-column PDFs: what the demo is made of, and the tests."""

from dataclasses import asdict, dataclass
from pathlib import Path

from paperlab.errors import UnreadablePdf
from paperlab.pdf.budget import Account, Limits
from paperlab.pdf.process import ChildEnded, ask

_LIMITS = Limits(page_s=120.0, least_s=120.0)
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Section:
    """A section, or a subsection of the one before; its number is given by the typesetter."""

    title: str
    paragraphs: tuple[str, ...] = ()
    """Plain text. `**Lead** rest` gives a run-in heading; a paragraph that begins with `- ` is a list item."""
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A paper in plain text: nothing in it is taken for markup but the two marks of a section's paragraphs."""

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    sections: tuple[Section, ...] = ()
    references: tuple[str, ...] = ()
    """Without their numbers."""
    year: int = 2026
    """Of the file's date: the same article gives the same bytes."""


def typeset(article: Article, target: Path) -> None:
    """Write a two-column PDF with title, metadata, numbered headings, outline, references and page numbers.

    Works in a child process as all that PyMuPDF does. An existing file is replaced.

    Raises:
        UnreadablePdf: The typesetter failed.
    """
    request = {
        "do": "typeset",
        "article": asdict(article),
        "target": str(target.absolute()),
        "writes_bytes": _MOST_BYTES,
    }
    try:
        answer = ask(request, Account(_LIMITS))
    except ChildEnded as ended:
        raise UnreadablePdf(f"{target.name} could not be typeset: {ended}") from ended
    if "error" in answer:
        raise UnreadablePdf(f"{target.name} could not be typeset: {answer['message']}")
