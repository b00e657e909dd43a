"""Values of the domain as rows of the catalogue, and back."""

import json
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple, overload

from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, Script, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.memory import no_garbage_sought
from paperlab.domain.passages import PageBox
from paperlab.domain.progress import Depth, Status
from paperlab.domain.summaries import PaperSummary

_PER_POINT = 100
"""Boxes are kept in hundredths of a point, as the parser rounds them."""
_FARTHEST_PT = 2**30 // _PER_POINT - 1


def pack_texts(parsed: ParsedPdf) -> bytes:
    """All of a parsed PDF but the places of its lines, its layer and number of pages: JSON, deflated."""
    return _deflate(
        {
            "title": parsed.title,
            "authors": parsed.authors,
            "first_page_text": parsed.first_page_text,
            "year": parsed.year,
            "notes": parsed.notes,
            "blocks": [[b.kind, b.text, b.section, b.level, b.bold_lead, b.scripts] for b in parsed.blocks],
        }
    )


def pack_outline(parsed: ParsedPdf) -> str:
    """Text, level, page and index of each heading: for `SectionEntry`."""
    return json.dumps(
        [
            (block.text, block.level, block.page_index, index)
            for index, block in enumerate(parsed.blocks)
            if block.kind is BlockKind.HEADING
        ],
        separators=(",", ":"),
    )


def pack_lines(blocks: Sequence[Block]) -> bytes:
    """Number in its block, page, box, start and end of each line."""
    return _pack_table(
        [
            (number, line.page_index, *_from_box(line.box), line.start, line.end)
            for block in blocks
            for number, line in enumerate(block.lines)
        ],
    )


def unpack_parsed(page_count: int, layer: str, texts: bytes, lines: bytes) -> ParsedPdf:
    with no_garbage_sought():
        content = _inflate(texts)
        blocks = tuple(_blocks(content["blocks"], lines))
    return ParsedPdf(
        page_count=page_count,
        blocks=blocks,
        text_layer=TextLayer(layer),
        title=content["title"],
        authors=tuple(content["authors"]),
        first_page_text=content["first_page_text"],
        year=content["year"],
        notes=tuple(content["notes"]),
    )


def unpack_blocks(texts: bytes, lines: bytes) -> tuple[Block, ...]:
    return tuple(_blocks(_inflate(texts)["blocks"], lines))


