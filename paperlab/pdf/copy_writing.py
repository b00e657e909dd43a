"""Annotations into a copy of a PDF, in the child process: standard ones, object by object.

Nothing but the new objects and the lists of annotations of their pages is touched, so that the copy begins with the
bytes of the original. PyMuPDF's own functions for it wrap the pages' content, too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.errors import EncryptedPdf
from paperlab.pdf.engine import pymupdf_alone
from paperlab.pdf.mark_colors import RGB
from paperlab.pdf.mark_dates import written_date
from paperlab.pdf.mark_reading import strip_page
from paperlab.pdf.quads import quads_of
from paperlab.pdf.under import PageText

_MAY_ANNOTATE = 32
"""Bit 6 of a PDF's permissions."""
_ICON_PT = 18.0
_PRINTED, _ICON, _ANSWER = 4, 28, 30
"""Flags: printed; neither scaled nor turned with the page; and hidden, as answers are shown with what they answer."""
_SUBTYPES = {
    AnnotationKind.HIGHLIGHT: "Highlight",
    AnnotationKind.UNDERLINE: "Underline",
    AnnotationKind.STRIKEOUT: "StrikeOut",
    AnnotationKind.NOTE: "Text",
    AnnotationKind.AREA: "Square",
}


class CopyWriter:
    """Writes annotations into a document that was opened for it; the original's pages tell where their quotes stand."""

    def __init__(self, copy: Any, original: Any) -> None:
        """
        Raises:
            EncryptedPdf: Its owner does not permit it.
        """
        if copy.metadata.get("encryption") and not copy.permissions & _MAY_ANNOTATE:
            raise EncryptedPdf("its owner does not permit annotations in it")
        self._copy = copy
        self._original = original
        self._texts: dict[int, tuple[PageText, Any]] = {}
        self._written: dict[str, int] = {}
        """Number of the object of each annotation, by id."""

    def write(self, annotation: Mapping[str, Any]) -> str:
        """Write one annotation. Returns why it cannot be; empty if it is written."""
        kind, page = AnnotationKind(annotation["kind"]), int(annotation["page"])
        if not 0 <= page < self._copy.page_count:
            return f"there is no page {page + 1}"
        boxes = [Box(*box) for box in annotation["boxes"]]
        text, to_file = self._page(page)
        if kind in (AnnotationKind.HIGHLIGHT, AnnotationKind.UNDERLINE, AnnotationKind.STRIKEOUT):
            boxes = list(quads_of(text, annotation["quote"], boxes))
            if not boxes:
                return "its quote is not found there, letter by letter"
        elif not boxes:
            boxes = [Box(18, 18, 18 + _ICON_PT, 18 + _ICON_PT)]
        number = self._copy.get_new_xref()
        self._copy.update_object(number, self._dictionary(annotation, kind, [_turned(box, to_file) for box in boxes]))
        self._list(page, number)
        self._written[annotation["id"]] = number
        return ""

    def save(self, path: Path) -> None:
        """Append to the file, or write it whole where that cannot be: a damaged one that was repaired."""
        if self._copy.can_save_incrementally():
            self._copy.saveIncr()
            return
        whole = path.with_suffix(".whole")
        self._copy.save(whole, garbage=0, deflate=False, encryption=pymupdf_alone().PDF_ENCRYPT_KEEP)
        whole.replace(path)

    def _page(self, index: int) -> tuple[PageText, Any]:
        """The text of a page of the original, and the way from its places to those of the file."""
        if index not in self._texts:
            strip_page(self._original, index)
            page = self._original[index]
            page.set_rotation(0)
            self._texts[index] = PageText(page, index), ~page.transformation_matrix
        return self._texts[index]

    def _dictionary(self, annotation: Mapping[str, Any], kind: AnnotationKind, boxes: Sequence[Box]) -> str:
        color = RGB.get(annotation["color"], RGB["yellow"])
        answered = self._written.get(annotation["reply_to"])
        frame = _frame(boxes)
        if kind is AnnotationKind.NOTE:
            frame = Box(frame.x0, frame.y1 - _ICON_PT, frame.x0 + _ICON_PT, frame.y1)
        parts = [
            f"/Type/Annot/Subtype/{_SUBTYPES[kind]}/Rect[{_numbers(frame)}]/C[{_series(color)}]",
            f"/NM{_string(annotation['id'])}/Contents{_string(annotation['comment'])}/T{_string(annotation['author'])}",
            f"/CreationDate({written_date(datetime.fromisoformat(annotation['created']))})",
            f"/M({written_date(datetime.fromisoformat(annotation['updated']))})",
            f"/PaperlabUpdated{_string(annotation['updated'])}",
        ]
        if kind in (AnnotationKind.HIGHLIGHT, AnnotationKind.UNDERLINE, AnnotationKind.STRIKEOUT):
            parts.append(f"/F {_PRINTED}/QuadPoints[{' '.join(map(_corners, boxes))}]")
        elif kind is AnnotationKind.AREA:
            parts.append(f"/F {_PRINTED}/BS<</W 1.5/S/S>>")
        else:
            parts.append(f"/F {_ANSWER if answered else _ICON}/Name/Comment")
        if answered:
            parts.append(f"/IRT {answered} 0 R/RT/R")
        appearance = self._appearance(
            _drawing(kind, boxes, frame, color), frame, is_over=kind is AnnotationKind.HIGHLIGHT
        )
        return f"<<{''.join(parts)}/AP<</N {appearance} 0 R>>>>"

    def _appearance(self, drawing: str, frame: Box, *, is_over: bool) -> int:
        """A form that draws a mark; a highlight lets the text shine through."""
        number = self._copy.get_new_xref()
        state = "<</ExtGState<</G<</Type/ExtGState/BM/Multiply>>>>>>" if is_over else "<<>>"
        group = "/Group<</S/Transparency>>" if is_over else ""
        form = f"/Type/XObject/Subtype/Form/BBox[{_numbers(frame)}]/Resources{state}{group}"
        self._copy.update_object(number, f"<<{form}>>")
        content = f"/G gs {drawing}" if is_over else drawing
        self._copy.update_stream(number, content.encode("ascii"), compress=False)
        return int(number)

    def _list(self, page_index: int, number: int) -> None:
        """Add an object to the annotations of a page."""
        mupdf = pymupdf_alone().mupdf
        document = mupdf.pdf_document_from_fz_document(self._copy.this)
        page = mupdf.pdf_lookup_page_obj(document, page_index)
        annotations = mupdf.pdf_dict_gets(page, "Annots")
        if not mupdf.pdf_is_array(annotations):
            annotations = mupdf.pdf_new_array(document, 1)
            mupdf.pdf_dict_puts(page, "Annots", annotations)
        mupdf.pdf_array_push(annotations, mupdf.pdf_new_indirect(document, number, 0))


