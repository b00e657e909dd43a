"""CSL-JSON, and what Zotero and Better BibTeX export as JSON."""

import json
import re
from collections.abc import Iterator, Mapping

from paperlab.domain.bibliography import NAME_FIELDS
from paperlab.domain.csl_terms import (
    BIBTEX_TYPES,
    CSL_FIELDS,
    CSL_ROLES,
    IN_BOOKS,
    OWN,
    PUBLISHERS,
    ZOTERO_FIELDS,
    ZOTERO_TYPES,
)
from paperlab.domain.names import OTHERS, Name, split_names
from paperlab.domain.text import one_line
from paperlab.sources.bib_entries import RawEntry

_EXTRA = re.compile(r"(?m)^\s*([A-Za-z][\w. -]{1,40}?)\s*[:=]\s*(.+?)\s*$")
_EXTRA_FIELDS = {
    "arxiv": "arxiv", "arxiv id": "arxiv", "doi": "doi", "isbn": "isbn", "pmid": "pmid", "pmcid": "pmcid",
    "citation key": "ids", "publisher": "publisher", "number": "number", "issue": "number", "volume": "volume",
    "container title": "journal", "event title": "eventtitle", "event place": "venue", "original date": "origdate",
    "mr": "mrnumber", "zbl": "zblnumber",
}  # fmt: skip
Item = Mapping[str, object]


