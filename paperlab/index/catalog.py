"""The catalogue: what was parsed and indexed, in one SQLite file. Derived: it can be made anew from the papers."""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.domain.blocks import ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.passages import Passage
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import CatalogDamaged, IndexError_, LibraryBusy
from paperlab.index import catalog_changes as changes
from paperlab.index.catalog_connection import Access, Connections, check_idle
from paperlab.index.catalog_rows import (
    pack_lines,
    pack_outline,
    pack_summary,
    pack_texts,
    unpack_parsed,
)
from paperlab.index.encoder import encodable
from paperlab.index.journal_mode import journal_mode
from paperlab.index.migrations import APPLICATION_ID, STEPS, TABLES, migrate, schema_version
from paperlab.index.summaries import all_summaries

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE, ASIDE, SNAPSHOT = "catalog.db", "catalog.old.db", "vectors.faiss"
_LOG, _LOG_INDEX = "-wal", "-shm"
_MOST_LOG_BYTES = 16 << 20
"""Of the write-ahead log once it has been written back: a long read beside much indexing makes it longer."""
_log = logging.getLogger(__name__)
_HINT = "`paperlab index rebuild` makes it anew from the papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPaper:
    """What the catalogue knows of a paper: compared with the library, it tells what must be indexed."""

    edition: str
    """Empty if only notes and annotations are indexed."""
    sha256: str
    fingerprint: str
    """Of the encoder; empty if it is searchable by words only."""
    parser_version: int
    text_layer: TextLayer
    page_count: int
    passages: int
    """Of the paper's own text."""
    marks_stamp: str
    """Of the notes and annotations that are indexed; empty if none are, or if they must be indexed again."""
    marks_fingerprint: str
    """Of the encoder that they were indexed with."""

    @property
    def is_searchable(self) -> bool:
        return self.text_layer is TextLayer.GOOD


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A heading."""

    title: str
    level: int
    page_index: int
    block: int
    """Its index in the edition's blocks."""


