"""Nearest passages. The catalogue holds the vectors; FAISS searches them, and a snapshot saves loading them anew."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from threading import Lock, Thread
from typing import TYPE_CHECKING

from paperlab.index.catalog import Catalog
from paperlab.index.catalog_connection import one_moment
from paperlab.index.catalog_queries import Batch, generation, single_vectors, vector_batches, vector_rows
from paperlab.index.snapshots import FINEST, Segment, codes_of, engine, numbers_of, read_snapshot, write_snapshot

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_FEW_ROWS = 512
_SHARE = 0.2
"""The snapshot is written anew when more rows than these lag: a few, and a share of it."""
_MOST_TAILS = 16
"""Segments of what came after the snapshot: a search goes through all of them."""
_NOTHING = 1e-12
_BESIDE = 20
"""So many more passages are taken by their codes than are wanted by their vectors: of the nearest 100 of a
million none is missed (ADR 0010)."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is searched: the snapshot, then what came after it, each with its rows that are still in the catalogue."""

    generation: int
    fingerprint: str
    dimension: int
    segments: "tuple[tuple[Segment, npt.NDArray[np.bool_] | None], ...]"
    """None: all rows."""


class VectorIndex:
    """Exact search by inner product. Safe to use from several threads."""

    def __init__(self, catalog: Catalog, path: Path) -> None:
        """`path` is the snapshot's; a missing, damaged or foreign one is made anew when it is worth it."""
        self._catalog = catalog
        self._path = path
        self._lock = Lock()
        self._state: _State | None = None

    def nearest(
        self,
        query: "npt.NDArray[np.float32]",
        fingerprint: str,
        limit: int,
        allowed: "npt.NDArray[np.bool_] | None" = None,
    ) -> list[tuple[int, float]]:
        """Passages whose vectors of this encoder lie nearest.

        Args:
            query: Shape (dimension,), of norm 1.
            allowed: For each id, whether the passage counts; those past the end do not. None: all do.

        Returns:
            Ids with their cosines, highest first, ties by id.
        """
        state = self._fresh(fingerprint, len(query))
        likely = [
            place
            for segment, living in state.segments
            for place in _search(segment, query, limit + _BESIDE, living, allowed)
        ]
        with self._catalog.reading() as db, one_moment(db):
            scored = _cosines(db, likely, query)
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _fresh(self, fingerprint: str, dimension: int) -> _State:
        """The state of now: loaded, brought up to the catalogue, or as it was."""
        with self._lock, self._catalog.reading() as db:
            now = generation(db)
            state = self._state
            is_same_encoder = state is not None and (state.fingerprint, state.dimension) == (fingerprint, dimension)
            if state is not None and is_same_encoder and state.generation == now:
                return state
            batches = vector_batches(db, fingerprint, dimension)
            if state is not None and is_same_encoder:
                base, *tails = (segment for segment, _ in state.segments)
            else:
                base, tails = read_snapshot(self._path, fingerprint, dimension) or segment_of(dimension, db, ()), []
            living = {batch.token for batch in batches}
            after_base = _not_among(batches, base)
            lag = sum(b.count for b in after_base) + sum(b.count for b in base.batches if b.token not in living)
            if lag > _FEW_ROWS + _SHARE * len(base.ids):
                base, tails, late = segment_of(dimension, db, batches), [], []
                with suppress(OSError):  # a full or read-only disk: the catalogue is loaded the next time again
                    write_snapshot(self._path, base, fingerprint, now)
            elif len(tails) < _MOST_TAILS:
                late = _not_among(after_base, *tails)
            else:
                tails, late = [], after_base
            if late:
                tails.append(segment_of(dimension, db, late))
            segments = tuple((segment, _living(segment, living)) for segment in (base, *tails))
            self._state = _State(now, fingerprint, dimension, segments)
            return self._state


def _not_among(batches: Iterable[Batch], *segments: Segment) -> list[Batch]:
    held = {batch.token for segment in segments for batch in segment.batches}
    return [batch for batch in batches if batch.token not in held]


