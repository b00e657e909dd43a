"""The ends that nobody has chosen: the terminal is closed, the machine shuts down."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_SIGNALS = ("SIGTERM", "SIGHUP")
"""Textual leaves them to the system, which would end the program on the spot."""


def on_kill(end: Callable[[int], object]) -> None:
    """Call `end` with the exit code when the program is told to end. Does nothing where there are no such signals."""
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        # not on Windows, nor in a loop outside of the main thread
        with suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
            number = getattr(signal, name)
            loop.add_signal_handler(number, end, 128 + number)
