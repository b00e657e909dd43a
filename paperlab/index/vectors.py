"""Nearest passages. The catalogue holds the vectors; FAISS searches them, and a snapshot saves loading them anew."""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from sqlite3 import Connection
from threading import Lock
from typing import TYPE_CHECKING, Any

from paperlab.index.catalog import Catalog
from paperlab.index.catalog_connection import one_moment
from paperlab.index.catalog_queries import Batch, generation, single_vectors, vector_batches, vector_rows
from paperlab.index.replacing import replacing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MAGIC = b"paperla2"
_FOOTER = struct.Struct("<II8s")
"""Behind FAISS's bytes stands a stamp in JSON, then: its length, the CRC-32 of all before, the magic."""
_FEW_ROWS = 512
_SHARE = 0.05
"""The snapshot is written anew when more rows than these lag: a few, and a share of it."""
_FINEST = 127
"""Codes are whole numbers from -127 to 127, in memory 128 more."""
_NOTHING = 1e-12
_BESIDE = 40
"""So many more passages are taken by their codes than are wanted by their vectors. With 20, of the nearest 100 of
100,000 none is missed (ADR 0010)."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Coded vectors in memory, with the batches they came from. Never changed once made."""

    index: Any
    """IndexScalarQuantizer: 8 bits a component, inner product in whole numbers."""
    unit: "npt.NDArray[np.float32]"
    """What 1 in a code is worth, by component."""
    batches: tuple[Batch, ...]
    """In order of the rows."""
    ids: "npt.NDArray[np.int64]"
    """Of the passages, by row, ascending."""
    mapped: Any = None
    """What the index reads from, if it does not own its rows."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is searched: the snapshot without the rows that are gone, and what came after it."""

    generation: int
    fingerprint: str
    base: _Segment
    tail: _Segment
    living: "npt.NDArray[np.bool_] | None"
    """Rows of the base that are still in the catalogue; None: all."""


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
            *_search(state.base, query, limit + _BESIDE, state.living, allowed),
            *_search(state.tail, query, limit + _BESIDE, None, allowed),
        ]
        with self._catalog.reading() as db, one_moment(db):
            scored = _cosines(db, likely, query)
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _fresh(self, fingerprint: str, dimension: int) -> _State:
        """The state of now: loaded, brought up to the catalogue, or as it was."""
        with self._lock, self._catalog.reading() as db:
            now = generation(db)
            state = self._state
            is_same_encoder = state is not None and (state.fingerprint, state.base.index.d) == (fingerprint, dimension)
            if state is not None and is_same_encoder and state.generation == now:
                return state
            batches = vector_batches(db, fingerprint, dimension)
            if state is not None and is_same_encoder:
                base = state.base
            else:
                base = _read_snapshot(self._path, fingerprint, dimension) or _segment(dimension, db, ())
            living = {batch.token for batch in batches}
            held = {batch.token for batch in base.batches}
            late = [batch for batch in batches if batch.token not in held]
            lag = sum(b.count for b in late) + sum(b.count for b in base.batches if b.token not in living)
            if lag > _FEW_ROWS + _SHARE * len(base.ids):
                base, late = _segment(dimension, db, batches), []
                with suppress(OSError):  # a full or read-only disk: the catalogue is loaded the next time again
                    _write_snapshot(self._path, base, fingerprint, now)
            tail = _segment(dimension, db, late)
            self._state = _State(now, fingerprint, base, tail, _living(base, living))
            return self._state


def _faiss() -> Any:
    """Its own type hints miss much of what it offers."""
    import faiss

    return faiss


def _segment(dimension: int, db: Connection, batches: Sequence[Batch]) -> _Segment:
    """Read the vectors twice, once for their size and once for their codes: all of them need not be in memory."""
    import numpy as np

    greatest = np.full(dimension, _NOTHING, np.float32)
    for _, rows in _vectors(db, batches, dimension):
        np.maximum(greatest, np.abs(rows).max(axis=0), out=greatest)
    unit = (greatest / _FINEST).astype(np.float32)
    faiss = _faiss()
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )
    found = []
    for batch, rows in _vectors(db, batches, dimension):
        codes = np.clip(np.rint(rows / unit), -_FINEST, _FINEST)
        index.add_sa_codes((codes + (_FINEST + 1)).astype(np.uint8))
        found.append(batch)
    return _Segment(index, unit, tuple(found), _ids(found))


