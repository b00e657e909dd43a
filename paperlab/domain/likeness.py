"""Whether two records could be one work: a question for their reader, never an answer."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from paperlab.domain.names import split_name
from paperlab.domain.text import fold

_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_SHORTEST = 6
"""Letters and digits below which a title (`Preface`, `Index`) says too little."""


class Work(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def published(self) -> datetime | None: ...


W = TypeVar("W", bound=Work)


def title_form(title: str) -> str:
    r"""A form to compare titles in: letters and digits alone, `$\alpha$` as α, other LaTeX undone."""
    return fold(_COMMAND.sub(_letter, title))[0]


def are_alike(one: Work, other: Work) -> bool:
    """The same title, and an author in common; where one names no authors, the same year or none."""
    form = title_form(one.title)
    if len(form) < _SHORTEST or form != title_form(other.title):
        return False
    if one.authors and other.authors:
        return not _families(one).isdisjoint(_families(other))
    years = {work.published.year for work in (one, other) if work.published}
    return len(years) < 2


def alike_pairs(works: Iterable[W]) -> tuple[tuple[W, W], ...]:
    """Each work with the first one before it that it is like."""
    pairs: list[tuple[W, W]] = []
    seen: dict[str, list[W]] = {}
    for work in works:
        before = seen.setdefault(title_form(work.title), [])
        if (first := next((other for other in before[:50] if are_alike(work, other)), None)) is not None:
            pairs.append((first, work))
        before.append(work)
    return tuple(pairs)


def _letter(command: re.Match[str]) -> str:
    size = "CAPITAL" if command[1][0].isupper() else "SMALL"
    name = "LAMDA" if command[1].lower() == "lambda" else command[1].upper()
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name}")
    except KeyError:
        return ""


def _families(work: Work) -> frozenset[str]:
    return frozenset(fold(split_name(author).family)[0] for author in work.authors)
