"""Marks of a PDF, read in a child process with limits on time, memory and number."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.blocks import Box, TextLayer
from paperlab.domain.pdf_marks import LeftOut, PdfMark, PdfMarks
from paperlab.domain.text import one_line
from paperlab.errors import PdfError, PdfTooCostly, UnreadablePdf
from paperlab.pdf.budget import Account, Limits
from paperlab.pdf.parse import check_pdf, pdf_error
from paperlab.pdf.process import ChildEnded, ask


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLimits(Limits):
    """What the marks of one PDF may cost."""

    marks: int = 20_000
    """Links and form fields count, too."""


def read_marks(path: Path, limits: MarkLimits = MarkLimits()) -> PdfMarks:
    """Read what is annotated in a PDF. Safe to call from any thread, several at once.

    Raises:
        NotAPdf, EncryptedPdf
        UnreadablePdf: Broken, without pages, or it breaks the reader.
        PdfTooCostly: Past a limit.
    """
    return to_marks(asked(path, {"do": "marks", "marks": limits.marks}, limits))


def asked(path: Path, request: Mapping[str, Any], limits: MarkLimits) -> dict[str, Any]:
    """The result of a request on a PDF, from a child of its own.

    Raises:
        PdfError: As `read_marks`.
    """
    check_pdf(path)
    name = one_line(path.name)
    if path.stat().st_size > limits.file_bytes:
        raise PdfTooCostly(f"{name} has more than {limits.file_bytes >> 20} MB", hint="Split the file.")
    try:
        answer = ask({"path": str(path.absolute()), **request}, Account(limits))
    except ChildEnded as ended:
        raise _failure(name, ended) from ended
    if "error" in answer:
        raise pdf_error(name, answer)
    return dict(answer["result"])


def _failure(name: str, ended: ChildEnded) -> PdfError:
    if ended.was_slow:
        return PdfTooCostly(f"{name} was given up: it took too long")
    if ended.was_large:
        return PdfTooCostly(f"{name} was given up: it needs too much memory")
    return UnreadablePdf(f"{name} cannot be read: {ended}")


def from_marks(found: PdfMarks) -> dict[str, Any]:
    """What the child says."""
    return {
        "marks": [asdict(mark) | {name: _stamp(getattr(mark, name)) for name in _MOMENTS} for mark in found.marks],
        "left_out": [[one.subtype, one.page_index, one.reason] for one in found.left_out],
        "page_digests": list(found.page_digests),
        "text_layer": found.text_layer.value,
        "notes": list(found.notes),
    }


_MOMENTS = ("created", "modified", "written")


def to_marks(message: Mapping[str, Any]) -> PdfMarks:
    """Raises KeyError, TypeError or ValueError if it is not what `from_marks` wrote."""
    return PdfMarks(
        marks=tuple(_mark(item) for item in message["marks"]),
        left_out=tuple(LeftOut(str(subtype), int(page), str(why)) for subtype, page, why in message["left_out"]),
        page_digests=tuple(map(str, message["page_digests"])),
        text_layer=TextLayer(message["text_layer"]),
        notes=tuple(map(str, message["notes"])),
    )


def _mark(item: Mapping[str, Any]) -> PdfMark:
    boxes = tuple(Box(*(float(box[edge]) for edge in ("x0", "y0", "x1", "y1"))) for box in item["boxes"])
    moments = {name: datetime.fromisoformat(item[name]) if item[name] else None for name in _MOMENTS}
    return PdfMark(**{**item, **moments, "kind": AnnotationKind(item["kind"]), "boxes": boxes})


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
