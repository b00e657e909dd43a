"""Entries of bibliographies, whatever the file's format, as papers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from paperlab.domain.bibliography import BibEntry, entry_of, is_iso_date
from paperlab.domain.identifiers import ArxivId, find_doi, parse_arxiv_id
from paperlab.domain.names import OTHERS, Name, join_names
from paperlab.domain.papers import FoundPaper
from paperlab.domain.text import one_line
from paperlab.sources.latex_text import settled

_VERBATIM = frozenset(
    "url doi file files pdf local-url eprint arxiv arxivid urldate crossref xdata ids".split()  # noqa: SIM905
)
_ARXIV_IN_TEXT = re.compile(r"(?i)(?:arxiv\s*:\s*|\babs/|arxiv\.org/(?:abs|pdf)/)([^\s,;\]})]+)")
_ADDRESS = re.compile(r"https?://[^\s{}<>\"\\]+")
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sup|sub|sc|span|p|br|a)\b[^<>]{0,200}>", re.IGNORECASE)
"""Of Zotero's rich text, and in publishers' abstracts."""
_YEAR = re.compile(r"(?<![\d-])(?:1[5-9]|20)\d{2}(?!\d)")
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_ALIASES = {
    "journaltitle": "journal",
    "location": "address",
    "annote": "annotation",
    "keyword": "keywords",
    "arxivid": "arxiv",
    "archive": "archiveprefix",
}
_OWN = frozenset(
    "title abstract keywords doi url arxiv archiveprefix primaryclass eprintclass file files local-url "  # noqa: SIM905
    "pdf groups owner timestamp date-added date-modified crossref xdata xref __markedentry creationdate "
    "modificationdate".split()
)
"""Fields that the record has a place for, and those that programs write for themselves."""
_WITHOUT_JOURNAL = frozenset({"", "article", "misc", "online", "unpublished", "preprint", "electronic", "techreport"})
"""Types that say no more of a paper of arXiv than that it is there."""
_PUBLISHED_IN = ("journal", "booktitle", "publisher", "school", "institution", "series", "isbn")
_MOST_FIELDS, _LONGEST = 80, 20_000
_NAME = re.compile(r"[a-z][a-z0-9_+:.-]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry with BibTeX's names of fields, in lower case, and its values as text."""

    line: int
    """From 1; in a file without lines that mean anything, the number of the entry."""
    key: str
    kind: str
    fields: Mapping[str, str]
    names: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    """Lists of names, `others` among them."""
    files: tuple[str, ...] = ()
    """Paths of its files, as written."""
    remark: str = ""


def is_verbatim(name: str, value: str) -> bool:
    """The field holds an address, an id or a date of BibLaTeX's, and no LaTeX."""
    return name in _VERBATIM or (name == "date" and is_iso_date(value))


def found_paper(raw: RawEntry) -> FoundPaper | None:
    """An entry as a paper; None without a title."""
    fields: dict[str, str] = {}
    for name, value in raw.fields.items():
        field_name = _ALIASES.get(name, name)
        fields.setdefault(field_name, value if is_verbatim(field_name, value) else settled(_plain(value)))
    kind = raw.kind.lower()
    if not fields.get("title") and (instead := next((n for n in ("booktitle", "maintitle") if fields.get(n)), "")):
        fields["title"] = fields.pop(instead)  # a volume of proceedings
    if not (title := fields.get("title", "")):
        return None
    arxiv_id = _arxiv_id(fields)
    address = _address(fields)
    if arxiv_id and (parse_arxiv_id(address) or not address):
        address = ArxivId(arxiv_id.bare).url
    doi = _doi(fields)
    kept = _kept(fields, arxiv_id, doi)
    is_alone = bool(arxiv_id) and kind in _WITHOUT_JOURNAL and not any(kept.get(name) for name in _PUBLISHED_IN)
    published = _dated(kept, is_alone=is_alone)
    if is_alone:
        kind = ""
    authors = tuple(name.shown for name in _people(raw))
    for role, people in raw.names.items():
        if role != "author" or not all(name.is_plain for name in people):
            kept[role] = join_names(people)
    entry = _bounded(kind, kept)
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=title,
        authors=authors,
        abstract=fields.get("abstract", ""),
        categories=_categories(fields, arxiv_id),
        published=published,
        doi=doi,
        journal_ref=_journal_ref(entry),
        url=address,
        pdf_url=address if not arxiv_id and _is_pdf(address) else "",
        citekey=one_line(raw.key),
        tags=_tags(fields),
        entry=entry,
    )


def _plain(text: str) -> str:
    return one_line(_MARKUP.sub("", text)) if "<" in text else text


def _people(raw: RawEntry) -> Iterator[Name]:
    people = raw.names.get("author") or raw.names.get("editor") or next(iter(raw.names.values()), ())
    yield from (name for name in people if name != OTHERS)


