"""Text from outside made fit: for the eye, for comparing, for the terminal."""

import re
import unicodedata
from itertools import compress, count

LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "Ĳ": "IJ", "ĳ": "ij"}
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_ASCII_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}


def mend_ligatures(text: str) -> str:
    """Write ligatures as their letters."""
    return "".join(LIGATURES.get(character, character) for character in text) if not text.isascii() else text


def one_line(text: str) -> str:
    """Every run of white space as one blank, none at the ends; control characters gone."""
    return " ".join(_CONTROL.sub(" ", text).split())


def plain(text: str) -> str:
    """Safe to send to a terminal: no control characters but tab and newline, no marks that turn the direction of
    writing, no lone surrogates, which cannot be written at all.
    """
    return _CONTROL.sub("", text)


def escaped(text: str) -> str:
    """JSON that is as safe as `plain`: what that takes out stands there as an escape, so that nothing is lost."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def fold(text: str) -> tuple[str, list[int]]:
    """A form to compare quotes in, and where each of its characters came from.

    Only letters and digits are left: lower case, without accents, ligatures split. So white space, hyphens, quotation
    marks and punctuation never decide whether a quote stands somewhere.

    Returns:
        The folded text, and for each of its code points the index in `text` of the code point it was made from.
    """
    if text.isascii():  # a tenth of the time
        return text.translate(_ASCII_FOLDED), list(compress(count(), map(str.isalnum, text)))
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        if character.isascii():
            if character.isalnum():
                folded.append(character.lower())
                origin.append(index)
            continue
        for part in unicodedata.normalize("NFKD", LIGATURES.get(character, character)).lower():
            if part.isalnum():
                folded.append(part)
                origin.append(index)
    return "".join(folded), origin


def folded(text: str) -> str:
    """`fold` without the origins, some ten times faster where most of the text is ASCII."""
    return "".join(_NO_LETTER.sub("", run.lower()) if run.isascii() else fold(run)[0] for run in _RUNS.findall(text))


def past_accents(text: str, stop: int) -> int:
    """The end of a run of text, put behind the accents that combine with its last letter."""
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    return stop
