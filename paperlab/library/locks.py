"""Locks: one process at a time changes a paper, a list, the index. Reading needs none.

A lock is the system's own (flock): it takes it back from a process that ends, however that ends. Where a file system
has none, a file stands for it; one whose owner is dead is taken over. Beside a lock that is held lies a file that
tells those who wait who holds it; it is only told, and believed by nobody.
"""

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import LibraryBusy, LibraryError, ReadOnlyLibrary

if TYPE_CHECKING:
    from filelock import BaseFileLock

PATIENCE_S = 30.0
"""With a change of somebody else's: all take milliseconds but the copying of a large PDF."""
SILENT_S = 1.0
"""So long one waits without a word."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,140}", re.ASCII)
_NO_FLOCK = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP})
_UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_MOST_BYTES = 4096
_SUBJECTS = {"keys": "its records", "lists": "its reading lists", "index": "its index", "adding": "the same paper"}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock, by its own account."""

    command: str
    pid: int
    host: str
    user: str
    since: str
    """ISO 8601, UTC, by the owner's clock."""

    def told(self, now: datetime) -> str:
        """For the one who waits: `` `paperlab index` (process 4711 on lab3, since 2 min)``."""
        who = f"process {self.pid} on {self.host}" + (f" of {self.user}" if self.user != _user() else "")
        with suppress(ValueError, TypeError):
            held_s = (now - datetime.fromisoformat(self.since)).total_seconds()
            who += f", since {_length(held_s)}" if held_s >= 0 else ""  # a clock may have been set back
        return f"`{self.command}` ({who})"


class Locks:
    """The locks of one library, as one program takes them."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first lock is taken."""
        self._folder = folder
        self.command = "paperlab"
        """What others are told who wait for this program."""
        self.on_wait: Callable[[str], object] = _nobody
        """Told once in each long waiting, in a sentence, for whom; may be called in any thread."""
        self.patience_s = PATIENCE_S

    @contextmanager
    def hold(self, name: str, timeout_s: float | None = None) -> Iterator[None]:
        """Hold a lock; without a time, wait as long as `patience_s`. The thread that holds it may take it again.

        Raises:
            LibraryBusy: Somebody else has held it for all of `timeout_s`.
            ReadOnlyLibrary, LibraryError: It can be written nowhere.
            ValueError: The name is no file name.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a lock's name: {name!r}")
        with self._refusals_told():
            held = self._acquired(name, self.patience_s if timeout_s is None else timeout_s)
        is_outermost = held.lock_counter == 1
        try:
            if is_outermost:
                self._sign(name)
            yield
        finally:
            if is_outermost:
                with suppress(OSError):
                    self._signature(name).unlink(missing_ok=True)
            held.release()

    def owner(self, name: str) -> Owner | None:
        """Who holds a lock; None if nobody does, or nobody knows: a dead process has nothing any more."""
        try:
            with self._signature(name).open("rb") as file:
                owner = Owner(**json.loads(file.read(_MOST_BYTES)))
        except (OSError, ValueError, TypeError):
            return None
        return owner if isinstance(owner.pid, int) and _may_live(owner) else None

    def _acquired(self, name: str, timeout_s: float) -> "BaseFileLock":
        from filelock import FileLock, SoftFileLock  # 30 ms, and most commands write nothing

        self._folder.mkdir(parents=True, exist_ok=True)
        held: BaseFileLock = FileLock(self._folder / f"{name}.lock", is_singleton=True, fallback_to_soft=False)
        try:
            self._acquire(held, name, timeout_s)
        except OSError as error:
            if error.errno not in _NO_FLOCK:
                raise
            held = SoftFileLock(self._folder / f"{name}.held", is_singleton=True)
            self._acquire(held, name, timeout_s)
        return held

    def _acquire(self, held: "BaseFileLock", name: str, timeout_s: float) -> None:
        from filelock import Timeout

        try:
            try:
                held.acquire(timeout=min(timeout_s, SILENT_S))
            except Timeout:
                if timeout_s <= SILENT_S:
                    raise
                self.on_wait(f"waiting for {self._holder(name)}")
                held.acquire(timeout=timeout_s - SILENT_S)
        except Timeout as error:
            hint = "Try again when it is done, or end it: what it has written is kept."
            message = f"the library is busy: {self._holder(name)} is at work on {_subject(name)}"
            raise LibraryBusy(message, hint=hint) from error

    def _holder(self, name: str) -> str:
        owner = self.owner(name)
        return owner.told(datetime.now(UTC)) if owner else "another paperlab"

    def _sign(self, name: str) -> None:
        owner = Owner(self.command, os.getpid(), _host(), _user(), datetime.now(UTC).isoformat())
        with suppress(OSError):  # on a full disk others are told less
            self._signature(name).write_text(json.dumps(asdict(owner)))

    def _signature(self, name: str) -> Path:
        return self._folder / f"{name}.owner"

    @contextmanager
    def _refusals_told(self) -> Iterator[None]:
        """The reader has asked for no lock: what is told is what cannot be written."""
        try:
            yield
        except OSError as error:
            derived, root = self._folder.parent, self._folder.parent.parent
            if error.errno not in _UNWRITABLE:
                reason = (error.strerror or str(error)).lower()
                raise LibraryError(f"{root} cannot be changed: {reason}", hint="Is the disk full?") from error
            if os.access(root, os.W_OK):
                hint = f"Make {derived} writable; all in it is derived, and may be deleted, too."
                raise ReadOnlyLibrary(f"{derived} cannot be written", hint=hint) from error
            hint = "Listing, searching, reading and exporting elsewhere work; to change it, make its folder writable."
            raise ReadOnlyLibrary(f"the library {root} is read-only", hint=hint) from error


def _subject(name: str) -> str:
    """What a lock is for, in the reader's words."""
    kind, _, what = name.partition("-")
    return what if kind == "paper" else _SUBJECTS.get(kind, kind)


def _may_live(owner: Owner) -> bool:
    """Nobody can tell of another machine, and there is no harmless way to ask on Windows."""
    if os.name == "nt" or owner.host != _host():
        return True
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's
        return True
    return True


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _user() -> str:
    """As the environment says: to look a name up may ask a daemon, over a socket."""
    names = (os.environ.get(name, "") for name in ("LOGNAME", "USER", "USERNAME"))
    return next(filter(None, names), str(os.getuid()) if hasattr(os, "getuid") else "")


def _length(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.0f} h"


def _nobody(_told: str) -> None: ...