def unpack_block_texts(texts: bytes) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block, without the places of their lines: a fifth of the time."""
    return [(BlockKind(kind), text) for kind, text, *_ in _inflate(texts)["blocks"]]


class StoredBlock(NamedTuple):
    """What can be told of a block without the boxes of its lines, in a tenth of the time."""

    kind: BlockKind
    text: str
    level: int
    pages: tuple[int, ...]
    """Of its lines, in their order, each once."""


def stored_blocks(texts: bytes, lines: bytes) -> list[StoredBlock]:
    pages: list[dict[int, None]] = []
    numbers, of_lines, *_ = _unpack_columns(lines, 8)
    for number, page in zip(numbers, of_lines, strict=True):
        if number == 0:
            pages.append({})
        pages[-1][page] = None
    return [
        StoredBlock(BlockKind(kind), text, level, tuple(there))
        for (kind, text, _, level, *_), there in zip(_inflate(texts)["blocks"], pages, strict=True)
    ]


def pack_boxes(boxes: Sequence[PageBox]) -> bytes:
    return _pack_table([(place.page_index, *_from_box(place.box)) for place in boxes])


def unpack_boxes(blob: bytes) -> tuple[PageBox, ...]:
    return tuple(PageBox(page, _to_box(*sides)) for page, *sides in _unpack_table(blob, 5))


def pages_of_boxes(blob: bytes) -> "array[int]":
    """The page of each, without the rest of it."""
    return _unpack_columns(blob, 5)[0]


def pack_path(section: tuple[str, ...]) -> str:
    """A section path as text that SQLite can hold and FTS5 takes words from."""
    return json.dumps(section, ensure_ascii=False, separators=(",", ":"))


def unpack_path(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def pack_summary(summary: PaperSummary) -> str:
    """A change of the fields needs a step of migration that empties the table."""
    return json.dumps(
        (
            summary.citekey,
            summary.title,
            summary.authors,
            summary.year,
            summary.tags,
            summary.edition,
            summary.editions,
            summary.status,
            summary.depth,
            summary.progress,
            summary.pages,
            summary.annotations,
            summary.has_notes,
            summary.added.isoformat(),
            summary.last_read and summary.last_read.isoformat(),
            summary.abstract,
            summary.withdrawn,
        ),
        separators=(",", ":"),
    )


def unpack_summary(key: str, text: str) -> PaperSummary:
    (
        citekey,
        title,
        authors,
        year,
        tags,
        edition,
        editions,
        status,
        depth,
        progress,
        pages,
        annotations,
        has_notes,
        added,
        last_read,
        abstract,
        withdrawn,
    ) = json.loads(text)
    return PaperSummary(
        key=PaperKey(key),
        citekey=citekey,
        title=title,
        authors=tuple(authors),
        year=year,
        tags=tuple(tags),
        edition=edition,
        editions=tuple(editions),
        status=Status(status),
        depth=Depth(depth) if depth else None,
        progress=progress,
        pages=pages,
        annotations=annotations,
        has_notes=has_notes,
        added=datetime.fromisoformat(added),
        last_read=datetime.fromisoformat(last_read) if last_read else None,
        abstract=abstract,
        withdrawn=withdrawn,
    )


class StoredLines(Sequence[Line]):
    """The lines of a block, made when they are asked for: few of a book's twenty thousand are, all take 30 ms."""

    __slots__ = ("_columns", "_rows")

    def __init__(self, columns: Sequence[Sequence[int]], rows: range) -> None:
        """`columns` are those of `pack_lines`, `rows` the block's."""
        self._columns = columns
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, index: int | slice) -> Line | tuple[Line, ...]:
        found = self._rows[index]
        return self._line(found) if isinstance(found, int) else tuple(map(self._line, found))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, StoredLines) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _line(self, row: int) -> Line:
        _, pages, x0, y0, x1, y1, starts, ends = self._columns
        return Line(pages[row], _to_box(x0[row], y0[row], x1[row], y1[row]), starts[row], ends[row])


def _blocks(items: list[list[Any]], blob: bytes) -> Iterator[Block]:
    columns = _unpack_columns(blob, 8)
    firsts = [row for row, number in enumerate(columns[0]) if number == 0]
    ends = [*firsts[1:], len(columns[0])]
    # catalogues of the first parser version have no scripts
    for (kind, text, section, level, bold_lead, *scripts), first, end in zip(
        items, firsts, ends[: len(firsts)], strict=True
    ):
        small = tuple(Script(*script) for script in scripts[0]) if scripts else ()
        lines = StoredLines(columns, range(first, end))
        yield Block(BlockKind(kind), text, lines, tuple(section), level, bold_lead, small)


def _from_box(box: Box) -> tuple[int, ...]:
    return tuple(
        round(min(max(side, -_FARTHEST_PT), _FARTHEST_PT) * _PER_POINT) for side in (box.x0, box.y0, box.x1, box.y1)
    )


def _to_box(x0: int, y0: int, x1: int, y1: int) -> Box:
    return Box(x0 / _PER_POINT, y0 / _PER_POINT, x1 / _PER_POINT, y1 / _PER_POINT)


def _pack_table(rows: Sequence[tuple[int, ...]]) -> bytes:
    """Rows of integers, by column, each as its difference from the one above: int32, deflated.

    Lines under each other differ little: this takes 0.6 of the space of the plain numbers, deflated.
    """
    columns = ((b - a for a, b in pairwise((0, *column))) for column in zip(*rows, strict=True))
    numbers = list(chain.from_iterable(columns))
    return zlib.compress(struct.pack(f"<{len(numbers)}i", *numbers), 9)


def _unpack_table(blob: bytes, width: int) -> Iterator[tuple[int, ...]]:
    return zip(*_unpack_columns(blob, width), strict=True)


def _unpack_columns(blob: bytes, width: int) -> "list[array[int]]":
    content = zlib.decompress(blob)
    numbers = struct.unpack(f"<{len(content) // 4}i", content)
    height = len(numbers) // width
    return [array("i", accumulate(numbers[at * height : (at + 1) * height])) for at in range(width)]


def _deflate(content: Any) -> bytes:
    # ASCII: broken fonts give lone surrogates, which UTF-8 cannot express
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode("ascii"), 9)


def _inflate(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))
