"""What a bibliography tells of a paper beyond its record: the type of its entry and the fields that go out again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ORDER = tuple(
    "author editor translator journal booktitle maintitle series edition volume number issue pages "  # noqa: SIM905
    "chapter eid date year month publisher institution school organization address eventtitle venue "
    "howpublished note isbn issn eprint eprinttype urldate language ids".split()
)
_DATES = ("date", "year", "month", "day")
_RANKS = {name: rank for rank, name in enumerate(_ORDER)}

_ISO = re.compile(r"-?\d{4}(-\d{2}){0,2}[?~%]?(/(\.\.|-?\d{4}(-\d{2}){0,2}[?~%]?)?)?")

NAME_FIELDS = frozenset(
    "author editor editora editorb editorc translator bookauthor commentator annotator introduction "  # noqa: SIM905
    "foreword afterword holder director interviewer recipient composer contributor shortauthor "
    "shorteditor".split()
)
"""Fields that hold a list of names, written as `join_names` writes it."""


@dataclass(frozen=True, slots=True)
class BibEntry:
    """Names are BibTeX's (`journal`, `address`), in lower case; values are text, with LaTeX where LaTeX is meant."""

    kind: str = ""
    """`inproceedings`; empty: as the fields suggest."""
    fields: tuple[tuple[str, str], ...] = ()
    """In the order of `entry_of`."""

    def get(self, name: str) -> str:
        """A field's value; empty if it is not there."""
        return next((value for field, value in self.fields if field == name), "")

    def __bool__(self) -> bool:
        return bool(self.kind or self.fields)


NO_ENTRY = BibEntry()


def entry_of(kind: str, fields: Mapping[str, str]) -> BibEntry:
    """An entry of the fields that say something, in the one order that they are kept and written in."""
    said = [(name, value) for name, value in fields.items() if value]
    return BibEntry(kind, tuple(sorted(said, key=lambda field: (_RANKS.get(field[0], len(_RANKS)), field[0]))))


def completed_entry(entry: BibEntry, other: BibEntry) -> BibEntry:
    """The entry with what only the other one says; a date is one thing, however many fields it is in."""
    known, told = dict(entry.fields), dict(other.fields)
    if not known.keys().isdisjoint(_DATES):
        told = {name: value for name, value in told.items() if name not in _DATES}
    return entry_of(entry.kind or other.kind, {**told, **known})


def is_iso_date(text: str) -> bool:
    """`2017`, `2017-06-12`, `2017/2018`, `1850~`: what BibLaTeX takes for a date."""
    return bool(_ISO.fullmatch(text))
