"""Journals: `annotations.jsonl` and `reading.jsonl`, which only ever grow.

Each line is one JSON object with `id` and `at`. The last line of an id holds (see `journal_lines`);
`"deleted": true` takes it away. Pages count from 1 in the files and from 0 here.
"""

import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from paperlab.domain.annotations import COLORS, Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.domain.clocks import behind
from paperlab.domain.progress import Bookmark, Declaration, Depth, Position, ReadingEntry, Status, Stay
from paperlab.library import fields
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import log_broken
from paperlab.library.journal_lines import (
    Note,
    OnBroken,
    append_line,
    in_order,
    is_deletion,
    last_written,
    stamp,
    unnoted,
    untold,
    written_at,
)

T = TypeVar("T")
_RIGHT_COLUMN_PT = 290.0
"""Left of where the second column begins on A4 (595 pt wide) and letter (612 pt)."""
_WIDE_LINE_PT = 300.0
"""No line of a two-column page is as wide."""


def read_annotations(path: Path, on_broken: OnBroken = log_broken) -> tuple[Annotation, ...]:
    """The living annotations in page order. Lines that cannot be read go to `on_broken`."""
    return _in_page_order(_living(path, _annotation, on_broken))


def append_annotation(path: Path, annotation: Annotation, note: Note = unnoted) -> None:
    """Add an annotation, or replace the one of its id."""
    line: dict[str, object] = {
        "id": annotation.id,
        "at": stamp(annotation.updated),
        "kind": annotation.kind.value,
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
        "created": stamp(annotation.created),
        "updated": stamp(annotation.updated),
        "source": annotation.source,
    }
    if annotation.reply_to:
        line["reply_to"] = annotation.reply_to
    if annotation.file_date:
        line["file_date"] = stamp(annotation.file_date)
    append_line(path, line, note)


def read_history(path: Path) -> dict[str, tuple[Annotation | None, ...]]:
    """All that was ever said of each annotation, by id, oldest first; None where it was deleted.

    Lines that cannot be read are passed over: `read_annotations` tells of them.
    """
    found: dict[str, list[Annotation | None]] = {}
    for _, entry_id, line in in_order(path, untold):
        with suppress(Misfit):
            found.setdefault(entry_id, []).append(None if is_deletion(line) else _annotation(line))
    return {entry_id: tuple(versions) for entry_id, versions in found.items()}


def append_deletion(path: Path, entry_id: str, at: datetime, note: Note = unnoted) -> None:
    """Take away what has this id; its lines stay in the file."""
    append_line(path, {"id": entry_id, "at": stamp(at), "deleted": True}, note)


def read_reading(path: Path, on_broken: OnBroken = log_broken) -> tuple[ReadingEntry, ...]:
    """The reading journal in the order in which it was written. Lines that cannot be read go to `on_broken`.

    Several machines' journals may have been joined line by line, and clocks go wrong: `written` tells, else `at`.
    """
    dated = _living(path, lambda line: (written_at(line), _reading_entry(line)), on_broken)
    return tuple(entry for _, entry in sorted(dated, key=itemgetter(0)))


def append_reading(path: Path, entry: ReadingEntry, note: Note = unnoted) -> str:
    """Add an entry to the reading journal, under an id of its own, which is returned."""
    entry_id = str(uuid.uuid4())
    line: dict[str, object] = {"id": entry_id, "at": stamp(entry.at)}
    last = last_written(path)
    if last is not None and entry.at < last:  # some clock has run ahead, or this one was set back
        line["written"] = stamp(behind(entry.at, last))
    if isinstance(entry, Stay):
        line |= {
            "type": "stay",
            "edition": entry.edition,
            "page": entry.page_index + 1,
            "pages": entry.page_count,
            "seconds": entry.seconds,
            "quote": entry.quote,
        }
    elif isinstance(entry, Bookmark):
        line |= {
            "type": "bookmark",
            "letter": entry.letter,
            "edition": entry.position.edition,
            "page": entry.position.page_index + 1,
            "quote": entry.position.quote,
        }
    else:
        line |= {"type": "declared", "status": entry.status, "depth": entry.depth}
    append_line(path, line, note)
    return entry_id


