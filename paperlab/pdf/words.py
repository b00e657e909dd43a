"""Lines into text: words that were broken at line ends are made whole."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paperlab.domain.blocks import Line
from paperlab.pdf.glyphs import SOFT_HYPHEN
from paperlab.pdf.rows import Row

_HYPHENS = ("-", "‐", SOFT_HYPHEN)
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST_WORD = re.compile(r"(?:[^\W\d_]+[-‐])*[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_COMPOUNDING = frozenset(
    (  # noqa: SIM905
        "all char coarse cross data deep end ever fine first five four full half hand hard high human "
        "large left less light long mid near neural non off old one open question real right second self "
        "sentence seven single six small so state task ten third three time token top two user well word "
        "zero"
    ).split()
)
"""First halves that keep their hyphen unless the paper writes the word without one elsewhere."""
_LINKING = frozenset("a and art as at by de for from in of on or per the to up vs with".split())  # noqa: SIM905
"""Links of chains: `out-of-the-box`."""
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of the whole paper that stand unbroken, in lower case, and how often."""

    counts: Counter[str]
    parts: frozenset[str]
    """The words, and the parts of those with hyphens."""

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Vocabulary":
        counts: Counter[str] = Counter()
        was_broken = False
        for row in rows:
            words = [word.casefold().replace("‐", "-") for word in _WORD.findall(row.text)]
            is_broken = row.text.endswith(_HYPHENS)
            counts.update(words[was_broken : len(words) - is_broken])
            was_broken = is_broken
        return cls(counts, frozenset(part for word in counts for part in word.split("-")))

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether the hyphen between two halves belongs to the word: `state-of-the-` `art`, but `atten-` `tion`."""
        is_name = after[:1].isupper() and not before.isupper()
        before, after = before.casefold().replace("‐", "-"), after.casefold().replace("‐", "-")
        whole, compound = self.counts[before + after], self.counts[f"{before}-{after}"]
        if whole or compound:
            return compound > whole
        if is_name:
            return True
        last, first = before.rsplit("-", 1)[-1], after.split("-", 1)[0]
        if last + first in self.parts:
            return False
        if "-" in before or "-" in after:  # as a rule one link of a chain of words is broken, or a word of it
            return self._is_word(last) and self._is_word(first)
        return last in _COMPOUNDING

    def _is_word(self, part: str) -> bool:
        return part in self.parts or part in _LINKING or part in _COMPOUNDING


def compose(rows: Sequence[Row], vocabulary: Vocabulary) -> tuple[str, tuple[Line, ...]]:
    """One running text of printed lines, and where each line stands in it.

    A blank joins two lines, nothing joins Chinese and Japanese ones; a hyphen that is mended away belongs to no line.
    """
    text = ""
    lines: list[Line] = []
    for row in rows:
        piece = row.text.rstrip(SOFT_HYPHEN) if not row.text.endswith(SOFT_HYPHEN) else row.text[:-1] + "-"
        if lines:
            text, was_cut = _joint(text, piece, vocabulary)
            if was_cut:
                last = lines[-1]
                lines[-1] = Line(last.page_index, last.box, last.start, last.end - 1)
        lines.append(Line(row.page_index, row.box, len(text), len(text) + len(piece)))
        text += piece
    return text, tuple(lines)


def compose_lines(texts: Sequence[str], rows: Sequence[Row]) -> tuple[str, tuple[Line, ...]]:
    """A text that keeps its lines: tables and formulas. `texts` has the text to show of each row."""
    lines, start = [], 0
    for text, row in zip(texts, rows, strict=True):
        lines.append(Line(row.page_index, row.box, start, start + len(text)))
        start += len(text) + 1
    return "\n".join(texts), tuple(lines)


def _joint(text: str, following: str, vocabulary: Vocabulary) -> tuple[str, bool]:
    """The text ready for the next line, and whether its last character, a hyphen, is gone."""
    if text.endswith(("-", "‐")) and len(text) > 1 and not text[-2].isspace():
        before, after = _LAST_WORD.search(text[:-1]), _FIRST_WORD.match(following)
        if before is None or after is None:
            is_compound = text[-2].isalnum() and following[:1].isalnum()
            return (text, False) if is_compound else (text + " ", False)
        if re.match(r"(and|or|und|et|y)\b", following) and before[0].casefold() not in vocabulary.counts:
            return text + " ", False  # "pre- and post-processing"
        return (text, False) if vocabulary.keeps_hyphen(before[0], after[0]) else (text[:-1], True)
    if _CJK.match(text[-1:]) and _CJK.match(following):
        return text, False
    return text + " ", False
