"""The screens on a library in which every field is hostile: what is painted holds nothing but plain text."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from piloting import open_app, press, settle
from textual.pilot import Pilot
from torture.hostile import DANGEROUS, build

from paperlab.config import Settings
from paperlab.tui.app import PaperlabApp
from paperlab.workbench import Workbench


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = build(tmp_path_factory.mktemp("hostile"))
    workbench = Workbench(Settings(offline=True), scene.library)
    workbench.indexing.run()
    workbench.close()
    return scene.library


@pytest.fixture
def workbench(indexed: Path, tmp_path: Path) -> Iterator[Workbench]:
    shutil.copytree(indexed, tmp_path / "library")
    workbench = Workbench(Settings(offline=True), tmp_path / "library")
    yield workbench
    workbench.close()


def painted(app: PaperlabApp) -> str:
    """All that is on the screen; fails if some of it would do more than stand there."""
    shown = []
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert DANGEROUS.search(segment.text) is None, repr(segment.text)
            style = segment.style
            assert style is None or not style.link, segment
            assert style is None or "@click" not in style.meta or "app.quit" not in repr(style.meta), segment
            shown.append(segment.text)
        shown.append("\n")
    return "".join(shown)


async def until_shown(app: PaperlabApp, words: str) -> None:
    for _ in range(100):
        if words in (shown := painted(app)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{words} never come:\n{shown}")


FROM_THE_LIBRARY = (
    "S R", "f =owned enter escape", "l", "l enter", "t", "s", "p", "n", "/ =owned tab", "a =evil", "L", "D", "x", "?",
    "ctrl+p =owned", "I",
)  # fmt: skip
FROM_THE_READER = ("M", "c", "'", "r", "L", "D", "I", "?", "n", "h", "ctrl+f =owned enter", "G", "tab")


async def look_round(app: PaperlabApp, pilot: Pilot[object], ways: Sequence[str]) -> set[str]:
    """Go each way and come back; the names of the screens that were seen. Everything that is painted is looked at."""
    seen = set()
    home = len(app.screen_stack)
    for way in ways:
        for key in way.split():
            await press(pilot, key)
            painted(app)
            seen.add(type(app.screen).__name__)
        await asyncio.sleep(0.1)
        await settle(pilot)
        painted(app)
        for _ in range(6):
            if len(app.screen_stack) > home:
                await press(pilot, "escape")
                painted(app)
        assert len(app.screen_stack) == home, (way, app.screen_stack)
    return seen


async def test_the_library_paints_hostile_data_as_plain_text(workbench: Workbench) -> None:
    app = PaperlabApp(workbench)
    async with open_app(app, (100, 30)) as pilot:
        await until_shown(app, "owned")
        seen = await look_round(app, pilot, FROM_THE_LIBRARY)
    assert len(seen) >= 10, seen


async def test_the_reader_paints_hostile_data_as_plain_text(workbench: Workbench) -> None:
    app = PaperlabApp(workbench, workbench.shelf.resolve("hostile2026"))
    async with open_app(app, (100, 30)) as pilot:
        await until_shown(app, "dot products")
        seen = await look_round(app, pilot, FROM_THE_READER)
    assert len(seen) >= 7, seen