def read_json(text: str) -> tuple[list[RawEntry], list[tuple[int, str]]]:
    """The items in the file's order, and what is none, each with its number."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [], [(getattr(error, "lineno", 1), f"no JSON: {error}")]
    entries: list[RawEntry] = []
    problems: list[tuple[int, str]] = []
    for number, item in enumerate(_items(document), start=1):
        if isinstance(item, dict) and isinstance(item.get("data"), dict):  # as Zotero's server tells it
            item = item["data"]
        if not isinstance(item, dict):
            problems.append((number, "an item that is no object"))
        elif item.get("itemType") in ("attachment", "note", "annotation"):
            problems.append(
                (number, f"{item.get('key') or item.get('title') or 'an item'} is a {item['itemType']}, no paper")
            )
        elif "itemType" in item:
            entries.append(_zotero(item, number))
        elif "type" in item or "title" in item:
            entries.append(_csl(item, number))
        else:
            problems.append((number, f"{_text(item.get('id')) or 'an item'} has neither a type nor a title"))
    return entries, problems


def _items(document: object) -> list[object]:
    if isinstance(document, dict):
        items = document.get("items", document if "title" in document or "itemType" in document else [])
        return items if isinstance(items, list) else [items]
    return document if isinstance(document, list) else []


def _csl(item: Item, number: int) -> RawEntry:
    own = _table(_table(item.get("custom")).get(OWN))
    kind = _text(own.get("entry_type")) or BIBTEX_TYPES.get(_text(item.get("type")), "misc")
    fields = {bibtex: _text(item.get(csl)) for csl, bibtex in CSL_FIELDS.items()}
    if kind in IN_BOOKS:
        fields["booktitle"] = fields.pop("journal")
    fields[PUBLISHERS.get(kind, "publisher")] = fields.pop("publisher")
    fields["number"] = fields["number"] or _text(item.get("number"))
    fields |= {
        "title": _text(item.get("title")),
        "abstract": _text(item.get("abstract")),
        "keywords": _text(item.get("keyword")),
        "doi": _text(item.get("DOI")),
        "url": _text(item.get("URL")),
        "pmid": _text(item.get("PMID")),
        "pmcid": _text(item.get("PMCID")),
        "date": _csl_date(item.get("issued")),
        "urldate": _csl_date(item.get("accessed")),
        "origdate": _csl_date(item.get("original-date")),
        "eventdate": _csl_date(item.get("event-date")),
    }
    names = {bibtex: people for csl, bibtex in CSL_ROLES.items() if (people := tuple(_csl_names(item.get(csl))))}
    for name, value in own.items():
        if name in NAME_FIELDS:
            names[name] = split_names(_text(value))
        elif name != "entry_type":
            fields[name] = one_line(value) if isinstance(value, str) else _text(value)
    said = {name: value for name, value in fields.items() if value}
    key = _text(item.get("citation-key")) or _text(item.get("id"))
    return RawEntry(line=number, key=key, kind=kind, fields=said, names=names)


def _csl_names(people: object) -> Iterator[Name]:
    for person in people if isinstance(people, list) else ():
        if not isinstance(person, dict):
            continue
        given, suffix = _text(person.get("given")), _text(person.get("suffix"))
        particles = [_text(person.get(f"{kind}-particle")) for kind in ("dropping", "non-dropping")]
        family = " ".join(part for part in (*particles, _text(person.get("family"))) if part)
        literal = _text(person.get("literal"))
        if family or literal:
            yield _name(family or literal, given, suffix)


def _name(family: str, given: str = "", suffix: str = "") -> Name:
    if family.lower() in ("others", "et al.", "et al") and not given:
        return OTHERS
    return Name(family, given, suffix, is_group=not given and not suffix)


def _csl_date(date: object) -> str:
    """`2017-06-12`, a range with a slash, or the words that stand for one."""
    if isinstance(date, str | int):
        return _text(date)
    table = _table(date)
    if words := _text(table.get("raw")) or _text(table.get("literal")):
        return words
    parts = table.get("date-parts")
    days = [_csl_day(day) for day in parts if isinstance(day, list)] if isinstance(parts, list) else []
    uncertain = "~" if table.get("circa") else ""
    return "/".join(day for day in days[:2] if day) + uncertain if any(days) else ""


def _csl_day(parts: list[object]) -> str:
    numbers = [int(text) for part in parts[:3] if re.fullmatch(r"-?\d{1,4}", text := _text(part))]
    if not numbers:
        return ""
    year = f"{numbers[0]:04}" if numbers[0] >= 0 else f"-{-numbers[0]:04}"
    return "-".join((year, *(f"{number:02}" for number in numbers[1:])))


def _zotero(item: Item, number: int) -> RawEntry:
    zotero_type = _text(item.get("itemType"))
    kind = ZOTERO_TYPES.get(zotero_type, "misc")
    fields: dict[str, str] = {}
    for name, value in item.items():
        if (field := ZOTERO_FIELDS.get(name)) and (text := _text(value)):
            fields.setdefault(field, text)
    if kind in IN_BOOKS and "journal" in fields:
        fields.setdefault("booktitle", fields.pop("journal"))
    extra = item.get("extra")
    lines = "\n".join(map(str, extra)) if isinstance(extra, list) else str(extra or "")
    key = _text(item.get("citationKey")) or _text(item.get("citekey"))
    for line in _EXTRA.finditer(lines[:20_000]):
        name, value = line[1].lower(), one_line(line[2])
        if name in ("citation key", "bibtex"):
            key = key or value
        elif (field := _EXTRA_FIELDS.get(name) or re.sub(r"^(tex|biblatex|bibtex)\.", "", name)) and (
            name in _EXTRA_FIELDS or name.startswith(("tex.", "biblatex.", "bibtex."))
        ):
            fields.setdefault(field, value)
    tags = item.get("tags")
    words = (
        [_text(tag.get("tag")) if isinstance(tag, dict) else _text(tag) for tag in tags]
        if isinstance(tags, list)
        else []
    )
    fields["keywords"] = ";".join(word.replace(";", ",") for word in words)
    if re.match(r"\d{4}-\d{2}-\d{2}", accessed := _text(item.get("accessDate"))):
        fields["urldate"] = accessed[:10]
    names: dict[str, list[Name]] = {}
    creators = item.get("creators")
    for creator in creators if isinstance(creators, list) else ():
        if isinstance(creator, dict) and (person := _zotero_name(creator)).family:
            names.setdefault(_role(_text(creator.get("creatorType"))), []).append(person)
    return RawEntry(
        line=number,
        key=key,
        kind=kind,
        fields={name: value for name, value in fields.items() if value},
        names={role: tuple(people) for role, people in names.items()},
        files=tuple(_attached(item.get("attachments"))),
    )


def _zotero_name(creator: Item) -> Name:
    family = _text(creator.get("lastName")) or _text(creator.get("name"))
    return _name(family, _text(creator.get("firstName")))


def _role(creator_type: str) -> str:
    if creator_type in NAME_FIELDS:
        return creator_type
    return {"bookAuthor": "bookauthor", "seriesEditor": "editora"}.get(creator_type, "author")


def _attached(attachments: object) -> Iterator[str]:
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict) and (path := attachment.get("path") or attachment.get("localPath")):
            yield str(path)


def _table(value: object) -> Item:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """One line; empty for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value))