def _living(path: Path, make: Callable[[Table], T], on_broken: OnBroken) -> Iterable[T]:
    """What the line of each id says that holds, in the order in which the ids first stand in the file."""
    living: dict[str, T | None] = {}
    first: dict[str, int] = {}
    for number, entry_id, line in in_order(path, on_broken):
        try:
            living[entry_id] = None if is_deletion(line) else make(line)
            first[entry_id] = min(number, first.get(entry_id, number))
        except Misfit as error:
            on_broken(path, number, str(error))
    return [entry for entry_id in sorted(first, key=first.__getitem__) if (entry := living[entry_id]) is not None]


def _annotation(line: Table) -> Annotation:
    at = fields.moment(line, "at")
    return Annotation(
        id=fields.word(line, "id"),
        kind=AnnotationKind(_one_of(line, "kind", AnnotationKind)),
        edition=fields.word(line, "edition"),
        page_index=fields.whole(line, "page", 1) - 1,
        quote=fields.text(line, "quote"),
        prefix=fields.text(line, "prefix"),
        suffix=fields.text(line, "suffix"),
        boxes=_boxes(line),
        section=fields.line(line, "section"),
        color=fields.line(line, "color") or COLORS[0],
        comment=fields.text(line, "comment"),
        tags=fields.lines(line, "tags"),
        author=fields.line(line, "author"),
        created=fields.moment_or_none(line, "created") or at,
        updated=fields.moment_or_none(line, "updated") or at,
        reply_to=fields.line(line, "reply_to"),
        source=fields.line(line, "source"),
        file_date=fields.moment_or_none(line, "file_date"),
    )


def _reading_entry(line: Table) -> ReadingEntry:
    at = fields.moment(line, "at")
    kind = _one_of(line, "type", ("stay", "declared", "bookmark"))
    if kind == "bookmark":
        page_index = fields.whole(line, "page", 1) - 1
        position = Position(fields.word(line, "edition"), page_index, fields.text(line, "quote"))
        return Bookmark(at=at, letter=fields.word(line, "letter"), position=position)
    if kind == "declared":
        return Declaration(
            at=at,
            status=Status(_one_of(line, "status", Status)) if line.get("status") is not None else None,
            depth=Depth(_one_of(line, "depth", Depth)) if line.get("depth") is not None else None,
        )
    return Stay(
        at=at,
        edition=fields.word(line, "edition"),
        page_index=fields.whole(line, "page", 1) - 1,
        page_count=fields.whole(line, "pages", 0),
        seconds=max(0.0, fields.number(line.get("seconds"), "seconds")),
        quote=fields.text(line, "quote"),
    )


def check_line(line: Table, *, is_of_reading: bool) -> None:
    """Raises Misfit: a line of a journal lacks something, or holds what cannot be meant."""
    _reading_entry(line) if is_of_reading else _annotation(line)


def _boxes(line: Table) -> tuple[Box, ...]:
    rects = line.get("rects", [])
    if not isinstance(rects, list) or not all(isinstance(rect, list) and len(rect) == 4 for rect in rects):
        raise Misfit("rects", "should be a list of four numbers each")
    return tuple(Box(*(fields.number(edge, "rects") for edge in rect)) for rect in rects)


def _one_of(line: Table, name: str, known: Iterable[str]) -> str:
    if (value := fields.word(line, name)) not in set(known):
        raise Misfit(name, f"should be one of {', '.join(known)}")
    return value


def _in_page_order(annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """By page, and on a page as it is read: down the left column first, unless a line crosses the middle."""
    found = list(annotations)
    widest: dict[int, float] = {}
    for mark in found:
        width = max((box.x1 - box.x0 for box in mark.boxes), default=0.0)
        widest[mark.page_index] = max(width, widest.get(mark.page_index, 0.0))

    def place(mark: Annotation) -> tuple[int, bool, float, float, datetime]:
        if not mark.boxes:
            return mark.page_index, False, 0.0, 0.0, mark.created
        first = mark.boxes[0]
        is_right = widest[mark.page_index] < _WIDE_LINE_PT and first.x0 >= _RIGHT_COLUMN_PT
        return mark.page_index, is_right, first.y0, first.x0, mark.created

    return tuple(sorted(found, key=place))
