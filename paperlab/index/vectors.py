"""Nearest passages. The catalogue holds the vectors; FAISS searches them, and a snapshot saves loading them anew."""

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import Batch, generation, vector_batches, vector_rows
from paperlab.index.replacing import replacing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MAGIC = b"paperlab"
_FOOTER = struct.Struct("<II8s")
"""Behind FAISS's bytes stands a stamp in JSON, then: its length, the CRC-32 of all before, the magic."""
_FEW_ROWS = 512
_SHARE = 0.2
"""The snapshot is written anew when more rows than these lag: a few, and a share of it."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Vectors in memory, with the batches they came from. Never changed once made."""

    index: Any
    """IndexScalarQuantizer: float16, inner product."""
    batches: tuple[Batch, ...]
    """In order of the rows."""
    ids: "npt.NDArray[np.int64]"
    """Of the passages, by row."""
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
        self, query: "npt.NDArray[np.float32]", fingerprint: str, limit: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Passages whose vectors of this encoder lie nearest.

        Args:
            query: Shape (dimension,), of norm 1.
            allowed: Ids of the passages that count, in order; None: all.

        Returns:
            Ids with their cosines, highest first, ties by id.
        """
        import numpy as np

        state = self._fresh(fingerprint, len(query))
        permitted = None if allowed is None else np.array(allowed, np.int64)
        found = [
            *_search(state.base, query, limit, state.living, permitted),
            *_search(state.tail, query, limit, None, permitted),
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

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
                base = _read_snapshot(self._path, fingerprint, dimension) or _segment(dimension, ())
            living = {batch.token for batch in batches}
            held = {batch.token for batch in base.batches}
            late = [batch for batch in batches if batch.token not in held]
            lag = sum(b.count for b in late) + sum(b.count for b in base.batches if b.token not in living)
            if lag > _FEW_ROWS + _SHARE * len(base.ids):
                base, late = _segment(dimension, vector_rows(db, batches)), []
                with suppress(OSError):  # a full or read-only disk: the catalogue is loaded the next time again
                    _write_snapshot(self._path, base, fingerprint, now)
            tail = _segment(dimension, vector_rows(db, late) if late else ())
            self._state = _State(now, fingerprint, base, tail, _living(base, living))
            return self._state


def _faiss() -> Any:
    """Its own type hints miss much of what it offers."""
    import faiss

    return faiss


def _segment(dimension: int, rows: Iterable[tuple[Batch, bytes]]) -> _Segment:
    import numpy as np

    faiss = _faiss()
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    batches = []
    for batch, content in rows:
        codes = np.frombuffer(content, np.uint8).reshape(batch.count, 2 * dimension)
        index.add_sa_codes(codes)
        batches.append(batch)
    return _Segment(index, tuple(batches), _ids(batches))


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
    allowed: "npt.NDArray[np.int64] | None",
) -> list[tuple[int, float]]:
    import numpy as np

    limit = min(limit, len(segment.ids))
    if limit == 0:
        return []
    faiss = _faiss()
    rows = living
    if allowed is not None:
        wanted = np.isin(segment.ids, allowed, assume_unique=True)
        rows = wanted if rows is None else rows & wanted
    parameters = None
    if rows is not None:
        selector = faiss.IDSelectorBitmap(np.packbits(rows, bitorder="little"))
        parameters = faiss.SearchParameters(sel=selector)
    faiss.omp_set_num_threads(1)  # measured: for a single query two threads are five times slower
    scores, found = segment.index.search(query[None].astype(np.float32), limit, params=parameters)
    return [(int(segment.ids[row]), float(score)) for row, score in zip(found[0], scores[0], strict=True) if row >= 0]


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
    return _Segment(index, batches, _ids(batches), content)


def _write_snapshot(path: Path, segment: _Segment, fingerprint: str, now: int) -> None:
    stamp = {
        "generation": now,
        "fingerprint": fingerprint,
        "dimension": segment.index.d,
        "count": len(segment.ids),
        "batches": [astuple(batch) for batch in segment.batches],
    }
    text = json.dumps(stamp, separators=(",", ":")).encode()
    with replacing(path) as file:
        content = _faiss().serialize_index(segment.index).data
        file.write(content)
        file.write(text)
        file.write(_FOOTER.pack(len(text), zlib.crc32(text, zlib.crc32(content)), _MAGIC))
