"""Watching the library beside all else that one does."""

import asyncio
from asyncio import to_thread
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from paperlab.domain.identifiers import PaperKey

if TYPE_CHECKING:
    from paperlab.library.watching import News

INTERVAL_S = 1.0


async def watch_library(
    news: Callable[[Collection[PaperKey]], "News"],
    near: Callable[[], Collection[PaperKey]],
    on_change: Callable[[Collection[PaperKey] | None], object],
    known: asyncio.Event,
    *,
    interval_s: float = INTERVAL_S,
) -> None:
    """Look once a second, in a thread, whether somebody else has changed the library; never ends by itself.

    Args:
        near: The papers that are on the screen now.
        on_change: Is told of the papers that have changed; None, where it may be any.
        known: Set where a change is known of already: it is told at once, together with what the look finds.
    """
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(known.wait(), interval_s)
        is_known = known.is_set()
        known.clear()
        found = await to_thread(news, near())
        if is_known or found.is_of_lists:
            on_change(None)
        elif found:
            on_change(found.papers)
