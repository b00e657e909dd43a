"""The screens on a library in which every field is hostile: what is painted holds nothing but plain text."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from piloting import open_app, press, settle
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


LIBRARY_WAYS = {
    "the library": (),
    "sorted": ("S", "R"),
    "a filter by tag": ("f", "=owned"),
    "lists": ("l",),
    "a list": ("l", "enter"),
    "tags": ("t",),
    "status": ("s",),
    "progress": ("p",),
    "note": ("n",),
    "search": ("/", "=owned softmax"),
    "search in notes": ("/", "=owned", "tab"),
    "add": ("a", "=evil"),
    "related": ("L",),
    "differences": ("D",),
    "export": ("x",),
    "help": ("?",),
    "palette": ("ctrl+p", "=owned"),
    "taking over": ("I",),
}
READER_WAYS = {
    "the reader": (),
    "outline": ("tab",),
    "marks": ("M",),
    "note": ("n",),
    "find": ("ctrl+f", "=owned"),
    "highlight": ("h",),
    "comment": ("c",),
    "bookmarks": ("'",),
    "references": ("r",),
    "related": ("L",),
    "differences": ("D",),
    "taking over": ("I",),
    "the last page": ("G",),
}


@pytest.mark.parametrize("way", LIBRARY_WAYS)
async def test_the_library_paints_hostile_data_as_plain_text(workbench: Workbench, way: str) -> None:
    app = PaperlabApp(workbench)
    async with open_app(app, (100, 30)) as pilot:
        await until_shown(app, "owned")
        for key in LIBRARY_WAYS[way]:
            await press(pilot, key)
            await asyncio.sleep(0.05)
            painted(app)
        await asyncio.sleep(0.2)
        await settle(pilot)
        painted(app)


@pytest.mark.parametrize("way", READER_WAYS)
async def test_the_reader_paints_hostile_data_as_plain_text(workbench: Workbench, way: str) -> None:
    key = workbench.shelf.resolve("hostile2026")
    app = PaperlabApp(workbench, key)
    async with open_app(app, (100, 30)) as pilot:
        await until_shown(app, "dot products")
        for one in READER_WAYS[way]:
            await press(pilot, one)
            await asyncio.sleep(0.05)
            painted(app)
        await asyncio.sleep(0.2)
        await settle(pilot)
        painted(app)
