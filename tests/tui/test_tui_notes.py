"""Notes: links, preview, and what happens when others write or the disk refuses."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from piloting import messages, open_app, open_marked_paper, press, screen_text, send, settle
from textual.pilot import Pilot

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.merging import CONFLICT
from paperlab.errors import LibraryBusy, LibraryError
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.note import NoteScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.link_list import LinkList
from paperlab.tui.widgets.note_editor import NoteEditor
from paperlab.tui.widgets.note_preview import NotePreview

FIRST = PaperKey("1706.03762")
SECOND = PaperKey("1810.04805")
LOOK_S = 1.3
"""For a change on the disk to be seen."""
MakeApp = Callable[..., PaperlabApp]


async def open_note(pilot: Pilot[Any]) -> NoteEditor:
    await press(pilot, "G", "n")
    await settle(pilot)
    editor = pilot.app.screen.query_one(NoteEditor)
    editor.move_cursor((0, 0))
    return editor


def header(app: PaperlabApp) -> str:
    return app.screen.query_one("#header", Line).right


# beginning


async def test_one_goes_on_writing_at_the_end(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "n", "=mine", "escape")
        await settle(pilot)
    assert bench.notes[FIRST] == "# Attention\n\nThe softmax saturates.\nmine"


async def test_what_is_typed_before_the_note_has_been_read_is_not_lost(make_app: MakeApp, bench: Any) -> None:
    may_read = Event()

    def read(key: PaperKey) -> str:
        may_read.wait(10)
        return bench.notes.get(key, "")

    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G")
        bench.read = read
        send(pilot, "n", "n")
        send(pilot, "E", "E")
        await pilot.pause(0.1)
        may_read.set()
        await settle(pilot)
        assert app.screen.query_one(NoteEditor).text == "# Attention\n\nThe softmax saturates.\nE"


# what others write


async def test_a_note_changed_elsewhere_is_shown_and_the_cursor_stays_on_its_line(
    make_app: MakeApp, bench: Any
) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        await press(pilot, "down", "down", "right")
        bench.notes[FIRST] = "A new line.\n\n" + bench.notes[FIRST]
        await pilot.pause(LOOK_S)
        assert editor.text == "A new line.\n\n# Attention\n\nThe softmax saturates.\n"
        assert editor.cursor_location == (4, 1)
        assert "changed elsewhere" in header(app)
        assert not editor.is_changed


async def test_what_is_not_saved_is_merged_with_what_others_write(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        await press(pilot, "=mine ")
        bench.notes[FIRST] += "Theirs.\n"
        await press(pilot, "ctrl+s")
        assert bench.notes[FIRST] == editor.text == "mine # Attention\n\nThe softmax saturates.\nTheirs.\n"
        assert editor.cursor_location == (0, 5)
        assert "Merged" in messages(app)
        assert CONFLICT not in editor.text


async def test_an_overlap_seen_while_writing_keeps_both_texts(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        bench.refusal = LibraryBusy("busy")
        await press(pilot, "=mine ")
        bench.notes[FIRST] = "theirs\n"
        await pilot.pause(LOOK_S)
        bench.refusal = None
        await press(pilot, "escape")
        assert bench.notes[FIRST] == f"theirs\n\n{CONFLICT}\n\nmine # Attention\n\nThe softmax saturates.\n"


async def test_a_note_that_is_just_being_written_is_left_alone(make_app: MakeApp, bench: Any) -> None:
    whole, texts = bench.notes[FIRST], ["", "# Att"]

    def half_written(key: PaperKey) -> str:
        return texts.pop(0) if texts else str(bench.notes.get(key, ""))

    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        bench.read = half_written
        await pilot.pause(LOOK_S)
        assert texts == []
        assert editor.text == whole


async def test_windows_line_ends_are_no_change(make_app: MakeApp, bench: Any) -> None:
    bench.notes[FIRST] = "one\r\ntwo\nthree\r\n"
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        assert not editor.is_changed
        await press(pilot, "escape")
        assert bench.notes[FIRST] == "one\r\ntwo\nthree\r\n"


# a disk that refuses


async def test_a_full_disk_keeps_the_text_and_is_tried_again_by_itself(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (100, 24)) as pilot:
        editor = await open_note(pilot)
        bench.refusal = LibraryError("/far/away/notes.md: no space left on device", hint="Make room.")
        await press(pilot, "=kept ", "ctrl+s")
        assert header(app) == "not saved: no space left on device"
        assert messages(app).count("no space left") == 1
        await press(pilot, "=too ", "ctrl+s")
        assert messages(app).count("no space left") == 1
        assert header(app) == "not saved: no space left on device"
        bench.refusal = None
        await pilot.pause(2.3)
        assert bench.notes[FIRST].startswith("kept too # Attention")
        assert header(app) == "saved"
        assert not editor.is_changed


async def test_what_is_left_unsaved_at_the_end_is_rescued(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        await press(pilot, "=mine ")
        app.end_soon(143)
        await settle(pilot)
        app.rescue()
    assert app.return_code == 143
    assert bench.notes[FIRST].startswith("mine # Attention")
    assert app.parting_words == []


async def test_what_finds_no_room_at_the_end_is_told_of(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        bench.refusal = LibraryError("no space left on device")
        await press(pilot, "=mine ")
        app.rescue()
    (told,) = app.parting_words
    assert "could not be saved" in told
    (draft,) = bench.drafts(FIRST)
    assert draft.read_text().startswith("mine # Attention")
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        assert str(draft) in messages(app)


async def test_a_note_that_is_given_up_is_not_rescued(make_app: MakeApp, bench: Any) -> None:
    before = bench.notes[FIRST]
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        bench.refusal = LibraryError("no space left on device")
        await press(pilot, "x", "escape", "y")
        bench.refusal = None
        app.rescue()
    assert bench.notes[FIRST] == before


# links


async def test_a_link_is_completed_while_it_is_typed(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        await press(pilot, "=see [[ber")
        await settle(pilot)
        assert "example2018bert" in screen_text(app)
        assert "BERT [32] for [red]readers[/red]" in screen_text(app)
        await press(pilot, "tab")
        assert editor.text.startswith("see [[example2018bert]]# Attention")
        assert editor.cursor_location == (0, 23)
        assert not app.screen.query_one(LinkList).display
        await press(pilot, "= and [[1706", "enter")
        assert editor.text.startswith("see [[example2018bert]] and [[1706.03762]]# Attention")


async def test_the_list_of_papers_is_moved_in_and_does_not_disturb_typing(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        await press(pilot, "=[[")
        await settle(pilot)
        links = app.screen.query_one(LinkList)
        assert links.chosen is not None
        first = links.chosen.citekey
        await press(pilot, "down", "up", "up", "down", "down")
        assert links.chosen.citekey != first
        assert editor.cursor_location == (0, 2)
        await press(pilot, "escape")
        assert not links.display
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "=va", "enter")
        assert editor.text.startswith("[[va\n# Attention")
        await press(pilot, "=[[zzzz")
        assert not links.display
        await press(pilot, "=]] x", "left", "left", "left", "left")
        assert not links.display


async def test_a_link_is_followed_to_its_page(make_app: MakeApp, bench: Any) -> None:
    bench.notes[FIRST] = "[[1810.04805#p3]] and [[nobody]]\n"
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_note(pilot)
        await press(pilot, "=x ", "right", "ctrl+l")
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        while not reader.is_open or not reader.text.selected:
            await settle(pilot)
        assert reader.text.page_index == 2
        assert bench.notes[FIRST].startswith("x [[1810")
        await press(pilot, "escape")
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "end", "left", "ctrl+l")
        assert "no paper 'nobody'" in messages(app)
        await press(pilot, "home", "ctrl+l")
        assert "No [[link]] is under the cursor." in messages(app)
        assert isinstance(app.screen, NoteScreen)


# preview


async def test_the_preview_shows_the_note_as_it_reads_and_opens_nothing(make_app: MakeApp, bench: Any) -> None:
    bench.notes[FIRST] = "# Big\n\n- one [away](https://example.org) ![p](https://example.org/p.png)\n\n[red]no[/red]\n"
    opened: list[str] = []
    app = make_app(bench)
    async with open_app(app) as pilot:
        editor = await open_note(pilot)
        app.open_url = lambda url, **_: opened.append(url)  # type: ignore[method-assign]
        await press(pilot, "=x", "ctrl+t")
        await pilot.pause(0.2)
        assert app.focused is app.screen.query_one(NotePreview)
        assert "• one away" in screen_text(app)
        assert "[red]no[/red]" in screen_text(app)
        row = screen_text(app).splitlines().index(next(r for r in screen_text(app).splitlines() if "one away" in r))
        await pilot.click(offset=(8, row))
        assert opened == []
        await press(pilot, "j", "G", "ctrl+t")
        assert app.focused is editor
        assert not app.screen.query(NotePreview)
        await press(pilot, "ctrl+t", "escape", "=y", "escape")
        assert bench.notes[FIRST].startswith("xy# Big")


async def test_the_preview_stands_beside_the_text_too(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        reader = await open_marked_paper(pilot)
        await press(pilot, "n", "ctrl+t")
        await pilot.pause(0.2)
        assert "The softmax saturates." in screen_text(app)
        await press(pilot, "escape", "escape")
        assert app.focused is reader.text
        assert not reader.query(NoteEditor)


@pytest.mark.parametrize("size", [(40, 10), (20, 6)])
async def test_no_size_breaks_the_list_and_the_preview(make_app: MakeApp, bench: Any, size: tuple[int, int]) -> None:
    app = make_app(bench)
    async with open_app(app, size) as pilot:
        await open_note(pilot)
        await press(pilot, "=[[", "down", "tab", "ctrl+t", "escape", "escape")
        assert bench.notes[FIRST].startswith("[[")


# pictures


def test_a_note_beside_the_text(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "enter", "n", size=(140, 24))


def test_a_link_being_typed(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "n", "=See [[e")


def test_a_note_as_it_reads(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    bench.notes[FIRST] = (
        "# Attention\n\nThe softmax *saturates*, see [[1810.04805#p3]].\n\n- one\n- two\n\n> A quote.\n"
    )
    assert shot(make_app(bench), "G", "n", "ctrl+t")
