"""Citation keys: `vaswani2017attention`, frozen when a paper is added."""

import re
import unicodedata
from collections.abc import Container, Sequence

from paperlab.domain.identifiers import RESERVED_NAMES
from paperlab.domain.text import plain

_SMALL_WORDS = frozenset(
    "a an the on in of for to and or with from by at is are do does how why what towards toward".split()  # noqa: SIM905
)
_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ı": "i"}
)


def make_citekey(authors: Sequence[str], title: str, year: int | None) -> str:
    """Surname of the first author, year, first word of the title that says something; ASCII, lower case.

    Returns:
        At least `paper`: never empty, always safe as a file name.
    """
    surname = _ascii(_surname(authors[0])) if authors else ""
    words = [_ascii(word) for word in re.split(r"[\s:/,;.?!()–—-]+", re.sub(r"\$[^$]*\$", " ", title))]
    word = next((w for w in words if w and w not in _SMALL_WORDS and not w.isdigit()), "")
    key = f"{surname[:40]}{year or ''}{word[:40]}"
    if not surname and not word:
        return f"paper{year or ''}"
    return key if key[0].isalpha() and not RESERVED_NAMES.fullmatch(key) else f"paper{key}"


def fit_citekey(text: str) -> str:
    """A reader's own key without the signs that BibTeX does not take; empty if nothing is left."""
    return re.sub(r"[\s\"#%'(),={}~\\@]", "", plain(text))[:120]


def free_citekey(wanted: str, taken: Container[str]) -> str:
    """The key itself, or with the first free ending of a, b, …, z, aa, ab, …"""
    if RESERVED_NAMES.fullmatch(wanted):
        wanted = wanted.replace(".", "-")  # `con.x` is reserved with any ending
    key, number = wanted, 0
    while key in taken or RESERVED_NAMES.fullmatch(key):
        number += 1
        key = wanted + _letters(number)
    return key


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters


def _surname(author: str) -> str:
    """The last word, or what stands before a comma; suffixes (Jr., III) are passed over."""
    if "," in author:
        return author.split(",", 1)[0]
    words = [w for w in author.split() if w.lower().rstrip(".") not in {"jr", "sr", "ii", "iii", "iv"}]
    return words[-1] if words else author


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.translate(_FOLDED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", folded.lower())
