"""What the search for quotes asks of the words in the catalogue."""

import json
import sqlite3
from collections.abc import Iterable

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind

_PASSAGES = 200


def papers_with_words(
    db: sqlite3.Connection, query: str, papers: Iterable[PaperKey] | None, limit: int
) -> list[PaperKey]:
    """The papers of the passages that meet a query of FTS5 best, in their order; None: of all papers."""
    condition, parameters = "", []
    if papers is not None:
        condition = " AND paper IN (SELECT id FROM papers WHERE key IN (SELECT value FROM json_each(?)))"
        parameters.append(json.dumps([str(key) for key in papers]))
    rows = db.execute(
        "SELECT key FROM (SELECT paper FROM passages_fts JOIN passages ON passages.id = passages_fts.rowid"
        f" WHERE passages_fts MATCH ? AND kind = ?{condition}"
        " ORDER BY bm25(passages_fts), passages_fts.rowid LIMIT ?) JOIN papers ON papers.id = paper",
        (query, PassageKind.PASSAGE, *parameters, _PASSAGES),
    )
    return [PaperKey(key) for key in list(dict.fromkeys(row[0] for row in rows))[:limit]]
