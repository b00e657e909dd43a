"""A record completed by what another source says of the same work: nothing that it holds is overwritten."""

from dataclasses import replace

from paperlab.domain.bibliography import BibEntry, completed_entry, entry_of
from paperlab.domain.papers import FoundPaper, Paper


def completed(paper: Paper, other: Paper | FoundPaper) -> Paper:
    """The paper with what only the other one tells; their tags together."""
    return replace(
        paper,
        authors=paper.authors or other.authors,
        abstract=paper.abstract or other.abstract,
        categories=paper.categories or other.categories,
        published=paper.published or other.published,
        updated=paper.updated or other.updated,
        doi=paper.doi or other.doi,
        journal_ref=paper.journal_ref or other.journal_ref,
        comment=paper.comment or other.comment,
        url=paper.url or other.url,
        tags=tuple(dict.fromkeys((*paper.tags, *other.tags))),
        entry=completed_entry(paper.entry, _fitting(paper, other)),
    )


def _fitting(paper: Paper, other: Paper | FoundPaper) -> BibEntry:
    """With its year, as a journal's is not that of the preprint; without names that are not the record's."""
    entry, year = other.entry, other.published.year if other.published else None
    if paper.authors and paper.authors != other.authors:
        entry = entry_of(entry.kind, {name: value for name, value in entry.fields if name != "author"})
    is_published = entry.get("journal") or entry.get("booktitle")
    if not is_published or not paper.year or not year or year == paper.year or entry.get("year") or entry.get("date"):
        return entry
    return entry_of(entry.kind, {**dict(entry.fields), "year": str(year)})
