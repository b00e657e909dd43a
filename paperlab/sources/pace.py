"""The pace that arXiv asks for: one request at a time, 3 s apart, over all paperlab processes of a machine.

Source: arXiv's terms of use for its APIs. Why it is kept this way: docs/adr/0003-pace.md.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paperlab.domain.steps import Stage, Step, Watcher
from paperlab.errors import SourceUnavailable

FARTHEST_S = 600.0
"""A next turn farther away than this comes from a clock that was set back, and is ignored."""


class Pace:
    """Turns to talk to one server. All processes that name the same folder share them.

    Args:
        folder: In the user's state folder; made when it is missing.
        delay_s: From the start of one request to the start of the next.
        patience_s: How long to wait for other processes before giving up.
        clock: Seconds since the epoch: the one clock that all processes and runs share.
    """

    def __init__(
        self,
        folder: Path,
        delay_s: float = 3.0,
        *,
        patience_s: float = 900.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._next_file = folder / "next_request"
        self._delay_s = delay_s
        self._patience_s = patience_s
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self, subject: str, watch: Watcher) -> Iterator[None]:
        """Wait for the next turn and keep it for one request, its answer included.

        The watcher is told the seconds left about once a second; what it raises ends the waiting.

        Raises:
            SourceUnavailable: Another process keeps its turn too long, or the folder cannot be written.
        """
        with self._only_one(subject, watch):
            while (left := self._seconds_left()) > 0:
                watch(Step(Stage.WAITING, subject, math.ceil(left)))
                self._sleep(min(left, 1.0))
            self._put_next(self._clock() + self._delay_s)
            yield

    def cool_down(self, seconds: float) -> None:
        """Let nobody have a turn for so long; remembered across runs. To be called within a turn."""
        self._put_next(self._clock() + min(max(seconds, self._delay_s), FARTHEST_S))

    @contextmanager
    def _only_one(self, subject: str, watch: Watcher) -> Iterator[None]:
        from filelock import FileLock, Timeout

        deadline = time.monotonic() + self._patience_s
        lock = FileLock(self._folder / "turn.lock")
        while True:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=min(1.0, self._patience_s))
                break
            except Timeout as error:
                if time.monotonic() >= deadline:
                    raise SourceUnavailable(
                        "another paperlab keeps the connection to arXiv busy", hint="end it, or try again later"
                    ) from error
                watch(Step(Stage.WAITING, subject))
            except OSError as error:
                raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _seconds_left(self) -> float:
        try:
            left = float(self._next_file.read_text("ascii")) - self._clock()
        except (OSError, ValueError):
            return 0.0
        return left if left <= FARTHEST_S else 0.0

    def _put_next(self, moment: float) -> None:
        beside = self._next_file.with_suffix(".new")
        try:
            beside.write_text(repr(moment), "ascii")
            beside.replace(self._next_file)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> SourceUnavailable:
        return SourceUnavailable(
            f"cannot keep arXiv's pace: {self._folder}: {error.strerror}", hint="make that folder writable"
        )
