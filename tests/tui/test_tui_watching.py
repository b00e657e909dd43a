"""The watch beside all else: it looks again and again, and tells of a change once."""

import asyncio
from collections.abc import Callable, Collection

from paperlab.domain.identifiers import PaperKey
from paperlab.library.watching import News
from paperlab.tui.watching import watch_library

KEY = PaperKey("1706.03762")
NOTHING, OF_A_PAPER, OF_LISTS = News(), News(frozenset({KEY})), News(is_of_lists=True)
Told = list[tuple[int, Collection[PaperKey] | None]]


async def watched(looks: list[News], known: asyncio.Event, until: Callable[[Told], bool]) -> Told:
    """After how many looks a change was told, and of which papers."""
    told: Told = []
    count = 0

    def news(near: object) -> News:
        nonlocal count
        assert near == [KEY]
        count += 1
        return looks.pop(0) if looks else NOTHING

    watching = asyncio.create_task(
        watch_library(news, lambda: [KEY], lambda keys: told.append((count, keys)), known, interval_s=0.005)
    )
    while not until(told) and count < 200:
        await asyncio.sleep(0.005)
    watching.cancel()
    return told


async def test_a_change_is_told_once() -> None:
    looks = [NOTHING, OF_A_PAPER, NOTHING, OF_LISTS, NOTHING]
    assert await watched(looks, asyncio.Event(), lambda told: len(told) > 2) == [(2, {KEY}), (4, None)]


async def test_a_known_change_is_told_at_once_and_together_with_what_is_found() -> None:
    known = asyncio.Event()
    known.set()
    assert await watched([OF_A_PAPER, NOTHING], known, lambda told: len(told) > 1) == [(1, None)]
