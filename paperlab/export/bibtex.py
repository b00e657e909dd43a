"""BibTeX and BibLaTeX: an entry a paper, as arXiv and the styles read it."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from paperlab.domain.bibliography import is_iso_date
from paperlab.domain.latex import latex
from paperlab.domain.names import OTHERS, Name
from paperlab.domain.papers import Paper
from paperlab.domain.text import one_line
from paperlab.export.citations import Citation, citation, date_parts

_UNFIT_FOR_KEYS = re.compile(r"[\s\"#%'(),={}~\\@]")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_VERBATIM = frozenset({"urldate", "ids", "eprint"})
_TITLES = frozenset({"booktitle", "maintitle", "shorttitle", "subtitle", "booksubtitle", "eventtitle", "series"})
_BIBLATEX = {"journal": "journaltitle", "address": "location"}
Fields = Iterator[tuple[str, str]]


def bibtex(papers: Iterable[Paper]) -> str:
    """All papers as one BibTeX document in UTF-8, in the order given."""
    return _document(papers, _bibtex_fields, {})


def biblatex(papers: Iterable[Paper]) -> str:
    """The same for BibLaTeX: `@online` for what is only on arXiv, dates to the day."""
    return _document(papers, _biblatex_fields, {"misc": "online"})


def _document(papers: Iterable[Paper], tell: Callable[[Paper, Citation], Fields], kinds: dict[str, str]) -> str:
    entries: list[str] = []
    for paper in papers:
        cited = citation(paper)
        kind = kinds.get(cited.kind, cited.kind) if paper.arxiv_id else cited.kind
        lines = "".join(f"  {name:13} = {_enclosed(name, value)},\n" for name, value in tell(paper, cited) if value)
        entries.append(f"@{kind}{{{_UNFIT_FOR_KEYS.sub('', paper.citekey)},\n{lines}}}\n")
    return "\n".join(entries)


def _bibtex_fields(paper: Paper, cited: Citation) -> Fields:
    yield from _common(paper, cited)
    yield "year", _text(cited.year)
    _, month, day = (*date_parts(cited.date), 0, 0, 0)[:3] if not _is_from_arxiv(paper) else (0, 0, 0)
    yield "month", _MONTHS[month - 1] if 1 <= month <= 12 else ""
    yield "day", str(day or "")
    yield "date", "" if date_parts(cited.date) else _date(cited.date)
    if arxiv_id := paper.arxiv_id:
        yield "eprint", arxiv_id.bare
        yield "archivePrefix", "arXiv"
        yield "primaryClass", _category(paper)
    yield from _addresses(paper, cited)


def _biblatex_fields(paper: Paper, cited: Citation) -> Fields:
    for name, value in _common(paper, cited):
        yield _BIBLATEX.get(name, name), value
    date = cited.date or cited.year
    yield "date" if is_iso_date(date) else "year", _date(date)
    if arxiv_id := paper.arxiv_id:
        yield "eprint", arxiv_id.bare
        yield "eprinttype", "arxiv"
        yield "eprintclass", _category(paper)
    yield from _addresses(paper, cited)


def _common(paper: Paper, cited: Citation) -> Fields:
    yield "title", latex(one_line(paper.title), protects_capitals=True)
    for role, people in cited.names.items():
        yield role, " and ".join(_name(name) for name in people)
    for name, value in cited.fields.items():
        if name in _VERBATIM:
            yield name, _verbatim(value)
        elif name == "pages":
            yield name, latex(value).replace("–", "--")
        else:
            yield name, latex(one_line(value), protects_capitals=name in _TITLES)


def _addresses(paper: Paper, cited: Citation) -> Fields:
    yield "doi", _verbatim(cited.doi)
    yield "url", _verbatim(cited.url)
    yield "keywords", _text(", ".join(paper.tags))


def _is_from_arxiv(paper: Paper) -> bool:
    """The date is arXiv's own: BibTeX has the year of it."""
    return bool(paper.arxiv_id) and not paper.entry.get("date")


def _enclosed(name: str, value: str) -> str:
    return value if name == "month" and value in _MONTHS else f"{{{value}}}"


def _category(paper: Paper) -> str:
    return _text(paper.categories[0]) if paper.categories else ""


def _date(date: str) -> str:
    """`1850~` as BibLaTeX reads it."""
    return date if is_iso_date(date) else _text(date)


def _text(text: str) -> str:
    return latex(one_line(text))


def _name(name: Name) -> str:
    """`Family, Given` or `Family, Jr., Given`; what is no person's name is in braces, so that nobody takes it apart."""
    if name.is_group:
        whole = latex(name.family)
        is_one_word = re.fullmatch(r"[^\s,a-z{}\\][^\s,{}\\]*", whole) or name == OTHERS
        return whole if is_one_word else f"{{{whole}}}"
    parts = [latex(part) for part in (name.family, name.suffix, name.given) if part]
    return ", ".join(f"{{{part}}}" if re.search(r"\band\b|,", part) else part for part in parts)


def _verbatim(text: str) -> str:
    """An address or a DOI: LaTeX takes them as they are, but BibTeX counts their braces."""
    return quote(one_line(text), safe="!#$%&'()*+,-./:;<=>?@[]_~")
