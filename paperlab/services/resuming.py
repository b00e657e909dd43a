"""Resuming: which jobs are open, kept in the library's derived folder, and taken up by the next session.

A session has a slot: a small file, and a lock that it holds until it ends, however it ends. A slot whose lock is free
belongs to nobody: what stands in it was left open, and the session that gets the lock goes on with it, and no other.
"""

import json
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from paperlab.errors import LibraryBusy, LibraryError
from paperlab.library.files import make_folder, read_bytes, write_atomically
from paperlab.library.library import Library

FORMAT = 1
_VERBS = frozenset({"add", "fetch", "update"})


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job that has not come to its end."""

    verb: str
    """`add`, `fetch` or `update`."""
    subject: str
    """A source, or a key, or keys."""


class Resuming:
    """One session's slot. All calls come from one thread: the lock is its."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._held = ExitStack()
        self._slot: Path | None = None

    def begin(self) -> tuple[OpenJob, ...]:
        """Take a slot. Returns what sessions that are no more have left open, which is in this slot from now on.

        Raises:
            LibraryError: The disk refused.
        """
        folder = self._library.derived / "jobs"
        try:
            self._slot = next(slot for slot in (folder / f"{n}.json" for n in count()) if self._take(slot, self._held))
            make_folder(folder)
            left = _read(self._slot)
            for slot in sorted(folder.glob("*.json")):
                with ExitStack() as briefly:
                    if slot != self._slot and self._take(slot, briefly):
                        left += _read(slot)
                        write_atomically(self._slot, _written(left))
                        slot.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(f"open jobs cannot be kept: {error.strerror}") from error
        return tuple(dict.fromkeys(left))

    def keep(self, jobs: tuple[OpenJob, ...]) -> None:
        """These jobs are open now, and no others.

        Raises:
            LibraryError: The disk refused.
        """
        if self._slot is None:
            return
        if jobs:
            write_atomically(self._slot, _written(jobs))
        else:
            with suppress(OSError):
                self._slot.unlink(missing_ok=True)

    def end(self) -> None:
        """Let the slot go; what is open stays for the next session."""
        self._slot = None
        self._held.close()

    def _take(self, slot: Path, held: ExitStack) -> bool:
        try:
            held.enter_context(self._library.lock(f"jobs-{slot.stem}", timeout_s=0))
        except (LibraryBusy, ValueError):  # it has its session, or is no slot of ours
            return False
        return True


def _written(jobs: tuple[OpenJob, ...]) -> bytes:
    return json.dumps({"format": FORMAT, "jobs": [asdict(job) for job in jobs]}).encode()


def _read(slot: Path) -> tuple[OpenJob, ...]:
    """What is in a slot; nothing where it is damaged or of a newer paperlab."""
    try:
        told = json.loads(read_bytes(slot))
        if told["format"] != FORMAT:
            return ()
        jobs = tuple(OpenJob(job["verb"], job["subject"]) for job in told["jobs"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(job for job in jobs if job.verb in _VERBS and isinstance(job.subject, str) and job.subject)