def _vectors(
    db: Connection, batches: Sequence[Batch], dimension: int
) -> "Iterator[tuple[Batch, npt.NDArray[np.float32]]]":
    import numpy as np

    for batch, content in vector_rows(db, batches) if batches else ():
        yield batch, np.frombuffer(content, "<f2").reshape(batch.count, dimension).astype(np.float32)


def _ids(batches: Sequence[Batch]) -> "npt.NDArray[np.int64]":
    import numpy as np

    return np.concatenate([np.empty(0, np.int64), *(np.arange(b.first, b.first + b.count) for b in batches)])


def _living(base: _Segment, tokens: set[int]) -> "npt.NDArray[np.bool_] | None":
    import numpy as np

    if all(batch.token in tokens for batch in base.batches):
        return None
    return np.repeat([batch.token in tokens for batch in base.batches], [batch.count for batch in base.batches])


def _search(
    segment: _Segment,
    query: "npt.NDArray[np.float32]",
    limit: int,
    living: "npt.NDArray[np.bool_] | None",
    allowed: "npt.NDArray[np.bool_] | None",
) -> "list[tuple[int, Batch]]":
    """Ids of about the nearest passages, with their batches."""
    import numpy as np

    limit = min(limit, len(segment.ids))
    if limit == 0:
        return []
    faiss = _faiss()
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
    code = np.rint(weighted / max(np.abs(weighted).max(), _NOTHING) * _FINEST)
    faiss.omp_set_num_threads(1)  # measured: for a single query two threads are five times slower
    _, found = segment.index.search(code[None].astype(np.float32), limit, params=parameters)
    ids = segment.ids[found[0][found[0] >= 0]]
    firsts = [batch.first for batch in segment.batches]
    return [
        (int(number), segment.batches[place])
        for number, place in zip(ids, np.searchsorted(firsts, ids, side="right") - 1, strict=True)
    ]


def _of_rows(segment: _Segment, allowed: "npt.NDArray[np.bool_]") -> "npt.NDArray[np.bool_]":
    import numpy as np

    known = int(np.searchsorted(segment.ids, len(allowed)))
    wanted = np.zeros(len(segment.ids), bool)
    wanted[:known] = allowed[segment.ids[:known]]
    return wanted


def _cosines(
    db: Connection, likely: Sequence[tuple[int, Batch]], query: "npt.NDArray[np.float32]"
) -> list[tuple[int, float]]:
    """By the vectors themselves. What another process has just taken out is missing."""
    import numpy as np

    size = 2 * len(query)
    contents = single_vectors(db, ((batch.first, number - batch.first) for number, batch in likely), size)
    there = [(number, content) for (number, _), content in zip(likely, contents, strict=True) if content]
    rows = np.frombuffer(b"".join(content for _, content in there), "<f2").reshape(-1, len(query))
    # not a matrix product: its sums depend on where a row stands, and equal passages must come out equal
    cosines = (rows.astype(np.float32) * query).sum(axis=1)
    return [(number, float(cosine)) for (number, _), cosine in zip(there, cosines, strict=True)]


def _read_snapshot(path: Path, fingerprint: str, dimension: int) -> _Segment | None:
    """The snapshot, mapped into memory; None if it is missing, damaged, or of another encoder."""
    import numpy as np

    try:
        content = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError):  # ValueError: an empty file
        return None
    if len(content) < _FOOTER.size:
        return None
    length, checksum, magic = _FOOTER.unpack(content[-_FOOTER.size :].tobytes())
    if magic != _MAGIC or zlib.crc32(content[: -_FOOTER.size].data) != checksum:
        return None
    end = len(content) - _FOOTER.size - length
    stamp = json.loads(content[end : end + length].tobytes())
    if (stamp["fingerprint"], stamp["dimension"]) != (fingerprint, dimension):
        return None
    batches = tuple(Batch(*fields) for fields in stamp["batches"])
    faiss = _faiss()
    index = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(content), end))
    return _Segment(index, np.array(stamp["unit"], np.float32), batches, _ids(batches), content)


def _write_snapshot(path: Path, segment: _Segment, fingerprint: str, now: int) -> None:
    stamp = {
        "generation": now,
        "fingerprint": fingerprint,
        "dimension": segment.index.d,
        "count": len(segment.ids),
        "unit": segment.unit.tolist(),
        "batches": [astuple(batch) for batch in segment.batches],
    }
    text = json.dumps(stamp, separators=(",", ":")).encode()
    with replacing(path) as file:
        content = _faiss().serialize_index(segment.index).data
        file.write(content)
        file.write(text)
        file.write(_FOOTER.pack(len(text), zlib.crc32(text, zlib.crc32(content)), _MAGIC))
