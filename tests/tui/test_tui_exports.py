"""Exporting from the screens, when the reader has changed something in the exported files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from piloting import messages, open_app, press, screen_text

from paperlab.errors import DamagedFile
from paperlab.services.importing import TakenBack
from paperlab.tui.app import PaperlabApp
from paperlab.tui.exports import left_over

MakeApp = Callable[..., PaperlabApp]

NAME = "vaswani2017attention.md"


async def test_changes_in_an_exported_file_are_offered_and_taken(make_app: MakeApp, bench: Any) -> None:
    bench.edited_files = {NAME: ""}
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "x")
        assert "You have changed comments or notes in" in screen_text(app)
        assert f"{NAME}. Take them into the library?" in screen_text(app)
        await press(pilot, "y")
        assert bench.edited_files == {}
        assert NAME in messages(app)


async def test_changes_in_an_exported_file_can_be_left_there(make_app: MakeApp, bench: Any) -> None:
    bench.edited_files = {NAME: ""}
    app = make_app(bench)
    async with open_app(app, size=(40, 10)) as pilot:
        await press(pilot, "G", "x", "enter")
        assert bench.edited_files == {NAME: ""}
        assert NAME not in messages(app)


async def test_what_cannot_be_taken_is_told(make_app: MakeApp, bench: Any) -> None:
    bench.edited_files = {NAME: "the notes: it has changed in the library, too, at the same place"}
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "x", "y")
        assert "has changed in the library, too" in messages(app)
        assert NAME in bench.edited_files


def test_many_reasons_are_cut_short() -> None:
    outcomes = [TakenBack(Path(f"{n}.md"), left=("the notes",)) for n in range(9)]
    assert left_over(outcomes).count("\n") == 5
    assert left_over(outcomes).endswith("… and 4 more")
    assert left_over([TakenBack(Path("a.md"), error=DamagedFile("a.md is not UTF-8"))]) == "a.md is not UTF-8"
    assert left_over([TakenBack(Path("a.md"), taken=("the notes",))]) == ""
