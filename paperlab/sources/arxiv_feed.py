"""arXiv's Atom feed: whether an answer is one, and its entries as papers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paperlab.config import ARXIV_URL
from paperlab.domain.identifiers import ArxivId, parse_arxiv_id
from paperlab.domain.papers import FoundPaper
from paperlab.domain.text import one_line

if TYPE_CHECKING:
    import arxiv

_FEED_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<feed[\s>]")
_REFUSED_ID = re.compile(rb"<summary[^>]*>\s*incorrect id format for ([^<\s]+)")
_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[ \t]{2})")
_PDF_HOST = "https://arxiv.org"


def is_whole_feed(body: bytes) -> bool:
    """Whether the body is an Atom feed from root to end. The arxiv package reads anything else as no results."""
    return _FEED_START.match(body) is not None and body.rstrip().endswith(b"</feed>")


def refused_id(body: bytes) -> str:
    """The id that an error feed (status 400) complains of; empty if it is about something else."""
    found = _REFUSED_ID.search(body)
    return found[1].decode("ascii", "replace") if found else ""


def pdf_url(base_url: str, arxiv_id: ArxivId) -> str:
    """Where the PDF of an edition is; arXiv's own API and PDFs are on different hosts."""
    base = _PDF_HOST if base_url.rstrip("/") == ARXIV_URL else base_url.rstrip("/")
    return f"{base}/pdf/{arxiv_id}"


def found_paper(result: arxiv.Result, base_url: str) -> FoundPaper | None:
    """An entry as a paper; None if it is none (arXiv reports errors as entries)."""
    arxiv_id = parse_arxiv_id(result.entry_id)
    if arxiv_id is None:
        return None
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=one_line(result.title),
        authors=tuple(name for author in result.authors if (name := one_line(author.name))),
        abstract="\n\n".join(line for part in _PARAGRAPH.split(result.summary) if (line := one_line(part))),
        categories=_categories(result),
        published=_in_utc(result.published),
        updated=_in_utc(result.updated),
        doi=one_line(result.doi or ""),
        journal_ref=one_line(result.journal_ref or ""),
        comment=one_line(result.comment or ""),
        url=ArxivId(arxiv_id.bare).url,
        pdf_url=pdf_url(base_url, arxiv_id) if result.pdf_url else "",
    )


def _categories(result: arxiv.Result) -> tuple[str, ...]:
    """Primary one first. Classes of other schemes (MSC, ACM) stand among them in the feed and are left out."""
    terms = dict.fromkeys([result.primary_category, *result.categories])
    return tuple(term for term in terms if _CATEGORY.fullmatch(term))


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
