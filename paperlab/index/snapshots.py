"""The snapshot of the vectors: FAISS's file, stamped with what it was made from. It saves loading them anew."""

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.index.catalog_queries import Batch
from paperlab.index.replacing import replacing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MAGIC = b"paperla2"
_FOOTER = struct.Struct("<II8s")
"""Behind FAISS's bytes stands a stamp in JSON, then: its length, the CRC-32 of all before, the magic."""
FINEST = 127
"""Codes are whole numbers from -127 to 127, in memory 128 more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Coded vectors in memory, with the batches they came from. Never changed once made."""

    index: Any
    """IndexScalarQuantizer: 8 bits a component, inner product in whole numbers."""
    unit: "npt.NDArray[np.float32]"
    """What 1 in a code is worth, by component."""
    batches: tuple[Batch, ...]
    """In order of the rows."""
    firsts: "npt.NDArray[np.int64]"
    """Ids of the first passages of the batches."""
    ids: "npt.NDArray[np.int64]"
    """Of the passages, by row, ascending."""
    mapped: Any = None
    """What the index reads from, if it does not own its rows."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot was made from."""

    generation: int
    """Of the catalogue."""
    fingerprint: str
    dimension: int
    unit: list[float]
    batches: tuple[Batch, ...]


def read_snapshot(path: Path, fingerprint: str, dimension: int) -> Segment | None:
    """The snapshot, mapped into memory; None if it is missing, damaged, or of another encoder."""
    with suppress(OSError, ValueError):
        return open_snapshot(path, lambda stamp: (stamp.fingerprint, stamp.dimension) == (fingerprint, dimension))[1]
    return None


def open_snapshot(path: Path, is_wanted: Callable[[Stamp], bool] = lambda _: True) -> tuple[Stamp, Segment | None]:
    """A snapshot with its stamp; the stamp alone if it is not wanted.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged.
    """
    import numpy as np

    content = np.memmap(path, np.uint8, "r")  # ValueError: an empty file
    if len(content) < _FOOTER.size:
        raise ValueError("it is cut off")
    length, checksum, magic = _FOOTER.unpack(content[-_FOOTER.size :].tobytes())
    if magic != _MAGIC or zlib.crc32(content[: -_FOOTER.size].data) != checksum:
        raise ValueError("its checksum is wrong")
    end = len(content) - _FOOTER.size - length
    told = json.loads(content[end : end + length].tobytes())
    batches = tuple(Batch(*fields) for fields in told["batches"])
    stamp = Stamp(told["generation"], told["fingerprint"], told["dimension"], told["unit"], batches)
    if not is_wanted(stamp):
        return stamp, None
    faiss = engine()
    index = faiss.read_index(faiss.ZeroCopyIOReader(faiss.swig_ptr(content), end))
    return stamp, Segment(index, np.array(stamp.unit, np.float32), batches, *numbers_of(batches), content)


def write_snapshot(path: Path, segment: Segment, fingerprint: str, now: int) -> None:
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
        content = engine().serialize_index(segment.index).data
        file.write(content)
        file.write(text)
        file.write(_FOOTER.pack(len(text), zlib.crc32(text, zlib.crc32(content)), _MAGIC))


def numbers_of(batches: Sequence[Batch]) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]":
    """Ids of the first passages of batches, and of all their passages."""
    import numpy as np

    firsts = np.array([batch.first for batch in batches], np.int64)
    counts = np.array([batch.count for batch in batches], np.int64)
    rows_before = np.cumsum(counts) - counts
    return firsts, np.repeat(firsts - rows_before, counts) + np.arange(counts.sum())


def codes_of(rows: "npt.NDArray[np.float32]", unit: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
    """Vectors as whole numbers from -127 to 127."""
    import numpy as np

    codes: npt.NDArray[np.float32] = np.clip(np.rint(rows / unit), -FINEST, FINEST)
    return codes


def engine() -> Any:
    """FAISS, whose own type hints miss much of what it offers."""
    import faiss

    return faiss
