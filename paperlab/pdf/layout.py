"""PDF → raw pages: the only place that asks PyMuPDF for text, marks and the layout model's regions."""

import re
from functools import cache
from typing import Any

from paperlab.domain.blocks import Box
from paperlab.pdf.engine import load_layout_model, pymupdf_alone
from paperlab.pdf.pages import Mark, OutlineEntry, Piece, RawDocument, RawPage, Region, RegionKind, Span

MAX_PIECES_FOR_LAYOUT = 4000
"""The model's graph grows with the square of the lines; a page of more is a map or a plot."""
MAX_MARKS_FOR_LAYOUT = 5000
"""The model takes 20 s for a plot of 46,000 points."""

_MOST_MARKS = 20_000
"""A plot of more points has its frame among the first."""

_LONGEST_METADATA = 4000
"""Characters of a title, or of all authors: a collaboration may have three hundred."""
_MOST_ENTRIES = 10_000
"""Of an outline."""

_BOLD_FONT = re.compile(
    r"(?i)bold|black|heavy|demi|-medi|medi(um)?$|cmbx|cmcsc|smallcaps|cmb\d|sfbx|ecbx|bx\d|[-,.]bd|-b$"
)
_ITALIC_FONT = re.compile(r"(?i)ital|obliq|slant|cmti|cmmi|cmsl|-it$|[-,.]i$")
_RAISED, _ITALIC, _BOLD = 1, 2, 16


def read_page(page: Any, index: int) -> RawPage:
    """Read one page: pieces in content-stream order and marks, without the layout model."""
    pymupdf = pymupdf_alone()
    # with ligatures preserved MuPDF loses the blank after one at the end of a word: "trade-oﬀbetween"
    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES & ~pymupdf.TEXT_PRESERVE_LIGATURES
    blocks = page.get_text("dict", flags=flags)["blocks"]
    pieces: list[Piece] = []
    for group, block in enumerate(blocks):
        for line in block.get("lines", ()):
            if spans := _spans(line["spans"]):
                pieces.append(Piece(spans, len(pieces), group, is_upright=abs(line["dir"][1]) < 0.1))
    marks = _marks(page) if pieces else ()
    return RawPage(index, page.rect.width, page.rect.height, tuple(pieces), marks=marks)


def read_regions(page: Any, read: RawPage) -> tuple[Region, ...]:
    """The layout model's regions of a page that was read.

    Nothing where it would take long or fails, for it is a library that a hostile page can break.
    """
    if not 0 < len(read.pieces) <= MAX_PIECES_FOR_LAYOUT or len(read.marks) > MAX_MARKS_FOR_LAYOUT:
        return ()
    try:
        load_layout_model()
        page.get_layout(return_raw=True)
        found = page.layout_information or []
        return tuple(_region(item) for item in found)
    except Exception:  # the model raises whatever it likes; the page is read by the rules alone
        return ()


def describe(document: Any, pages: tuple[RawPage, ...], notes: tuple[str, ...]) -> RawDocument:
    """Put the pages together with what the file says of itself."""
    metadata = document.metadata or {}
    return RawDocument(
        pages=pages,
        page_count=document.page_count,
        outline=_outline(document),
        metadata_title=(metadata.get("title") or "")[:_LONGEST_METADATA],
        metadata_authors=(metadata.get("author") or "")[:_LONGEST_METADATA],
        created=metadata.get("creationDate") or "",
        first_page_text=_text_of_first(document) if pages[0].width else "",  # one that was left out is not tried again
        notes=notes,
    )


def _text_of_first(document: Any) -> str:
    try:
        return str(document[0].get_text())
    except Exception:  # its page tree may lead nowhere; the notes say that the page was left out
        return ""


def _spans(raw: list[dict[str, Any]]) -> tuple[Span, ...]:
    """Spans of one line; neighbours of one style are joined, and a lone blank takes the style before it."""
    spans: list[Span] = []
    for item in raw:
        if not item["text"]:
            continue
        span = as_span(item)
        if spans and (not span.text.strip() or _style(spans[-1]) == _style(span)):
            before = spans[-1]
            box = Box(
                min(before.box.x0, span.box.x0),
                min(before.box.y0, span.box.y0),
                max(before.box.x1, span.box.x1),
                max(before.box.y1, span.box.y1),
            )
            spans[-1] = Span(before.text + span.text, box, *_style(before))
        else:
            spans.append(span)
    return tuple(spans) if any(span.text.strip() for span in spans) else ()


def _style(span: Span) -> tuple[float, str, bool, bool, bool, float]:
    return span.size, span.font, span.is_bold, span.is_italic, span.is_raised, span.baseline


@cache
def _is_bold(font: str) -> bool:
    return _BOLD_FONT.search(font) is not None


@cache
def _is_italic(font: str) -> bool:
    return _ITALIC_FONT.search(font) is not None


def as_span(item: dict[str, Any]) -> Span:
    size, font, flags = round(float(item["size"]), 2), str(item["font"]), int(item["flags"])
    x0, y0, x1, y1 = item["bbox"]
    baseline = round(float(item["origin"][1]), 2)
    if y1 - y0 > 1.7 * size > 0:  # fonts that claim half the page: a highlight must not cover the neighbours
        y0, y1 = max(y0, baseline - size), min(y1, baseline + 0.3 * size)
    return Span(
        text=str(item["text"]),
        box=Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)),
        size=size,
        font=font,
        is_bold=bool(flags & _BOLD) or _is_bold(font),
        is_italic=bool(flags & _ITALIC) or _is_italic(font),
        is_raised=bool(flags & _RAISED),
        baseline=baseline,
    )


def _marks(page: Any) -> tuple[Mark, ...]:
    """What is painted besides text. A plot may have a hundred thousand points: one of a place stands for all."""
    found: dict[tuple[int, ...], Mark] = {}
    for kind, box in page.get_bboxlog():
        if kind.startswith(("fill-", "stroke-")) and not kind.endswith("text"):
            x0, y0, x1, y1 = box
            place = int(x0), int(y0), int(x1), int(y1)
            if place not in found and len(found) < _MOST_MARKS:
                found[place] = Mark(Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)), "image" in kind)
    return tuple(found.values())


def _region(item: dict[str, Any]) -> Region:
    x0, y0, x1, y1 = (float(value) for value in item["group_bbox"])
    name = item["class_name"]
    kind = RegionKind(name) if name in set(RegionKind) else RegionKind.TEXT
    return Region(kind, Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)))


def _outline(document: Any) -> tuple[OutlineEntry, ...]:
    try:
        return tuple(
            OutlineEntry(int(level), str(title)[:_LONGEST_METADATA], int(page) - 1)
            for level, title, page, *_ in document.get_toc()[:_MOST_ENTRIES]
        )
    except Exception:  # a broken outline is no reason to refuse the paper
        return ()
