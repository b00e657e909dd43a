"""BibTeX: an entry a paper, as arXiv and the BibTeX styles read it."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from paperlab.domain.papers import Paper
from paperlab.domain.text import one_line
from paperlab.export.names import split_name

_ESCAPES = {
    **{character: f"\\{character}" for character in "&%$#_"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
_MATH = r"(?<![\\$])\$[^$]+\$"
_ACCENT = r"""\\(?:["'`^~=.]\s?(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[cvuHkrdb]\{[A-Za-z]\}|[&%$#_])"""
_CAPITALS = r"(?<![\w\\])(?=\w*\w[A-Z]|[A-Z]\w*\d)[\w-]+"
_TITLE_PIECES = re.compile(
    rf"(?P<latex>{_MATH}|{_ACCENT})|(?P<open>\{{)|(?P<close>\}})|(?P<capitals>{_CAPITALS})|(?P<plain>.)", re.DOTALL
)
_UNFIT_FOR_KEYS = re.compile(r"[\s\"#%'(),={}~\\@]")


def bibtex(papers: Iterable[Paper]) -> str:
    """All papers as one BibTeX document in UTF-8, in the order given."""
    return "\n".join(_entry(paper) for paper in papers)


def _entry(paper: Paper) -> str:
    kind = "article" if paper.journal_ref else "misc"
    fields = [(name, value) for name, value in _fields(paper) if value]
    lines = "".join(f"  {name:13} = {{{value}}},\n" for name, value in fields)
    return f"@{kind}{{{_UNFIT_FOR_KEYS.sub('', paper.citekey)},\n{lines}}}\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", _title(paper.title)
    yield "author", " and ".join(_author(author) for author in paper.authors)
    yield "journal", _escape(one_line(paper.journal_ref))
    yield "year", str(paper.year or "")
    if arxiv_id := paper.arxiv_id:
        yield "eprint", arxiv_id.bare
        yield "archivePrefix", "arXiv"
        yield "primaryClass", _escape(one_line(paper.categories[0])) if paper.categories else ""
        yield "doi", _verbatim(paper.doi or arxiv_id.doi)
        yield "url", arxiv_id.url
    else:
        yield "doi", _verbatim(paper.doi)
        yield "url", _verbatim(web_address(paper))


def web_address(paper: Paper) -> str:
    """Where a paper that is not on arXiv can be had; empty if nobody knows."""
    return next((url for url in (paper.url, paper.source) if re.match(r"https?://", url)), "")


def _author(author: str) -> str:
    """`Family, Given` or `Family, Jr., Given`; what is no person's name is in braces, so that nobody takes it apart."""
    name = split_name(one_line(author))
    if name.is_group:
        return f"{{{_escape(name.family)}}}" if " " in name.family else _escape(name.family)
    parts = [_escape(part) for part in (name.family, name.suffix, name.given) if part]
    return ", ".join(f"{{{part}}}" if re.search(r"\band\b", part) else part for part in parts)


def _title(title: str) -> str:
    r"""A title for LaTeX: capitals that a style must not lower are in braces, special characters are escaped.

    What is LaTeX already stays: `$…$`, balanced braces, accents (`\"o`) and escaped characters.
    """
    title = one_line(title)
    kept = _protect(title, keeps_braces=True)
    return kept if _is_balanced(kept) else _protect(title, keeps_braces=False)


def _protect(title: str, *, keeps_braces: bool) -> str:
    pieces, depth = [], 0
    for piece in _TITLE_PIECES.finditer(title):
        text = piece[0]
        if piece["latex"] and _is_balanced(text):
            pieces.append(text)
        elif keeps_braces and (piece["open"] or piece["close"]):
            depth += 1 if piece["open"] else -1
            pieces.append(text)
        elif piece["capitals"] and depth == 0:
            pieces.append(f"{{{_escape(text)}}}")
        else:
            pieces.append(_escape(text))
    return "".join(pieces)


def _is_balanced(text: str) -> bool:
    """Whether BibTeX, which counts braces and knows no escapes, finds each one closed."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _verbatim(text: str) -> str:
    """An address or a DOI: LaTeX takes them as they are, but BibTeX counts their braces."""
    return quote(one_line(text), safe="!#$%&'()*+,-./:;<=>?@[]_~")
