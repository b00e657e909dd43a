"""The longest pause of the event loop: while nothing happens, and while a paper is added beside, and so on.

    python benchmarks/tui_heartbeat.py FOLDER [--papers 100000] [--passages 20000] [--pdf FILE] [--json FILE]

The application runs without a terminal, a task beside it looks at the clock every 5 ms. FOLDER keeps the library;
the paper that is added goes to one of its own. Target: no pause over 0.1 s. What else the machine does shows in the
rows in which nothing happens, and in a pause without processor time of ours in it; `loop cpu ms` is the most that the
event loop itself computed at one stretch.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from tui_rig import BOOKS, SEED, environment_of, make_library, percentile, report, words_of

from paperlab.config import Settings
from paperlab.library.library import Library
from paperlab.pdf.typeset import Article, Section, typeset
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.library import LibraryScreen
from paperlab.workbench import Workbench

BEAT_S = 0.005
IDLE_S = 5.0


class Heart:
    """Beats in the event loop and remembers how late each beat was, and what processor time went by meanwhile."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self.loop_s: list[float] = []
        """Of the event loop's own thread."""
        self.all_s: list[float] = []
        """Of all threads, one of which may have held the interpreter."""

    async def beat(self) -> None:
        before = time.perf_counter(), time.thread_time(), time.process_time()
        while True:
            await asyncio.sleep(BEAT_S)
            now = time.perf_counter(), time.thread_time(), time.process_time()
            self.late_s.append(now[0] - before[0] - BEAT_S)
            self.loop_s.append(now[1] - before[1])
            self.all_s.append(now[2] - before[2])
            before = now

    def row(self) -> dict[str, float]:
        late = [1000 * value for value in self.late_s]
        return {
            "longest ms": max(late),
            "cpu in it": 1000 * self.all_s[late.index(max(late))],
            "loop cpu ms": 1000 * max(self.loop_s),
            "p99 ms": percentile(late, 0.99),
            "over 100": sum(value > 100 for value in late),
            "over 50": sum(value > 50 for value in late),
            "beats": len(late),
        }


async def watched(call: Callable[[], Awaitable[object]]) -> dict[str, float]:
    heart = Heart()
    task = asyncio.create_task(heart.beat())
    try:
        await call()
    finally:
        task.cancel()
    return heart.row()


@asynccontextmanager
async def running(root: Path) -> AsyncIterator[tuple[PaperlabApp, Pilot[Any]]]:
    workbench = Workbench(Settings(offline=True), root)
    app = PaperlabApp(workbench)
    async with app.run_test(size=(100, 30)) as pilot:
        yield app, pilot
    workbench.close()


async def loaded(app: PaperlabApp) -> None:
    await app.is_shown.wait()


async def warm(app: PaperlabApp) -> None:
    while app.encoder_state:
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)


async def beside(root: Path, pdf: Path) -> dict[str, dict[str, float]]:
    """Adding in a process of its own, as a reader does who goes on reading the book meanwhile."""
    rows = {}
    async with running(root) as (app, pilot):
        await loaded(app)
        await warm(app)
        rows["nothing happens"] = await watched(lambda: asyncio.sleep(IDLE_S))

        async def add() -> None:
            app.start_job("add", str(pdf))
            while app.jobs.open:
                await asyncio.sleep(0.1)

        rows["a paper is added beside"] = await watched(add)
        (job,) = app.jobs.all
        assert job.outcomes, job.message
        del pilot
    return rows


async def large(root: Path) -> dict[str, dict[str, float]]:
    rows = {}
    chance = random.Random(SEED)
    async with running(root) as (app, pilot):
        name = "the library is loaded, then the encoder"
        rows[name] = await watched(lambda: both(loaded(app), warm(app)))
        rows["nothing happens in it"] = await watched(lambda: asyncio.sleep(IDLE_S))
        screen = app.screen
        assert isinstance(screen, LibraryScreen)

        async def reload() -> None:
            for _ in range(3):
                await screen.reload().wait()

        rows["it is loaded again, 3 times"] = await watched(reload)

        async def search() -> None:
            await pilot.press("slash")
            for letter in words_of(chance, 8):
                await pilot.press("space" if letter == " " else letter)
                await asyncio.sleep(0.15)

        rows["searching while typing"] = await watched(search)
        await pilot.press("escape")

        async def read() -> None:
            for _ in range(3):
                await pilot.press("g", "enter")
                await asyncio.sleep(1.5)
                await pilot.press("J", "space", "G", "g", "escape")
                await asyncio.sleep(1)

        rows[f"a book of {max(BOOKS)} pages is opened, 3 times"] = await watched(read)
    return rows


async def both(*waiting: Awaitable[object]) -> None:
    for one in waiting:
        await one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--pdf", type=Path, help="the paper that is added; one of 20 pages is made without it")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    root = make_library(options.folder / f"keys-{options.papers}", options.papers, options.passages)
    os.environ.update(environment_of(options.folder))
    with tempfile.TemporaryDirectory() as folder:
        pdf = options.pdf or make_pdf(Path(folder) / "paper.pdf")
        small = Library.create(Path(folder) / "library").root
        rows = asyncio.run(beside(small, pdf))
    rows |= asyncio.run(large(root))
    report(f"{options.papers:,} papers, {options.passages:,} passages", rows, options.json)


def make_pdf(target: Path) -> Path:
    chance = random.Random(SEED)
    paragraphs = tuple(f"{words_of(chance, 120).capitalize()}." for _ in range(6))
    typeset(
        Article(title="A paper of some pages", sections=tuple(Section("Part", paragraphs) for _ in range(20))), target
    )
    return target


if __name__ == "__main__":
    main()
