"""Watching the library beside all else that one does."""

import asyncio
from asyncio import to_thread
from collections.abc import Callable, Collection

from paperlab.domain.identifiers import PaperKey

INTERVAL_S = 1.0


async def watch_library(
    look: Callable[[Collection[PaperKey]], bool],
    near: Callable[[], Collection[PaperKey]],
    on_change: Callable[[], object],
    *,
    interval_s: float = INTERVAL_S,
) -> None:
    """Look once a second, in a thread, whether somebody else has changed the library; never ends by itself.

    Args:
        near: The papers that are on the screen now.
    """
    while True:
        await asyncio.sleep(interval_s)
        if await to_thread(look, near()):
            on_change()
