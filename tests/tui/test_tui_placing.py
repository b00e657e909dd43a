"""Marks of other editions in the list, and put where they belong by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from piloting import messages, open_app, open_marked_paper, press, screen_text
from textual.pilot import Pilot

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.app import PaperlabApp
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

FIRST = PaperKey("1706.03762")
MakeApp = Callable[..., PaperlabApp]


def foot(app: PaperlabApp) -> str:
    return app.screen.query_one("#foot", Line).left


def astray(bench: Any) -> None:
    """A second mark, of another edition, whose words are gone."""
    made = bench.of(FIRST)[0]
    quote = "a sentence of another edition"
    stray = replace(made, id="stray", quote=quote, prefix="", suffix="", edition="v1", page_index=1)
    bench.marks[FIRST].append(stray)


async def test_a_mark_without_a_place_is_listed_as_such(make_app: MakeApp, bench: Any) -> None:
    astray(bench)
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        reader = await open_marked_paper(pilot)
        assert reader.query_one("#foot", Line).right.startswith("● 2 marks, 1 without a place")
        place = reader.text.cursor
        await press(pilot, "M", "G")
        shown = screen_text(app)
        assert "1 mark without a place in v2" in shown
        assert "p. 2 · yellow · made on v1 · its words" in shown
        await press(pilot, "enter")
        assert "its words are gone. p puts it where you say" in messages(app)
        assert reader.text.cursor == place
        await press(pilot, "d")
        assert [mark.id for mark in bench.of(FIRST)] == ["mark-0"]


@pytest.mark.parametrize("size", [(140, 30), (80, 24), (40, 10)])
async def test_a_mark_is_placed_by_hand_and_that_taken_back(
    make_app: MakeApp, bench: Any, size: tuple[int, int]
) -> None:
    astray(bench)
    app = make_app(bench)
    async with open_app(app, size) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "M", "G", "p")
        assert app.focused is reader.text
        assert foot(app).startswith("Where does this belong? “a")
        await press(pilot, "ctrl+f", "escape")
        assert app.screen.query_one(KeyBar).place == "placing"
        await press(pilot, "g", "J", "J", "v", "j", "enter")
        placed = bench.of(FIRST)[1]
        assert (placed.id, placed.edition, placed.page_index) == ("stray", "v2", 0)
        assert placed.quote.startswith("A translator does not read")
        assert placed.quote.endswith("about to write.")
        assert reader._marks.unplaced == ()
        assert not reader.text.is_extending
        await press(pilot, "u")
        assert bench.of(FIRST)[1].edition == "v1"
        assert len(reader._marks.unplaced) == 1


async def test_escape_leaves_a_mark_where_it_was(make_app: MakeApp, bench: Any) -> None:
    astray(bench)
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "M", "G", "p", "v", "j", "escape")
        assert not reader.text.is_extending
        assert foot(app).startswith("Where does this belong?")
        await press(pilot, "escape")
        assert "belong" not in foot(app)
        assert app.screen is reader
        assert bench.of(FIRST)[1].edition == "v1"
        await press(pilot, "enter", "escape")
        assert app.screen is not reader


async def test_a_mark_whose_words_have_changed_says_so(make_app: MakeApp, bench: Any) -> None:
    (mark,) = bench.of(FIRST)
    changed = replace(mark, edition="v1", quote="Rather long sentences suffered most.")
    bench.marks[FIRST] = [changed]
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "M", "enter")
        assert foot(app).startswith("● yellow · near: the words have changed · ask")
        assert reader.text.text_of(reader.text.selected[0]) == "Long sentences suffered most."


def test_marks_without_a_place_in_the_list(snap_compare: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    astray(bench)

    async def drive(pilot: Pilot[Any]) -> None:
        await pilot.pause(0.1)
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "M", "G", "p", "M", "G")
        await pilot.pause(0.3)

    assert snap_compare(make_app(bench), terminal_size=(130, 24), run_before=drive)
