"""The snapshot of the vectors, held against the catalogue."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

from paperlab.domain.findings import Finding, Kind
from paperlab.index.catalog_queries import generation, vector_batches, vector_rows
from paperlab.index.encoder import Encoder
from paperlab.index.snapshots import Segment, Stamp, codes_of, open_snapshot


def snapshot_findings(db: Connection, path: Path, encoder: Encoder | None) -> Iterator[Finding]:
    """What is wrong with a snapshot. Being behind the catalogue is not: a search adds what came since."""
    yield from (Finding(kind, path.name, message) for kind, message in _flaws(db, path, encoder))


def _flaws(db: Connection, path: Path, encoder: Encoder | None) -> Iterator[tuple[Kind, str]]:
    if not path.exists():
        return
    try:
        stamp, segment = open_snapshot(path)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # RuntimeError: FAISS's own
        yield Kind.SNAPSHOT_DAMAGED, f"it cannot be read: {error}"
        return
    assert segment is not None  # all are wanted
    if encoder is not None and (stamp.fingerprint, stamp.dimension) != (encoder.fingerprint, encoder.dimension):
        yield Kind.SNAPSHOT_AT_ODDS, f"it is of another model: {stamp.fingerprint}"
        return
    now = generation(db)
    if stamp.generation > now:
        yield Kind.SNAPSHOT_AT_ODDS, f"it was made from generation {stamp.generation}, the catalogue is at {now}"
        return
    if stamp.generation == now and set(stamp.batches) != set(vector_batches(db, stamp.fingerprint, stamp.dimension)):
        yield Kind.SNAPSHOT_AT_ODDS, "it does not hold the passages of the catalogue it was made from"
    if segment.index.ntotal != len(segment.ids):
        yield Kind.SNAPSHOT_AT_ODDS, f"{segment.index.ntotal} vectors for {len(segment.ids)} passages"
    elif differing := _differing(db, stamp, segment):
        yield Kind.SNAPSHOT_AT_ODDS, f"{differing} of its vectors are not those of the catalogue"


def _differing(db: Connection, stamp: Stamp, segment: Segment) -> int:
    """How many vectors that are still in the catalogue are coded otherwise."""
    import numpy as np

    first_rows, at = {}, 0
    for batch in segment.batches:
        first_rows[batch.token] = at
        at += batch.count
    differing = 0
    for batch, content in vector_rows(db, segment.batches):
        if len(content) != batch.count * stamp.dimension * 2:  # told of with its paper
            continue
        rows = np.frombuffer(content, "<f2").reshape(batch.count, stamp.dimension).astype(np.float32)
        coded = segment.index.reconstruct_n(first_rows[batch.token], batch.count)
        differing += int((coded != codes_of(rows, segment.unit)).any(axis=1).sum())
    return differing
