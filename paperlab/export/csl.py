"""CSL-JSON: what Zotero, Pandoc and citation processors read."""

import json
from collections.abc import Iterable

from paperlab.domain.papers import Paper
from paperlab.export.bibtex import web_address
from paperlab.export.names import split_name


def csl_json(papers: Iterable[Paper]) -> str:
    """All papers as one CSL-JSON array, in the order given."""
    return json.dumps([_item(paper) for paper in papers], ensure_ascii=False, indent=2) + "\n"


def _item(paper: Paper) -> dict[str, object]:
    arxiv_id = paper.arxiv_id
    item: dict[str, object] = {
        "id": paper.citekey,
        "type": "article-journal" if paper.journal_ref else "article",
        "title": paper.title,
        "author": [_name(author) for author in paper.authors],
        "issued": _issued(paper),
        "container-title": paper.journal_ref,
        "publisher": "arXiv" if arxiv_id and not paper.journal_ref else "",
        "number": f"arXiv:{arxiv_id.bare}" if arxiv_id else "",
        "DOI": paper.doi or (arxiv_id.doi if arxiv_id else ""),
        "URL": arxiv_id.url if arxiv_id else web_address(paper),
        "abstract": paper.abstract,
        "keyword": ", ".join(paper.tags),
    }
    return {name: value for name, value in item.items() if value}


def _name(author: str) -> dict[str, str]:
    name = split_name(author)
    if name.is_group:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _issued(paper: Paper) -> dict[str, list[list[int]]]:
    """Year, month and day from arXiv; elsewhere only the year is sure."""
    if paper.published is None:
        return {}
    day = paper.published
    return {"date-parts": [[day.year, day.month, day.day] if paper.arxiv_id else [day.year]]}
