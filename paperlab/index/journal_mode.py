"""How SQLite keeps its journal: a write-ahead log where that works, for readers and a writer at once."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_OF_A_NETWORK = frozenset(
    ["9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3"]
    + [f"fuse.{name}" for name in ("davfs", "glusterfs", "rclone", "s3fs", "sshfs", "ceph-fuse")]
)
"""A write-ahead log needs memory that all processes share: two machines would damage the file (sqlite.org/wal.html)."""


def journal_mode(path: Path, mounts: str | None = None) -> str:
    """For `PRAGMA journal_mode`: WAL on a disk of this machine, DELETE on a network's.

    Args:
        mounts: In the form of Linux' `mountinfo`, which is read if none are given; elsewhere there is none to ask.
    """
    if mounts is None:
        try:
            mounts = MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return "WAL"
    return "DELETE" if _file_system(path, mounts) in _OF_A_NETWORK else "WAL"


def _file_system(path: Path, mounts: str) -> str:
    """The type of the one that is mounted nearest above a path, the last one mounted there."""
    found, nearest = "", -1
    path = path.absolute()
    for line in mounts.splitlines():
        told, _, kind = line.partition(" - ")
        fields = told.split(" ")
        if len(fields) < 5:
            continue
        place = Path(re.sub(r"\\(\d{3})", lambda digits: chr(int(digits[1], 8)), fields[4]))
        if len(place.parts) >= nearest and path.is_relative_to(place):
            found, nearest = kind.split(" ")[0], len(place.parts)
    return found
