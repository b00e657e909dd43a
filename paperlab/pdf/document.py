"""Raw pages → what a reader sees: blocks in reading order."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from paperlab.domain.blocks import Block, BlockKind, Line, ParsedPdf, TextLayer
from paperlab.domain.text import one_line, plain
from paperlab.pdf.boxes import TextBox, text_boxes
from paperlab.pdf.doubt import is_doubtful
from paperlab.pdf.footnotes import with_footnotes_at_place
from paperlab.pdf.fractions import with_fractions
from paperlab.pdf.furniture import body_size, without_furniture
from paperlab.pdf.headings import with_headings
from paperlab.pdf.joining import with_joined
from paperlab.pdf.measures import measures_of
from paperlab.pdf.order import reading_order
from paperlab.pdf.pages import Piece, RawDocument, RawPage, Region
from paperlab.pdf.parts import Part, parts_of
from paperlab.pdf.references import with_references
from paperlab.pdf.ruled import ruled_boxes
from paperlab.pdf.scripts import scripts_of
from paperlab.pdf.tables import table_lines
from paperlab.pdf.text_layer import text_layer_of
from paperlab.pdf.title import believable, with_title
from paperlab.pdf.words import Vocabulary, compose, compose_lines

_LONGEST_LEAD = 100
"""Characters of a run-in heading."""


Ask = Callable[[int], tuple[Region, ...]]
"""The layout model's regions of a page by its index; none if it is of no help."""


def assemble(raw: RawDocument, ask: Ask = lambda _: ()) -> ParsedPdf:
    """Put the blocks of a paper together; a scan has none.

    Pages without regions are read by rules. Where these doubt themselves, `ask` is called for the regions.
    """
    size = body_size(raw.pages)
    kept = _kept(raw.pages, size)
    layer = text_layer_of("\n".join(piece.text for pieces in kept for piece in pieces), len(raw.pages))
    blocks: tuple[Block, ...] = ()
    title = ""
    if layer is not TextLayer.NONE:
        parts: list[Part] = []
        for page, boxes in zip(raw.pages, _boxes(raw.pages, kept, size, ask), strict=True):
            parts += parts_of(reading_order(boxes), page.height, size)
        vocabulary = Vocabulary.of(row for part in parts for row in part.rows)
        parts, title = with_title(parts, raw.metadata_title, size)
        parts = with_joined(with_references(with_headings(parts, raw.outline, size)))
        parts = with_footnotes_at_place(parts)
        blocks = tuple(_blocks(parts, vocabulary))
    return ParsedPdf(
        page_count=raw.page_count,
        blocks=blocks,
        text_layer=layer,
        title=_title(blocks, title) if layer is not TextLayer.GARBLED else believable(raw.metadata_title),
        authors=_authors(raw.metadata_authors),
        first_page_text=plain(raw.first_page_text),
        year=_year(raw.created),
        notes=raw.notes,
    )


def _boxes(
    pages: Sequence[RawPage], kept: Sequence[Sequence[Piece]], size: float, ask: Ask
) -> list[tuple[TextBox, ...]]:
    """The boxes of each page, by rules or by the layout model."""
    measures = measures_of(kept, size)
    ruled = {
        page.index: ruled_boxes(page, pieces, measures)
        for page, pieces in zip(pages, kept, strict=True)
        if not page.regions
    }
    asked = {index: ask(index) for index, boxes in ruled.items() if is_doubtful(boxes, measures)}
    if any(asked.values()):
        pages = [replace(page, regions=asked.get(page.index) or page.regions) for page in pages]
        kept = _kept(pages, size)  # the model knows more of furniture
    return [
        text_boxes(page, pieces, size) if page.regions else ruled[page.index]
        for page, pieces in zip(pages, kept, strict=True)
    ]


def _kept(pages: Sequence[RawPage], size: float) -> list[tuple[Piece, ...]]:
    """The text of the paper on each page."""
    kept = without_furniture(pages)
    return [with_fractions(pieces, page.marks, size) for page, pieces in zip(pages, kept, strict=True)]


def _title(blocks: Sequence[Block], fallback: str) -> str:
    printed = next((block.text for block in blocks if block.kind is BlockKind.TITLE), fallback)
    return printed.rstrip(" ∗*†‡§¶")


def _blocks(parts: Sequence[Part], vocabulary: Vocabulary) -> list[Block]:
    blocks = []
    path: list[tuple[int, str]] = []
    for part in parts:
        text, lines = _composed(part, vocabulary)
        if part.kind is BlockKind.HEADING:
            path = [entry for entry in path if entry[0] < part.level] + [(part.level, text)]
        lead = _bold_lead(part, text) if part.kind is BlockKind.PARAGRAPH else 0
        section = tuple(title for _, title in path)
        level = part.level if part.kind is BlockKind.HEADING else 0
        blocks.append(Block(part.kind, text, lines, section, level, lead, scripts_of(part.rows, text, lines)))
    return blocks


def _composed(part: Part, vocabulary: Vocabulary) -> tuple[str, tuple[Line, ...]]:
    if part.kind is BlockKind.TABLE:
        return compose_lines(table_lines(part.rows), part.rows)
    if part.kind is BlockKind.FORMULA:
        return compose_lines([row.text for row in part.rows], part.rows)
    return compose(part.rows, vocabulary)


def _bold_lead(part: Part, text: str) -> int:
    """Length of the bold beginning of a paragraph that goes on in another weight."""
    bold = ""
    for span in part.rows[0].spans:
        if span.text.strip() and not span.is_bold:
            break
        bold += span.text
    lead = len(one_line(bold))
    if lead < 3 or lead > _LONGEST_LEAD or (part.rows[0].is_bold and len(one_line(bold)) >= len(part.rows[0].text)):
        return 0
    return lead if text[lead : lead + 1] in ("", " ") and lead < len(text) else 0


def _authors(text: str) -> tuple[str, ...]:
    """Names as the file's metadata divides them; what is no list of names is left out."""
    names = [one_line(name).strip("*∗†‡ ") for name in re.split(r";|,|\band\b", text)]
    return tuple(name for name in names if " " in name and len(name) < 60)


def _year(created: str) -> int | None:
    match = re.match(r"(?:D:)?((?:19|20)\d\d)", created)
    return int(match[1]) if match else None
