"""Passages, words and vectors of a paper put in and taken out. All are called inside a transaction."""

import secrets
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from paperlab.domain.passages import Passage, PassageKind
from paperlab.index.catalog_rows import pack_boxes, pack_path
from paperlab.index.encoder import encodable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def take_out_words(db: sqlite3.Connection, paper: int) -> None:
    """FTS5 must be told the very words it was given: before title or passages change."""
    db.execute(
        "INSERT INTO passages_fts (passages_fts, rowid, title, section, text)"
        " SELECT 'delete', id, title, section, text FROM passage_words WHERE paper = ?",
        (paper,),
    )


def put_in_words(db: sqlite3.Connection, paper: int) -> None:
    db.execute(
        "INSERT INTO passages_fts (rowid, title, section, text)"
        " SELECT id, title, section, text FROM passage_words WHERE paper = ?",
        (paper,),
    )


def count_generation(db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")


def rebuild_words(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')")
    count_generation(db)


def replace_passages(
    db: sqlite3.Connection,
    paper: int,
    passages: Sequence[Passage],
    vectors: "npt.NDArray[np.float32] | None",
    fingerprint: str,
    signatures: Sequence[bytes],
    *,
    is_marks: bool,
) -> None:
    """Passages, vectors and signatures of a paper's own text, or those of its marks, in place of the old ones."""
    if vectors is not None and len(vectors) != len(passages):
        raise ValueError(f"{len(passages)} passages, {len(vectors)} vectors")
    if signatures and len(signatures) != len(passages):
        raise ValueError(f"{len(passages)} passages, {len(signatures)} signatures")
    if any((passage.kind is not PassageKind.PASSAGE) != is_marks for passage in passages):
        raise ValueError("a paper's own text and its marks are put in apart")
    db.execute(f"DELETE FROM passages WHERE paper = ? AND (kind != '{PassageKind.PASSAGE}') = ?", (paper, is_marks))
    db.execute("DELETE FROM vectors WHERE paper = ? AND is_marks = ?", (paper, is_marks))
    db.execute(f"DELETE FROM runs WHERE paper = ? AND (kind != '{PassageKind.PASSAGE}') = ?", (paper, is_marks))
    ids = [_put_passage(db, paper, passage) for passage in passages]
    for kind, run in groupby(zip(ids, passages, strict=True), key=lambda placed: placed[1].kind):
        numbers = [number for number, _ in run]
        db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (numbers[0], len(numbers), paper, kind))
    if vectors is not None and ids:
        db.execute(
            "INSERT INTO vectors VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                ids[0],
                len(ids),
                paper,
                is_marks,
                secrets.randbits(63),
                fingerprint,
                vectors.shape[1],
                vectors.astype("<f2").tobytes(),
            ),
        )

    signed = [(number, signs) for number, signs in zip(ids, signatures, strict=False) if signs]
    db.executemany("INSERT INTO signatures VALUES (?, ?)", signed)


def _put_passage(db: sqlite3.Connection, paper: int, passage: Passage) -> int:
    """Ids of one transaction follow each other: nobody else can write meanwhile."""
    cursor = db.execute(
        "INSERT INTO passages (paper, kind, edition, section, text, boxes, first_block, source_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            paper,
            passage.kind,
            passage.edition,
            encodable(pack_path(passage.section)),
            encodable(passage.text),
            pack_boxes(passage.boxes),
            passage.first_block,
            passage.source_id,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