def _drawing(kind: AnnotationKind, boxes: Sequence[Box], frame: Box, color: Sequence[float]) -> str:
    """What a mark looks like, in PDF's own words."""
    fill, stroke = f"{_series(color)} rg", f"{_series(color)} RG"
    match kind:
        case AnnotationKind.HIGHLIGHT:
            return f"{fill} {' '.join(f'{_rectangle(box)} f' for box in boxes)}"
        case AnnotationKind.UNDERLINE:
            return f"{stroke} 1 w {' '.join(_line(box, 0.06) for box in boxes)}"
        case AnnotationKind.STRIKEOUT:
            return f"{stroke} 1 w {' '.join(_line(box, 0.42) for box in boxes)}"
        case AnnotationKind.AREA:
            inner = Box(frame.x0 + 0.75, frame.y0 + 0.75, frame.x1 - 0.75, frame.y1 - 0.75)
            return f"{stroke} 1.5 w {_rectangle(inner)} S"
        case AnnotationKind.NOTE:
            sheet = Box(frame.x0 + 1, frame.y0 + 1, frame.x1 - 1, frame.y1 - 1)
            lines = " ".join(
                _line(Box(sheet.x0 + 3, sheet.y0, sheet.x1 - 3, sheet.y1), share) for share in (0.3, 0.5, 0.7)
            )
            return f"{fill} 0 G 0.5 w {_rectangle(sheet)} B {lines}"


def _turned(box: Box, matrix: Any) -> Box:
    """From our places to the file's own."""
    a, b, c, d, e, f = (float(part) for part in matrix)
    xs = [a * x + c * y + e for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    ys = [b * x + d * y + f for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _frame(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _corners(box: Box) -> str:
    """Upper left, upper right, lower left, lower right: against the standard's words, but what all programs read."""
    return _series((box.x0, box.y1, box.x1, box.y1, box.x0, box.y0, box.x1, box.y0))


def _rectangle(box: Box) -> str:
    return f"{_series((box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0))} re"


def _line(box: Box, height: float) -> str:
    y = box.y0 + height * (box.y1 - box.y0)
    return f"{_series((box.x0, y))} m {_series((box.x1, y))} l S"


def _numbers(box: Box) -> str:
    return _series((box.x0, box.y0, box.x1, box.y1))


def _series(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.3f}".rstrip("0").rstrip(".") for number in numbers)


def _string(text: str) -> str:
    """A text in UTF-16, in hexadecimal: nothing in it can end it."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex()}>"
