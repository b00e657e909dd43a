"""Colours, comments and the list of marks, by their keys."""

from collections.abc import Callable
from typing import Any

import pytest
from piloting import messages, open_app, open_marked_paper, press, screen_text, settle
from textual._xterm_parser import XTermParser
from textual.pilot import Pilot
from textual.widgets import TextArea

from paperlab.domain.annotations import COLORS
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import LibraryError
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.comment import CommentDialog
from paperlab.tui.terminal_keys import tell_apart
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.mark_list import MarkList

FIRST = PaperKey("1706.03762")
MakeApp = Callable[..., PaperlabApp]


def colors(bench: Any) -> list[str]:
    return [mark.color for mark in bench.of(FIRST)]


def foot(app: PaperlabApp) -> str:
    return app.screen.query_one("#foot", Line).left


# colours


@pytest.mark.parametrize(("key", "color"), [(str(number), color) for number, color in enumerate(COLORS, start=1)])
async def test_a_number_highlights_in_its_colour_and_tells_it_in_words(
    make_app: MakeApp, bench: Any, key: str, color: str
) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", key)
        assert colors(bench) == ["yellow", color]
        assert foot(app) == f"● {color}"


async def test_a_number_recolours_what_is_under_the_cursor_and_h_goes_on_with_it(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "h", "3")
        assert colors(bench) == ["yellow", "blue"]
        await press(pilot, "j", "h")
        assert colors(bench) == ["yellow", "blue", "blue"]
        await press(pilot, "u", "u")
        assert colors(bench) == ["yellow", "yellow"]
        await press(pilot, "k", "1")
        assert colors(bench) == ["yellow", "yellow"]


async def test_a_selection_takes_its_colour_though_a_part_of_it_is_marked(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "h", "v", "j", "2")
        assert colors(bench) == ["yellow", "yellow", "green"]
        assert bench.of(FIRST)[-1].quote.endswith("about to write.")


async def test_several_paragraphs_are_taken_back_at_once(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "v", "J", "J", "h")
        assert len(bench.of(FIRST)) == 4
        await press(pilot, "u")
        assert len(bench.of(FIRST)) == 1
        bench.refusal = LibraryError("no space left on device")
        await press(pilot, "v", "k", "h")
        assert "no space left" in messages(app)
        assert len(bench.of(FIRST)) == 1


async def test_without_colours_a_mark_is_underlined(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = PaperlabApp(bench)
    async with open_app(app) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "g")
        segments = [segment for y in range(20) for segment in reader.text.render_line(y)]
        underlined = "".join(segment.text for segment in segments if segment.style and segment.style.underline)
        assert underlined.split() == ["Long", "sentences", "suffered", "most."]


# comments


async def test_a_comment_has_several_lines(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "c")
        assert isinstance(app.screen, CommentDialog)
        assert "“A translator does not read" in screen_text(app)
        await press(pilot, "=one", "ctrl+j", "=two", "alt+enter", "=three", "shift+enter", "=four", "enter")
        assert bench.of(FIRST)[-1].comment == "one\ntwo\nthree\nfour"
        assert "● yellow · one two three four" in screen_text(app)


async def test_a_comment_under_the_cursor_is_gone_on_with(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "h", "j", "c", "=new", "enter", "c", "=er", "enter")
        assert [mark.comment for mark in bench.of(FIRST)] == ["ask [red]why[/red]", "", "newer"]
        await press(pilot, "c", *["backspace"] * 5, "enter", "u")
        assert [mark.comment for mark in bench.of(FIRST)] == ["ask [red]why[/red]", "", "newer"]


async def test_a_comment_is_not_thrown_away_without_a_question(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "c", "escape")
        assert app.screen is reader
        await press(pilot, "c", "=a thought", "escape")
        assert "Throw away what you have written?" in screen_text(app)
        await press(pilot, "n")
        assert app.screen.query_one(TextArea).text == "a thought"
        await press(pilot, "escape", "y")
        assert app.screen is reader
        assert len(bench.of(FIRST)) == 1


async def test_a_comment_that_could_not_be_saved_is_there_again(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        bench.refusal = LibraryError("no space left on device")
        await press(pilot, "g", "J", "J", "c", "=a long thought", "enter")
        await settle(pilot)
        assert "no space left" in messages(app)
        assert "What you have written is kept" in messages(app)
        app.rescue()
    bench.refusal = None
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "J", "c")
        await settle(pilot)
        assert app.screen.query_one(TextArea).text == "a long thought"
        await press(pilot, "=er", "enter")
        assert bench.of(FIRST)[-1].comment == "a long thoughter"
        await press(pilot, "d", "c")
        await settle(pilot)
        assert app.screen.query_one(TextArea).text == "", "what was saved is offered again"


def test_alt_with_enter_is_no_enter() -> None:
    tell_apart()
    parser = XTermParser()
    assert [event.key for event in parser.feed("\x1b\r\r")] == ["alt+enter", "enter"]  # type: ignore[attr-defined]


# the list


async def test_the_list_shows_each_mark_and_goes_there(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "g", "J", "4", "M")
        await settle(pilot)
        marks = reader.query_one(MarkList)
        assert app.focused is marks
        shown = screen_text(app)
        assert "p. 1 · red" in shown
        assert "p. 1 · yellow" in shown
        assert "✎ ask [red]why[/red]" in shown
        assert marks.current is not None
        assert marks.current.annotation.color == "red"
        await press(pilot, "j", "enter")
        assert app.focused is reader.text
        assert reader.text.text_of(reader.text.selected[0]) == "Long sentences suffered most."
        assert reader.query(MarkList)
        await press(pilot, "M")
        assert app.focused is marks
        await press(pilot, "M")
        assert not reader.query(MarkList)
        assert app.focused is reader.text


async def test_the_list_lies_over_a_narrow_text_and_leaves_it_at_a_choice(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (40, 10)) as pilot:
        reader = await open_marked_paper(pilot)
        width = reader.text.size.width
        await press(pilot, "M")
        assert reader.text.size.width == width
        await press(pilot, "G", "enter")
        assert not reader.query(MarkList)
        await press(pilot, "M", "escape")
        assert not reader.query(MarkList)
        assert app.screen is reader


async def test_marks_are_changed_from_the_list(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "g", "J", "h", "G", "M", "g", "5")
        assert colors(bench) == ["yellow", "purple"]
        assert "p. 1 · purple" in screen_text(app)
        await press(pilot, "j", "c", "=!", "enter")
        assert bench.of(FIRST)[0].comment == "ask [red]why[/red]!"
        await press(pilot, "d")
        assert colors(bench) == ["purple"]
        await press(pilot, "d")
        assert colors(bench) == []
        assert "No marks yet" in screen_text(app)
        await press(pilot, "d", "c", "1", "enter", "u")
        assert colors(bench) == ["purple"]
        assert "p. 1 · purple" in screen_text(app)


# pictures


@pytest.fixture
def shot(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    def compare(app: Any, *keys: str, size: tuple[int, int] = (80, 24)) -> bool:
        async def drive(pilot: Pilot[Any]) -> None:
            await pilot.pause(0.1)
            await open_marked_paper(pilot)
            await press(pilot, *keys)
            await pilot.pause(0.3)

        return snap_compare(app, terminal_size=size, run_before=drive)

    return compare


def test_marks_beside_the_text(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "g", "J", "J", "2", "j", "3", "M", size=(130, 24))


def test_marks_over_a_narrow_text(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "g", "J", "J", "2", "M")


def test_the_comment_dialog(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "g", "J", "J", "c", "=Why not both?", "ctrl+j", "=Ask again.")
