"""One call at a time, and the newest of those that wait."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from paperlab.domain.steps import Abandoned
from paperlab.tui.turnstile import Turnstile


async def test_what_a_call_gives_comes_back() -> None:
    assert await Turnstile().run(lambda is_wanted: is_wanted()) is True


async def test_a_newer_call_ends_the_one_that_runs_and_passes_those_that_wait() -> None:
    turnstile = Turnstile()
    begun, entered = threading.Event(), []

    def long(is_wanted: Callable[[], bool]) -> str:
        entered.append("long")
        begun.set()
        while is_wanted():
            pass
        return "late"

    first = asyncio.create_task(turnstile.run(long))
    await asyncio.to_thread(begun.wait)
    second = asyncio.create_task(turnstile.run(lambda _: entered.append("second")))
    await asyncio.sleep(0)
    assert await turnstile.run(lambda _: "third") == "third"
    for overtaken in (first, second):
        with pytest.raises(Abandoned):
            await overtaken
    assert entered == ["long"]


async def test_a_failure_lets_the_next_one_in() -> None:
    turnstile = Turnstile()

    def fail(_: Callable[[], bool]) -> None:
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"):
        await turnstile.run(fail)
    assert await turnstile.run(lambda _: 1) == 1
