"""Threads that nobody waits for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def to_daemon_thread(call: Callable[[], T]) -> T:
    """As `asyncio.to_thread`, for a call that may hang: the end of the program does not wait for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(given: T | None, error: BaseException | None) -> None:
        if future.done():  # nobody waits any more
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(given)  # type: ignore[arg-type]  # None only beside an error, or where T has it

    def work() -> None:
        given, failure = None, None
        try:
            given = call()
        except BaseException as error:  # it is raised where the call is awaited
            failure = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, given, failure)

    Thread(target=work, daemon=True).start()
    return await future
