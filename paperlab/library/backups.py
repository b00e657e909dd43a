"""Backups: what a file held before paperlab changed it, a few of each, outside of every library and vault."""

import hashlib
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from paperlab.domain.clocks import behind
from paperlab.library.files import make_folder, read_bytes, write_atomically

KEPT = 10
"""Backups of one file."""
_MOST_BYTES = 50 << 20
"""Of all backups of one file; the newest is kept whatever its size."""


_TIME = "%Y%m%dT%H%M%S.%fZ"


class Backups:
    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    def keep(self, path: Path) -> Path | None:
        """Put away what a file holds, so that it may be changed. None if there is nothing in it.

        Raises:
            LibraryError: It could not be put away, so do not change it.
        """
        if not (data := read_bytes(path)):
            return None
        folder = self.folder_of(path)
        make_folder(folder)
        there = self.of(path)
        if there and read_bytes(there[0]) == data:
            return there[0]
        at = behind(self._now().astimezone(UTC), _time_of(there[0]) if there else None)
        backup = folder / f"{at:{_TIME}}{path.suffix}"
        write_atomically(backup, data)
        self._rotate(path)
        return backup

    def of(self, path: Path) -> tuple[Path, ...]:
        """The backups of a file, newest first."""
        folder = self.folder_of(path)
        if not folder.is_dir():
            return ()
        return tuple(sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), reverse=True))

    def folder_of(self, path: Path) -> Path:
        """`NAME-` and a few digits of the whole path's hash."""
        whole = os.path.realpath(path)
        name = re.sub(r"[^\w.-]", "-", path.name)[:80]
        return self._folder / f"{name}-{hashlib.sha256(os.fsencode(whole)).hexdigest()[:12]}"

    def _rotate(self, path: Path) -> None:
        taken = 0
        for number, backup in enumerate(self.of(path)):
            taken += backup.stat().st_size
            if number and (number >= KEPT or taken > _MOST_BYTES):
                backup.unlink(missing_ok=True)


def _time_of(backup: Path) -> datetime | None:
    """By its name; None for somebody's own file."""
    try:
        return datetime.strptime(backup.name[:23], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
