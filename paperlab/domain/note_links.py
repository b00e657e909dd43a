"""Links between notes and papers: `[[key]]`, `[[key#p4]]`, with a citation key just as well. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

_LINK = re.compile(r"\[\[([^\[\]#|\n]+)(?:#([^\[\]|\n]*))?(?:\|[^\[\]\n]*)?\]\]")
_PAGE = re.compile(r"p\.?\s?([1-9]\d{0,5})")
_BEGUN = re.compile(r"\[\[([^\[\]#|\n]{0,80})$")


@dataclass(frozen=True, slots=True)
class NoteLink:
    """A paper, and perhaps a page, that a note points to."""

    target: str
    """As it is written: a key, a citation key."""
    page_index: int | None
    """From 0; the link counts from 1."""
    span: tuple[int, int]
    """Where it stands in the text, brackets included."""


class LinkTarget(NamedTuple):
    """A paper that can be linked to."""

    key: str
    citekey: str
    title: str


def links_in(text: str) -> Iterator[NoteLink]:
    """All links of a text, in order. What follows `#` and is no page is passed over, so is a name after `|`."""
    for found in _LINK.finditer(text):
        if target := found[1].strip():
            page = _PAGE.fullmatch((found[2] or "").strip())
            yield NoteLink(target, int(page[1]) - 1 if page else None, found.span())


def link_at(line: str, column: int) -> NoteLink | None:
    """The link that a cursor is in or at the end of."""
    return next((link for link in links_in(line) if link.span[0] <= column <= link.span[1]), None)


def begun_link(before: str) -> str | None:
    """What has been typed of a link's target, given the line before the cursor; None outside of one."""
    found = _BEGUN.search(before)
    return found[1] if found else None


class Suggestions:
    """Papers by what is typed of their key, citation key or title. Made once for many questions."""

    def __init__(self, targets: Iterable[LinkTarget]) -> None:
        by_title = sorted(targets, key=lambda target: target.title.casefold())
        self._papers = [(t, t.key.casefold(), t.citekey.casefold(), t.title.casefold()) for t in by_title]

    def of(self, typed: str, limit: int) -> list[LinkTarget]:
        """Those that begin so, then those with a word that does, then those with the letters in between."""
        wanted = typed.casefold().strip()
        word = f" {wanted}"
        found: dict[LinkTarget, None] = {}
        for fits in (
            lambda key, citekey, _: key.startswith(wanted) or citekey.startswith(wanted),
            lambda _, __, title: title.startswith(wanted),
            lambda _, __, title: word in title,
            lambda _, citekey, title: wanted in citekey or wanted in title,
            lambda _, citekey, title: _is_within(wanted, citekey) or _is_within(wanted, title),
        ):
            for target, key, citekey, title in self._papers:
                if len(found) == limit:
                    return list(found)
                if fits(key, citekey, title):
                    found[target] = None
        return list(found)


def completed(target: LinkTarget, typed: str) -> str:
    """What is put between the brackets: the key if that is what is being typed, else the citation key."""
    is_key = bool(typed.strip()) and target.key.casefold().startswith(typed.casefold().strip())
    return target.key if is_key or not target.citekey else target.citekey


def _is_within(letters: str, text: str) -> bool:
    """All letters stand in the text, in their order."""
    rest = iter(text)
    return all(letter in rest for letter in letters if letter != " ")
