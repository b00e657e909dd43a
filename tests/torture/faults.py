"""A disk that fails: every write, fsync, rename and removal below a folder is counted, and one of them goes wrong.

Put in place in a process of its own, below the program: the program itself is as it is. What SQLite does to its own
files passes it by.
"""

import errno
import io
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")


class Trouble(StrEnum):
    """What happens at the chosen operation."""

    KILLED = "killed"
    """The process is gone before it."""
    TORN = "torn"
    """Half of a write is done, any other operation whole, and then the process is gone."""
    FULL = "full"
    """The disk is full from there on: half of this write is done, nothing can be added any more."""
    BROKEN = "broken"
    """The disk refuses this one operation (EIO)."""


@dataclass(frozen=True, slots=True)
class Fault:
    trouble: Trouble
    at: int
    """Number of the operation, from 1."""


class Disk:
    """Stands between the program and the files below `root`."""

    def __init__(self, root: Path, fault: Fault | None) -> None:
        self._root = root.resolve()
        self._fault = fault
        self.operations: list[str] = []
        """What was asked of it so far, such as `write notes.md`."""

    def put_in_place(self) -> None:
        """For the rest of this process."""
        for name in ("replace", "rename", "link"):
            setattr(os, name, self._two_paths(name, getattr(os, name)))
        for name in ("unlink", "remove", "mkdir", "truncate"):
            setattr(os, name, self._one_path(name, getattr(os, name)))
        real_sync, real_write = os.fsync, os.write

        def fsync(handle: int) -> None:
            place = self._of_handle(handle)
            self._through("fsync", place, lambda: real_sync(handle)) if place else real_sync(handle)

        def write(handle: int, data: Any) -> int:
            place = self._of_handle(handle)
            if not place:
                return real_write(handle, data)
            half = bytes(data)[: len(data) // 2]
            return self._through(
                "write", place, lambda: real_write(handle, data), half=lambda: real_write(handle, half)
            )

        os.fsync, os.write = fsync, write  # type: ignore[assignment]
        real_open = io.open

        def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
            place = self._place(file) if isinstance(file, str | os.PathLike) and set(mode) & set("wax+") else ""
            if not place:
                return real_open(file, mode, buffering, *rest, **more)
            raw = _Written(os.fspath(file), mode.replace("b", "").replace("t", ""), self, place)
            buffered: BinaryIO = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)  # type: ignore[assignment]
            return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **more)

        io.open = opened  # what pathlib uses

    def _one_path(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        def asked(path: Any, *rest: Any, **more: Any) -> T:
            place = self._place(path)
            return self._through(name, place, lambda: act(path, *rest, **more)) if place else act(path, *rest, **more)

        return asked

    def _two_paths(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        def asked(source: Any, target: Any, *rest: Any, **more: Any) -> T:
            place = self._place(target)
            if not place:
                return act(source, target, *rest, **more)
            return self._through(name, place, lambda: act(source, target, *rest, **more))

        return asked

    def _place(self, path: Any) -> str:
        """As seen from the root; empty if it is elsewhere."""
        if isinstance(path, int):
            return ""
        given = Path(path)
        place = Path(os.path.realpath(given.parent), given.name)  # its own name may be that of a link
        return str(place.relative_to(self._root)) if place.is_relative_to(self._root) else ""

    def _of_handle(self, handle: int) -> str:
        try:
            path = Path(f"/proc/self/fd/{handle}").readlink()
        except OSError:
            return ""
        return "." if path == self._root else self._place(path)

    def _through(self, name: str, place: str, act: Callable[[], T], half: Callable[[], object] | None = None) -> T:
        self.operations.append(f"{name} {place}")
        fault, number = self._fault, len(self.operations)
        if fault is None or number < fault.at:
            return act()
        is_adding = name in ("write", "mkdir", "link")
        if fault.trouble is Trouble.FULL and (number == fault.at or is_adding):
            if half is not None and number == fault.at:
                half()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place)
        if number == fault.at:
            if fault.trouble is Trouble.BROKEN:
                raise OSError(errno.EIO, os.strerror(errno.EIO), place)
            if fault.trouble is Trouble.TORN:
                with suppress(OSError):
                    (half or act)()
            os.kill(os.getpid(), signal.SIGKILL)
        return act()


class _Written(io.FileIO):
    """A file whose every write is asked of the disk."""

    def __init__(self, path: str, mode: str, disk: Disk, place: str) -> None:
        super().__init__(path, mode)
        self._disk, self._at = disk, place

    def write(self, data: Any) -> int:
        real = super().write
        half = bytes(data)[: len(data) // 2]
        return self._disk._through("write", self._at, lambda: real(data), half=lambda: real(half))
