"""What a reader means by a source: an arXiv paper, an address, a file, a folder, a bibliography, a reading list."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.identifiers import ArxivId, find_doi, parse_arxiv_id
from paperlab.errors import UnknownSource
from paperlab.sources.addresses import is_arxiv, require_web
from paperlab.sources.bibliography import SUFFIXES


@dataclass(frozen=True, slots=True)
class WebPdf:
    """A PDF that is not on arXiv."""

    url: str


@dataclass(frozen=True, slots=True)
class LocalPdf:
    """A file that should be a PDF."""

    path: Path


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder with PDFs somewhere in it."""

    path: Path


@dataclass(frozen=True, slots=True)
class BibFile:
    """A bibliography: BibTeX, BibLaTeX, CSL-JSON, Zotero's JSON, RIS."""

    path: Path


@dataclass(frozen=True, slots=True)
class ListName:
    """A reading list of the library."""

    name: str


Source = ArxivId | WebPdf | LocalPdf | LocalFolder | BibFile | ListName

_EXAMPLE = "try `paperlab add 1706.03762`"
_NEARLY_AN_ID = re.compile(
    r"(?i)(?:arxiv:\s*)?(?P<yy>\d{2})(?P<mm>\d{2})(?P<dot>[^\d\s/\\])?(?P<number>\d{3,7})(?:v(?P<version>\d*))?",
    re.ASCII,
)


def classify(source: str) -> Source:
    """Tell what a source is, in this order: arXiv id in any form, `list:NAME`, web address, what lies at the path.

    Raises:
        UnknownSource: It is none of these; the hint says what it looks like and what would do.
    """
    source = source.strip()
    if arxiv_id := parse_arxiv_id(source):
        return arxiv_id
    if source.startswith("list:"):
        return _list_name(source)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", source):
        return _web_pdf(source)
    return _on_disk(source) or _unknown(source)


def is_nearly_an_id(text: str) -> bool:
    """It looks like an arXiv id with a mistake in it."""
    return parse_arxiv_id(text) is None and bool(_why_no_id(text))


def pdfs_in(folder: Path) -> tuple[Path, ...]:
    """All PDFs under a folder, sorted by path, without hidden ones. Links are followed, no folder is visited twice."""
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        status = Path(here).stat()
        if (status.st_dev, status.st_ino) in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(here, name) for name in files if not name.startswith(".") and name.lower().endswith(".pdf"))
        found += [path for path in paths if path.is_file()]
    return tuple(sorted(found))


def _list_name(source: str) -> ListName:
    name = source.removeprefix("list:").strip()
    if not name:
        raise UnknownSource("list: names no reading list", hint="`paperlab lists` shows them")
    return ListName(name)


def _web_pdf(source: str) -> WebPdf:
    require_web(source)
    if is_arxiv(source):
        raise UnknownSource(f"no paper of arXiv at {source}", hint=_why_no_id(source.rsplit("/", 1)[-1]) or _EXAMPLE)
    return WebPdf(source)


def _on_disk(source: str) -> Source | None:
    if not source:
        return None
    try:
        path = Path(source).expanduser().absolute()
        if path.is_dir():
            return LocalFolder(path)
        if path.is_file():
            return BibFile(path) if path.suffix.lower() in SUFFIXES else LocalPdf(path)
    except (OSError, RuntimeError, ValueError):  # too long, no such user, a NUL
        pass
    return None


def _unknown(source: str) -> Source:
    shown = source if len(source) <= 80 else f"{source[:79]}…"
    if why := _why_no_id(source):
        raise UnknownSource(f"not an arXiv id: {shown!r}", hint=why)
    if Path(source).suffix.lower() in {".pdf", *SUFFIXES} or source.startswith(("/", "./", "../", "~")):
        raise UnknownSource(f"no such file: {shown!r}", hint=f"check the path, or {_EXAMPLE}")
    if find_doi(source):
        raise UnknownSource(
            f"a DOI alone leads to no PDF: {shown!r}", hint="give the PDF's address or file, or its arXiv id"
        )
    raise UnknownSource(f"not an arXiv id, file or address: {shown!r}", hint=_EXAMPLE)


def _why_no_id(text: str) -> str:
    """What keeps something that looks like an arXiv id from being one; empty if it does not look like one."""
    nearly = _NEARLY_AN_ID.fullmatch(text.removesuffix(".pdf"))
    if nearly is None:
        return ""
    month, digits = nearly["yy"] + nearly["mm"], len(nearly["number"])
    if nearly["dot"] != ".":
        return f"a dot stands after the first four digits; {_EXAMPLE}"
    if not 1 <= int(nearly["mm"]) <= 12:
        return f"its digits 3 and 4 are a month, and there is no month {nearly['mm']}; {_EXAMPLE}"
    if month < "0704":
        return "ids of this form began in April 2007; older ones look like hep-th/9901001"
    if digits != (4 if month < "1501" else 5):
        return f"of {month} ids have {4 if month < '1501' else 5} digits after the dot; {_EXAMPLE}"
    return "versions count from v1"
