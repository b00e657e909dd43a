"""CSL-JSON: what Zotero, Pandoc and citation processors read."""

import json
from collections.abc import Iterable

from paperlab.domain.csl_terms import BIBTEX_TYPES, CSL_FIELDS, CSL_ROLES, CSL_TYPES, IN_BOOKS, OWN, PUBLISHERS
from paperlab.domain.names import Name, join_names
from paperlab.domain.papers import Paper
from paperlab.domain.text import escaped
from paperlab.export.citations import Citation, citation, date_parts

_VARIABLES = {bibtex: csl for csl, bibtex in CSL_FIELDS.items()}
_ROLES = {bibtex: csl for csl, bibtex in CSL_ROLES.items()}
_DATES = {"urldate": "accessed", "origdate": "original-date", "eventdate": "event-date"}


def csl_json(papers: Iterable[Paper]) -> str:
    """All papers as one CSL-JSON array, in the order given."""
    return escaped(json.dumps([_item(paper) for paper in papers], ensure_ascii=False, indent=2)) + "\n"


def _item(paper: Paper) -> dict[str, object]:
    cited, arxiv_id = citation(paper), paper.arxiv_id
    is_preprint = arxiv_id is not None and cited.kind == "misc"
    csl_type = "article" if is_preprint else CSL_TYPES.get(cited.kind, "document")
    variables: dict[str, object] = {}
    own = {} if is_preprint or BIBTEX_TYPES.get(csl_type, "misc") == cited.kind else {"entry_type": cited.kind}
    for name, value in cited.fields.items():
        variable = _variable(name, cited.kind)
        if name in _DATES and date_parts(value):
            variables[_DATES[name]] = {"date-parts": [list(date_parts(value))]}
        elif variable and variable not in variables:
            variables[variable] = value
        else:
            own[name] = value
    for role, people in cited.names.items():
        if role in _ROLES:
            variables[_ROLES[role]] = [_name(name) for name in people]
        else:
            own[role] = join_names(people)
    if is_preprint and "publisher" not in variables:
        variables["publisher"] = "arXiv"
    if arxiv_id and "number" not in variables:
        variables["number"] = f"arXiv:{arxiv_id.bare}"
    item: dict[str, object] = {
        "id": paper.citekey,
        "type": csl_type,
        "title": paper.title,
        "author": variables.pop("author", []),
        "issued": _issued(cited),
        **variables,
        "DOI": cited.doi,
        "URL": cited.url,
        "abstract": paper.abstract,
        "keyword": ", ".join(paper.tags),
        "custom": {OWN: dict(sorted(own.items()))} if own else {},
    }
    return {name: value for name, value in item.items() if value}


def _variable(name: str, kind: str) -> str:
    """CSL's name of a field in an entry of that type; empty if it has none."""
    if name == "number":
        return "number" if kind in PUBLISHERS or kind == "patent" else "issue"
    if name in ("journal", "booktitle"):
        return "container-title" if (name == "booktitle") == (kind in IN_BOOKS) else ""
    if name in ("publisher", "school", "institution"):
        return "publisher" if name == PUBLISHERS.get(kind, "publisher") else ""
    return _VARIABLES.get(name, "")


def _name(name: Name) -> dict[str, str]:
    if name.is_group:
        return {"literal": name.family}
    particles, family = name.particles
    parts = {"family": family, "given": name.given, "suffix": name.suffix, "non-dropping-particle": particles}
    return {part: value for part, value in parts.items() if value}


def _issued(cited: Citation) -> dict[str, object]:
    """To the day where it is known."""
    days = [date_parts(day) for day in (cited.date or cited.year).split("/")]
    if all(days) and len(days) <= 2:
        return {"date-parts": [list(day) for day in days]}
    return {"literal": cited.date or cited.year} if cited.date or cited.year else {}
