"""What is done in the TUI can be undone from the command line, and its own undo is known there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desk import Desk, put_paper
from piloting import open_app, press, screen_text

from paperlab.domain.progress import Status
from paperlab.library.undoing import undo, undone
from paperlab.tui.app import PaperlabApp

MakeApp = Callable[..., PaperlabApp]


async def until(pilot: Any, holds: Callable[[], bool]) -> None:
    for _ in range(1500):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("did not come about within 30 s")


async def test_an_action_is_a_step_that_the_command_line_can_take_back(make_app: MakeApp, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "library")
    keys = [put_paper(desk), put_paper(desk, "1810.04805", title="BERT")]
    library, history = desk.library, desk.library.history

    def status() -> list[Status]:
        return [desk.tracking.state(key).status for key in keys]

    async with open_app(make_app(desk)) as pilot:
        await until(pilot, lambda: "BERT" in screen_text(pilot.app))
        await press(pilot, "g", "v", "j", "v", "s")
        await until(pilot, lambda: "these 2 papers" in screen_text(pilot.app))
        await press(pilot, "2")
        await until(pilot, lambda: status() == [Status.READ, Status.READ])
        await press(pilot, "t", "=later", "enter")
        await until(pilot, lambda: library.read(keys[0]).tags == library.read(keys[1]).tags == ("later",))
        await until(pilot, lambda: history.steps()[-1].has_ended)
        tagged = history.steps()[-1]
        assert [step.told for step in history.steps()[-2:]] == ["2 papers: read, read", "2 papers: +later"]
        await press(pilot, "u")
        await until(pilot, lambda: library.read(keys[0]).tags == () and tagged.id in undone(history.steps()))
        assert history.steps()[-1].told == "undo 2 papers: +later"
    undo(history, history.steps()[-3], library.guard, desk.now)
    assert status() == [Status.UNREAD, Status.UNREAD]
