"""What the catalogue holds of one paper, held against itself."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from paperlab.domain.blocks import BlockKind, TextLayer
from paperlab.domain.findings import Finding, Kind
from paperlab.domain.passages import PassageKind
from paperlab.index.catalog_rows import StoredBlock, pages_of_boxes, stored_blocks
from paperlab.index.encoder import Encoder, encodable

if TYPE_CHECKING:
    import numpy.typing as npt

_UNIT = 1e-3
"""How far the norm of a vector may be from 1; float16 alone takes it up to 3e-4 away."""
_UNSAID = (BlockKind.TITLE, BlockKind.HEADING)
"""Blocks that are in no passage: they are its section path."""
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was looked at."""

    papers: int = 0
    pages: int = 0
    pages_with_text: int = 0
    """With text that belongs into passages: pages of headings or pictures alone have none."""
    pages_unsearchable: int = 0
    """Of papers whose text is garbled or missing: they have no passages, and are said to have none."""
    passages: int = 0
    """Of the papers' own text."""
    marks: int = 0
    """Passages of notes and annotations."""
    vectors: int = 0
    signatures: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


class _Row(NamedTuple):
    """A row of the table of papers."""

    id: int
    key: str
    edition: str
    fingerprint: str
    text_layer: str
    page_count: int
    passages: int
    marks_fingerprint: str


class _PassageRow(NamedTuple):
    id: int
    kind: str
    edition: str
    text: str
    boxes: bytes
    has_words: int
    signs: int | None
    """Bytes of its signature; None if it has none."""


class _VectorRow(NamedTuple):
    first: int
    size: int
    is_marks: int
    fingerprint: str
    dimension: int
    rows: bytes


def stored_papers(db: Connection) -> "Iterator[StoredPaper]":
    """All papers, one in memory at a time."""
    for row in db.execute(f"SELECT {', '.join(_Row._fields)} FROM papers ORDER BY key").fetchall():
        yield StoredPaper(db, _Row(*row))


