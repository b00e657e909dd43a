"""The library's filter, `tag:nlp status:reading year:2017..2019 vaswani -survey`, and its orders. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from paperlab.domain.memory import MANY, never_garbage, no_garbage_sought
from paperlab.domain.queries import status_matches, year_matches
from paperlab.domain.summaries import PaperSummary

FIELDS = ("tag", "status", "year", "author", "title", "key")


class Entry(NamedTuple):
    """A paper and the text that words are looked for in."""

    summary: PaperSummary
    haystack: str

    @classmethod
    def of(cls, summary: PaperSummary) -> "Entry":
        """Title, authors, tags, year and keys, in lower case."""
        names = (str(summary.year or ""), summary.citekey, summary.key.value)
        return cls(summary, " ".join((summary.title, *summary.authors, *summary.tags, *names)).lower())


def entries_of(summaries: Iterable[PaperSummary], before: Iterable[Entry] = ()) -> list[Entry]:
    """Those that were made before are taken again where the paper has not changed."""
    known = {entry.summary.key.value: entry for entry in before}
    with no_garbage_sought():
        entries = [
            entry if (entry := known.get(summary.key.value)) and entry.summary is summary else Entry.of(summary)
            for summary in summaries
        ]
        if len(entries) - len(known) >= MANY:
            never_garbage()
    return entries


class Term(NamedTuple):
    """One thing that a paper must have, or must not."""

    field: str
    """Empty for a word anywhere."""
    value: str
    is_wanted: bool = True

    def passes(self, entry: Entry) -> bool:
        found = _MATCHES[self.field](entry.summary, self.value) if self.field else self.value in entry.haystack
        return found is self.is_wanted


@dataclass(frozen=True, slots=True)
class Filter:
    """What a paper must have: all words, and all values of named fields as beginnings."""

    words: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    """All but plain words."""

    def __bool__(self) -> bool:
        return bool(self.words or self.terms)

    def narrows(self, wider: "Filter") -> bool:
        """Whether all that passes this also passes the other, told cheaply; used while a reader types on."""
        if len(self.words) < len(wider.words) or self.terms != wider.terms:
            return False
        pairs = zip(wider.words, self.words, strict=False)
        return all(longer.startswith(shorter) for shorter, longer in pairs)

    def select(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that pass, in their order. A word at a time: fifty thousand papers in a few milliseconds."""
        left = list(entries)
        for word in self.words:
            left = [entry for entry in left if word in entry.haystack]
        for term in self.terms:
            left = [entry for entry in left if term.passes(entry)]
        return left


def parse_filter(text: str) -> Filter:
    """Read a filter. A field that is not known, or without value yet, is taken as words; `-` before one excludes."""
    words: list[str] = []
    terms: list[Term] = []
    for token in text.lower().split():
        rest = token.removeprefix("-")
        name, colon, value = rest.partition(":")
        if colon and name in FIELDS:
            if value:
                terms.append(Term(name, value, rest == token))
        elif rest == token:
            words.append(token)
        elif rest:
            terms.append(Term("", rest, False))
    return Filter(tuple(words), tuple(terms))


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


class Order(NamedTuple):
    """A sorting, or its reverse."""

    at: int = 0
    is_reversed: bool = False

    @property
    def name(self) -> str:
        return SORTINGS[self.at].name

    @property
    def sign(self) -> str:
        """Whether the largest stand first."""
        return "▾" if SORTINGS[self.at].is_descending is not self.is_reversed else "▴"

    @property
    def next(self) -> "Order":
        return Order((self.at + 1) % len(SORTINGS))

    @property
    def reverse(self) -> "Order":
        return Order(self.at, not self.is_reversed)

    def sort(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Equal ones stay in the order they came; reversed, all is turned round."""
        sorting = SORTINGS[self.at]
        if self.at:
            entries = sorted(entries, key=lambda entry: sorting.key(entry.summary), reverse=sorting.is_descending)
        return entries[::-1] if self.is_reversed else entries


class Arrangement(NamedTuple):
    """All papers, and those of them that pass a filter, in an order."""

    entries: Sequence[Entry] = ()
    order: Order = Order()
    filter: Filter = Filter()
    sorted: Sequence[Entry] = ()
    shown: Sequence[Entry] = ()

    def anew(self, entries: Sequence[Entry], order: Order, wanted: Filter) -> "Arrangement":
        """The same of other papers, in another order, or through another filter; only what differs is done again."""
        is_sorted = entries is self.entries and order == self.order
        in_order = self.sorted if is_sorted else order.sort(entries)
        source = self.shown if is_sorted and wanted.narrows(self.filter) else in_order
        return Arrangement(entries, order, wanted, in_order, wanted.select(source) if wanted else in_order)


_MATCHES: dict[str, Callable[[PaperSummary, str], bool]] = {
    "tag": lambda summary, value: any(tag.lower().startswith(value) for tag in summary.tags),
    "status": lambda summary, value: status_matches(summary.status.value, value),
    "year": lambda summary, value: year_matches(summary.year, value),
    "author": lambda summary, value: any(value in author.lower() for author in summary.authors),
    "title": lambda summary, value: value in summary.title.lower(),
    "key": lambda summary, value: summary.key.value.lower().startswith(value) or summary.citekey.startswith(value),
}
