"""RIS: what publishers' pages and EndNote give."""

import re

from paperlab.domain.names import Name
from paperlab.domain.text import one_line
from paperlab.sources.bib_entries import RawEntry

_LINE = re.compile(r"^([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")
_TYPES = {
    "JOUR": "article", "JFULL": "article", "MGZN": "article", "NEWS": "article", "ABST": "article",
    "EJOUR": "article", "CONF": "inproceedings", "CPAPER": "inproceedings", "BOOK": "book", "EBOOK": "book",
    "CHAP": "incollection", "ECHAP": "incollection", "THES": "phdthesis", "RPRT": "techreport", "ELEC": "online",
    "BLOG": "online", "WEB": "online", "UNPB": "unpublished", "PAT": "patent", "DATA": "dataset",
    "COMP": "software", "CASE": "jurisdiction", "STAND": "standard",
}  # fmt: skip
_FIELDS = {
    "TI": "title", "T1": "title", "CT": "title", "AB": "abstract", "N2": "abstract", "VL": "volume", "IS": "number",
    "PB": "publisher", "CY": "address", "ET": "edition", "DO": "doi", "UR": "url", "LA": "language", "N1": "note",
    "T3": "series", "C1": "", "M3": "type",
}  # fmt: skip
_CONTAINERS = ("T2", "JF", "JO", "JA", "BT", "J2", "J1")
"""What a paper appeared in; the full name first."""
_PEOPLE = {"AU": "author", "A1": "author", "A2": "editor", "ED": "editor", "A4": "translator"}
_IN_BOOKS = frozenset({"inproceedings", "incollection"})


def read_ris(text: str) -> tuple[list[RawEntry], list[tuple[int, str]]]:
    """The entries in the file's order, and those that have no end or no beginning, each with its line."""
    entries: list[RawEntry] = []
    problems: list[tuple[int, str]] = []
    found: dict[str, list[str]] = {}
    start, last = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not (tag := _LINE.match(line.rstrip())):
            if last and line.strip() and found.get(last):
                found[last][-1] += f" {line.strip()}"  # a long abstract goes on
            continue
        name, value = tag[1], tag[2] or ""
        if name == "TY":
            if start:
                problems.append((start, "the entry has no end (ER)"))
            start, found = number, {}
        if not start:
            continue
        last = name
        if name == "ER":
            entries.append(_entry(found, start))
            start, found = 0, {}
        else:
            found.setdefault(name, []).append(value.strip())
    if start:
        entries.append(_entry(found, start))  # cut off, or without its last line: what is there counts
    return entries, problems


def _entry(found: dict[str, list[str]], line: int) -> RawEntry:
    first = {name: next((one_line(value) for value in values if value), "") for name, values in found.items()}
    kind = _TYPES.get(first.get("TY", "").upper(), "misc")
    fields: dict[str, str] = {}
    for tag, name in _FIELDS.items():
        if name and first.get(tag):
            fields.setdefault(name, first[tag])
    container = next((first[tag] for tag in _CONTAINERS if first.get(tag)), "")
    if container:
        fields["booktitle" if kind in _IN_BOOKS else "journal"] = container
    fields["pages"] = "–".join(part for part in (first.get("SP", ""), first.get("EP", "")) if part)
    fields["date"] = _date(
        first.get("DA") or first.get("PY") or first.get("Y1", ""), first.get("PY") or first.get("Y1", "")
    )
    if number := first.get("SN"):
        fields["isbn" if kind in ("book", "incollection") else "issn"] = number
    fields["keywords"] = ";".join(one_line(word) for word in found.get("KW", ()) if word)
    names: dict[str, list[Name]] = {}
    for tag, role in _PEOPLE.items():
        names.setdefault(role, []).extend(_name(person) for person in found.get(tag, ()) if person.strip(" ,"))
    return RawEntry(
        line=line,
        key=first.get("ID", "") if re.fullmatch(r"[^\s,{}]{1,60}", first.get("ID", "")) else "",
        kind=kind,
        fields={name: value for name, value in fields.items() if value},
        names={role: tuple(people) for role, people in names.items() if people},
        files=tuple(path for path in (*found.get("L1", ()), *found.get("L4", ())) if path),
    )


def _name(person: str) -> Name:
    """`Family, Given, Suffix`."""
    family, *rest = (one_line(part) for part in person.split(","))
    given, suffix = (*rest, "", "")[:2]
    return Name(family, given, suffix, is_group=not given and not suffix)


def _date(day: str, year: str) -> str:
    """`2013/04/18` as `2013-04-18`; the year alone if that is all that is sure."""
    parts = [part for part in re.split(r"[/-]", day) if part.strip()][:3]
    if parts and re.fullmatch(r"\d{4}", parts[0]) and all(re.fullmatch(r"\d{1,2}", part) for part in parts[1:]):
        return "-".join((parts[0], *(f"{int(part):02}" for part in parts[1:])))
    return year.strip("/")