class StoredPaper:
    def __init__(self, db: Connection, row: _Row) -> None:
        self._row = row
        self._passages = [
            _PassageRow(*passage)
            for passage in db.execute(
                "SELECT passages.id, kind, edition, text, boxes, size.id IS NOT NULL, length(signs) FROM passages"
                " LEFT JOIN passages_fts_docsize AS size ON size.id = passages.id"
                " LEFT JOIN signatures ON passage = passages.id WHERE paper = ? ORDER BY passages.id",
                (row.id,),
            )
        ]
        self._vectors = [
            _VectorRow(*batch)
            for batch in db.execute(
                "SELECT first_passage, passages, is_marks, fingerprint, dimension, rows FROM vectors WHERE paper = ?",
                (row.id,),
            )
        ]
        self._runs = db.execute("SELECT first_passage, passages, kind FROM runs WHERE paper = ?", (row.id,)).fetchall()
        parsed = db.execute("SELECT outline, texts, lines FROM parsed WHERE paper = ?", (row.id,)).fetchone()
        self._outline = parsed[0] if parsed else ""
        self._blocks = stored_blocks(*parsed[1:]) if parsed else None

    def tally(self) -> Tally:
        row = self._row
        return Tally(
            papers=1,
            pages=row.page_count,
            pages_with_text=len(self._pages_with_text) if self._is_searchable else 0,
            pages_unsearchable=0 if self._is_searchable else row.page_count,
            passages=len(self._own),
            marks=len(self._passages) - len(self._own),
            vectors=sum(batch.size for batch in self._vectors),
            signatures=sum(passage.signs is not None for passage in self._passages),
        )

    def findings(self, encoder: Encoder | None) -> Iterator[Finding]:
        """What is wrong. Raises CatalogDamaged, by way of the connection, where something cannot be unpacked."""
        yield from (Finding(kind, self._row.key, message) for kind, message in self._flaws(encoder))

    def _flaws(self, encoder: Encoder | None) -> "Iterator[tuple[Kind, str]]":
        yield from self._flaws_of_text()
        yield from self._flaws_of_passages()
        yield from self._flaws_of_vectors(encoder)
        wordless = sum(not passage.has_words for passage in self._passages)
        if wordless:
            yield Kind.WORDS_AT_ODDS, f"{wordless} passages cannot be found by their words"

    def _flaws_of_text(self) -> "Iterator[tuple[Kind, str]]":
        row = self._row
        if not row.edition:  # only its notes and annotations are indexed
            return
        if self._blocks is None:
            yield Kind.PASSAGES_AT_ODDS, "its text is missing"
            return
        headings = [
            [block.text, block.level, block.pages[0], index]
            for index, block in enumerate(self._blocks)
            if block.kind is BlockKind.HEADING
        ]
        if json.loads(self._outline) != headings:
            yield Kind.PASSAGES_AT_ODDS, "its outline is not that of its text"
        if not self._is_searchable:
            return
        covered = {page for passage in self._own for page in pages_of_boxes(passage.boxes)}
        if uncovered := sorted(self._pages_with_text - covered):
            yield Kind.PAGE_UNCOVERED, f"{_pages(uncovered)} with text, but without a passage"
        elif _letters(passage.text for passage in self._own) != _letters(block.text for block in self._said):
            yield Kind.PAGE_UNCOVERED, "its passages are not all of its text, or more than that"
        if beyond := sorted(page for page in covered if page >= row.page_count):
            yield Kind.PASSAGES_AT_ODDS, f"passages on {_pages(beyond)}, of {row.page_count}"

    def _flaws_of_passages(self) -> "Iterator[tuple[Kind, str]]":
        row = self._row
        if row.passages != len(self._own):
            yield Kind.PASSAGES_AT_ODDS, f"{len(self._own)} passages, but {row.passages} are told of"
        if others := {passage.edition for passage in self._own} - {row.edition}:
            yield Kind.PASSAGES_AT_ODDS, f"passages of {', '.join(sorted(others))} among those of {row.edition}"
        told = Counter((first + at, kind) for first, count, kind in self._runs for at in range(count))
        if told != Counter((passage.id, passage.kind) for passage in self._passages):
            yield Kind.PASSAGES_AT_ODDS, "its passages and their runs differ: filters would leave some out"

    def _flaws_of_vectors(self, encoder: Encoder | None) -> "Iterator[tuple[Kind, str]]":
        row, by_id = self._row, {passage.id: passage for passage in self._passages}
        seen: Counter[int] = Counter()
        for batch in self._vectors:
            ids = range(batch.first, batch.first + batch.size)
            seen.update(ids)
            expected = row.marks_fingerprint if batch.is_marks else row.fingerprint
            if batch.fingerprint != expected:
                yield Kind.VECTOR_FOREIGN, f"vectors of {batch.fingerprint}, where {expected or 'none'} is told of"
            elif encoder is not None and batch.dimension != encoder.dimension and expected == encoder.fingerprint:
                yield Kind.VECTOR_WRONG, f"vectors of {batch.dimension} components, not of {encoder.dimension}"
            strangers = sum(_is_stranger(by_id.get(number), batch) for number in ids)
            if strangers:
                yield Kind.VECTOR_ORPHAN, f"{strangers} vectors without their passage"
            yield from _flaws_of_rows(batch, [by_id.get(number) for number in ids], encoder)
        if any(count > 1 for count in seen.values()):
            yield Kind.VECTOR_WRONG, "passages with two vectors"
        missing = sum(
            passage.id not in seen
            for passage in self._passages
            if (row.fingerprint if _is_own(passage) else row.marks_fingerprint)
        )
        if missing:
            yield Kind.VECTOR_MISSING, f"{missing} of {len(self._passages)} passages have no vector"
        width = {batch.is_marks: -(-batch.dimension // 8) for batch in self._vectors}
        odd = sum(
            passage.signs is not None
            and (not passage.signs or passage.signs % width.get(int(not _is_own(passage)), 1) != 0)
            for passage in self._passages
        )
        if odd:
            yield Kind.SIGNATURE_WRONG, f"{odd} signatures are cut off"

    @cached_property
    def _own(self) -> list[_PassageRow]:
        return [passage for passage in self._passages if _is_own(passage)]

    @property
    def _is_searchable(self) -> bool:
        return self._row.text_layer == TextLayer.GOOD

    @cached_property
    def _said(self) -> list[StoredBlock]:
        """What belongs into passages."""
        return [block for block in self._blocks or () if block.kind not in _UNSAID and block.text.strip()]

    @cached_property
    def _pages_with_text(self) -> set[int]:
        return {page for block in self._said for page in block.pages}


def _is_own(passage: _PassageRow) -> bool:
    return passage.kind == PassageKind.PASSAGE


def _is_stranger(passage: _PassageRow | None, batch: _VectorRow) -> bool:
    return passage is None or _is_own(passage) == bool(batch.is_marks)


def _flaws_of_rows(
    batch: _VectorRow, passages: Sequence[_PassageRow | None], encoder: Encoder | None
) -> "Iterator[tuple[Kind, str]]":
    """Each row is finite and of norm 1; of norm 0 where the model has no token for the text."""
    import numpy as np

    if len(batch.rows) != batch.size * batch.dimension * 2:
        yield Kind.VECTOR_WRONG, f"vectors of a wrong size: {len(batch.rows)} bytes for {batch.size} passages"
        return
    rows = np.frombuffer(batch.rows, "<f2").reshape(batch.size, batch.dimension).astype(np.float32)
    norms: npt.NDArray[np.float32] = np.linalg.norm(rows, axis=1)
    infinite = ~np.isfinite(norms)
    odd = ~infinite & (np.abs(norms - 1) > _UNIT)
    silent = [
        index for index in np.flatnonzero(odd).tolist() if norms[index] == 0 and _has_no_token(passages[index], encoder)
    ]
    odd[silent] = False
    if infinite.any():
        yield Kind.VECTOR_WRONG, f"{infinite.sum()} vectors are not finite"
    if odd.any():
        yield Kind.VECTOR_WRONG, f"{odd.sum()} vectors are not of norm 1"


def _has_no_token(passage: _PassageRow | None, encoder: Encoder | None) -> bool:
    if passage is None:
        return False
    if encoder is None:
        return not any(character.isalnum() for character in passage.text)
    return encoder.count_tokens([passage.text]) == [0]


def _letters(texts: Iterable[str]) -> bytes:
    """All characters but white space, in the order of their numbers: what it takes to write the texts."""
    import numpy as np

    letters = "".join(encodable("".join(texts)).split())  # as the catalogue keeps them
    return np.sort(np.frombuffer(letters.encode("utf-32-le"), "<u4")).tobytes()


def _pages(indexes: Sequence[int]) -> str:
    """`page 3`, `pages 3, 4, 5`; from 1."""
    named = ", ".join(str(index + 1) for index in indexes[:_MOST_NAMED])
    more = f" and {len(indexes) - _MOST_NAMED} more" if len(indexes) > _MOST_NAMED else ""
    return f"page{'' if len(indexes) == 1 else 's'} {named}{more}"
