"""Driving the application in tests: keys, one after the other, and what the screen shows then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.widgets.paper_table import PaperTable

_QUICK = {"summaries", "arrange", "search", "take-in", "perform", "look-again", "related", "diff", "editions"}
"""Groups of workers that wait for nothing but a thread."""


async def settle(pilot: Pilot[Any]) -> None:
    """Let messages, and threads that answer at once, come to an end. The pilot's own way waits tenths of a second."""
    quiet, was_busy = 0, False
    for _ in range(100):
        for _ in range(4):
            await pilot._wait_for_screen()
            await asyncio.sleep(0.003)
        is_busy = any(worker.is_running and worker.group in _QUICK for worker in pilot.app.workers)
        quiet = 0 if is_busy else quiet + 1
        if quiet == 2 + was_busy:  # what a worker has done is still to be painted
            return
        was_busy = was_busy or is_busy


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each when the one before has had its effect; `=words` types words at one stretch."""
    for key in keys:
        if key.startswith("="):
            for character in key[1:]:
                send(pilot, _character_to_key(character), character)
        else:
            send(pilot, _character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None)
        await settle(pilot)


def send(pilot: Pilot[Any], key: str, character: str | None) -> None:
    driver = pilot.app._driver
    assert driver is not None
    driver.send_message(events.Key(key, character))


@asynccontextmanager
async def open_app(app: PaperlabApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """The application when its library has been read."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot


def screen_text(app: PaperlabApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def messages(app: PaperlabApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


def current_title(app: PaperlabApp) -> str:
    summary = app.screen.query_one(PaperTable).current
    assert summary is not None
    return summary.title


async def open_marked_paper(pilot: Pilot[Any]) -> ReaderScreen:
    """The reader on the last paper of the library, when its text is on the screen."""
    await press(pilot, "G", "enter")
    reader = pilot.app.screen
    assert isinstance(reader, ReaderScreen)
    while not (reader.is_open and reader.text.selected):
        await settle(pilot)
    return reader