def load_ahead() -> None:
    """Import FAISS beside what else is being loaded: both spend much of it outside the interpreter's lock."""
    if "faiss" not in sys.modules:
        Thread(target=engine, name="faiss").start()


def segment_of(dimension: int, db: Connection, batches: Sequence[Batch]) -> Segment:
    """Read the vectors twice, once for their size and once for their codes: all of them need not be in memory."""
    import numpy as np

    greatest = np.full(dimension, _NOTHING, np.float32)
    for _, rows in _vectors(db, batches, dimension):
        np.maximum(greatest, np.abs(rows).max(axis=0), out=greatest)
    unit = (greatest / FINEST).astype(np.float32)
    faiss = engine()
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )
    found = []
    for batch, rows in _vectors(db, batches, dimension):
        index.add_sa_codes((codes_of(rows, unit) + (FINEST + 1)).astype(np.uint8))
        found.append(batch)
    return Segment(index, unit, tuple(found), *numbers_of(found))


def _vectors(
    db: Connection, batches: Sequence[Batch], dimension: int
) -> "Iterator[tuple[Batch, npt.NDArray[np.float32]]]":
    import numpy as np

    for batch, content in vector_rows(db, batches) if batches else ():
        yield batch, np.frombuffer(content, "<f2").reshape(batch.count, dimension).astype(np.float32)


def _living(segment: Segment, tokens: set[int]) -> "npt.NDArray[np.bool_] | None":
    import numpy as np

    is_living = [batch.token in tokens for batch in segment.batches]
    return None if all(is_living) else np.repeat(is_living, [batch.count for batch in segment.batches])


def _search(
    segment: Segment,
    query: "npt.NDArray[np.float32]",
    limit: int,
    living: "npt.NDArray[np.bool_] | None",
    allowed: "npt.NDArray[np.bool_] | None",
) -> list[tuple[int, int]]:
    """First ids of the batches of about the nearest passages, with the rows there."""
    import numpy as np

    limit = min(limit, len(segment.ids))
    if limit == 0:
        return []
    faiss = engine()
    rows = living
    if allowed is not None:
        wanted = _of_rows(segment, allowed)
        rows = wanted if rows is None else rows & wanted
    parameters = None
    if rows is not None:
        selector = faiss.IDSelectorBitmap(np.packbits(rows, bitorder="little"))
        parameters = faiss.SearchParameters(sel=selector)
    # the query must be whole numbers, too: FAISS multiplies them as such, twice as fast as float16
    weighted = query * segment.unit
    code = np.rint(weighted / max(np.abs(weighted).max(), _NOTHING) * FINEST)
    faiss.omp_set_num_threads(1)  # measured: for a single query two threads are five times slower
    _, found = segment.index.search(code[None].astype(np.float32), limit, params=parameters)
    ids = segment.ids[found[0][found[0] >= 0]]
    firsts = segment.firsts[np.searchsorted(segment.firsts, ids, side="right") - 1]
    return list(zip(firsts.tolist(), (ids - firsts).tolist(), strict=True))


def _of_rows(segment: Segment, allowed: "npt.NDArray[np.bool_]") -> "npt.NDArray[np.bool_]":
    import numpy as np

    known = int(np.searchsorted(segment.ids, len(allowed)))
    wanted = np.zeros(len(segment.ids), bool)
    wanted[:known] = allowed[segment.ids[:known]]
    return wanted


def _cosines(
    db: Connection, likely: Sequence[tuple[int, int]], query: "npt.NDArray[np.float32]"
) -> list[tuple[int, float]]:
    """Ids with cosines by the vectors themselves. What another process has just taken out is missing."""
    import numpy as np

    contents = single_vectors(db, likely, 2 * len(query))
    there = [(first + row, content) for (first, row), content in zip(likely, contents, strict=True) if content]
    rows = np.frombuffer(b"".join(content for _, content in there), "<f2").reshape(-1, len(query))
    # not a matrix product: its sums depend on where a row stands, and equal passages must come out equal
    cosines = (rows.astype(np.float32) * query).sum(axis=1)
    return [(number, float(cosine)) for (number, _), cosine in zip(there, cosines, strict=True)]
