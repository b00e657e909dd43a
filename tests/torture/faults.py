"""A disk that fails: each creation, write, fsync, rename and removal below a folder is counted, and one goes wrong.

Put in place in a process of its own, below the program: the program itself is as it is. What SQLite does to its own
files passes it by.
"""

import errno
import io
import os
import signal
import time
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


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """`create`, `write`, `truncate`, `fsync`, `replace`, `rename`, `link`, `mkdir` or `unlink`."""
    place: str
    """Of the file or folder, as seen from the root, which is `.` itself."""
    source: str = ""
    """Where what was renamed has been; empty if that is elsewhere."""
    at_s: float = 0.0
    """When it began, on the clock of `time.monotonic`."""


class Disk:
    """Stands between the program and the files below `root`."""

    def __init__(self, root: Path, fault: Fault | None, on_operation: Callable[[int], None] = lambda _: None) -> None:
        """`on_operation` is told of each operation as it begins: how many there have been."""
        self._root = root.resolve()
        self._fault = fault
        self._on_operation = on_operation
        self.operations: list[Operation] = []
        """What was asked of it so far."""

    def put_in_place(self) -> None:
        """For the rest of this process."""
        for name in ("replace", "rename", "link"):
            setattr(os, name, self._two_paths(name, getattr(os, name)))
        for name in ("unlink", "remove", "mkdir", "truncate"):
            setattr(os, name, self._one_path(name, getattr(os, name)))
        real_sync, real_write, real_raw_open = os.fsync, os.write, os.open

        def raw_open(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            place = self._place(path) if flags & os.O_CREAT and not os.path.lexists(path) else ""
            return self._creating(place, lambda: real_raw_open(path, flags, *rest, **more))

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

        os.fsync, os.write, os.open = fsync, write, raw_open  # type: ignore[assignment]
        real_open = io.open

        def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
            place = self._place(file) if isinstance(file, str | os.PathLike) and set(mode) & set("wax+") else ""
            if not place:
                return real_open(file, mode, buffering, *rest, **more)
            is_new = not os.path.lexists(file)
            flags = mode.replace("b", "").replace("t", "")
            raw = self._creating(place if is_new else "", lambda: _Written(os.fspath(file), flags, self, place))
            buffered: BinaryIO = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)  # type: ignore[assignment]
            return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **more)

        io.open = opened  # what pathlib uses

    def _one_path(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        def asked(path: Any, *rest: Any, **more: Any) -> T:
            place = "" if name == "mkdir" and os.path.lexists(path) else self._place(path)
            return self._through(name, place, lambda: act(path, *rest, **more)) if place else act(path, *rest, **more)

        return asked

    def _two_paths(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        def asked(source: Any, target: Any, *rest: Any, **more: Any) -> T:
            place, origin = self._place(target), self._place(source)
            if not place:
                return act(source, target, *rest, **more)
            return self._through(name, place, lambda: act(source, target, *rest, **more), source=origin)

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

    def _creating(self, place: str, act: Callable[[], T]) -> T:
        return self._through("create", place, act) if place and not place.endswith(".lock") else act()

    def _through(
        self, name: str, place: str, act: Callable[[], T], half: Callable[[], object] | None = None, source: str = ""
    ) -> T:
        self.operations.append(Operation(name, place, source, time.monotonic()))
        fault, number = self._fault, len(self.operations)
        self._on_operation(number)
        if fault is None or number < fault.at:
            return act()
        is_adding = name in ("create", "write", "mkdir", "link")
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
