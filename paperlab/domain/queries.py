"""What a reader types into a search: words, and a small syntax between them. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from paperlab.domain.progress import Status
from paperlab.domain.summaries import PaperSummary
from paperlab.domain.text import fold, mend_ligatures

_QUOTE = '"“”„'
_WORDS = re.compile(r"[^\W_]+")
_SECTION = "section"


class Field(NamedTuple):
    """`author:vaswani`, or `-tag:later`: what a paper, or a section, must be like, or must not."""

    name: str
    value: str
    is_wanted: bool = True

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{'' if self.is_wanted else '-'}{self.name}:{value}"

    def passes(self, summary: PaperSummary) -> bool:
        """Whether a paper is as it should be. Every paper may have any section."""
        return self.name == _SECTION or _MATCHES[self.name](summary, self.value) is self.is_wanted


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Whatever has no meaning in the syntax is a word."""

    words: str
    """The free text."""
    sought: str
    """The free text with the phrases in their places, without their marks: what is asked in words."""
    phrases: tuple[str, ...] = ()
    """Each stands in every passage that answers."""
    excluded: tuple[str, ...] = ()
    """Words and phrases that stand in none."""
    fields: tuple[Field, ...] = ()

    @property
    def of_papers(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.name != _SECTION)

    @property
    def sections(self) -> tuple[str, ...]:
        """Each begins somewhere in the section path of every passage that answers."""
        return tuple(field.value for field in self.fields if field.name == _SECTION and field.is_wanted)

    @property
    def other_sections(self) -> tuple[str, ...]:
        """None of them does."""
        return tuple(field.value for field in self.fields if field.name == _SECTION and not field.is_wanted)

    @property
    def conditions(self) -> tuple[str, ...]:
        """All that may keep a passage out, as a reader would type it."""
        marked = (f'"{phrase}"' for phrase in self.phrases)
        without = (f"-{text}" if _BARE.fullmatch(text) else f'-"{text}"' for text in self.excluded)
        return (*marked, *without, *map(str, self.fields))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What may not mean what it was meant to, each as a message."""
        text = [_doubt_of_text(found) for found in _WORD_START.finditer(" ".join((self.words, *self.excluded)))]
        return tuple(dict.fromkeys(filter(None, [*text, *map(_doubt_of_field, self.fields)])))


def parse_query(text: str) -> Query:
    """Read a query: `words "exact phrase" -without -"a phrase" author:vaswani year:2017..2019 section:related`.

    Nothing is refused. A name that is no field, a field without a value, a mark that is never closed, a minus before a
    number or before nothing are text; what was hardly meant so is among the query's doubts.
    """
    phrases: list[str] = []
    excluded: list[str] = []
    fields: list[Field] = []

    def take(found: re.Match[str]) -> str:
        """What is left of a piece of the text once it is understood: marked, so that phrases can be told apart."""
        value = _squeezed(next(part for part in found.group("quoted", "value", "word") if part is not None))
        if not _WORDS.search(value):
            return found[0]
        if found["name"]:
            fields.append(Field(found["name"][:-1].lower(), value, not found["minus"]))
        elif found["minus"]:
            excluded.append(value)
        else:
            phrases.append(value)
            return f"\0{len(phrases) - 1}\0"
        return " "

    left = _PIECE.sub(take, text.replace("\0", " "))
    parts = left.split("\0")  # text and the numbers of phrases by turns
    words = " ".join(parts[::2])
    sought = " ".join(phrases[int(part)] if at % 2 else part for at, part in enumerate(parts))
    return Query(_squeezed(words), _squeezed(sought), tuple(phrases), tuple(excluded), tuple(fields))


def begins_in(text: str, value: str) -> bool:
    """Whether the words of `value` stand in a text in a row, the last one perhaps only begun, whatever the accents."""
    wanted = " ".join(_plain_words(value))
    return f" {wanted}" in f" {' '.join(_plain_words(text))}"


def phrase_test(phrase: str) -> Callable[[str], bool]:
    """Whether a text holds a phrase: whole words, whatever their case, accents, ligatures, hyphens, and line breaks.

    The usual case is told by one regular expression; folding every text would take some twenty times as long.
    """
    words = r"[\W_]+".join(map(re.escape, _WORDS.findall(phrase)))
    as_typed = re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)
    needle, _ = fold(phrase)
    return lambda text: as_typed.search(text) is not None or (bool(needle) and _holds(text, needle))


def status_matches(status: str, value: str) -> bool:
    """`read` means read, not reading; a shorter beginning means either."""
    return status == value if value == "read" else status.startswith(value)


def year_matches(year: int | None, value: str) -> bool:
    """`2017`, `201`, `2017..2019`, `2017..`, `..2019`."""
    first, dots, last = value.partition("..")
    if not dots:
        return str(year or "").startswith(value)
    return year is not None and first <= str(year) and (not last or str(year)[: len(last)] <= last)


def _doubt_of_text(found: re.Match[str]) -> str:
    if found["next"] and found["next"] in _QUOTE:
        return "a quotation mark that is not closed, or holds nothing, is taken as text"
    name = (found["name"] or "").lower()
    if name in FIELDS:
        return f"{name}: has nothing to look for behind it"
    nearest = get_close_matches(name, FIELDS, 1, _ALIKE) if found["next"] else []
    return f"{name}: is no field, {nearest[0]}: is" if nearest else ""


def _doubt_of_field(field: Field) -> str:
    if field.name == "year":
        years = _YEARS.fullmatch(field.value)
        if not years:
            return f"{field} names no years, year:2017 and year:2017..2019 do"
        if years["last"] and len(years["first"]) == len(years["last"]) and years["first"] > years["last"]:
            return f"{field} ends before it begins"
    if field.name == "status" and not any(status_matches(status, field.value.lower()) for status in Status):
        return f"{field} is no status: {', '.join(Status)} are"
    return ""


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _holds(text: str, needle: str) -> bool:
    """Whether a folded text stands in another one from the beginning of a word to the end of one."""
    folded, origins = fold(text)
    at = folded.find(needle)
    while at >= 0:
        first, last = origins[at], origins[at + len(needle) - 1]
        if not (text[max(first - 1, 0) : first].isalnum() or text[last + 1 : last + 2].isalnum()):
            return True
        at = folded.find(needle, at + 1)
    return False


def _plain_words(text: str) -> list[str]:
    """In lower case, without accents."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", mend_ligatures(text))
        text = "".join(character for character in apart if not unicodedata.combining(character))
    return _WORDS.findall(text.lower())


