"""Snapshots: what a file held before it was changed, some of each, in a folder that a person can look into.

`.backups/papers/1706.03762/notes.md/0007_20261125T101502.118204Z_9f0c2a41d3e5b677.md`: the seventh of these notes,
replaced at that moment, and the beginning of what it holds as SHA-256. The numbers give the order, so that a clock
that jumps changes nothing. PDFs come here only when an undo takes them away, and stay.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from paperlab.errors import LibraryError
from paperlab.library.files import hash_file, make_folder, read_bytes, write_atomically, write_once

KEPT = 10
"""Of each file, whatever their age."""
KEPT_DAYS = 30
"""Beyond those, the last of each day: of so many days on which there is one, however long ago they were."""
MOST_BYTES = 20 << 20
"""Of all snapshots of one file; the newest stays whatever its size."""
_DIGITS = 16
_NAME = re.compile(rf"(\d{{4,}})_(\d{{8}}T\d{{6}}\.\d{{6}})Z_([0-9a-f]{{{_DIGITS}}})(\.\w+)?", re.ASCII)
_TIME = "%Y%m%dT%H%M%S.%f"


def digest_of(data: bytes) -> str:
    """By which a content is known."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def digest_of_file(path: Path) -> str:
    """The same of a file, which may be large; empty if there is none."""
    return hash_file(path)[0][:_DIGITS] if path.is_file() else ""


def make_backups_folder(folder: Path) -> None:
    """Make the folder of all snapshots, which git passes by whatever the library's own `.gitignore` says."""
    if not (folder / ".gitignore").exists():
        make_folder(folder)
        write_atomically(folder / ".gitignore", b"*\n")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One content that a file had."""

    path: Path
    number: int
    """Grows by one from each of a file to the next."""
    until: datetime
    """When it was replaced."""
    digest: str


class Snapshots:
    def __init__(self, root: Path, folder: Path, now: Callable[[], datetime]) -> None:
        """`folder` is for snapshots of files below `root`."""
        self._root = root
        self._folder = folder
        self._now = now

    def keep(self, path: Path) -> str:
        """Put away what a file holds, so that it may be changed. Returns its digest, empty if there is no file.

        To be called while nobody else changes that file.

        Raises:
            LibraryError: It could not be put away, so do not change it.
        """
        if not path.is_file():
            return ""
        data = read_bytes(path)
        digest = digest_of(data)
        there = self.of(path)
        if there and there[0].digest == digest and _is_whole(there[0]):
            return digest
        with _refusing(path):
            target = self._next(path, digest, there)
            twin = next((one for one in there if one.digest == digest and _is_whole(one)), None)
            if twin is None or not _linked(twin.path, target):  # the same content is kept once
                write_once(target, data)
        self._rotate(path)
        return digest

    def take_in(self, path: Path) -> None:
        """Move the file itself here.

        Raises:
            LibraryError: The disk refused; it is where it was.
        """
        with _refusing(path):
            target = self._next(path, digest_of_file(path), self.of(path))
            try:
                path.rename(target)
            except OSError as error:
                raise LibraryError(f"it cannot be moved: {error.strerror}") from error

    def of(self, path: Path) -> tuple[Snapshot, ...]:
        """Those of a file, newest first."""
        found: list[Snapshot] = []
        with suppress(FileNotFoundError, NotADirectoryError):
            for entry in self._folder_of(path).iterdir():
                if told := _NAME.fullmatch(entry.name):
                    with suppress(ValueError):
                        until = datetime.strptime(told[2], _TIME).replace(tzinfo=UTC)
                        found.append(Snapshot(entry, int(told[1]), until, told[3]))
        return tuple(sorted(found, key=lambda one: one.number, reverse=True))

    def files_in(self, folder: Path) -> tuple[Path, ...]:
        """The files of a folder that there are snapshots of, whether they are there themselves or not."""
        kept = self._folder_of(folder)
        names = sorted(entry.name for entry in kept.iterdir() if entry.is_dir()) if kept.is_dir() else []
        return tuple(path for name in names if self.of(path := folder / name))

    def find(self, path: Path, digest: str) -> Path | None:
        """Where that content of a file is kept; None if it is not, or not whole."""
        return next((one.path for one in self.of(path) if one.digest == digest and _is_whole(one)), None)

    def _folder_of(self, path: Path) -> Path:
        return self._folder / path.relative_to(self._root)

    def _next(self, path: Path, digest: str, there: tuple[Snapshot, ...]) -> Path:
        folder = self._folder_of(path)
        make_backups_folder(self._folder)
        make_folder(folder)
        number = there[0].number + 1 if there else 1
        return folder / f"{number:04}_{self._now().astimezone(UTC):{_TIME}}Z_{digest}{path.suffix}"

    def _rotate(self, path: Path) -> None:
        days: set[object] = set()
        taken = 0
        for place, snapshot in enumerate(self.of(path)):
            is_first_of_day = snapshot.until.date() not in days
            if place >= KEPT and is_first_of_day:
                days.add(snapshot.until.date())
            taken += snapshot.path.stat().st_size
            is_old = place >= KEPT and (not is_first_of_day or len(days) > KEPT_DAYS)
            if place and snapshot.path.suffix != ".pdf" and (is_old or taken > MOST_BYTES):
                snapshot.path.unlink(missing_ok=True)


def _is_whole(snapshot: Snapshot) -> bool:
    """Not cut off by a crash."""
    return digest_of_file(snapshot.path) == snapshot.digest


def _linked(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
    except OSError:  # not every file system can, nor as often as one likes
        return False
    return True


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say which file is not changed for want of a snapshot."""
    try:
        yield
    except LibraryError as error:
        place = "/".join(path.parts[-3:])
        message = f"{place} is left as it is, for what it holds could not be put away first: {error.message}"
        raise LibraryError(message, hint=error.hint) from error
