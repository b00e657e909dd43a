"""The library's filter: `tag:nlp status:reading year:2017 vaswani attention`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from paperlab.domain.summaries import PaperSummary
from paperlab.domain.text import one_line

FIELDS = ("tag", "status", "year", "author", "title", "key")


class Entry(NamedTuple):
    """A paper and the text that words are looked for in."""

    summary: PaperSummary
    haystack: str

    @classmethod
    def of(cls, summary: PaperSummary) -> "Entry":
        """Title, authors, tags, year and keys, in lower case."""
        names = (str(summary.year or ""), summary.citekey, summary.key.value)
        return cls(summary, one_line(" ".join((summary.title, *summary.authors, *summary.tags, *names))).lower())


@dataclass(frozen=True, slots=True)
class Filter:
    """What a paper must have: all words, and all values of named fields as beginnings."""

    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.fields)

    def narrows(self, wider: "Filter") -> bool:
        """Whether all that passes this also passes the other, told cheaply; used while a reader types on."""
        if len(self.words) < len(wider.words) or self.fields != wider.fields:
            return False
        pairs = zip(wider.words, self.words, strict=False)
        return all(longer.startswith(shorter) for shorter, longer in pairs)

    def select(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that pass, in their order. A word at a time: fifty thousand papers in a few milliseconds."""
        left = list(entries)
        for word in self.words:
            left = [entry for entry in left if word in entry.haystack]
        for name, value in self.fields:
            matches = _MATCHES[name]
            left = [entry for entry in left if matches(entry.summary, value)]
        return left


def parse_filter(text: str) -> Filter:
    """Read a filter. A field that is not known, or without value yet, is taken as words."""
    words: list[str] = []
    fields: list[tuple[str, str]] = []
    for token in text.lower().split():
        name, colon, value = token.partition(":")
        if colon and name in FIELDS:
            if value:
                fields.append((name, value))
        else:
            words.append(token)
    return Filter(tuple(words), tuple(fields))


@dataclass(frozen=True, slots=True)
class Sorting:
    """One order of the library."""

    name: str
    key: Callable[[PaperSummary], Any]
    is_descending: bool = False


SORTINGS: tuple[Sorting, ...] = (
    Sorting("added", lambda summary: summary.added, True),
    Sorting("title", lambda summary: summary.title.lower()),
    Sorting("year", lambda summary: summary.year or 0, True),
    Sorting("status", lambda summary: ("reading", "unread", "read").index(summary.status.value)),
    Sorting("share read", lambda summary: summary.progress, True),
    Sorting("last read", lambda summary: summary.last_read.timestamp() if summary.last_read else 0.0, True),
)
"""The first is the one that summaries come in."""


def ordered(entries: Iterable[Entry], sorting: Sorting) -> list[Entry]:
    """Sorted; equal ones stay in the order they came."""
    return sorted(entries, key=lambda entry: sorting.key(entry.summary), reverse=sorting.is_descending)


_MATCHES: dict[str, Callable[[PaperSummary, str], bool]] = {
    "tag": lambda summary, value: any(tag.lower().startswith(value) for tag in summary.tags),
    "status": lambda summary, value: _status_matches(summary.status.value, value),
    "year": lambda summary, value: str(summary.year or "").startswith(value),
    "author": lambda summary, value: any(value in author.lower() for author in summary.authors),
    "title": lambda summary, value: value in summary.title.lower(),
    "key": lambda summary, value: summary.key.value.lower().startswith(value) or summary.citekey.startswith(value),
}


def _status_matches(status: str, value: str) -> bool:
    """`read` means read, not reading; a shorter beginning means either."""
    return status == value if value == "read" else status.startswith(value)
