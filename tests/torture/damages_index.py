"""Ways to damage what is derived on purpose: the index, and its snapshot."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from paperlab.domain.findings import Kind
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import generation, vector_batches
from paperlab.index.snapshots import write_snapshot
from paperlab.index.vectors import segment_of
from torture.damages import mended
from torture.scenarios import PAPER

_OF_PAPER = f"paper = (SELECT id FROM papers WHERE key = '{PAPER}')"
_OWN = f"kind = 'passage' AND {_OF_PAPER}"


def _sql(*statements: str) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        with closing(sqlite3.connect(root / ".paperlab" / "catalog.db")) as db:
            for statement in statements:
                assert db.execute(statement).rowcount, statement
            db.commit()

    return do


def _vectors(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    import numpy as np

    def do(root: Path) -> None:
        with closing(sqlite3.connect(root / ".paperlab" / "catalog.db")) as db:
            first, rows = db.execute("SELECT first_passage, rows FROM vectors LIMIT 1").fetchone()
            changed = change(np.frombuffer(rows, "<f2").copy())
            db.execute("UPDATE vectors SET rows = ? WHERE first_passage = ?", (changed.tobytes(), first))
            db.commit()

    return do


def _snapshot(root: Path, fingerprint: str | None = None) -> Path:
    """A snapshot as a search writes it once there is enough, perhaps of another model."""
    path, catalog = root / ".paperlab" / "vectors.faiss", Catalog.open(root / ".paperlab")
    with closing(catalog), catalog.reading() as db:
        known, dimension = db.execute("SELECT fingerprint, dimension FROM vectors LIMIT 1").fetchone()
        segment = segment_of(dimension, db, vector_batches(db, known, dimension))
        write_snapshot(path, segment, fingerprint or known, generation(db))
    return path


def _snapshot_of_other_vectors(root: Path) -> None:
    _snapshot(root)
    _vectors(lambda rows: rows[::-1])(root)  # of norm 1 still


def _catalog(root: Path) -> Path:
    """The file, with all in it that stood in the log beside it."""
    path = root / ".paperlab" / "catalog.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return path


def _overwritten(path: Path, at: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(size))


OF_THE_INDEX = (
    mended("a paper is not indexed", Kind.NOT_INDEXED, _sql(f"UPDATE papers SET edition = '' WHERE key = '{PAPER}'")),
    mended(
        "indexed by an older parser",
        Kind.INDEX_STALE,
        _sql(f"UPDATE papers SET parser_version = 0 WHERE key = '{PAPER}'"),
    ),
    mended(
        "a paper is gone, but for the index",
        Kind.INDEX_ORPHAN,
        _sql("INSERT INTO papers (key, title, edition) VALUES ('gone2020', 'Gone', 'v1')"),
        place="gone2020",
    ),
    mended(
        "the catalogue is cut off",
        Kind.CATALOG_DAMAGED,
        lambda root: os.truncate(_catalog(root), 9000),
        place="catalog.db",
    ),
    mended(
        "the catalogue is overwritten",
        Kind.CATALOG_DAMAGED,
        lambda root: _overwritten(_catalog(root), 0, 5000),
        place="catalog.db",
    ),
    mended(
        "passages without a paper",
        Kind.CATALOG_AT_ODDS,
        _sql("INSERT INTO runs VALUES (99000, 1, 77, 'passage')"),
        place="catalog.db",
    ),
    mended(
        "the passages of a page are gone",
        Kind.PAGE_UNCOVERED,
        _sql(f"DELETE FROM passages WHERE id = (SELECT max(id) FROM passages WHERE {_OWN})"),
    ),
    mended(
        "a passage's text is changed", Kind.PAGE_UNCOVERED, _sql(f"UPDATE passages SET text = 'x' || text WHERE {_OWN}")
    ),
    mended(
        "passages of another edition", Kind.PASSAGES_AT_ODDS, _sql(f"UPDATE passages SET edition = 'v55' WHERE {_OWN}")
    ),
    mended(
        "passages that no filter finds",
        Kind.PASSAGES_AT_ODDS,
        _sql("UPDATE runs SET first_passage = first_passage + 5000"),
    ),
    mended("vectors are gone", Kind.VECTOR_MISSING, _sql(f"DELETE FROM vectors WHERE {_OF_PAPER}")),
    mended("vectors that are no numbers", Kind.VECTOR_WRONG, _vectors(lambda rows: rows * float("nan"))),
    mended("vectors of norm 2", Kind.VECTOR_WRONG, _vectors(lambda rows: rows * rows.dtype.type(2))),
    mended("vectors that are cut off", Kind.VECTOR_WRONG, _vectors(lambda rows: rows[:-3])),
    mended(
        "vectors of another model",
        Kind.VECTOR_FOREIGN,
        _sql(f"UPDATE vectors SET fingerprint = 'other' WHERE {_OF_PAPER}"),
    ),
    mended(
        "vectors of passages that are gone",
        Kind.VECTOR_ORPHAN,
        _sql(f"UPDATE vectors SET first_passage = first_passage + 70000 WHERE {_OF_PAPER}"),
    ),
    mended("a signature is cut off", Kind.SIGNATURE_WRONG, _sql("UPDATE signatures SET signs = substr(signs, 1, 3)")),
    mended(
        "words are gone",
        Kind.WORDS_AT_ODDS,
        _sql("INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')"),
        place="catalog.db",
    ),
    mended(
        "the snapshot is overwritten",
        Kind.SNAPSHOT_DAMAGED,
        lambda root: _overwritten(_snapshot(root), 40, 20),
        place="vectors.faiss",
    ),
    mended(
        "the snapshot is cut off",
        Kind.SNAPSHOT_DAMAGED,
        lambda root: os.truncate(_snapshot(root), 10),
        place="vectors.faiss",
    ),
    mended(
        "the snapshot is of another model",
        Kind.SNAPSHOT_AT_ODDS,
        lambda root: _snapshot(root, "other"),
        place="vectors.faiss",
    ),
    mended("the snapshot has other vectors", Kind.SNAPSHOT_AT_ODDS, _snapshot_of_other_vectors, place="vectors.faiss"),
)
