"""The typesetter itself; runs in the child process."""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paperlab.pdf.engine import pymupdf_alone

_WIDTH, _HEIGHT = 595.0, 842.0
"""A4 in points."""
_MARGIN, _GUTTER = 62.0, 22.0
_FOOT = 64.0
_MOST_PAGES = 500
_MARKUP = frozenset('<>&"')
_CSS = """
* { font-family: serif; }
h1 { font-size: 17pt; text-align: center; margin: 0 0 8pt 0; }
.authors { font-size: 11pt; text-align: center; margin: 0 0 14pt 0; }
h2 { font-size: 12pt; margin: 10pt 0 4pt 0; }
h3 { font-size: 10.5pt; margin: 8pt 0 3pt 0; }
h4 { font-size: 9.5pt; margin: 6pt 0 3pt 0; }
p { font-size: 9.5pt; text-align: justify; margin: 0 0 5pt 0; line-height: 1.2; }
.abstract { margin: 0 10pt 6pt 10pt; }
.item { margin: 0 0 3pt 10pt; }
.reference { font-size: 8.5pt; margin: 0 0 3pt 0; text-align: left; }
"""


def press(article: Mapping[str, Any], target: Path) -> int:
    """Typeset `dataclasses.asdict` of an Article. Returns the number of pages."""
    pymupdf = pymupdf_alone()

    headings: list[tuple[int, str, int]] = []

    def note(place: Any) -> None:
        if place.heading and place.open_close & 1 and place.text:
            headings.append((place.heading - 1, place.text, place.page_number))

    buffer = io.BytesIO()
    writer = pymupdf.DocumentWriter(buffer)
    head, body = _head(article), _body(article)
    page_number, is_more = 0, True
    while is_more and page_number < _MOST_PAGES:
        page_number += 1
        device = writer.begin_page(pymupdf.Rect(0, 0, _WIDTH, _HEIGHT))
        top = _MARGIN
        if page_number == 1:
            _, filled = head.place(pymupdf.Rect(_MARGIN, _MARGIN, _WIDTH - _MARGIN, _HEIGHT / 2))
            head.draw(device)
            top = filled[3] + 6
        for x0, x1 in _columns():
            if not is_more:
                break
            is_more, _ = body.place(pymupdf.Rect(x0, top, x1, _HEIGHT - _FOOT))
            body.element_positions(note, {"page_number": page_number})
            body.draw(device)
        writer.end_page()
    writer.close()
    _finish(pymupdf.open("pdf", buffer.getvalue()), article, headings, target)
    return page_number


def _columns() -> Iterator[tuple[float, float]]:
    width = (_WIDTH - 2 * _MARGIN - _GUTTER) / 2
    yield _MARGIN, _MARGIN + width
    yield _WIDTH - _MARGIN - width, _WIDTH - _MARGIN


def _head(article: Mapping[str, Any]) -> Any:
    story = _story()
    _add(story.body, "h1", article["title"])
    if article["authors"]:
        _add(story.body, "p", ", ".join(article["authors"]), "authors")
    return story


def _body(article: Mapping[str, Any]) -> Any:
    story = _story()
    if article["abstract"]:
        _add(story.body, "h2", "Abstract")
        _add(story.body, "p", article["abstract"], "abstract")
    numbers: list[int] = []
    for section in article["sections"]:
        level = max(1, min(int(section["level"]), 3, len(numbers) + 1))
        numbers = [*numbers[: level - 1], (numbers[level - 1] if len(numbers) >= level else 0) + 1]
        _add(story.body, f"h{level + 1}", f"{'.'.join(map(str, numbers))} {section['title']}")
        for text in section["paragraphs"]:
            _add_paragraph(story.body, text)
    if article["references"]:
        _add(story.body, "h2", "References")
        for number, text in enumerate(article["references"], start=1):
            _add(story.body, "p", f"[{number}] {text}", "reference")
    return story


def _story() -> Any:
    pymupdf = pymupdf_alone()

    return pymupdf.Story(user_css=_CSS)


def _add_paragraph(body: Any, text: str) -> None:
    if text.startswith("- "):
        _add(body, "p", f"• {text[2:]}", "item")
    elif lead := re.match(r"\*\*(.+?)\*\*\s+", text):
        paragraph = _add(body, "p", "")
        _add(paragraph, "b", lead[1])
        paragraph.append_child(paragraph.create_text_node(f" {text[lead.end() :]}"))
    else:
        _add(body, "p", text)


def _add(parent: Any, tag: str, text: str, style: str = "") -> Any:
    """An element with text. Nodes, not markup: MuPDF resolves entities twice, so no escaping is safe."""
    element = parent.create_element(tag)
    parent.append_child(element)
    if style:
        element.set_attribute("class", style)
    if text:
        element.append_child(element.create_text_node(" ".join(text.split())))
    return element


def _finish(document: Any, article: Mapping[str, Any], headings: list[tuple[int, str, int]], target: Path) -> None:
    """Page numbers, outline, metadata; without today's date and random ids the bytes are always the same."""
    for number, page in enumerate(document, start=1):
        page.insert_text((_WIDTH / 2 - 3, _HEIGHT - 34), str(number), fontsize=9, fontname="tiro")
    document.set_toc([list(entry) for entry in headings])
    document.set_metadata(
        {
            "title": article["title"],
            "author": ", ".join(article["authors"]),
            "creationDate": f"D:{article['year']}0101000000Z",
            "producer": "paperlab",
        }
    )
    document.subset_fonts()
    document.save(target, garbage=4, deflate=True, no_new_id=True)