_MATCHES: Mapping[str, Callable[[PaperSummary, str], bool]] = {
    "author": lambda summary, value: any(begins_in(author, value) for author in summary.authors),
    "year": lambda summary, value: year_matches(summary.year, value),
    "tag": lambda summary, value: any(tag.casefold().startswith(value.casefold()) for tag in summary.tags),
    "title": lambda summary, value: begins_in(summary.title, value),
    "status": lambda summary, value: status_matches(summary.status.value, value.lower()),
    "key": lambda summary, value: any(
        name.lower().startswith(value.lower()) for name in (summary.key.value, summary.citekey)
    ),
}

FIELDS = (*_MATCHES, _SECTION)

_ALIKE = 0.75
"""Share of equal letters of a name that is likely to be a field's."""
_YEARS = re.compile(r"(?P<first>\d{0,4})(?:\.\.(?P<last>\d{0,4}))?")
_WORD_START = re.compile(r"(?<!\S)-?(?:(?P<name>[^\W\d_]+):)?(?P<next>\S?)")
_BARE = re.compile(rf"[^\W\d_](?:[^\s:]*|\S*[{_QUOTE}]\S*)")
"""What is left out and needs no quotation marks to be read as what it is; with one within it could have none around."""
_NAMES = rf"(?i:{'|'.join(FIELDS)}):"
_PIECE = re.compile(
    rf"""(?: (?<!\S) (?P<minus>-)? (?:(?P<name>{_NAMES}))? | (?<!\w) )
         (?: [{_QUOTE}] (?P<quoted>[^{_QUOTE}]*) [{_QUOTE}]
           | (?(name) (?P<value>[^\s{_QUOTE}]\S*) | (?!) )
           | (?(name) (?!) | (?(minus) (?!{_NAMES}(?:\s|$)) (?P<word>[^\W\d_]\S*) | (?!) ) ) )""",
    re.VERBOSE,
)
