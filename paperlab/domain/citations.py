"""Citations in running text, and the entries of the bibliography that they mean. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.text import fold

_LABEL = re.compile(r"\s*(?:\[([^\]]{1,40})\]|\(?(\d{1,3})[.)](?=\s|[A-Z]))")
_BRACKETS = re.compile(r"\[([^\][]{1,80})\]")
_RANGE = re.compile(r"(\d{1,3})\s*[-–—]\s*(\d{1,3})$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)([a-z]?)(?!\d)")
_NAME = r"[^\W\d_][\w’'-]*"
_CITED_YEAR = re.compile(rf"({_NAME}(?:[\s,&]+(?:and|et|al\.?|{_NAME}))*?\.?)[\s,]*\(?((?:19|20)\d\d)([a-z]?)")
_NO_NAMES = frozenset({"and", "et", "al", "al.", "in", "see", "by", "of", "the", "e.g", "cf"})
_LONGEST_RANGE = 40
_FIRST_AUTHOR = 24
"""Letters and digits of an entry that hold its label and its first author."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the bibliography."""

    block: int
    """Index of its block."""
    text: str
    label: str
    """`12`, `Dev18`; empty where the entries have none."""
    folded: str
    """Letters and digits alone."""


def entries_of(blocks: Sequence[Block]) -> tuple[Entry, ...]:
    """The bibliography of a paper, in its order."""
    return tuple(
        Entry(index, block.text, _label(block.text), fold(block.text)[0])
        for index, block in enumerate(blocks)
        if block.kind is BlockKind.REFERENCE
    )


def cited(text: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that a text cites, by `[12]`, `[3, 5–7]`, `[Dev18]`, or by names and year, each once."""
    found: dict[int, Entry] = {}
    for entry in (*_by_label(text, entries), *_by_name(text, entries)):
        found.setdefault(entry.block, entry)
    return tuple(found.values())


def _label(text: str) -> str:
    match = _LABEL.match(text)
    return (match[1] or match[2]).strip() if match else ""


def _by_label(text: str, entries: Sequence[Entry]) -> Iterator[Entry]:
    labelled = {entry.label: entry for entry in entries if entry.label}
    for brackets in _BRACKETS.finditer(text):
        for label in _labels(brackets[1]):
            if label in labelled:
                yield labelled[label]


def _labels(text: str) -> Iterator[str]:
    """`3, 5–7` as 3, 5, 6, 7."""
    for part in re.split(r"[,;]", text):
        if match := _RANGE.match(part.strip()):
            first, last = int(match[1]), int(match[2])
            if first <= last <= first + _LONGEST_RANGE:
                yield from map(str, range(first, last + 1))
        else:
            yield part.strip()


def _by_name(text: str, entries: Sequence[Entry]) -> Iterator[Entry]:
    """`Vaswani et al. (2017)`: entries that begin with the first name's letters and hold the year."""
    for match in _CITED_YEAR.finditer(text):
        names = [name for name in re.findall(_NAME, match[1]) if name.lower() not in _NO_NAMES and name[0].isupper()]
        for start in range(len(names)):
            answering = [entry for entry in entries if _answers(entry, names[start:], match[2], match[3])]
            if answering:
                yield from _narrowed(answering, match[3], fold(names[start])[0])
                break


def _answers(entry: Entry, names: Sequence[str], year: str, letter: str) -> bool:
    """The first author stands at the beginning, before the second one; the year stands somewhere."""
    years = [found[1] + found[2] for found in _YEAR.finditer(entry.text)]
    if year + letter not in years and year not in years:
        return False
    beginning = entry.folded[:60] if not entry.label else fold(_LABEL.sub("", entry.text, count=1))[0][:60]
    first = fold(names[0])[0]
    if len(first) < 2 or first not in beginning:
        return False
    return all(fold(name)[0] in entry.folded for name in names[1:3])


def _narrowed(answering: Sequence[Entry], letter: str, name: str) -> Iterable[Entry]:
    """Those that begin with the name, as their first author's; of several papers of a year those with the letter."""
    leading = [entry for entry in answering if name in entry.folded[:_FIRST_AUTHOR]] or answering
    exact = [entry for entry in leading if any(found[2] == letter for found in _YEAR.finditer(entry.text))]
    return (exact or leading) if letter else leading
