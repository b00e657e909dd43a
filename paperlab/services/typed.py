"""What a reader means by the words in the line for adding: papers to add, or words to ask arXiv with."""

import os
import re
from dataclasses import dataclass

from paperlab.domain.identifiers import ArxivId, parse_arxiv_id
from paperlab.errors import UnknownSource
from paperlab.sources.classify import BibFile, ListName, LocalFolder, LocalPdf, WebPdf, classify, is_nearly_an_id

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://|www\.|list:|arxiv:|10\.\d{4,9}/")
_ROOTED = re.compile(r"[~/\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]")
_FILE = re.compile(r"(?i)\.(?:pdf|bib)$")
_NAMES = {
    ArxivId: "an arXiv id: the paper is added",
    WebPdf: "an address: its PDF is added",
    LocalPdf: "a file: it is added",
    LocalFolder: "a folder: its PDFs are added",
    BibFile: "a bibliography: what it names is added",
    ListName: "a reading list: its papers are added",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed, understood. Either sources or words, or neither where nothing can be done with it."""

    told: str
    """For the reader, before anything is done."""
    sources: tuple[str, ...] = ()
    """What `add` takes."""
    words: str = ""
    """To ask arXiv with."""


def understand(text: str) -> Typed:
    """Tell sources from words. Looks at the disk where the text looks like a path.

    A source is what looks like one: an arXiv id or nearly one, an address, `list:NAME`, a DOI, and as a path what
    begins like one (`~`, `/`, `./`), ends in .pdf or .bib, or leads into a folder that is there. So a path or an id
    with a mistake in it is an error and never asked of arXiv, and a word is a word, even if a folder has that name.
    Several sources, divided by blanks, are several only where all are ids or addresses, as a path may have blanks.
    """
    text = text.strip()
    if not text:
        return Typed("")
    parts = text.split()
    if len(parts) > 1 and all(parse_arxiv_id(part) or "://" in part for part in parts):
        return Typed(f"{len(parts)} sources: their papers are added", tuple(parts))
    source = _unquoted(text)
    if not _looks_like_a_source(source):
        return Typed("words: arXiv is asked for papers that have them all", words=text)
    try:
        found = classify(source)
    except UnknownSource as error:
        return Typed(f"{error.message} – {error.hint}" if error.hint else error.message)
    if isinstance(found, LocalPdf | LocalFolder | BibFile):  # so that it is found from another folder, too
        source = str(found.path)
    return Typed(_NAMES[type(found)], (source,))


def _looks_like_a_source(text: str) -> bool:
    if parse_arxiv_id(text) or is_nearly_an_id(text) or _ADDRESS.match(text):
        return True
    if _ROOTED.match(text) or _FILE.search(text):
        return True
    first, separator, _ = text.partition("/")
    return bool(separator) and os.path.isdir(first)  # noqa: PTH112 - False, not an error, for what can be no path


def _unquoted(text: str) -> str:
    """A source in quotation marks, as a file manager gives a path, without them; words keep theirs."""
    inner = text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" else text
    return inner if _looks_like_a_source(inner) else text
