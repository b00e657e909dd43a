"""Verifying: whether all that the index is made of is there, is whole, and fits together.

Of each paper, by what is stored of it: its text is in passages, all of it and on each page; each passage has its
vector and its words. Nothing is there that belongs to nothing. What a search makes anew by itself is no flaw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from paperlab.domain.findings import Finding, Kind
from paperlab.errors import CatalogDamaged
from paperlab.index.catalog import FILE, Catalog
from paperlab.index.catalog_connection import one_moment
from paperlab.index.encoder import Encoder
from paperlab.index.verifying_papers import Tally, stored_papers
from paperlab.index.verifying_snapshot import snapshot_findings


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it."""

    tally: Tally
    findings: tuple[Finding, ...]


def verify(catalog: Catalog, snapshot: Path, encoder: Encoder | None, *, is_thorough: bool = True) -> Verification:
    """Look at all of it. Reads the whole catalogue: some 10 ms a paper.

    Args:
        encoder: Of the settings; None where it is not to be had, and vectors are only held against each other.
        is_thorough: Look at SQLite's own indexes, too.
    """
    tally = Tally()
    found: list[Finding] = []
    try:
        found += _of_the_file(catalog, is_thorough=is_thorough)
        with catalog.reading() as db, one_moment(db):
            for paper in stored_papers(db):
                found += paper.findings(encoder)
                tally += paper.tally()
            found += _at_odds(db)
            found += snapshot_findings(db, snapshot, encoder)
    except CatalogDamaged as error:
        found.append(Finding(Kind.CATALOG_DAMAGED, FILE, error.message, error.hint))
    return Verification(tally, tuple(found))


def _of_the_file(catalog: Catalog, *, is_thorough: bool) -> Iterator[Finding]:
    check = "integrity_check" if is_thorough else "quick_check"
    with catalog.reading() as db:
        for (told,) in db.execute(f"PRAGMA {check}(10)"):
            if told != "ok":
                yield Finding(Kind.CATALOG_DAMAGED, FILE, told)
        for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall()[:10]:
            kind = Kind.VECTOR_ORPHAN if table == "vectors" else Kind.CATALOG_AT_ODDS
            yield Finding(kind, FILE, f"row {row} of {table} belongs to none of {parent}")
    if catalog.is_read_only:
        return
    try:
        with catalog.reading() as db:  # FTS5 takes the question as an insertion
            db.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
    except CatalogDamaged:
        yield Finding(Kind.WORDS_AT_ODDS, FILE, "the words that are searched are not those of the passages")


def _at_odds(db: Connection) -> Iterator[Finding]:
    """What belongs to no paper, and is not seen from any."""
    (words,) = db.execute(
        "SELECT count(*) FROM passages_fts_docsize WHERE id NOT IN (SELECT id FROM passages)"
    ).fetchone()
    if words:
        yield Finding(Kind.WORDS_AT_ODDS, FILE, f"words of {words} passages that are gone can be found")
    for key, summary in db.execute("SELECT key, summary FROM summaries WHERE NOT json_valid(summary)"):
        yield Finding(Kind.CATALOG_AT_ODDS, FILE, f"the summary of {key} cannot be read: {summary[:20]!r}")
