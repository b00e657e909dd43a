"""The watch beside all else: it looks again and again, and tells of a change once."""

import asyncio
from collections.abc import Callable

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.watching import watch_library

KEY = PaperKey("1706.03762")


async def watched(looks: list[bool], known: asyncio.Event, until: Callable[[list[int]], bool]) -> list[int]:
    """After how many looks a change was told."""
    told: list[int] = []
    count = 0

    def look(near: object) -> bool:
        nonlocal count
        assert near == [KEY]
        count += 1
        return looks.pop(0) if looks else False

    watching = asyncio.create_task(
        watch_library(look, lambda: [KEY], lambda: told.append(count), known, interval_s=0.005)
    )
    while not until(told) and count < 200:
        await asyncio.sleep(0.005)
    watching.cancel()
    return told


async def test_a_change_is_told_once() -> None:
    assert await watched([False, True, False, False], asyncio.Event(), lambda told: len(told) > 1) == [2]


async def test_a_known_change_is_told_at_once_and_together_with_what_is_found() -> None:
    known = asyncio.Event()
    known.set()
    assert await watched([True, False], known, lambda told: len(told) > 1) == [1]
