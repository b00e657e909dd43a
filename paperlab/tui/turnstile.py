"""One call at a time in a thread, and of those that wait only the newest: what a reader who types on needs."""

from asyncio import Lock, to_thread
from collections.abc import Callable
from typing import TypeVar

from paperlab.domain.steps import Abandoned

T = TypeVar("T")


class Turnstile:
    """A newer call makes the older ones unwanted: the one in the thread is told so, those that wait never begin."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest = 0

    @property
    def is_busy(self) -> bool:
        return self._lock.locked()

    async def run(self, call: Callable[[Callable[[], bool]], T]) -> T:
        """What a call gives that is handed a way to ask whether it is still wanted.

        Raises:
            Abandoned: A newer call has come.
        """
        self._newest += 1
        mine = self._newest

        def is_wanted() -> bool:
            return mine == self._newest

        async with self._lock:
            if not is_wanted():
                raise Abandoned
            given = await to_thread(call, is_wanted)
        if not is_wanted():
            raise Abandoned
        return given
