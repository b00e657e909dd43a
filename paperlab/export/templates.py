"""Papers through a template of the reader's own: what it is given, and the process that renders it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from paperlab.domain.annotations import Annotation
from paperlab.errors import UsageError
from paperlab.export.highlights import block_ids, page_link, page_url, threads
from paperlab.export.library_json import ExportedPaper

_TIME_S = 10.0
_TIME_PER_PAPER_S = 0.1
_CHILD = (sys.executable, "-P", "-m", "paperlab.export.template_child")

Values = dict[str, object]


def render_template(template: str, papers: Sequence[Values], *, name: str, time_s: float = _TIME_S) -> list[str]:
    """The text of each paper.

    Args:
        papers: What `values_of` gives.
        name: Of the template, for messages.

    Raises:
        UsageError: The template is wrong, or takes too long or too much.
    """
    request = json.dumps({"template": template, "papers": papers})
    limit_s = time_s + _TIME_PER_PAPER_S * len(papers)
    try:
        done = subprocess.run(
            _CHILD, input=request, capture_output=True, text=True, encoding="utf-8", check=False, timeout=limit_s
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{name}: the template takes longer than {limit_s:.0f} s") from error
    except ValueError as error:
        raise UsageError(f"{name}: the template takes too much time or memory") from error
    if "error" in answer:
        message = " ".join(str(answer["error"]).split())
        raise UsageError(f"{name}: {message[:300]}", hint="docs/library.md says what a template is given")
    return [str(text) for text in answer["texts"]]


def values_of(exported: ExportedPaper, folder: str) -> Values:
    """What a template is given of a paper: texts, numbers and lists alone. Pages count from 1, times are ISO 8601."""
    paper, state = exported.paper, exported.state
    ids = block_ids(exported.annotations)

    def annotation_values(annotation: Annotation) -> Values:
        place = exported.places.get(annotation.id)
        is_elsewhere = place is not None and place.page_index is not None
        return {
            "id": annotation.id,
            "block_id": ids[annotation.id],
            "kind": annotation.kind.value,
            "color": annotation.color,
            "quote": annotation.quote,
            "comment": annotation.comment,
            "page": annotation.page_index + 1,
            "edition": annotation.edition,
            "section": annotation.section,
            "link": page_link(paper, annotation, folder),
            "url": page_url(paper, annotation.edition, annotation.page_index, folder),
            "now_edition": place.edition if place and is_elsewhere else "",
            "now_page": place.page_index + 1 if place and place.page_index is not None else None,
            "is_lost": place is not None and place.page_index is None,
            "tags": annotation.tags,
            "author": annotation.author,
            "created": _time(annotation.created),
            "updated": _time(annotation.updated),
        }

    marks = [
        annotation_values(first) | {"answers": [annotation_values(answer) for answer in answers]}
        for first, answers in threads(exported.annotations).items()
    ]
    sections = list(dict.fromkeys(str(mark["section"]) for mark in marks))
    newest = paper.newest
    return {
        "key": str(paper.key),
        "citekey": paper.citekey,
        "title": paper.title,
        "authors": paper.authors,
        "year": paper.year,
        "abstract": paper.abstract,
        "categories": paper.categories,
        "published": _time(paper.published),
        "arxiv": paper.arxiv_id.bare if paper.arxiv_id else "",
        "doi": paper.doi or (paper.arxiv_id.doi if paper.arxiv_id else ""),
        "journal_ref": paper.journal_ref,
        "url": paper.url,
        "tags": paper.tags,
        "editions": [edition.name for edition in paper.editions],
        "edition": newest.name if newest else "",
        "status": state.status.value,
        "depth": state.depth.value if state.depth else "",
        "progress": round(state.share_read(newest.name, state.page_count), 2) if newest else 0.0,
        "minutes": round(state.seconds / 60),
        "last_read": _time(state.last_read),
        "annotations": marks,
        "sections": [
            {"title": title, "annotations": [m for m in marks if m["section"] == title]} for title in sections
        ],
        "notes": exported.notes,
    }


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""
