"""Annotations as a PDF's objects, read as they stand there: nothing is drawn, run or followed."""

import math
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from paperlab.domain.annotations import AnnotationKind
from paperlab.domain.text import plain
from paperlab.pdf.engine import pymupdf_alone

MARKED = {
    "Highlight": AnnotationKind.HIGHLIGHT,
    "Underline": AnnotationKind.UNDERLINE,
    "Squiggly": AnnotationKind.UNDERLINE,
    "StrikeOut": AnnotationKind.STRIKEOUT,
}
"""What lies over text."""
REMARKS = ("Text", "FreeText", "Caret")
AREAS = ("Ink", "Square", "Circle", "Polygon", "PolyLine", "Line")
WINDOW = "Popup"
_OTHERS = {
    "Link": "a link of the document",
    "Widget": "a form field",
    "Stamp": "a stamp: a picture without text",
    "FileAttachment": "an attached file",
    "Redact": "text to be blacked out",
    "Sound": "a sound",
    "Movie": "a film",
    "Screen": "a film",
    "RichMedia": "a film",
    "3D": "a model in three dimensions",
    "Watermark": "a watermark",
    "TrapNet": "for the printer",
    "PrinterMark": "for the printer",
}
_MOST_QUADS = 2000
"""Of one mark; a page has some sixty lines."""
LONGEST_TEXT = 100_000
"""Characters of one remark."""
_LARGEST = 1e6
"""No page is as large, in points."""
_REVIEW = "a review's state, not a remark"

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMark:
    """An annotation as it stands in the file. Places are in the page's own system, origin mostly at the bottom left."""

    number: int
    """Of its object; 0 if nothing can refer to it."""
    subtype: str
    name: str
    rect: tuple[float, float, float, float] | None
    quads: tuple[Quad, ...]
    color: tuple[float, ...]
    text: str
    author: str
    created: str
    modified: str
    answers: int
    """Number of the object that this one answers; 0 if none."""
    written: str
    """Ours, if paperlab wrote it."""


def subtype_of(annotation: Any) -> str:
    mupdf = pymupdf_alone().mupdf
    return str(mupdf.pdf_to_name(mupdf.pdf_dict_gets(annotation, "Subtype")))[:40]


def why_not(annotation: Any, subtype: str) -> str:
    """Why an annotation is not to be taken over; empty if it is."""
    if subtype in MARKED or subtype in REMARKS or subtype in AREAS:
        return _REVIEW if _text(annotation, "StateModel") else ""
    return _OTHERS.get(subtype, "of a kind unknown to paperlab")


def read_mark(annotation: Any, subtype: str) -> RawMark:
    """Read one annotation.

    Raises:
        ValueError: It breaks a limit; says which.
    """
    mupdf = pymupdf_alone().mupdf
    is_answer = mupdf.pdf_to_name(mupdf.pdf_dict_gets(annotation, "RT")) != "Group"
    return RawMark(
        number=int(mupdf.pdf_to_num(annotation)),
        subtype=subtype,
        name=_line(annotation, "NM"),
        rect=_rect(annotation),
        quads=_quads(annotation) if subtype in MARKED else (),
        color=tuple(_numbers(annotation, "C", 4)),
        text=text_of(annotation),
        author=_line(annotation, "T"),
        created=_line(annotation, "CreationDate"),
        modified=_line(annotation, "M"),
        answers=int(mupdf.pdf_to_num(mupdf.pdf_dict_gets(annotation, "IRT"))) if is_answer else 0,
        written=_line(annotation, "PaperlabUpdated"),
    )


def text_of(annotation: Any) -> str:
    """Its remark: plain, else what its rich text says."""
    return _text(annotation, "Contents") or _without_markup(_text(annotation, "RC"))


def number_of_parent(window: Any) -> int:
    """The mark that a window belongs to; 0 if none."""
    mupdf = pymupdf_alone().mupdf
    return int(mupdf.pdf_to_num(mupdf.pdf_dict_gets(window, "Parent")))


def _text(annotation: Any, key: str) -> str:
    mupdf = pymupdf_alone().mupdf
    value = mupdf.pdf_dict_gets(annotation, key)
    if not mupdf.pdf_is_string(value):
        return ""
    text = str(mupdf.pdf_to_text_string(value))
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"it holds more than {LONGEST_TEXT} characters")
    return plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _line(annotation: Any, key: str) -> str:
    return " ".join(_text(annotation, key).split())[:400]


def _numbers(annotation: Any, key: str, most: int) -> list[float]:
    """The numbers of an array, `most` at most; what is none counts as not a number."""
    mupdf = pymupdf_alone().mupdf
    array = mupdf.pdf_dict_gets(annotation, key)
    if not mupdf.pdf_is_array(array):
        return []
    found = []
    for index in range(min(int(mupdf.pdf_array_len(array)), most)):
        item = mupdf.pdf_array_get(array, index)
        found.append(float(mupdf.pdf_to_real(item)) if mupdf.pdf_is_number(item) else math.nan)
    return found


def _rect(annotation: Any) -> tuple[float, float, float, float] | None:
    edges = _numbers(annotation, "Rect", 4)
    if len(edges) < 4 or not all(map(_is_place, edges)):
        return None
    return min(edges[0], edges[2]), min(edges[1], edges[3]), max(edges[0], edges[2]), max(edges[1], edges[3])


def _quads(annotation: Any) -> tuple[Quad, ...]:
    edges = _numbers(annotation, "QuadPoints", 8 * _MOST_QUADS + 1)
    if len(edges) > 8 * _MOST_QUADS:
        raise ValueError(f"it covers more than {_MOST_QUADS} pieces of lines")
    found = []
    for at in range(0, len(edges) - 7, 8):
        piece = edges[at : at + 8]
        if all(map(_is_place, piece)):
            a, b, c, d = zip(piece[::2], piece[1::2], strict=True)
            found.append((a, b, c, d))
    return tuple(found)


def _is_place(edge: float) -> bool:
    return math.isfinite(edge) and abs(edge) < _LARGEST


class _Words(HTMLParser):
    """The text of an XHTML fragment, a line for each paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li"):
            self.found.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  (its shape)
        if tag == "br":
            self.found.append("\n")


def _without_markup(rich: str) -> str:
    words = _Words()
    words.feed(rich)
    words.close()
    return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(words.found).split("\n"))))