class Catalog:
    """Safe to use from several threads and processes. A paper is in it whole or not at all."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.reading = connections.reading
        """`with catalog.reading() as db`: for the queries of a search."""

    @classmethod
    def open(cls, folder: Path) -> "Catalog":
        """Open the catalogue of a folder, made or migrated if need be. From a read-only folder it can still be read.

        Raises:
            CatalogDamaged: It is no catalogue of ours, or broken.
            LibraryTooNew: A later paperlab has written it.
        """
        connections = Connections(folder / FILE, _prepare)
        connections.here()
        return cls(connections)

    @staticmethod
    def discard(folder: Path) -> None:
        """Begin anew: move the catalogue aside, damaged or not, as `catalog.old.db`; the vectors are deleted.

        Raises:
            LibraryBusy: Another process is writing it.
        """
        path = folder / FILE
        if path.exists():
            check_idle(path)
            path.replace(folder / ASIDE)
        for name in (FILE + _LOG, FILE + _LOG_INDEX, SNAPSHOT):
            (folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        self._connections.close()

    @property
    def is_read_only(self) -> bool:
        return self._connections.access is not Access.READ_WRITE

    def summaries(self) -> dict[PaperKey, tuple[str, PaperSummary]]:
        """The papers' cached summaries, each with the stamp of the files it was made from."""
        with self.reading() as db:
            return all_summaries(db)

    def put_summaries(self, changed: Mapping[PaperKey, tuple[str, PaperSummary]], gone: Iterable[PaperKey]) -> None:
        """Keep summaries for the next time, where that can be: who only looks at papers must not be stopped by it."""
        if self.is_read_only:
            return
        rows = [(str(key), stamp, pack_summary(summary)) for key, (stamp, summary) in changed.items()]
        try:
            with self._connections.writing() as db:
                db.executemany("DELETE FROM summaries WHERE key = ?", [(str(key),) for key in gone])
                db.executemany("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)", rows)
        except CatalogDamaged:
            raise
        except (IndexError_, LibraryBusy) as error:  # a full disk, a long write of another process
            _log.info("summaries are not kept: %s", error.message)

    def indexed(self, key: PaperKey | None = None) -> dict[PaperKey, IndexedPaper]:
        """What is indexed of all papers, or of one."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT key, edition, sha256, fingerprint, parser_version, text_layer, page_count, passages,"
                " marks_stamp, marks_fingerprint FROM papers WHERE ?1 IS NULL OR key = ?1 ORDER BY key",
                (key and key.value,),
            ).fetchall()
        return {
            PaperKey(name): IndexedPaper(
                edition=edition,
                sha256=sha256,
                fingerprint=fingerprint,
                parser_version=version,
                text_layer=TextLayer(layer),
                page_count=pages,
                passages=passages,
                marks_stamp=stamp,
                marks_fingerprint=marks_fingerprint,
            )
            for name, edition, sha256, fingerprint, version, layer, pages, passages, stamp, marks_fingerprint in rows
        }

    def put_paper(
        self,
        key: PaperKey,
        edition: Edition,
        parsed: ParsedPdf,
        passages: Sequence[Passage],
        vectors: "npt.NDArray[np.float32] | None",
        fingerprint: str,
        parser_version: int,
        title: str = "",
        signatures: Sequence[bytes] = (),
    ) -> None:
        """Index an edition in place of whatever of the paper's text was indexed before. Its marks stay.

        Args:
            vectors: Of the passages, in order, shape (len(passages), dimension); None: searchable by words only.
            fingerprint: Of the encoder; "" without vectors.
            title: Of the paper's record; the one printed in the PDF if empty.
            signatures: Of the passages, in order; none: by words and vectors alone.

        Raises:
            IndexError_, LibraryBusy: Nothing has changed.
        """
        with self._changing(key, title or parsed.title) as (db, paper):
            db.execute(
                "UPDATE papers SET edition = ?, sha256 = ?, fingerprint = ?, parser_version = ?, text_layer = ?,"
                " page_count = ?, passages = ?,"
                # vectors of another encoder are never compared: the marks must be embedded again; in another edition
                # they stand elsewhere
                " marks_stamp = iif(marks_fingerprint = ? AND edition = ?, marks_stamp, '') WHERE id = ?",
                (
                    edition.name,
                    edition.sha256,
                    fingerprint,
                    parser_version,
                    parsed.text_layer,
                    parsed.page_count,
                    len(passages),
                    fingerprint,
                    edition.name,
                    paper,
                ),
            )
            db.execute(
                "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?)",
                (paper, pack_outline(parsed), pack_texts(parsed), pack_lines(parsed.blocks)),
            )
            changes.replace_passages(db, paper, passages, vectors, fingerprint, signatures, is_marks=False)

    def put_marks(
        self,
        key: PaperKey,
        passages: Sequence[Passage],
        vectors: "npt.NDArray[np.float32] | None",
        marks_stamp: str,
        fingerprint: str,
        title: str = "",
        signatures: Sequence[bytes] = (),
    ) -> None:
        """Index notes and annotations in place of those that were indexed before; the paper's own text stays.

        Args:
            fingerprint: Of the encoder; "" without vectors.
            title: Of the paper's record; the one known from `put_paper` if empty.

        Raises:
            IndexError_, LibraryBusy: Nothing has changed.
        """
        with self._changing(key, title) as (db, paper):
            db.execute(
                "UPDATE papers SET marks_stamp = ?, marks_fingerprint = ? WHERE id = ?",
                (marks_stamp, fingerprint, paper),
            )
            changes.replace_passages(db, paper, passages, vectors, fingerprint, signatures, is_marks=True)

    def remove(self, key: PaperKey) -> None:
        """Forget a paper with its marks; an unknown one is no error."""
        with self._connections.writing() as db:
            found = db.execute("SELECT id FROM papers WHERE key = ?", (str(key),)).fetchone()
            if found is not None:
                changes.take_out_words(db, found[0])
                db.execute("DELETE FROM papers WHERE id = ?", found)
                changes.count_generation(db)
            db.execute("DELETE FROM summaries WHERE key = ?", (str(key),))

    def parsed(self, key: PaperKey) -> ParsedPdf | None:
        """The indexed edition as it was parsed; None if there is none."""
        with self.reading() as db:
            row = db.execute(
                "SELECT page_count, text_layer, texts, lines FROM parsed JOIN papers ON id = paper WHERE key = ?",
                (str(key),),
            ).fetchone()
            return unpack_parsed(*row) if row else None

    def sections(self, key: PaperKey) -> tuple[SectionEntry, ...]:
        """The headings of the indexed edition, in reading order."""
        with self.reading() as db:
            query = "SELECT outline FROM parsed JOIN papers ON id = paper WHERE key = ?"
            row = db.execute(query, (str(key),)).fetchone()
            return tuple(SectionEntry(*entry) for entry in json.loads(row[0])) if row else ()

    def put_words_anew(self) -> None:
        """Make the words that are searched anew from the passages.

        Raises:
            IndexError_, LibraryBusy: Nothing has changed.
        """
        with self._connections.writing() as db:
            changes.rebuild_words(db)

    @contextmanager
    def _changing(self, key: PaperKey, title: str) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A transaction around a paper. Its words are taken out before and put back after: its title is among them."""
        with self._connections.writing() as db:
            db.execute("INSERT OR IGNORE INTO papers (key, title) VALUES (?, '')", (str(key),))
            (paper,) = db.execute("SELECT id FROM papers WHERE key = ?", (str(key),)).fetchone()
            changes.take_out_words(db, paper)
            if title:
                db.execute("UPDATE papers SET title = ? WHERE id = ?", (encodable(title), paper))
            yield db, paper
            changes.put_in_words(db, paper)
            changes.count_generation(db)


def _prepare(db: sqlite3.Connection, access: Access, path: Path) -> None:
    """Make a new connection fit: pragmas, schema, and a look whether the file is ours."""
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA journal_size_limit = {_MOST_LOG_BYTES}")
    (application,) = db.execute("PRAGMA application_id").fetchone()
    tables = _tables(db)
    if tables and application != APPLICATION_ID:
        raise CatalogDamaged("catalog.db is not a catalogue of paperlab", hint=_HINT)
    if access is not Access.READ_ONLY:
        if access is Access.READ_WRITE:
            with suppress(sqlite3.OperationalError):  # busy: another process is just doing the same
                db.execute(f"PRAGMA journal_mode = {journal_mode(path)}")
        migrate(db)
        tables = _tables(db)
    if schema_version(db) != len(STEPS) or not tables >= TABLES:
        raise CatalogDamaged("catalog.db lacks tables, or is of another version", hint=_HINT)


def _tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
