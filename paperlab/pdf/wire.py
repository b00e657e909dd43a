"""What parent and child say to each other: one JSON object a line."""

import json
from collections.abc import Mapping
from typing import Any

from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, Script, TextLayer


def encode(message: Mapping[str, Any]) -> bytes:
    """One line of ASCII: lone surrogates of file names and of broken fonts survive."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def from_parsed(parsed: ParsedPdf) -> dict[str, Any]:
    return {
        "page_count": parsed.page_count,
        "blocks": [_from_block(block) for block in parsed.blocks],
        "text_layer": parsed.text_layer.value,
        "title": parsed.title,
        "authors": list(parsed.authors),
        "first_page_text": parsed.first_page_text,
        "year": parsed.year,
        "notes": list(parsed.notes),
        "mark_count": parsed.mark_count,
    }


def to_parsed(message: Mapping[str, Any]) -> ParsedPdf:
    """Raises KeyError, TypeError or ValueError if it is not what `from_parsed` wrote."""
    return ParsedPdf(
        page_count=int(message["page_count"]),
        blocks=tuple(_to_block(block) for block in message["blocks"]),
        text_layer=TextLayer(message["text_layer"]),
        title=str(message["title"]),
        authors=tuple(str(author) for author in message["authors"]),
        first_page_text=str(message["first_page_text"]),
        year=None if message["year"] is None else int(message["year"]),
        notes=tuple(str(note) for note in message["notes"]),
        mark_count=int(message["mark_count"]),
    )


def _from_block(block: Block) -> list[Any]:
    lines = [
        [line.page_index, line.box.x0, line.box.y0, line.box.x1, line.box.y1, line.start, line.end]
        for line in block.lines
    ]
    return [block.kind.value, block.text, lines, list(block.section), block.level, block.bold_lead, block.scripts]


def _to_block(item: list[Any]) -> Block:
    kind, text, lines, section, level, bold_lead, scripts = item
    return Block(
        BlockKind(kind),
        str(text),
        tuple(Line(int(page), Box(x0, y0, x1, y1), int(start), int(end)) for page, x0, y0, x1, y1, start, end in lines),
        tuple(section),
        int(level),
        int(bold_lead),
        tuple(Script(int(start), int(end), bool(is_raised)) for start, end, is_raised in scripts),
    )
