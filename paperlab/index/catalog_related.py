"""What the search for related papers asks of the catalogue. All take a connection from `Catalog.reading()`."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind
from paperlab.index.catalog_rows import pack_path
from paperlab.index.passages import REFERENCES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SILENT = "section = ? OR section LIKE '%acknowledg%'"
"""Passages that say nothing of what their paper is about."""


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """The vectors of a paper's own passages."""

    paper: int
    """Its number in the catalogue."""
    ids: "npt.NDArray[np.int64]"
    """Of the passages, ascending."""
    rows: "npt.NDArray[np.float16]"


def paper_by_key(db: sqlite3.Connection, key: PaperKey) -> tuple[int, str, str] | None:
    """Number, title, and fingerprint of its encoder; None if the catalogue does not have it."""
    found: tuple[int, str, str] | None = db.execute(
        "SELECT id, title, fingerprint FROM papers WHERE key = ?", (str(key),)
    ).fetchone()
    return found


def papers_by_number(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[PaperKey, str]]:
    """Keys and titles."""
    rows = db.execute(
        "SELECT id, key, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
    )
    return {number: (PaperKey(key), title) for number, key, title in rows}


def papers_with_vectors(db: sqlite3.Connection, fingerprint: str) -> dict[int, int]:
    """How many of its own passages each paper has vectors of."""
    return dict(
        db.execute(
            "SELECT paper, sum(passages) FROM vectors WHERE fingerprint = ? AND NOT is_marks GROUP BY paper",
            (fingerprint,),
        )
    )


def papers_of_passages(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, int]:
    """The papers that passages are of."""
    return dict(
        db.execute("SELECT id, paper FROM passages WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*ids]),))
    )


def telling_vectors(db: sqlite3.Connection, papers: Collection[int], fingerprint: str) -> list[StoredVectors]:
    """The vectors of what papers say themselves: no bibliography, no thanks. In order of the papers' numbers."""
    import numpy as np

    numbers = json.dumps(sorted(papers))
    silent = {
        row[0]
        for row in db.execute(
            f"SELECT id FROM passages WHERE paper IN (SELECT value FROM json_each(?)) AND kind = ? AND ({_SILENT})",
            (numbers, PassageKind.PASSAGE, pack_path(REFERENCES)),
        )
    }
    found = []
    for paper, first, count, dimension, content in db.execute(
        "SELECT paper, first_passage, passages, dimension, rows FROM vectors"
        " WHERE paper IN (SELECT value FROM json_each(?)) AND NOT is_marks AND fingerprint = ? ORDER BY paper",
        (numbers, fingerprint),
    ):
        told = [row for row in range(count) if first + row not in silent]
        if told:
            rows = np.frombuffer(content, "<f2").reshape(count, dimension)
            found.append(StoredVectors(paper, np.array(told, np.int64) + first, rows[told]))
    return found
