"""A PDF with our annotations in it: written into a copy, looked through with a second library, only then given out."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.text import fold, one_line
from paperlab.errors import CopyDiffers
from paperlab.pdf.marks import MarkLimits, asked, read_marks
from paperlab.pdf.quads import is_same_text

_MOST_ADDED_BYTES = 64 << 20
"""What annotations may add to a file."""


_LIMITS = MarkLimits(page_s=60.0, least_s=90.0)
"""Of each step: saving, and looking through a whole file, tell of no pages on the way."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """An annotation that is not in the copy, and why."""

    annotation: Annotation
    reason: str


def write_copy(
    original: Path,
    annotations: Sequence[Annotation],
    take: Callable[[Path], object],
    limits: MarkLimits = _LIMITS,
) -> tuple[Unwritten, ...]:
    """Write annotations into a copy of a PDF, of which nothing else differs, and hand that over.

    Args:
        original: Only read.
        annotations: On this very edition; answers are written as such.
        take: Called with the copy, which is gone afterwards, once it has been found to be as it should be.

    Raises:
        PdfError: The original cannot be read, is locked against annotations, or costs too much.
        CopyDiffers: The copy is not as it should be; `take` is not called.
    """
    ordered = _answers_last(annotations)
    with TemporaryDirectory(prefix="paperlab-") as folder:
        copy = Path(folder) / "copy.pdf"
        shutil.copyfile(original, copy)
        copy.chmod(0o600)
        request: dict[str, Any] = {"do": "copy", "copy": str(copy), "annotations": [_told(one) for one in ordered]}
        request |= {"writes_bytes": 2 * original.stat().st_size + _MOST_ADDED_BYTES}
        reasons = asked(original, request, limits)["reasons"]
        written = [one for one, reason in zip(ordered, reasons, strict=True) if not reason]
        _check(original, copy, written, limits)
        take(copy)
    return tuple(Unwritten(one, reason) for one, reason in zip(ordered, reasons, strict=True) if reason)


def _check(original: Path, copy: Path, written: Sequence[Annotation], limits: MarkLimits) -> None:
    known = [{"id": one.id, "page": one.page_index, "kind": one.kind.value} for one in written]
    request = {"do": "compare", "copy": str(copy), "written": known}
    problems = [str(problem) for problem in asked(original, request, limits)["differences"]]
    under = {mark.name: mark for mark in read_marks(copy, limits).marks}
    for one in written:
        if one.kind in (AnnotationKind.NOTE, AnnotationKind.AREA):
            continue
        found = under[one.id].quote if one.id in under else ""
        if not is_same_text(fold(found)[0], fold(one.quote)[0]):
            said = f"“{one_line(one.quote)[:60]}” on page {one.page_index + 1}"
            problems.append(f"the text under the mark {said} is “{one_line(found)[:60]}”")
    if problems:
        raise CopyDiffers(
            f"the copy of {one_line(original.name)} is not as it should be: {problems[0]}",
            hint="Nothing was written. Please report it, with the paper's key.",
        )


def _answers_last(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Each after the one that it answers."""
    there = {one.id for one in annotations}
    ordered: list[Annotation] = []
    placed: set[str] = set()
    left = list(annotations)
    while left:
        ready = [one for one in left if one.reply_to in placed or one.reply_to not in there]
        ordered += ready or left  # threads that go round in a circle are written as they come
        placed.update(one.id for one in ordered)
        left = [one for one in left if one.id not in placed]
    return ordered


def _told(one: Annotation) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "page": one.page_index,
        "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in one.boxes],
        "quote": one.quote,
        "color": one.color,
        "comment": one.comment,
        "author": one.author,
        "created": one.created.isoformat(),
        "updated": one.updated.isoformat(),
        "reply_to": one.reply_to,
    }
