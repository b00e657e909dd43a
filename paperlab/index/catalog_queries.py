"""What a search asks of the catalogue. All take a connection from `Catalog.reading()`."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage, PassageKind
from paperlab.index.catalog_rows import pack_path, unpack_block_texts, unpack_blocks, unpack_boxes, unpack_path
from paperlab.index.passages import REFERENCES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ALL_KINDS = frozenset(PassageKind)
_BM25 = "bm25(passages_fts, 0.5, 0.5, 1)"
"""Of title, section path and text; the less the better."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search."""

    kinds: frozenset[PassageKind] = _ALL_KINDS
    papers: frozenset[PaperKey] | None = None
    """None: in all."""

    @property
    def is_all(self) -> bool:
        return self.papers is None and self.kinds == _ALL_KINDS

    @property
    def is_nothing(self) -> bool:
        return not self.kinds or (self.papers is not None and not self.papers)


@dataclass(frozen=True, slots=True)
class Batch:
    """Vectors that were put in together. What bears a token never changes."""

    first: int
    """Id of the first passage; the others follow."""
    count: int
    token: int


@dataclass(frozen=True, slots=True)
class StoredText:
    """A parsed paper, not yet unpacked."""

    paper: PaperKey
    edition: str
    texts: bytes
    lines: bytes

    def texts_of_blocks(self) -> list[tuple[BlockKind, str]]:
        return unpack_block_texts(self.texts)

    def blocks(self) -> tuple[Block, ...]:
        return unpack_blocks(self.texts, self.lines)


def generation(db: sqlite3.Connection) -> int:
    """Changes whenever passages or vectors do."""
    (value,) = db.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    return int(value)


def match_words(db: sqlite3.Connection, query: str, limit: int, scope: Scope) -> list[tuple[int, float]]:
    """Ids of the passages that meet a query of FTS5, with scores by BM25, the highest first, ties by id.

    Words of the title and of the section path count half: all passages of a paper or a section have them (ADR 0011).
    """
    condition, parameters = _condition(scope)
    join = f"JOIN passages ON passages.id = passages_fts.rowid WHERE {condition} AND" if condition else "WHERE"
    return _best(db, f"{join} passages_fts MATCH ?", (*parameters, query), limit)


def match_words_among(db: sqlite3.Connection, query: str, limit: int, ids: Sequence[int]) -> list[tuple[int, float]]:
    """Of these passages, at least one, those that meet a query of FTS5, as `match_words` gives them."""
    # +: all matches up to the last id are gone through once, instead of a search for each id
    where = (
        "WHERE +passages_fts.rowid IN (SELECT value FROM json_each(?)) AND passages_fts.rowid <= ?"
        " AND passages_fts MATCH ?"
    )
    return _best(db, where, (json.dumps(ids), max(ids), query), limit)


def _best(db: sqlite3.Connection, where: str, parameters: tuple[str | int, ...], limit: int) -> list[tuple[int, float]]:
    return db.execute(
        f"SELECT passages_fts.rowid, -{_BM25} FROM passages_fts {where} ORDER BY {_BM25}, passages_fts.rowid LIMIT ?",
        (*parameters, limit),
    ).fetchall()


def spread_of(db: sqlite3.Connection, query: str, limit: int) -> tuple[int, int]:
    """How many passages meet a query of FTS5, counted up to a limit, and the id of the last one counted."""
    count, last = db.execute(
        "SELECT count(*), max(rowid) FROM (SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? LIMIT ?)",
        (query, limit),
    ).fetchone()
    return count, last or 0


def ids_with(db: sqlite3.Connection, query: str, limit: int) -> "npt.NDArray[np.int64]":
    """Of the first passages that meet a query of FTS5, ascending."""
    return _numbers(
        db.execute(
            "SELECT group_concat(rowid) FROM (SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? LIMIT ?)",
            (query, limit),
        )
    )


