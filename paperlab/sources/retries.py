"""What is tried again, how often, and after how long."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from paperlab.domain.steps import Stage, Step, Watcher
from paperlab.sources.pace import Pace

ATTEMPTS = 4
MAX_RETRY_AFTER_S = 300.0
BUSY = frozenset({429, 500, 502, 503, 504})
"""Statuses that mean: later."""


class TryAgain(Exception):
    """A failure that may pass. Its text is what the reader is told if it does not."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s
        """What the server asks for; None means the usual back-off."""


def attempts(subject: str, watch: Watcher) -> Iterator[AbstractContextManager[object]]:
    """Contexts, one for each attempt: `TryAgain` raised in one leads to the next, in the last one it comes through."""
    import stamina
    from stamina.instrumentation import set_on_retry_hooks

    backoff_s = 0.0

    def wait(error: Exception) -> bool | float:
        if not isinstance(error, TryAgain):
            return False
        seconds = backoff_s if error.after_s is None else error.after_s
        if seconds:
            watch(Step(Stage.WAITING, subject, math.ceil(seconds)))
        return True if error.after_s is None else error.after_s

    set_on_retry_hooks(())  # the default ones log warnings, some onto stdout
    for attempt in stamina.retry_context(
        on=wait, attempts=ATTEMPTS, timeout=None, wait_initial=2.0, wait_max=30.0, wait_jitter=1.0
    ):
        backoff_s = attempt.next_wait
        yield attempt


def raise_if_busy(
    status: int, headers: Mapping[str, str], server: str, cool_down: Callable[[float], None] | None
) -> None:
    """Raise `TryAgain` for a server that asks to come back later.

    Args:
        cool_down: Takes the wait that the server asks for, where a `Pace` does the waiting.
    """
    if status not in BUSY:
        return
    after_s = retry_after_s(headers.get("Retry-After", ""), datetime.now(UTC))
    if after_s is not None and cool_down is not None:
        cool_down(after_s)
        after_s = 0.0
    raise TryAgain(f"{server} is busy (status {status})", after_s)


def retry_after_s(header: str, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, at most `MAX_RETRY_AFTER_S`; None if it is missing or unreadable.

    Source: RFC 9110, section 10.2.3 (seconds or a date).
    """
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header), MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def turn_of(pace: Pace | None, subject: str, watch: Watcher) -> AbstractContextManager[None]:
    """A turn where there is a pace to keep."""
    return pace.turn(subject, watch) if pace else nullcontext()