def _tags(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Keywords, and the groups that JabRef once wrote into the entry."""
    words = [*re.split("[,;]", fields.get("keywords", "")), *fields.get("groups", "").split(",")]
    return tuple(dict.fromkeys(tag for word in words if (tag := word.strip())))


def _kept(fields: Mapping[str, str], arxiv_id: ArxivId | None, doi: str) -> dict[str, str]:
    """The fields that go out again; what only says once more that the paper is on arXiv is none."""
    kept = {name: value for name, value in fields.items() if name not in _OWN and _NAME.fullmatch(name) and value}
    if arxiv_id is not None:
        kept.pop("eprint", None)
        kept.pop("eprinttype", None)
        for name in ("journal", "note", "howpublished", "publisher", "number", "volume", "pages", "eprinttype"):
            if name in kept and _is_only_arxiv(kept[name], arxiv_id):
                del kept[name]
    elif (archive := fields.get("archiveprefix")) and "eprint" in kept:
        kept.setdefault("eprinttype", archive)
    if _ADDRESS.fullmatch(kept.get("howpublished", "")) and not fields.get("url"):
        del kept["howpublished"]  # it is the address of the record
    if find_doi(kept.get("note", "")) == doi and re.fullmatch(r"(?i)\s*(doi:?\s*)?10\.\S+", kept.get("note", "")):
        del kept["note"]
    return kept


def _is_only_arxiv(text: str, arxiv_id: ArxivId) -> bool:
    """`CoRR`, `arXiv preprint arXiv:1706.03762 [cs]`, `abs/1706.03762`."""
    rest = text.replace(str(arxiv_id), "").replace(arxiv_id.bare, "")
    rest = re.sub(r"(?i)https?://\S*|\babs/|\[[a-z., -]+\]|\b(corr|e-?prints?|pre-?prints?|arxiv(\.org)?)\b", "", rest)
    return not re.search(r"\w", re.sub(r"v\d+\b", "", rest))


def _bounded(kind: str, kept: Mapping[str, str]) -> BibEntry:
    bounded = {name: value[:_LONGEST] for name, value in list(kept.items())[:_MOST_FIELDS]}
    return entry_of(kind if _NAME.fullmatch(kind) else "", bounded)


def _arxiv_id(fields: Mapping[str, str]) -> ArxivId | None:
    """From the field made for it, else from an address, the DOI, or "arXiv:…" and "abs/…" in the place of a journal."""
    return next((found for text in _arxiv_forms(fields) if (found := parse_arxiv_id(text))), None)


def _arxiv_forms(fields: Mapping[str, str]) -> Iterator[str]:
    if (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower() == "arxiv":
        eprint = fields.get("eprint", "")
        yield eprint
        archive = fields.get("primaryclass") or fields.get("eprintclass", "")
        yield f"{archive.partition('.')[0]}/{eprint}"
    for key in ("arxiv", "url", "doi"):
        yield fields.get(key, "")
    for key in ("journal", "volume", "number", "note", "howpublished", "publisher", "pages", "archivelocation"):
        for found in _ARXIV_IN_TEXT.finditer(fields.get(key, "")):
            yield found[1].rstrip(".)").removesuffix(".pdf")


def _categories(fields: Mapping[str, str], arxiv_id: ArxivId | None) -> tuple[str, ...]:
    category = fields.get("primaryclass") or fields.get("eprintclass", "")
    return (category,) if arxiv_id and re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", category) else ()


def _address(fields: Mapping[str, str]) -> str:
    found = _ADDRESS.search(fields.get("url") or fields.get("howpublished", ""))
    return found[0].rstrip(".,;") if found else ""


def _is_pdf(address: str) -> bool:
    try:
        return urlsplit(address).path.lower().endswith(".pdf")
    except ValueError:  # "https://[::1"
        return False


def _doi(fields: Mapping[str, str]) -> str:
    """The publisher's DOI; arXiv's own says no more than the id."""
    found = (find_doi(fields.get(name, "")) for name in ("doi", "url", "note", "howpublished"))
    return next((doi for doi in found if doi and not parse_arxiv_id(doi)), "")


def _dated(kept: dict[str, str], *, is_alone: bool) -> datetime | None:
    """When it appeared; what the record's year does not say stays among the fields.

    Args:
        is_alone: The date is that of the record, to the day, and no field is needed.
    """
    date = kept.get("date", "") or _written_date(kept) or kept.get("year", "")
    if re.fullmatch(r"\d{4}/\d{2}/\d{2}", date):
        date = date.replace("/", "-")
    if date != kept.get("year"):
        for name in ("year", "month", "day"):
            kept.pop(name, None)
    kept.pop("date", None)
    day, year = _DAY.fullmatch(date), _YEAR.search(date)
    if not year or date != year[0]:
        kept["date" if is_iso_date(date) else "year"] = date
    else:
        kept.pop("year", None)
    if day and is_alone:
        try:
            moment = datetime(int(day[1]), int(day[2]), int(day[3] or 1), tzinfo=UTC)
        except ValueError:
            pass
        else:
            if day[3]:
                kept.pop("date", None)
            return moment
    return datetime(int(year[0]), 1, 1, tzinfo=UTC) if year else None


def _written_date(kept: Mapping[str, str]) -> str:
    """`2017-06-12` of year, month and day; empty without a month that is one."""
    year, month, day = (kept.get(name, "").strip() for name in ("year", "month", "day"))
    number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else 0
    if number and (rest := re.fullmatch(r"[A-Za-z]+\.?[\s~]+(\d{1,2})", month)) and not day:
        day = rest[1]
    elif number and not re.fullmatch(r"[A-Za-z]+\.?", month):
        return ""
    if re.fullmatch(r"\d{1,2}", month):
        number = int(month)
    if not re.fullmatch(r"\d{4}", year) or not 1 <= number <= 12:
        return ""
    return f"{year}-{number:02}" + (f"-{int(day):02}" if re.fullmatch(r"\d{1,2}", day) else "")


def _journal_ref(entry: BibEntry) -> str:
    journal = entry.get("journal") or entry.get("booktitle")
    if not journal:
        return ""
    number = f"({entry.get('number')})" if entry.get("number") else ""
    parts = (journal, f"{entry.get('volume')}{number}", entry.get("pages"))
    return ", ".join(part for part in parts if part)
