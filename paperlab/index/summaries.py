"""The papers' cached summaries, by the hundred thousand. All take a connection from `Catalog.reading()`."""

import sqlite3

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.memory import MANY, never_garbage, no_garbage_sought
from paperlab.domain.summaries import PaperSummary
from paperlab.index.catalog_rows import unpack_summary


def all_summaries(db: sqlite3.Connection) -> dict[PaperKey, tuple[str, PaperSummary]]:
    """All, each with the stamp of the files it was made from."""
    rows = db.execute("SELECT key, stamp, summary FROM summaries ORDER BY key").fetchall()
    with no_garbage_sought():
        summaries = (unpack_summary(key, text) for key, _, text in rows)
        found = {summary.key: (stamp, summary) for (_, stamp, _), summary in zip(rows, summaries, strict=True)}
        if len(found) >= MANY:
            never_garbage()
    return found


def last_added(db: sqlite3.Connection, limit: int) -> tuple[PaperSummary, ...]:
    """Those that were added last, newest first, as they were known the last time."""
    rows = db.execute(
        "SELECT key, summary FROM summaries ORDER BY json_extract(summary, '$[13]') DESC, key LIMIT ?", (limit,)
    ).fetchall()
    return tuple(unpack_summary(key, text) for key, text in rows)


def count(db: sqlite3.Connection) -> int:
    (number,) = db.execute("SELECT count(*) FROM summaries").fetchone()
    return int(number)


def page_counts(db: sqlite3.Connection, key: PaperKey | None = None) -> dict[str, tuple[str, int]]:
    """The edition that is indexed, with its number of pages, by the value of the key: of all papers, or of one."""
    rows = db.execute(
        "SELECT key, edition, page_count FROM papers WHERE edition != '' AND (?1 IS NULL OR key = ?1)",
        (key and key.value,),
    ).fetchall()
    return {name: (edition, pages) for name, edition, pages in rows}
