"""Numbers of headings: `3`, `3.2.1`, `A`, `A.1`, `IV`."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    ARABIC = "arabic"
    LETTER = "letter"
    ROMAN = "roman"


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a heading, without its title."""

    scheme: Scheme
    parts: tuple[int, ...]
    """`3.2.1` is 3, 2, 1; `A.1` is 1, 1; `IV` is 4."""

    @property
    def depth(self) -> int:
        return len(self.parts)


_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_LEAD = r"(?:(?:section|chapter|appendix|appendices)\s+)?"
_ARABIC = re.compile(rf"(?i:{_LEAD})(\d{{1,2}}(?:\.\d{{1,2}}){{0,4}})(?:\.(?=\s)|\))?\s+(?=\S)")
_LETTER = re.compile(rf"(?i:{_LEAD})([A-Z](?:\.\d{{1,2}}){{0,4}})(?:\.(?=\s)|[:)])?\s+(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,5})\.?\s+(?=\S)")


def numbers_of(text: str) -> tuple[Number, ...]:
    """All that the beginning of a heading may be: `I. Introduction` is roman or a letter, `Results` is none."""
    found = []
    if match := _ROMAN.match(text):
        value = _roman(match[1])
        if value:
            found.append(Number(Scheme.ROMAN, (value,)))
    if match := _ARABIC.match(text):
        found.append(Number(Scheme.ARABIC, tuple(int(part) for part in match[1].split("."))))
    if match := _LETTER.match(text):
        first, *rest = match[1].split(".")
        found.append(Number(Scheme.LETTER, (ord(first) - ord("A") + 1, *map(int, rest))))
    return tuple(found)


def without_number(text: str) -> str:
    """The title alone."""
    for pattern in (_ARABIC, _ROMAN, _LETTER):
        if match := pattern.match(text):
            return text[match.end() :]
    return text


def _roman(text: str) -> int:
    """0 if it is not written as a Roman number is."""
    values = [_ROMAN_DIGITS[digit] for digit in text]
    total = sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))
    return total if _to_roman(total) == text else 0


def _to_roman(value: int) -> str:
    tens, rest = divmod(value, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[rest]
