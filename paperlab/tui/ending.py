"""The ends that nobody has chosen: the terminal is closed, the machine shuts down."""

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_PATIENCE_S = 5.0
"""For the application to end by itself."""
_NAMES = ("SIGTERM", "SIGHUP")
"""Textual leaves them to the system, which would end the program on the spot."""


@contextmanager
def ending_well(end: Callable[[int], object], at_last: Callable[[], object]) -> Iterator[None]:
    """While the block runs, a signal to end is obeyed in order. To be entered in the main thread.

    Args:
        end: Asked to end the application with this exit code. Called between any two steps of the main thread.
        at_last: Called in a thread if the application has not ended in time, before it is ended by force.
    """

    def obey(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGTERM:
            _let_go_of_terminal()
        watchdog = threading.Timer(_PATIENCE_S, _force, (128 + number, at_last))
        watchdog.daemon = True
        watchdog.start()
        end(128 + number)

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = [(number, signal.signal(number, obey)) for number in numbers]
    if hasattr(select, "poll") and os.isatty(0):
        threading.Thread(target=_mind_terminal, name="terminal", daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _mind_terminal() -> None:
    """Wait until the terminal is gone, at no cost: not every one tells of its end by a signal."""
    terminal = select.poll()
    terminal.register(0, 0)  # a hang-up is told in any case
    while not any(event & select.POLLHUP for _, event in terminal.poll()):
        time.sleep(_PATIENCE_S)
    os.kill(os.getpid(), signal.SIGHUP)


def _let_go_of_terminal() -> None:
    """It is gone. Textual's writing thread would die of an error, and all that waits for it would wait for ever."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nowhere, handle)


def _force(code: int, at_last: Callable[[], object]) -> None:
    with suppress(Exception):  # there is nobody left to be told
        at_last()
    os._exit(code)
