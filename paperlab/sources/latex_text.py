r"""LaTeX out of a bibliography as text that a reader reads: accents, letters, dashes, fonts and braces undone.

Mathematics stays as it is. A literal brace, dollar or backslash is written as itself, unless `domain.latex` would take
it for LaTeX: then it stays escaped (`\{0,1\}`), so that what is exported again means the same.
"""

import re
import unicodedata
from functools import lru_cache

from paperlab.domain.latex import MATH, is_harmless, latex
from paperlab.domain.text import one_line

_LONGEST = 50_000
"""Characters of a field that are looked into; a longer one stays as it is."""
_MATH = re.compile(rf"\\\((?P<round>(?:\\[^)$]|[^\\$])+)\\\)|(?P<escaped>\\.)|{MATH}", re.DOTALL)
_COMBINING = dict(zip("\"'`^~=.cvuHkrdbt", "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328"
                      "\u030a\u0323\u0331\u0361", strict=True))  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:(?P<sign>[\"'`^~=.])\s*|(?P<letter>[cvuHkrdbt])(?:\s+(?=[A-Za-z\\])|(?=\s*\{)))"
    r"(?:\{\s*(?:\\(?P<dotless_in>[ij])|(?P<inside>[^\W\d_]))?\s*(?P<more>[^{}\\]{0,3})\}|\\(?P<dotless>[ij])(?![A-Za-z])|(?P<bare>[^\W\d_]))"
)
_CHARACTERS = {r"\{": "\ue001", r"\}": "\ue002", r"\$": "\ue003", r"\%": "%", r"\&": "&", r"\#": "#", r"\_": "_"}
_CHARACTERS |= {r"\ ": " ", r"\,": " ", r"\;": " ", r"\:": " ", r"\!": "", r"\/": "", r"\-": "", r"\@": ""}
_CHARACTERS |= {r"\\": " ", r"\~": "\ue004", r"\^": "^"}
_ESCAPED = re.compile(r"\\[{}$%&#_ ,;:!/@\\~^-]")
_LITERALS = {"\ue000": "\\", "\ue001": "{", "\ue002": "}", "\ue003": "$", "\ue004": "~"}
_KEPT = {
    "\ue000": r"\textbackslash{}",
    "\ue001": r"\{",
    "\ue002": r"\}",
    "\ue003": r"\$",
    "\ue004": r"\textasciitilde{}",
}
_NAMED = {
    "textbackslash": "\ue000", "backslash": "\ue000", "textbraceleft": "\ue001", "lbrace": "\ue001",
    "textbraceright": "\ue002", "rbrace": "\ue002", "textdollar": "\ue003", "textasciitilde": "\ue004",
    "textasciicircum": "^", "textunderscore": "_", "textquotesingle": "'", "textquotedbl": '"',
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "textendash": "–", "textemdash": "—", "textbar": "|", "textless": "<", "textgreater": ">", "ldots": "…",
    "dots": "…", "textellipsis": "…", "slash": "/", "space": " ", "newline": " ", "par": " ", "and": "&",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "BibLaTeX": "BibLaTeX", "textregistered": "®",
    "copyright": "©", "pounds": "£", "S": "§", "P": "¶", "i": "ı", "j": "ȷ", "ss": "ß", "SS": "SS", "aa": "å",
    "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "dh": "ð",
    "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "textmu": "µ", "textdegree": "°",
    "degree": "°", "texttrademark": "™", "nobreakspace": " ",
}  # fmt: skip
_FONTS = frozenset(
    "it bf em rm sc tt sl sf itshape bfseries scshape upshape normalfont small large relax protect ignorespaces".split()  # noqa: SIM905
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?(?P<after>\{\}|\s+|)")
_WITHOUT_TEXT = re.compile(r"\\(?:noopsort|SortNoop|href|textcolor|color|label|vspace|hspace)\s*\{[^{}]*\}")
_QUOTING = re.compile(r"\\(?:mk(?:bib)?quote|mkbibquote|enquote)\s*\{([^{}]*)\}")
_LITERAL_SIGNS = str.maketrans({"\\": "\ue000", "$": "\ue003"})
_LITERAL_IN_MATH = str.maketrans({"{": "\ue001", "}": "\ue002", "~": "\ue004"})
_NO_BRACES = str.maketrans({"{": "", "}": "", "~": " "})
_DASHES = {"---": "—", "--": "–", "``": "“", "''": "”"}
_DASH = re.compile(r"---?|``|''")


@lru_cache(maxsize=4096)
def text_of(source: str) -> str:
    """One line of text; without LaTeX in it, what it was."""
    if len(source) > _LONGEST:
        return one_line(source)
    found = _undone(source)
    plain = _with(found, _LITERALS)
    if found == plain or _undone(latex(plain)) == found:
        return plain
    return _with(found, _KEPT)


def settled(text: str) -> str:
    """Text from elsewhere, in which LaTeX may be meant, as it is read again once it has been exported."""
    return text_of(latex(text)) if re.search(r"[\\{}$]|--|``|''", text) else text


def _undone(source: str) -> str:
    """Literal characters as private ones, until it is known how they can be written."""
    source = one_line(re.sub("[\ue000-\ue00f]", "", source))
    if not re.search(r"[\\$]", source):
        return one_line(_DASH.sub(lambda found: _DASHES[found[0]], source.translate(_NO_BRACES)))
    kept: list[str] = []

    def keep(math: re.Match[str]) -> str:
        if math["escaped"]:
            return math[0]
        kept.append(_mathematics(f"${math['round']}$" if math["round"] else math[0]))
        return "\ue00f"

    text = _MATH.sub(keep, source)
    text = _ACCENT.sub(_accented, text)
    text = _ESCAPED.sub(lambda found: _CHARACTERS[found[0]], text)
    text = _QUOTING.sub(r"“\1”", _WITHOUT_TEXT.sub("", text))
    text = _COMMAND.sub(lambda found: _named(found, text), text)
    text = _DASH.sub(lambda found: _DASHES[found[0]], text.translate(_NO_BRACES | _LITERAL_SIGNS))
    text = re.sub("\ue00f(?=\ue00f)", "\ue00f ", text)  # `$a$$b$` would be read as something else
    maths = iter(kept)
    return one_line(re.sub("\ue00f", lambda _: next(maths), text))


def _mathematics(math: str) -> str:
    if is_harmless(math):
        return math
    return _DASH.sub(lambda found: _DASHES[found[0]], math.translate(_LITERAL_SIGNS | _LITERAL_IN_MATH))


def _accented(found: re.Match[str]) -> str:
    base = found["inside"] or found["bare"] or found["dotless"] or found["dotless_in"]
    mark = _COMBINING[found["sign"] or found["letter"]]
    if base is None:  # `\~{}`
        return {"~": "\ue004", "^": "^"}.get(found["sign"] or "", "") + (found["more"] or "")
    return unicodedata.normalize("NFC", base + mark) + (found["more"] or "")


def _named(found: re.Match[str], text: str) -> str:
    """A letter or a sign by its name; a font, or a command with an argument, leaves the argument alone."""
    name = found[1]
    if name in _NAMED:
        return _NAMED[name]
    if name in _FONTS or text[found.end() : found.end() + 1] in ("{", "["):
        return ""
    sign = _signs().get(name)
    if sign is not None:
        return sign
    return f"\ue000{name}{' ' if found['after'].isspace() else ''}"


@lru_cache(maxsize=1)
def _signs() -> dict[str, str]:
    """Characters by the name of their command: `alpha`, `textcelsius`."""
    from pylatexenc.latexencode import get_builtin_uni2latex_dict

    found: dict[str, str] = {}
    for code, command in get_builtin_uni2latex_dict().items():
        if name := re.fullmatch(r"\{?(?:\\ensuremath\{)?\\([A-Za-z]+)\}*", command):
            found.setdefault(name[1], chr(code))
    return found


def _with(text: str, characters: dict[str, str]) -> str:
    for private, written in characters.items():
        text = text.replace(private, written)
    return text
