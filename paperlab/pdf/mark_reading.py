"""All marks of a PDF, in the child process."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.blocks import Box, TextLayer
from paperlab.domain.pdf_marks import LeftOut, PdfMark, PdfMarks
from paperlab.domain.text import fold, one_line
from paperlab.errors import PdfTooCostly
from paperlab.pdf.engine import pymupdf_alone
from paperlab.pdf.geometry import union
from paperlab.pdf.mark_colors import color_name
from paperlab.pdf.mark_dates import read_date
from paperlab.pdf.raw_marks import (
    AREAS,
    MARKED,
    WINDOW,
    Quad,
    RawMark,
    number_of_parent,
    read_mark,
    subtype_of,
    text_of,
    why_not,
)
from paperlab.pdf.text_layer import text_layer_of
from paperlab.pdf.under import PageText

_TRUNCATED = 40
"""Letters of a remark that is the beginning of its quote: a program has cut it off, no reader has written it."""


_MOST_COUNTED = 5000
"""Annotations of a page that are looked at, at a glance."""


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    raw: list[RawMark] = field(default_factory=list)
    marks: list[PdfMark] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    windows: dict[int, str] = field(default_factory=dict)
    """Remarks that stand in a mark's window, by the number of the mark."""
    notes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Of the pages."""

    def leave_out(self, subtype: str, page_index: int, reason: str) -> None:
        self.left_out.append(LeftOut(one_line(subtype) or "?", page_index, reason))


def read_marks_of(document: Any, most: int, on_page: Callable[[int], None]) -> PdfMarks:
    """Read every annotation of a document, which is of no further use: its pages are turned and stripped.

    Args:
        most: Marks that it may hold.
        on_page: Called with each page, from 1, before it is read.

    Raises:
        PdfTooCostly: It holds more.
    """
    found = _Found()
    for index in range(document.page_count):
        on_page(index + 1)
        try:
            _read_page(document, index, found, most)
        except (MemoryError, PdfTooCostly):
            raise
        except Exception as error:  # MuPDF's own classes of errors are many
            found.notes.append(f"page {index + 1} was left out: {one_line(str(error))[:160]}")
            del found.texts[index:]
            found.texts.append("")
    layer = text_layer_of("\n".join(found.texts), document.page_count)
    marks = [_with_window(raw, mark, found.windows) for raw, mark in zip(found.raw, found.marks, strict=True)]
    if layer is TextLayer.GARBLED:
        marks = [_without_quote(mark) for mark in marks]
        found.notes.append("the text of this PDF is garbled: what is marked is kept as a part of the page")
    kept = _kept(found.raw, marks, found)
    return PdfMarks(
        marks=kept,
        left_out=tuple(found.left_out),
        page_digests=tuple(hashlib.sha256(fold(text)[0].encode()).hexdigest()[:16] for text in found.texts),
        text_layer=layer,
        notes=tuple(found.notes),
    )


def count_marks(document: Any) -> int:
    """How many annotations of a document could be taken over, at a glance."""
    total = 0
    for index in range(document.page_count):
        try:
            here = islice(_annotations(_page_object(document, index)), _MOST_COUNTED)
            total += sum(not why_not(one, subtype_of(one)) for one in here)
        except MemoryError:
            raise
        except Exception:  # of a broken page, which is told of when its marks are read
            continue
    return total


def strip_page(document: Any, index: int) -> None:
    """Take the annotations off a page before it is loaded: MuPDF gives out their own text as the page's."""
    mupdf = pymupdf_alone().mupdf
    mupdf.pdf_dict_dels(_page_object(document, index), "Annots")


def _page_object(document: Any, index: int) -> Any:
    mupdf = pymupdf_alone().mupdf
    return mupdf.pdf_lookup_page_obj(mupdf.pdf_document_from_fz_document(document.this), index)


def _annotations(page_object: Any) -> Iterator[Any]:
    mupdf = pymupdf_alone().mupdf
    array = mupdf.pdf_dict_gets(page_object, "Annots")
    for at in range(int(mupdf.pdf_array_len(array)) if mupdf.pdf_is_array(array) else 0):
        one = mupdf.pdf_array_get(array, at)
        if mupdf.pdf_is_dict(one):
            yield one


def _read_page(document: Any, index: int, found: _Found, most: int) -> None:
    raw: list[RawMark] = []
    for one in _annotations(_page_object(document, index)):
        if len(found.raw) + len(raw) + len(found.left_out) > most:
            raise PdfTooCostly(f"it holds more than {most} annotations")
        _read_one(one, index, raw, found)
    strip_page(document, index)
    page = document[index]
    page.set_rotation(0)
    text = PageText(page, index)
    found.texts.append("\n".join(line.text for line in text.lines))
    for mark in raw:
        made = _made(mark, text, page.transformation_matrix)
        if made is None:
            found.leave_out(mark.subtype, index, "it has no place on the page")
        else:
            found.raw.append(mark)
            found.marks.append(made)


