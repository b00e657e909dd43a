"""A catalogue begun anew in its own file."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from paperlab.index.migrations import migrate


def empty_catalog(path: Path) -> None:
    """Put an empty catalogue in place of all that is in the file, in one transaction.

    The file stays: one that took its place would have a log of the same name, and whoever has this one open, or opens
    it in that moment, would write into the other's. The generation is one that nobody knows.

    Raises:
        sqlite3.DatabaseError: It is damaged.
    """
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        db.execute("SELECT count(*) FROM sqlite_schema")
        migrate(empty)
        empty.execute("UPDATE meta SET value = ? WHERE name = 'generation'", (secrets.randbits(48),))
        empty.backup(db)
