"""The catalogue's schema: a tuple of steps, counted by SQLite's `user_version`. A released step is never edited."""

import sqlite3
from collections.abc import Callable

from paperlab.errors import LibraryTooNew
from paperlab.index.catalog_connection import transaction

Step = Callable[[sqlite3.Connection], None]

APPLICATION_ID = 0x70_6C_61_62
"""Marks a SQLite file as a catalogue of ours: "plab"."""

TABLES = frozenset(
    {
        "meta",
        "papers",
        "parsed",
        "passages",
        "passage_words",
        "passages_fts",
        "runs",
        "vectors",
        "signatures",
        "summaries",
    }
)


def _first_schema(db: sqlite3.Connection) -> None:
    for statement in (
        f"PRAGMA application_id = {APPLICATION_ID}",
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "INSERT INTO meta VALUES ('generation', 0)",
        # a paper whose notes alone are indexed has an empty edition
        """CREATE TABLE papers (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            edition TEXT NOT NULL DEFAULT '',
            sha256 TEXT NOT NULL DEFAULT '',
            fingerprint TEXT NOT NULL DEFAULT '',
            parser_version INTEGER NOT NULL DEFAULT 0,
            text_layer TEXT NOT NULL DEFAULT 'good',
            page_count INTEGER NOT NULL DEFAULT 0,
            passages INTEGER NOT NULL DEFAULT 0,
            marks_stamp TEXT NOT NULL DEFAULT '',
            marks_fingerprint TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        """CREATE TABLE parsed (
            paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
            outline TEXT NOT NULL,
            texts BLOB NOT NULL,
            lines BLOB NOT NULL
        ) STRICT""",
        # ids are never used again: a snapshot of the vectors may outlive its passages
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
            kind TEXT NOT NULL,
            edition TEXT NOT NULL,
            section TEXT NOT NULL,
            text TEXT NOT NULL,
            boxes BLOB NOT NULL,
            first_block INTEGER,
            source_id TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX passages_by_paper ON passages (paper, kind)",
        """CREATE VIEW passage_words (id, paper, title, section, text) AS
            SELECT passages.id, paper, title, section, text FROM passages JOIN papers ON papers.id = paper""",
        """CREATE VIRTUAL TABLE passages_fts USING fts5 (
            title, section, text, content = 'passage_words', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        )""",
        # one row holds the vectors of passages that were put in together: float16, in order of their ids
        """CREATE TABLE vectors (
            first_passage INTEGER PRIMARY KEY,
            passages INTEGER NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
            is_marks INTEGER NOT NULL,
            token INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            rows BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX vectors_by_paper ON vectors (paper, is_marks)",
        # all that is asked of the vectors but the rows themselves
        "CREATE INDEX vectors_by_fingerprint ON vectors (fingerprint, first_passage, passages, token, dimension)",
        "CREATE TABLE summaries (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, summary TEXT NOT NULL) STRICT",
    ):
        db.execute(statement)


def _summaries_by_added(db: sqlite3.Connection) -> None:
    """The papers added last are on the screen before all others have been read."""
    db.execute("CREATE INDEX summaries_by_added ON summaries (json_extract(summary, '$[13]') DESC, key)")


def _runs_of_passages(db: sqlite3.Connection) -> None:
    """Where the passages of a paper and a kind stand is known without a look at each of them."""
    db.execute(
        """CREATE TABLE runs (
            first_passage INTEGER PRIMARY KEY,
            passages INTEGER NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
            kind TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX runs_by_paper ON runs (paper, kind)")
    # those that another encoder's vectors do not serve are counted at each search
    db.execute("CREATE INDEX papers_by_fingerprint ON papers (fingerprint) WHERE passages > 0")
    db.execute(
        """INSERT INTO runs SELECT min(id), count(*), paper, kind
            FROM (SELECT id, paper, kind, id - row_number() OVER (PARTITION BY paper, kind ORDER BY id) AS run
                FROM passages)
            GROUP BY paper, kind, run"""
    )


def _signatures(db: sqlite3.Connection) -> None:
    """Apart from the passages: few are looked at in a search, and each takes more than the passage's text."""
    db.execute(
        """CREATE TABLE signatures (
            passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
            signs BLOB NOT NULL
        ) STRICT"""
    )


def _summaries_tell_of_withdrawn(db: sqlite3.Connection) -> None:
    """All are made anew from the records."""
    db.execute("DELETE FROM summaries")


STEPS: tuple[Step, ...] = (
    _first_schema,
    _summaries_by_added,
    _runs_of_passages,
    _signatures,
    _summaries_tell_of_withdrawn,
)


def migrate(db: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring the schema up to date, all pending steps or none.

    Raises:
        LibraryTooNew: A later paperlab has written it.
    """
    if schema_version(db) == len(steps):
        return
    with transaction(db):  # BEGIN IMMEDIATE first: two paperlabs may start together
        version = schema_version(db)
        if version > len(steps):
            raise LibraryTooNew(
                f"catalogue of schema {version}, known are {len(steps)}",
                hint="upgrade paperlab, or make it anew with `paperlab index rebuild`",
            )
        for step in steps[version:]:
            step(db)
        db.execute(f"PRAGMA user_version = {len(steps)}")


def schema_version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)
