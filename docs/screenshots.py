"""The pictures of the README, made from the demo's library by the program itself: `make screenshots`."""

import asyncio
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from paperlab.config import Settings
from paperlab.services.demonstrating import ATTENTION, QUERIES, QUOTE, make_demo_library
from paperlab.tui.app import PaperlabApp
from paperlab.tui.session import Target
from paperlab.workbench import Workbench

IMAGES = Path(__file__).parent / "images"
SIZE = (100, 30)
"""Columns and rows."""
LIBRARY_SIZE = (120, 16)
"""Wide enough for the preview, low enough for three papers."""
WIDE_SIZE = (150, 32)
"""Room for the note beside the text."""
PATIENCE_S = 30.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workbench = Workbench(Settings(offline=True), make_demo_library(Path(folder) / "paperlab-demo").root)
        for step in workbench.demonstrating.run():
            print(step.title)
        IMAGES.mkdir(exist_ok=True)
        asyncio.run(take(workbench))
        workbench.close()


async def take(workbench: Workbench) -> None:
    app = PaperlabApp(workbench)
    async with app.run_test(size=LIBRARY_SIZE) as pilot:
        await until(pilot, lambda text: "Attention: A Primer" in text)
        await pilot.press("G")
        await until(pilot, lambda text: "1 highlight" in text)
        save(app, "library")
    app = PaperlabApp(workbench)
    async with app.run_test(size=SIZE) as pilot:
        app.open_reader(ATTENTION, Target(0, QUOTE))
        await until(pilot, lambda text: "brings the variance" in text)
        save(app, "reader")
        await pilot.press("escape", "slash", *QUERIES[1])
        await until(pilot, lambda text: "Masked Language" in text)
        save(app, "search")
    app = PaperlabApp(workbench)
    async with app.run_test(size=WIDE_SIZE) as pilot:
        app.open_reader(ATTENTION, Target(0, QUOTE))
        await until(pilot, lambda text: "brings the variance" in text)
        await pilot.press("n")
        await until(pilot, lambda text: "ctrl+t" in text)
        save(app, "note")


async def until(pilot: Pilot[None], is_there: Callable[[str], bool]) -> None:
    """Wait until the screen shows something, and has come to rest."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not is_there(shown(pilot.app.export_screenshot())):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(shown(pilot.app.export_screenshot()))
        await pilot.pause(0.1)
    await pilot.pause(1.0)


def shown(picture: str) -> str:
    """The text of a picture."""
    return re.sub(r"<[^>]+>", "", picture).replace("&#160;", " ")


def save(app: PaperlabApp, name: str) -> None:
    picture = app.export_screenshot(title="paperlab")
    picture = re.sub(r"@font-face\s*\{[^}]*\}", "", picture)  # they would be fetched from the web
    (IMAGES / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
