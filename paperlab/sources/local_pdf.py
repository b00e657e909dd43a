"""Whose paper a local PDF is."""

import re
from datetime import UTC, datetime
from pathlib import PurePath

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.identifiers import ArxivId, find_arxiv_stamp, find_doi, parse_arxiv_id
from paperlab.domain.papers import FoundPaper
from paperlab.domain.text import one_line

_COPY = re.compile(r"\s*\(\d+\)$")
"""What browsers add to the name of a second download."""


def identify(parsed: ParsedPdf, file_name: str = "") -> FoundPaper:
    """What a PDF tells of itself: arXiv's stamp and a DOI on page 1, the title, the year.

    An id in the file name counts where there is no stamp; the name is also the title of a PDF that has none.
    """
    stem = PurePath(file_name).stem
    doi = find_doi(parsed.first_page_text) or ""
    arxiv_id = find_arxiv_stamp(parsed.first_page_text) or parse_arxiv_id(doi) or _id_of_name(stem)
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=one_line(parsed.title) or one_line(stem.replace("_", " ")),
        authors=tuple(name for author in parsed.authors if (name := one_line(author))),
        published=datetime(parsed.year, 1, 1, tzinfo=UTC) if parsed.year else None,
        doi="" if parse_arxiv_id(doi) else doi,
        url=ArxivId(arxiv_id.bare).url if arxiv_id else "",
    )


def _id_of_name(stem: str) -> ArxivId | None:
    return parse_arxiv_id(_COPY.sub("", stem).replace("_", "/", 1))
