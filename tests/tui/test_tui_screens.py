"""The keys of the screens, pressed by a pilot."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from piloting import current_title, messages, open_app, press, screen_text, send, settle
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerFailed

from paperlab.config import Settings
from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.merging import CONFLICT
from paperlab.domain.passages import SearchMode
from paperlab.domain.progress import Declaration, Depth, Status, Stay
from paperlab.errors import LibraryBusy, NothingFound
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.help import HelpScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.note import NoteScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.screens.search import SearchScreen
from paperlab.tui.widgets.hit_list import HitList
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.note_editor import NoteEditor
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_table import PaperTable

FIRST = PaperKey("1706.03762")
MakeApp = Callable[..., PaperlabApp]


def stays_of(bench: Any) -> list[Stay]:
    return [entry for entry in bench.journal[FIRST] if isinstance(entry, Stay)][3:]


# library


async def test_the_library_shows_titles_as_they_are_and_moves(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await settle(pilot)
        assert "BERT [32] for [red]readers[/red]" in screen_text(app)
        assert "no PDF" in screen_text(app)
        await press(pilot, "j", "j")
        assert current_title(app) == "BERT [32] for [red]readers[/red]"
        await press(pilot, "G")
        assert current_title(app) == "Attention, a primer"
        assert "#nlp" in screen_text(app)
        await press(pilot, "g")
        assert current_title(app).startswith("Language models")


async def test_typing_filters_and_escape_shows_all(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "f", "=tag:nlp")
        assert current_title(app) == "Attention, a primer"
        assert "1 of 4 papers" in screen_text(app)
        await press(pilot, "enter")
        assert app.focused is app.screen.query_one(PaperTable)
        await press(pilot, "escape")
        assert "4 papers" in screen_text(app)
        assert "of 4" not in screen_text(app)
        await press(pilot, "f", "=zzz")
        assert "No paper passes the filter" in screen_text(app)


async def test_sorting_keeps_the_cursor_on_its_paper(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "j", "S")
        assert current_title(app) == "A record without its PDF"
        assert "Title ▴" in screen_text(app)


async def test_status_is_declared(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "s", "3")
        assert bench.state(FIRST).status is Status.READ
        assert bench.state(FIRST).depth is Depth.UNDERSTOOD
        assert isinstance(app.screen, LibraryScreen)
        await press(pilot, "s", "k", "k", "k", "enter")
        assert bench.journal[FIRST][-1] == Declaration(at=bench.journal[FIRST][-1].at, status=Status.READING)
        await press(pilot, "s", "escape")
        assert bench.state(FIRST).status is Status.READING


async def test_tags_are_added_and_removed(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "t", "ctrl+w", "=seq2seq", "enter")
        assert bench.papers[FIRST].tags == ("nlp", "seq2seq")


async def test_a_reading_list_can_be_shown_alone(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "l")
        assert "Short and steep" in screen_text(app)
        await press(pilot, "j", "enter")
        assert "1 paper ·" in screen_text(app)
        await press(pilot, "escape")
        assert "4 papers" in screen_text(app)


async def test_export_and_copy_tell_what_they_did(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "x")
        assert "vaswani2017attention.md" in messages(app)
        await press(pilot, "y")
        assert app.clipboard == "vaswani2017attention"


async def test_an_empty_library_says_what_to_do(make_app: MakeApp, empty_bench: Any) -> None:
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await settle(pilot)
        assert "Press  a  and paste an arXiv id" in screen_text(app)
        await press(pilot, "enter", "n", "s", "t", "x", "o", "y", "F", "E", "j", "G", "ctrl+d")
        assert isinstance(app.screen, LibraryScreen)


# search


async def test_search_answers_while_typing_and_opens_the_passage(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash", "=softmax")
        await pilot.pause(0.12)
        await settle(pilot)
        assert bench.asked == [("softmax", SearchMode.HYBRID)], "one search after the pause, not one a key"
        assert "1.1 Queries, keys, values" in screen_text(app)
        await press(pilot, "down", "enter")
        text = (await opened(pilot)).text
        assert text.text_of(text.selected[0]).startswith("Without that, the softmax saturates")
        await press(pilot, "escape")
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.query_one("#query", Input).value == "softmax"


async def test_enter_before_the_answer_opens_its_first_hit(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash")
        send(pilot, "s", "s")
        send(pilot, "o", "o")
        send(pilot, "f", "f")
        send(pilot, "enter", None)
        await settle(pilot)
        assert "softmax" in cursor_text(await opened(pilot))


async def test_search_from_a_found_paper_goes_back_to_the_search(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash", "=softmax")
        await pilot.pause(0.12)
        await press(pilot, "enter", "slash")
        assert isinstance(app.screen, SearchScreen)
        assert len(app.screen_stack) == 2


async def test_the_wheel_takes_the_cursor_along(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (60, 12)) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g")
        for _ in range(4):
            reader.text.post_message(events.MouseScrollDown(reader.text, 5, 5, 0, 1, 0, False, False, False))
            await settle(pilot)
        assert reader.text.scroll_offset.y == 12
        assert reader.text.cursor > (2, 0)


async def test_scopes_go_round(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash", "=softmax", "tab", "tab")
        await settle(pilot)
        assert "notes" in screen_text(app)
        hit = app.screen.query_one(HitList).current
        assert hit is not None
        assert hit.passage.text.startswith("# Attention")
        await press(pilot, "enter")
        assert isinstance(app.screen, NoteScreen)


async def test_a_cold_encoder_means_words_first_and_better_answers_do_not_jump(make_app: MakeApp, bench: Any) -> None:
    bench.is_warm = False
    bench.warm_up = lambda: None
    bench.search = lambda query, **options: _last_paper(type(bench).search(bench, query, **options))
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash", "=the")
        await pilot.pause(0.12)
        await settle(pilot)
        assert bench.asked[-1] == ("the", SearchMode.WORDS)
        await press(pilot, "down", "down")
        hits = app.screen.query_one(HitList)
        held, row = hits.current, row_of_cursor(hits)
        assert held is not None
        bench.is_warm, bench.search = True, type(bench).search.__get__(bench)
        app.screen.refine()  # type: ignore[attr-defined]
        await settle(pilot)
        assert bench.asked[-1] == ("the", SearchMode.HYBRID)
        assert hits.current is not None
        assert hits.current.passage == held.passage
        assert hits._cursor > 2, "better hits have come above it"
        assert row_of_cursor(hits) == row


def row_of_cursor(hits: HitList) -> int:
    rows = [index for index, row in enumerate(hits._rows) if row.hit == hits._cursor and row.kind == "place"]
    return rows[0] - hits.scroll_offset.y


def _last_paper(answer: Any) -> Any:
    last = answer.hits[-1].passage.paper
    return replace(answer, hits=tuple(hit for hit in answer.hits if hit.passage.paper == last))


async def test_a_search_that_fails_says_so_in_place(make_app: MakeApp, bench: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NothingFound("no list [x]", hint="see `lists`")

    bench.search = refuse
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash", "=abc")
        await pilot.pause(0.12)
        await settle(pilot)
        assert "no list [x]" in screen_text(app)
        assert "see `lists`" in screen_text(app)


# reader


async def open_first(pilot: Pilot[Any]) -> ReaderScreen:
    await press(pilot, "G", "enter")
    return await opened(pilot)


async def opened(pilot: Pilot[Any]) -> ReaderScreen:
    """The reader on top, when its paper is on the screen."""
    reader = pilot.app.screen
    assert isinstance(reader, ReaderScreen)
    while not (reader.is_open and reader.text.selected):
        await settle(pilot)
    return reader


def cursor_text(reader: ReaderScreen) -> str:
    return "\n".join(reader.text.text_of(span) for span in reader.text.selected)


async def test_the_reader_goes_on_where_it_was_left(make_app: MakeApp, bench: Any, clock: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g", "j", "j", "j")
        assert cursor_text(reader).startswith("She looks back")
        clock.at_s += 2
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)
        (stay,) = stays_of(bench)
        assert (stay.page_index, stay.seconds, stay.counted_s) == (0, 2.0, 0.0)
        assert stay.quote.startswith("She looks back")
        reader = await open_first(pilot)
        assert cursor_text(reader).startswith("She looks back")


async def test_stays_are_written_at_page_changes_and_at_quitting(make_app: MakeApp, bench: Any, clock: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_first(pilot)
        await press(pilot, "g")
        clock.at_s += 40
        await press(pilot, "G")
        assert [(stay.page_index, stay.seconds) for stay in stays_of(bench)] == [(0, 40.0)]
        clock.at_s += 7
        await press(pilot, "q")
    assert [(stay.page_index, stay.seconds) for stay in stays_of(bench)][1:] == [(4, 7.0)]


async def test_moving_by_sentences_paragraphs_sections_and_screens(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (60, 12)) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g")
        assert cursor_text(reader) == "Attention, a primer"
        await press(pilot, "J")
        assert cursor_text(reader) == "1 Why attention"
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert cursor_text(reader) == "2 What was measured"
        await press(pilot, "left_square_bracket")
        assert cursor_text(reader) == "1.1 Queries, keys, values"
        await press(pilot, "K")
        assert cursor_text(reader).startswith("Before it")
        await press(pilot, "G")
        assert cursor_text(reader).startswith("[2] C. Third")
        await press(pilot, "ctrl+u", *["pageup"] * 8)
        assert cursor_text(reader) == "Attention, a primer"
        await press(pilot, "space")
        assert reader.text.scroll_offset.y > 0


async def test_highlighting_extending_commenting_and_removing(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g", "J", "J", "h")
        assert bench.of(FIRST)[-1].quote.startswith("A translator does not read")
        await press(pilot, "h")
        assert "highlighted already" in messages(app)
        await press(pilot, "J", "v", "j", "c")
        await press(pilot, "=why", "enter")
        assert bench.of(FIRST)[-1].comment == "why"
        assert bench.of(FIRST)[-1].quote.endswith("Long sentences suffered most.")
        assert not reader.text.is_extending
        assert "why" in screen_text(app)
        await press(pilot, "d")
        assert [mark.comment for mark in bench.of(FIRST)] == ["ask [red]why[/red]", ""]


async def test_a_selection_over_two_blocks_is_two_highlights(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_first(pilot)
        before = len(bench.of(FIRST))
        await press(pilot, "g", "J", "v", "j", "h")
        assert [mark.quote[:15] for mark in bench.of(FIRST)[before:]] == ["1 Why attention", "A translator do"]


async def test_the_outline_leads_to_a_section(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g", "tab")
        assert reader.query_one(Outline).display
        assert app.focused is reader.query_one(Outline)
        await press(pilot, "j", "j", "enter")
        assert cursor_text(reader) == "2 What was measured"
        assert not reader.query_one(Outline).display
        await press(pilot, "tab", "escape")
        assert app.screen is reader
        assert app.focused is reader.text


async def test_finding_goes_round(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g", "ctrl+f", "=SOFTMAX")
        assert cursor_text(reader).startswith("The weights come from a softmax")
        assert "1 of 3" in screen_text(app)
        await press(pilot, "enter", "enter", "enter")
        assert "1 of 3" in screen_text(app)
        await press(pilot, "up")
        assert "3 of 3" in screen_text(app)
        await press(pilot, "escape")
        assert app.screen is reader
        assert cursor_text(reader).startswith("Without that, the softmax")


async def test_copy_takes_what_is_under_the_cursor(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_first(pilot)
        await press(pilot, "g", "y")
        assert app.clipboard == "Attention, a primer"


async def test_a_paper_without_pdf_says_so_in_place(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "j", "enter")
        assert "has no PDF yet" in screen_text(app)
        assert "paperlab fetch" in screen_text(app)
        keys = ["j", "K", "space", "tab", "ctrl+f", "v", "h", "d", "y", "G", "right_square_bracket"]
        await press(pilot, *keys)
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)


async def test_a_scan_offers_the_viewer_and_a_garbled_paper_warns(make_app: MakeApp, bench: Any) -> None:
    bench.text_layer = TextLayer.GARBLED
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_first(pilot)
        assert "map to other letters" in messages(app)
        await press(pilot, "escape")
        bench.blocks, bench.text_layer = (), TextLayer.NONE
        await press(pilot, "enter")
        assert "opens it in the desktop's viewer" in screen_text(app)


async def test_opening_at_a_page_and_resizing_keep_the_place(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench, open_key=FIRST, page=4)
    async with open_app(app) as pilot:
        await settle(pilot)
        reader = await opened(pilot)
        assert reader.text.page_index == 3
        place = reader.text.cursor
        for size in ((40, 10), (200, 60), (20, 5), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
        assert reader.text.cursor == place
        assert "▌" in screen_text(app)


@pytest.mark.parametrize("size", [(40, 10), (20, 6), (200, 60)])
async def test_no_size_breaks_a_screen(make_app: MakeApp, bench: Any, size: tuple[int, int]) -> None:
    app = make_app(bench)
    async with open_app(app, size) as pilot:
        await press(pilot, "j", "question_mark", "escape", "p", "escape", "a", "escape", "s", "escape", "t", "escape")
        await press(pilot, "slash", "=soft", "down", "escape", "G", "n", "x", "escape", "enter", "tab", "tab", "ctrl+f")
        await press(pilot, "=soft", "escape", "n", "escape", "escape")
        assert isinstance(app.screen, LibraryScreen)


# notes


async def test_a_note_is_saved_at_a_pause_and_at_leaving(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "n", "=more")
        assert bench.notes[FIRST].startswith("# Attention")
        await press(pilot, "escape")
        assert bench.notes[FIRST].endswith("saturates.\nmore")
        assert isinstance(app.screen, LibraryScreen)
        await press(pilot, "n", "x")
        await pilot.pause(1.1)
        assert bench.notes[FIRST].endswith("saturates.\nmorex")
        assert "saved" in screen_text(app)


async def test_a_note_changed_elsewhere_is_kept_with_ours_below(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "n", "=mine")
        bench.notes[FIRST] = "theirs\n"
        await press(pilot, "ctrl+s")
        assert bench.notes[FIRST] == f"theirs\n\n{CONFLICT}\n\n# Attention\n\nThe softmax saturates.\nmine\n"
        assert app.screen.query_one(NoteEditor).text == bench.notes[FIRST]
        assert "Both texts are kept" in messages(app)


async def test_a_note_that_cannot_be_saved_is_not_left_without_a_word(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "n", "x")
        bench.refusal = LibraryBusy("the disk is full")
        await press(pilot, "escape")
        assert "could not be saved" in screen_text(app)
        await press(pilot, "n")
        assert app.screen.query_one(NoteEditor).text.endswith(".\nx")
        bench.refusal = None
        await press(pilot, "escape")
        assert bench.notes[FIRST].endswith(".\nx")


async def test_a_wide_reader_has_the_note_beside_the_text(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "n", "=beside")
        assert app.screen is reader
        await press(pilot, "escape")
        assert bench.notes[FIRST].endswith(".\nbeside")
        assert app.focused is reader.text


async def test_a_note_that_is_closed_while_it_is_to_be_painted_is_no_crash(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (140, 30)) as pilot:
        await open_first(pilot)
        await press(pilot, "n")
        editor = app.screen.query_one(NoteEditor)
        await editor.remove()
        assert [strip.text.strip() for strip in editor.render_lines(Region(0, 0, 8, 2))] == ["", ""]


# adding, manners


def pretend_job(script: str) -> Callable[[object], Sequence[str]]:
    return lambda _: [sys.executable, "-c", script]


async def test_adding_runs_beside_and_refreshes_the_library(make_app: MakeApp, bench: Any, tmp_path: Path) -> None:
    go = tmp_path / "go"
    script = (
        "import json, pathlib, sys, time\n"
        "step = dict(stage='parsing', subject='x', done=3, total=15)\n"
        "print(json.dumps(step), file=sys.stderr, flush=True)\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
        "print(json.dumps([dict(source='x', key='2005.14165', edition='v1', status='added', title='T', pages=15,"
        " passages=1, error=None)]))"
    )
    late = bench.papers.pop(PaperKey("2005.14165"))
    app = make_app(bench, job_command=pretend_job(script))
    async with open_app(app) as pilot:
        await press(pilot, "a", "=2005.14165", "enter")
        await pilot.pause(0.5)
        assert "parsing" in screen_text(app)
        assert "3 of 15 pages" in screen_text(app)
        await press(pilot, "escape")
        assert "3 of 15 pages" in screen_text(app), "the job goes on while one does other things"
        await press(pilot, "q")
        assert "Papers are still being added" in screen_text(app)
        await press(pilot, "n")
        bench.papers[late.key] = late
        go.touch()
        while app.jobs.open:
            await pilot.pause(0.02)
        await pilot.pause(0.2)
        assert "4 papers" in screen_text(app)
        assert "3 of 15 pages" not in screen_text(app)


async def test_a_failed_job_is_told_with_its_error(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench, job_command=pretend_job("import sys; sys.exit('paperlab: [red]no[/red] such paper')"))
    async with open_app(app) as pilot:
        await press(pilot, "a", "=2005.14165", "enter")
        while app.jobs.open:
            await pilot.pause(0.02)
        await pilot.pause(0.2)
        assert "[red]no[/red] such paper" in messages(app)
        assert "✗ 2005.14165" in screen_text(app)


async def test_help_tells_the_keys_as_the_reader_has_them(make_app: MakeApp, bench: Any) -> None:
    bench.settings = Settings(keymap={"library.note": "m"})
    app = make_app(bench)
    async with open_app(app, (100, 50)) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "m  " in next(line for line in screen_text(app).splitlines() if "Write in the paper's note" in line)
        await press(pilot, "escape", "n")
        assert isinstance(app.screen, LibraryScreen)
        await press(pilot, "m")
        assert isinstance(app.screen, NoteScreen)


async def test_the_palette_runs_a_command_of_the_place(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "ctrl+p", "=progress")
        await pilot.pause(0.3)
        await press(pilot, "enter")
        await pilot.pause(0.2)
        assert "This week" in screen_text(app)


async def test_themes_go_round_and_all_paint(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "enter")
        seen = [app.theme]
        for _ in range(4):
            await press(pilot, "T")
            seen.append(app.theme)
            assert "▌" in screen_text(app)
        assert seen[0] == seen[4]
        assert len(set(seen)) == 4


async def test_a_bug_is_seen(make_app: MakeApp, bench: Any) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    bench.summaries = broken
    app = make_app(bench)
    with pytest.raises(WorkerFailed, match="a bug"):
        async with open_app(app) as pilot:
            await settle(pilot)


async def test_the_header_tells_the_section(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_first(pilot)
        await press(pilot, "g", "J")
        assert reader.query_one("#header", Line).right == "1 Why attention"
