"""What is around the library: room on the disk, and who else is at work."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from paperlab.domain.findings import Finding, Kind
from paperlab.errors import LibraryBusy, LibraryError
from paperlab.index.catalog import FILE
from paperlab.library.library import Library

_LEAST_BYTES = 200 << 20
_BYTES_A_PAPER = 1 << 20
"""What indexing a paper may take, at most: blocks, passages and vectors of a long one."""


def free_bytes(folder: Path) -> int:
    """Room that is left where a folder is."""
    return shutil.disk_usage(folder).free


def disk_findings(library: Library, missing: int, free: int) -> Iterator[Finding]:
    """Whether there is room for what comes next.

    Args:
        missing: Papers that are still to be indexed.
        free: Bytes.
    """
    catalog = library.derived / FILE
    # a catalogue that is made anew stands beside the old one
    needed = missing * _BYTES_A_PAPER + (catalog.stat().st_size if catalog.exists() else 0)
    if free < max(_LEAST_BYTES, needed):
        what = f"; making the index anew would take {needed >> 20}" if needed > _LEAST_BYTES else ""
        message = f"{free >> 20} MB are free{what}"
        yield Finding(Kind.DISK_LOW, "disk", message, "make room: on a full disk nothing of yours can be saved")


def lock_findings(library: Library) -> Iterator[Finding]:
    """Locks that somebody holds. One whose process is gone is free, whatever file it has left."""
    for path in sorted((library.derived / "locks").glob("*.lock")):
        try:
            with library.lock(path.stem, timeout_s=0):
                continue
        except LibraryBusy as error:
            yield Finding(Kind.LOCK_HELD, f"lock {path.stem}", error.message, "another paperlab is at work")
        except (LibraryError, OSError, ValueError):  # of a read-only folder, or somebody's own file
            continue
