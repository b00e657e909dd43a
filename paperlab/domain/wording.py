"""Wording: a text as words that compare alike however it was set, and what changed between two of them. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from paperlab.domain.text import mend_ligatures

_KEPT = re.compile(r"(?P<number>(?:(?<![^\s(\[{=,])[-−])?\d+(?:\.\d+)*)|[^\W\d_]+|[%<>≤≥±=]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_HAS_DIGIT = re.compile(r"\d")
_NUMBER_SIGN = "#"
"""Before each number in a key: `1, 2` and `12` are not the same."""


class Word(NamedTuple):
    """What stands between two blanks."""

    start: int
    end: int
    key: str
    """Letters in lower case without accents, numbers with sign and decimals, signs that compare; never empty."""


class Run(NamedTuple):
    """A run of words that changed: in one text, in the other, or in both. Spans are of words, ends excluded."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text and its words."""

    text: str
    words: tuple[Word, ...]

    @property
    def key(self) -> str:
        """The same for texts that differ in case, blanks, hyphens, ligatures and punctuation alone."""
        return "".join(word.key for word in self.words)

    def key_of(self, span: tuple[int, int]) -> str:
        return "".join(word.key for word in self.words[span[0] : span[1]])

    def text_of(self, span: tuple[int, int]) -> str:
        first, end = span
        return self.text[self.words[first].start : self.words[end - 1].end] if first < end else ""


def worded(text: str, comparable: str | None = None) -> Wording:
    """Cut a text into words.

    Args:
        comparable: What to compare by in its place, if that has the same blanks.
    """
    keys = (comparable if comparable is not None else text).split()
    spans = (found.span() for found in re.finditer(r"\S+", text))
    words = (Word(*span, _key(part)) for span, part in zip(spans, keys, strict=True))
    return Wording(text, tuple(word for word in words if word.key))


def changed_runs(before: Wording, after: Wording) -> tuple[Run, ...]:
    """Where the words of two texts differ, in order; none if only blanks, hyphens and punctuation do."""
    if before.key == after.key:
        return ()
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    return tuple(
        Run((first, end), (new_first, new_end))
        for kind, first, end, new_first, new_end in matcher.get_opcodes()
        if kind != "equal" and before.key_of((first, end)) != after.key_of((new_first, new_end))
    )


def likeness(before: Wording, after: Wording) -> float:
    """Share of words that stand in both in the same order, from 0 to 1."""
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() and matcher.quick_ratio() else 0.0


def changed_numbers(before: Wording, after: Wording, runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Numbers that took the place of others, as they are printed."""
    for run in runs:
        old, new = (
            [w for w in wording.words[first:end] if _HAS_DIGIT.search(w.key)]
            for wording, (first, end) in ((before, run.before), (after, run.after))
        )
        for one, other in zip(old, new, strict=False):
            if one.key != other.key:
                yield _bare(before.text[one.start : one.end]), _bare(after.text[other.start : other.end])


def _keys(wording: Wording) -> list[str]:
    return [word.key for word in wording.words]


def _key(part: str) -> str:
    if part.isascii() and part.isalpha():  # most words
        return part.lower()
    plain = part if part.isascii() else _plain(part)
    return "".join(
        _NUMBER_SIGN + found[0].replace("−", "-") if found["number"] else found[0].lower()
        for found in _KEPT.finditer(_THOUSANDS.sub("", plain))
    )


def _plain(part: str) -> str:
    """Without ligatures and accents; letters of formulas as plain ones."""
    decomposed = unicodedata.normalize("NFKD", mend_ligatures(part))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _bare(text: str) -> str:
    return text.strip(".,;:()[]{}\"'“”")
