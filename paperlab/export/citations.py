"""What a paper is cited by, the same for every format: type, names, fields, date."""

import re
from dataclasses import dataclass

from paperlab.domain.bibliography import NAME_FIELDS, completed_entry
from paperlab.domain.journal_refs import parse_journal_ref
from paperlab.domain.names import OTHERS, Name, split_name, split_names
from paperlab.domain.papers import Paper
from paperlab.domain.text import one_line

_DATES = ("date", "year", "month", "day")
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_CONTAINERS = ("journal", "booktitle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    kind: str
    """In BibTeX's words; `misc` for what is only on arXiv."""
    names: dict[str, tuple[Name, ...]]
    """By field, the authors first."""
    fields: dict[str, str]
    """Text, without names, dates and what the record has fields for."""
    year: str
    date: str
    """`2017-06`, `2017-06-12`, a range; empty if there is only a year."""
    doi: str
    url: str


def citation(paper: Paper) -> Citation:
    """The journal version is cited, where there is one; the fields of the paper's own entry go before all else."""
    entry = paper.entry
    if paper.journal_ref and not any(entry.get(name) for name in _CONTAINERS):
        found = parse_journal_ref(one_line(paper.journal_ref))
        entry = completed_entry(found if entry.kind in ("", "misc") else entry, entry)
    fields = dict(entry.fields)
    dates = {name: fields.pop(name, "") for name in _DATES}
    names = {name: split_names(fields.pop(name)) for name in list(fields) if name in NAME_FIELDS}
    default = "article" if fields.get("journal") else "inproceedings" if fields.get("booktitle") else "misc"
    arxiv_id = paper.arxiv_id
    if dates["month"]:
        fields["month"] = dates["month"]
    return Citation(
        kind=entry.kind or default,
        names=_with_authors(paper, names),
        fields=fields,
        year=dates["year"] or _year_of(dates["date"]) or str(paper.year or ""),
        date=dates["date"]
        or ("" if dates["year"] else _full_date(paper, is_published=(entry.kind or default) != "misc")),
        doi=paper.doi or (arxiv_id.doi if arxiv_id else ""),
        url=arxiv_id.url if arxiv_id else web_address(paper),
    )


def web_address(paper: Paper) -> str:
    """Where a paper that is not on arXiv can be had; empty if nobody knows."""
    return next((url for url in (paper.url, paper.source) if re.match(r"https?://", url)), "")


def date_parts(date: str) -> tuple[int, ...]:
    """Year, month and day, as far as they are there; empty for a range or anything else."""
    found = _DAY.fullmatch(date)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def _with_authors(paper: Paper, names: dict[str, tuple[Name, ...]]) -> dict[str, tuple[Name, ...]]:
    """The names as the entry divides them, as long as they are still the names of the record."""
    entered = names.pop("author", ())
    if _shown(entered) == paper.authors:
        return {"author": entered, **names}
    if any(_shown(people) == paper.authors for people in names.values()):  # a volume has editors only
        return names
    return {"author": tuple(split_name(one_line(author)) for author in paper.authors), **names}


def _shown(people: tuple[Name, ...]) -> tuple[str, ...]:
    return tuple(name.shown for name in people if name != OTHERS)


def _year_of(date: str) -> str:
    found = re.search(r"(?<!\d)\d{4}(?!\d)", date)
    return found[0] if found else ""


def _full_date(paper: Paper, *, is_published: bool) -> str:
    """arXiv tells the day of the first edition; elsewhere only the year is sure."""
    if paper.published is None or paper.arxiv_id is None or is_published:
        return ""
    day = paper.published
    return "" if (day.month, day.day) == (1, 1) else f"{day:%Y-%m-%d}"
