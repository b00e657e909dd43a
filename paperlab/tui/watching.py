"""Watching the library beside all else that one does."""

import asyncio
from asyncio import to_thread
from collections.abc import Callable, Collection
from contextlib import suppress

from paperlab.domain.identifiers import PaperKey

INTERVAL_S = 1.0


async def watch_library(
    look: Callable[[Collection[PaperKey]], bool],
    near: Callable[[], Collection[PaperKey]],
    on_change: Callable[[], object],
    known: asyncio.Event,
    *,
    interval_s: float = INTERVAL_S,
) -> None:
    """Look once a second, in a thread, whether somebody else has changed the library; never ends by itself.

    Args:
        near: The papers that are on the screen now.
        known: Set where a change is known of already: it is told at once, together with what the look finds.
    """
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(known.wait(), interval_s)
        is_known = known.is_set()
        known.clear()
        if await to_thread(look, near()) or is_known:
            on_change()