def _read_one(one: Any, index: int, raw: list[RawMark], found: _Found) -> None:
    subtype = "?"
    try:
        subtype = subtype_of(one)
        if subtype == WINDOW:
            parent = number_of_parent(one)
            if parent and (text := text_of(one)):
                found.windows[parent] = text
            if not parent and text_of(one):
                raw.append(replace(read_mark(one, subtype), subtype=WINDOW))
                return
            found.leave_out(subtype, index, "the window of another mark")
        elif reason := why_not(one, subtype):
            found.leave_out(subtype, index, reason)
        else:
            raw.append(read_mark(one, subtype))
    except MemoryError:
        raise
    except ValueError as error:
        found.leave_out(subtype, index, str(error))
    except Exception as error:  # MuPDF's own classes of errors are many
        found.leave_out(subtype, index, f"it is broken: {one_line(str(error))[:100]}")


def _made(raw: RawMark, text: PageText, matrix: Any) -> PdfMark | None:
    """A mark with its place on the page and the text under it; None if it has no place."""
    kind = MARKED.get(raw.subtype, AnnotationKind.AREA if raw.subtype in AREAS else AnnotationKind.NOTE)
    quads = [_on_page(quad, matrix) for quad in raw.quads]
    quads = [quad for quad in quads if _area(quad) > 0]
    if not quads and raw.rect is not None:
        x0, y0, x1, y1 = raw.rect
        quads = [_on_page(((x0, y0), (x1, y0), (x0, y1), (x1, y1)), matrix)]
    if not quads:
        return None
    mark = PdfMark(
        name=raw.name,
        subtype=raw.subtype,
        kind=kind,
        page_index=text.index,
        boxes=tuple(_box(quad) for quad in quads),
        color=color_name(raw.color),
        comment=raw.text,
        author=raw.author,
        created=read_date(raw.created),
        modified=read_date(raw.modified),
        written=_written(raw.written),
    )
    if raw.subtype not in MARKED:
        return replace(mark, boxes=(union(mark.boxes),))
    under = text.under(quads)
    if under is None:
        return _without_quote(mark)
    comment = "" if _repeats(mark.comment, under.quote) else mark.comment
    return replace(
        mark, quote=under.quote, boxes=under.boxes, prefix=under.prefix, suffix=under.suffix, comment=comment
    )


def _written(text: str) -> datetime | None:
    """Our own date, to the microsecond."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _without_quote(mark: PdfMark) -> PdfMark:
    """A mark over what is no text, as on a scan: a part of the page."""
    if mark.subtype not in MARKED:
        return mark
    return replace(mark, kind=AnnotationKind.AREA, quote="", prefix="", suffix="")


def _repeats(comment: str, quote: str) -> bool:
    """The remark is nothing but the marked text, which several programs put there."""
    said, marked = fold(comment)[0], fold(quote)[0]
    return bool(said) and (said == marked or (len(said) >= _TRUNCATED and marked.startswith(said)))


def _with_window(raw: RawMark, mark: PdfMark, windows: dict[int, str]) -> PdfMark:
    if mark.comment or raw.text or not raw.number:
        return mark
    return replace(mark, comment=windows.get(raw.number, ""))


def _kept(raw: Sequence[RawMark], marks: Sequence[PdfMark], found: _Found) -> tuple[PdfMark, ...]:
    """Without notes that say nothing, unless they are answered; threads in indexes of what is kept."""
    asked = Counter(one.answers for one in raw if one.answers)
    keeps = [
        mark.kind is not AnnotationKind.NOTE or bool(mark.comment) or asked[one.number] > 0
        for one, mark in zip(raw, marks, strict=True)
    ]
    for mark, is_kept in zip(marks, keeps, strict=True):
        if not is_kept:
            found.leave_out(mark.subtype, mark.page_index, "it is empty")
    places: dict[int, int] = {}
    kept: list[tuple[RawMark, PdfMark]] = []
    for one, mark, is_kept in zip(raw, marks, keeps, strict=True):
        if is_kept:
            if one.number:
                places.setdefault(one.number, len(kept))
            kept.append((one, mark))
    parents = {one.number: one.answers for one in raw if one.number}
    return tuple(replace(mark, answers=_answered(one, parents, places)) for one, mark in kept)


def _answered(mark: RawMark, parents: dict[int, int], places: dict[int, int]) -> int | None:
    """The nearest mark above it in its thread that is kept; None for one that goes round in a circle."""
    seen = {mark.number}
    above, nearest = mark.answers, None
    while above:
        if above in seen:
            return None
        seen.add(above)
        if nearest is None:
            nearest = places.get(above)
        above = parents.get(above, 0)
    return nearest


def _on_page(quad: Quad, matrix: Any) -> Quad:
    """From the page's own system to ours: points, origin at the top left of the unturned page."""
    a, b, c, d, e, f = (float(part) for part in matrix)
    p, q, r, s = ((a * x + c * y + e, b * x + d * y + f) for x, y in quad)
    return p, q, r, s


def _box(quad: Quad) -> Box:
    xs, ys = [point[0] for point in quad], [point[1] for point in quad]
    return Box(round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2))


def _area(quad: Quad) -> float:
    box = _box(quad)
    return (box.x1 - box.x0) * (box.y1 - box.y0)