def ids_with_in(db: sqlite3.Connection, query: str, ranges: Sequence[tuple[int, int]]) -> "npt.NDArray[np.int64]":
    """Of the passages that meet a query of FTS5 and whose ids are in one of the ranges, which must ascend."""
    return _numbers(
        db.execute(
            "SELECT group_concat(passages_fts.rowid) FROM json_each(?) AS span CROSS JOIN passages_fts"
            " WHERE passages_fts MATCH ? AND passages_fts.rowid"
            " BETWEEN json_extract(span.value, '$[0]') AND json_extract(span.value, '$[1]')",
            (json.dumps(ranges), query),
        )
    )


def words_of(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[bytes, int]]:
    """Title, section and text of passages, as one in UTF-8, and how many words FTS5 has counted."""
    rows = db.execute(
        "SELECT passage_words.id,"
        " CAST(char(10) || title || char(10) || section || char(10) || text || char(10) AS BLOB), sz"
        " FROM passage_words JOIN passages_fts_docsize AS size ON size.id = passage_words.id"
        " WHERE passage_words.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {number: (text, _total(sizes)) for number, text, sizes in rows}


def _total(sizes: bytes) -> int:
    """The sum of SQLite's variable-length integers: seven bits a byte, the highest first, the last below 128."""
    total = number = 0
    for byte in sizes:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            total += number
            number = 0
    return total


def signatures_of(db: sqlite3.Connection, ids: Iterable[int], fingerprint: str) -> dict[int, bytes]:
    """Of the passages that have one of this encoder."""
    return dict(
        db.execute(
            "SELECT passage, signs FROM signatures"
            " JOIN passages ON passages.id = passage JOIN papers ON papers.id = paper"
            " WHERE passage IN (SELECT value FROM json_each(?))"
            f" AND iif(kind = '{PassageKind.PASSAGE}', fingerprint, marks_fingerprint) = ?",
            (json.dumps(list(ids)), fingerprint),
        )
    )


def match_ids(db: sqlite3.Connection, query: str) -> list[int]:
    """Ids of all passages that meet a query of FTS5, in order."""
    return [row[0] for row in db.execute("SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?", (query,))]


def passages_in_turn(db: sqlite3.Connection, scope: Scope, query: str, limit: int) -> list[int]:
    """The first passage of each paper, then the second of each, and so on; a paper's own before the reader's notes.

    Papers stand in the order in which they were first indexed, the last one first.
    """
    condition, parameters = _condition(scope, query)
    rows = db.execute(
        "SELECT id FROM (SELECT id, paper, row_number() OVER (PARTITION BY paper ORDER BY kind DESC, id) AS turn"
        f" FROM passages WHERE {condition or 'true'}) ORDER BY turn, paper DESC LIMIT ?",
        (*parameters, limit),
    )
    return [row[0] for row in rows]


def places_and_texts(db: sqlite3.Connection, ids: Iterable[int]) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Section paths and texts of passages."""
    rows = db.execute(
        "SELECT id, section, text FROM passages WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return ((number, unpack_path(section), text) for number, section, text in rows)


def references_among(db: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Those that are entries of a bibliography."""
    rows = db.execute(
        "SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?)) AND kind = ? AND section = ?",
        (json.dumps(list(ids)), PassageKind.PASSAGE, pack_path(REFERENCES)),
    )
    return {row[0] for row in rows}


def passages_of(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[Passage, str]]:
    """Passages with the titles of their papers; those that are gone are missing."""
    rows = db.execute(
        "SELECT passages.id, key, kind, text, section, passages.edition, boxes, first_block, source_id, title"
        " FROM passages JOIN papers ON papers.id = paper WHERE passages.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {
        number: (
            Passage(
                paper=PaperKey(key),
                kind=PassageKind(kind),
                text=text,
                section=unpack_path(section),
                edition=edition,
                boxes=unpack_boxes(boxes),
                first_block=first_block,
                source_id=source_id,
            ),
            title,
        )
        for number, key, kind, text, section, edition, boxes, first_block, source_id, title in rows
    }


def papers_without_vectors(db: sqlite3.Connection, fingerprint: str) -> int:
    """How many papers have passages, but no vectors of this encoder."""
    # not !=, which would go through all papers
    (count,) = db.execute(
        "SELECT count(*) FROM papers WHERE passages > 0 AND (fingerprint < ?1 OR fingerprint > ?1)", (fingerprint,)
    ).fetchone()
    return int(count)


def vector_batches(db: sqlite3.Connection, fingerprint: str, dimension: int) -> list[Batch]:
    """All batches of an encoder, in order of their passages."""
    rows = db.execute(
        "SELECT first_passage, passages, token FROM vectors WHERE fingerprint = ? AND dimension = ?"
        " ORDER BY first_passage",
        (fingerprint, dimension),
    )
    return [Batch(*row) for row in rows]


def runs_of_passages(db: sqlite3.Connection) -> list[tuple[int, int, int, str]]:
    """First id, count, number of the paper and kind of all runs of passages that were put in together, in order."""
    return db.execute("SELECT first_passage, passages, paper, kind FROM runs ORDER BY first_passage").fetchall()


def numbers_of_papers(db: sqlite3.Connection) -> dict[str, int]:
    """By their keys."""
    return dict(db.execute("SELECT key, id FROM papers"))


def vector_rows(db: sqlite3.Connection, batches: Iterable[Batch]) -> Iterator[tuple[Batch, bytes]]:
    """The float16 rows of batches, in order of their passages; those that are gone are missing."""
    wanted = {batch.token for batch in batches}
    rows = db.execute(
        "SELECT first_passage, passages, token, rows FROM vectors"
        " WHERE first_passage IN (SELECT value FROM json_each(?)) ORDER BY first_passage",
        (json.dumps([batch.first for batch in batches]),),
    )
    for first, count, token, content in rows:
        if token in wanted:
            yield Batch(first, count, token), content


def single_vectors(db: sqlite3.Connection, places: Iterable[tuple[int, int]], bytes_each: int) -> Iterator[bytes]:
    """The float16 rows at places, each given by the first passage of its batch and its row there.

    Empty for a batch that is gone. Only the pages of the row itself are read, and those that lead to it.
    """
    for first, row in places:
        try:
            with db.blobopen("vectors", "rows", first, readonly=True) as blob:
                blob.seek(row * bytes_each)
                yield blob.read(bytes_each)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # "no such rowid"
                raise
            yield b""


def text_bytes(db: sqlite3.Connection, papers: Iterable[PaperKey] | None) -> int:
    """How many bytes the texts of parsed papers take, deflated; None: of all."""
    condition, parameters = _of_papers(papers)
    (total,) = db.execute(
        f"SELECT coalesce(sum(length(texts)), 0) FROM parsed JOIN papers ON id = paper WHERE {condition}", parameters
    ).fetchone()
    return int(total)


def stored_texts(db: sqlite3.Connection, papers: Iterable[PaperKey] | None) -> Iterator[StoredText]:
    """Parsed papers in order of their keys; None: all."""
    condition, parameters = _of_papers(papers)
    rows = db.execute(
        f"SELECT key, edition, texts, lines FROM parsed JOIN papers ON id = paper WHERE {condition} ORDER BY key",
        parameters,
    )
    return (StoredText(PaperKey(key), edition, texts, lines) for key, edition, texts, lines in rows)


def _numbers(rows: sqlite3.Cursor) -> "npt.NDArray[np.int64]":
    """Of one text with commas between: a row for each takes five times as long."""
    import numpy as np

    (text,) = rows.fetchone()
    return np.fromstring(text or "", np.int64, sep=",")


def _of_papers(papers: Iterable[PaperKey] | None) -> tuple[str, tuple[str, ...]]:
    """A condition on the table of papers, with its parameters."""
    if papers is None:
        return "true", ()
    return "key IN (SELECT value FROM json_each(?))", (json.dumps([str(key) for key in papers]),)


def _condition(scope: Scope, query: str = "") -> tuple[str, tuple[str, ...]]:
    """A condition on the table of passages, with its parameters; "" if all are wanted."""
    conditions: list[str] = []
    parameters: list[str] = []
    if not scope.is_all:
        of_papers, keys = _of_papers(scope.papers)
        conditions.append(
            f"kind IN (SELECT value FROM json_each(?)) AND paper IN (SELECT id FROM papers WHERE {of_papers})"
        )
        parameters += (json.dumps(sorted(scope.kinds)), *keys)
    if query:
        conditions.append("passages.id IN (SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?)")
        parameters.append(query)
    return " AND ".join(conditions), tuple(parameters)
