"""Everything in one JSON document, for other programs and for `restore`. Pages count from 1, times are ISO 8601 in UTC.

Beside what programs read there stand the library's plain files as they are: with keys and comments of the reader's own,
ids, deletions and earlier versions. A restored library is made of these.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from paperlab.domain.annotations import Annotation
from paperlab.domain.papers import Paper
from paperlab.domain.placements import Placement
from paperlab.domain.progress import ReadingState
from paperlab.domain.reading_lists import ReadingList
from paperlab.domain.text import escaped

FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPaper:
    """A paper with all that its reader has made of it."""

    paper: Paper
    state: ReadingState
    annotations: Sequence[Annotation] = ()
    notes: str = ""
    places: Mapping[str, Placement] = field(default_factory=dict)
    """Where annotations made on another edition stand in the newest one, by id."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The paper's plain files by name."""


def library_json(
    papers: Iterable[ExportedPaper], lists: Iterable[ReadingList] = (), list_files: Mapping[str, str] | None = None
) -> str:
    """Papers with editions, reading states, annotations and notes, and the reading lists.

    Args:
        list_files: The plain files of the lists, by name of the list.
    """
    document = {
        "format": FORMAT,
        "papers": [_paper(exported) for exported in papers],
        "lists": [_list(one, (list_files or {}).get(one.name, "")) for one in lists],
    }
    return escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _paper(exported: ExportedPaper) -> dict[str, object]:
    paper = exported.paper
    return {
        "key": str(paper.key),
        "citekey": paper.citekey,
        "title": paper.title,
        "authors": paper.authors,
        "abstract": paper.abstract,
        "categories": paper.categories,
        "published": _time(paper.published),
        "updated": _time(paper.updated),
        "doi": paper.doi,
        "journal_ref": paper.journal_ref,
        "comment": paper.comment,
        "url": paper.url,
        "source": paper.source,
        "added": _time(paper.added),
        "tags": paper.tags,
        "withdrawn": paper.withdrawn or None,
        "bibliography": {"type": paper.entry.kind, "fields": dict(paper.entry.fields)},
        "editions": [
            {
                "name": edition.name,
                "file": edition.file,
                "sha256": edition.sha256,
                "bytes": edition.size_bytes,
                "fetched": _time(edition.fetched),
            }
            for edition in paper.editions
        ],
        "reading": _state(exported.state),
        "annotations": [_annotation(annotation) for annotation in exported.annotations],
        "notes": exported.notes,
        "files": dict(exported.files),
    }


def _state(state: ReadingState) -> dict[str, object]:
    position = state.position
    return {
        "status": state.status,
        "depth": state.depth,
        "seconds": state.seconds,
        "last_read": _time(state.last_read),
        "position": position
        and {"edition": position.edition, "page": position.page_index + 1, "quote": position.quote},
        "pages": [
            {"edition": edition, "page": page_index + 1, "seconds": seconds}
            for (edition, page_index), seconds in sorted(state.page_seconds.items())
        ],
        "days": [
            {"day": day.isoformat(), "seconds": seconds, "pages": state.day_pages.get(day, 0)}
            for day, seconds in sorted(state.day_seconds.items())
        ],
    }


def _annotation(annotation: Annotation) -> dict[str, object]:
    return {
        "id": annotation.id,
        "kind": annotation.kind,
        "edition": annotation.edition,
        "page": annotation.page_index + 1,
        "quote": annotation.quote,
        "prefix": annotation.prefix,
        "suffix": annotation.suffix,
        "rects": [[box.x0, box.y0, box.x1, box.y1] for box in annotation.boxes],
        "section": annotation.section,
        "color": annotation.color,
        "comment": annotation.comment,
        "tags": annotation.tags,
        "author": annotation.author,
        "created": _time(annotation.created),
        "updated": _time(annotation.updated),
        "reply_to": annotation.reply_to or None,
        "source": annotation.source,
    }


def _list(reading_list: ReadingList, file: str) -> dict[str, object]:
    return {
        "name": reading_list.name,
        "title": reading_list.title,
        "description": reading_list.description,
        "items": [
            {
                "title": item.title,
                "kind": item.kind,
                "paper": item.paper,
                "url": item.url,
                "why": item.why,
                "after": item.after,
                "sections": item.sections,
                "questions": item.questions,
            }
            for item in reading_list.items
        ],
        "file": file,
    }


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
