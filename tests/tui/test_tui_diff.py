"""What changed between two editions, on the screen; newer editions, looked for and told of."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from frozen_papers import BLOCKS, NOW, older_primer
from piloting import messages, open_app, open_marked_paper, press, screen_text, settle

from paperlab.config import Settings
from paperlab.domain.differences import compare
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.steps import Abandoned, Stage, Step
from paperlab.errors import UnreadablePdf
from paperlab.tui.app import PaperlabApp
from paperlab.tui.change_rows import entries_of, heading_of, items_of, section_start, summed_up
from paperlab.tui.jobs import ALL_PAPERS, UPDATE, Job, JobOutcome, JobState
from paperlab.tui.library_lines import detail
from paperlab.tui.screens.diff import DiffScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.widgets.entry_list import ChangeList
from paperlab.tui.widgets.job_line import job_entry

MakeApp = Callable[..., PaperlabApp]
Shot = Callable[..., bool]
ATTENTION, BERT = PaperKey("1706.03762"), PaperKey("1810.04805")
FOUND = compare(older_primer(), BLOCKS)


def rows(width: int = 70) -> list[str]:
    entries = entries_of(FOUND, items_of(FOUND), width)
    return [" · ".join(part for part in row[:2] if part) for entry in entries for row in entry]


def changes(app: PaperlabApp) -> ChangeList:
    assert isinstance(app.screen, DiffScreen)
    return app.screen.query_one(ChangeList)


# rows


def test_sections_stand_at_the_top_with_their_counts() -> None:
    shown = rows()
    glance = shown[: shown.index("")]
    assert glance == [
        "1 Why attention · 1 added · 1 changed",
        "2 What was measured · section renamed · 1 removed · 1 changed",
        "Thanks · section removed · 1 removed",
    ]


def test_a_change_has_a_sign_a_word_its_pages_and_its_numbers() -> None:
    shown = rows()
    assert "~ changed · table · p. 4 · 27.3 → 28.4" in shown
    assert any(row.startswith("+ added · p. 1") for row in shown)
    assert any(row.startswith("− removed · p. ") for row in shown)
    assert "was: 2 Results" in shown


def test_what_was_removed_and_added_is_told_by_brackets_and_by_looks() -> None:
    entries = entries_of(FOUND, items_of(FOUND), 30)
    texts = [row for entry in entries for row in entry if row.marks]
    for row in texts:
        for mark in row.marks:
            assert mark.look in {"added", "removed"}
            assert 0 <= mark.start < mark.end <= len(row.left)
    joined = " ".join(row.left for row in texts)
    assert "{+squeeze+}" in joined
    assert "[-press-]" in joined
    assert "[red]" in joined, "no markup"
    assert all(len(row.left) <= 30 for entry in entries for row in entry if row.indent == 3)


def test_one_goes_from_section_to_section() -> None:
    items = items_of(FOUND)
    first, second = heading_of(items, 0), heading_of(items, 1)
    assert section_start(items, 0, 1) == first
    assert section_start(items, first, 1) == second
    assert section_start(items, second, -1) == first
    assert section_start(items, first, -1) == first
    assert section_start(items, len(items) - 1, 1) == len(items) - 1


def test_all_is_summed_up() -> None:
    assert summed_up(FOUND) == "3 sections · 5 changes · 1 changed number"


# the screen


async def test_the_library_leads_to_what_changed_and_back(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D")
        shown = screen_text(app)
        assert "What changed · Attention, a primer" in shown
        assert "v1 → v2" in shown
        assert "section renamed" in shown
        assert "3 sections · 5 changes" in shown
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)


async def test_enter_goes_to_the_section_and_then_to_the_place_in_the_reader(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D", "enter")
        assert changes(app).cursor == heading_of(items_of(FOUND), 0)
        items = items_of(FOUND)
        added = next(index for index, item in enumerate(items) if item.change and item.change.status == "added")
        await press(pilot, *("j" for _ in range(added - heading_of(items, 0))), "enter")
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        while not (reader.is_open and reader.text.selected):
            await settle(pilot)
        assert reader.text.units.text(reader.text.cursor) == "Long sentences suffered most."


async def test_a_removed_text_leads_to_its_section_or_says_that_it_is_gone(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D", "G", "enter")
        assert "That is not in v2." in messages(app)
        removed = next(
            index
            for index, item in enumerate(items_of(FOUND))
            if item.change and item.change.status == "removed" and item.section == 1
        )
        await press(pilot, "g", *("j" for _ in range(removed)), "enter")
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        while not (reader.is_open and reader.text.selected):
            await settle(pilot)
        assert reader.text.units.text(reader.text.cursor) == "2 What was measured"


async def test_brackets_go_from_section_to_section_and_y_copies(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D", "]", "]")
        assert changes(app).cursor == heading_of(items_of(FOUND), 1)
        await press(pilot, "[", "j", "y")
        assert "Copied: " in messages(app)


async def test_the_reader_leads_to_what_changed_too(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "D")
        assert "v1 → v2" in screen_text(app)


async def test_a_single_edition_says_what_to_do(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "g", "D")
        assert "fetch --update" in screen_text(app)
        await press(pilot, "enter", "]", "y", "j", "escape")
        assert isinstance(app.screen, LibraryScreen)


async def test_editions_that_say_the_same_have_no_difference(make_app: MakeApp, bench: Any) -> None:
    bench.older_blocks = lambda blocks: blocks
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D")
        assert "No difference between v1 and v2." in screen_text(app)


async def test_two_of_several_editions_can_be_chosen(make_app: MakeApp, bench: Any) -> None:
    more = tuple(Edition(f"v{n}", f"v{n}.pdf", "0" * 64, 1000, NOW) for n in (1, 2, 5))
    bench.papers[ATTENTION] = replace(bench.papers[ATTENTION], editions=more)
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D")
        assert "v2 → v5" in screen_text(app)
        await press(pilot, "e", "k", "enter", "k", "enter")
        assert "v1 → v2" in screen_text(app)
        assert bench.compared == [(None, None), ("v1", "v2")]
        await press(pilot, "e", "escape")
        assert "v1 → v2" in screen_text(app)


async def test_with_two_editions_there_is_nothing_to_choose(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D", "e")
        assert "no other editions" in messages(app)


async def test_how_far_the_parser_is_is_shown_and_leaving_gives_it_up(make_app: MakeApp, bench: Any) -> None:
    told, given_up = Event(), Event()

    def parse(*args: Any) -> None:
        watch = args[3]
        try:
            while True:
                watch(Step(Stage.PARSING, "x", 3, 15))
                told.set()
        except Abandoned:
            given_up.set()
            raise

    bench.compare = parse
    app = make_app(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("G", "D")
        while "3 of 15 pages" not in screen_text(app):
            await pilot.pause(0.05)
        assert told.is_set()
        await pilot.press("escape")
        while not given_up.is_set():
            await pilot.pause(0.02)
        assert isinstance(app.screen, LibraryScreen)


async def test_a_pdf_that_cannot_be_read_is_told_in_place(make_app: MakeApp, bench: Any) -> None:
    def fail(*_: Any) -> None:
        raise UnreadablePdf("v1.pdf cannot be read: it is broken", hint="add it again")

    bench.compare = fail
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "D")
        assert "it is broken" in screen_text(app)
        assert "add it again" in screen_text(app)


async def test_it_stands_a_very_small_terminal(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, size=(40, 10)) as pilot:
        await press(pilot, "G", "D", "G", "g", "]", "enter")
        await pilot.resize_terminal(24, 8)
        await settle(pilot)
        await pilot.resize_terminal(120, 30)
        await settle(pilot)
        assert isinstance(app.screen, (DiffScreen, ReaderScreen))


def test_what_changed_at_80_columns(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "D", "enter")


def test_what_changed_without_colours(
    shot: Shot, make_app: MakeApp, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shot(make_app(bench), "G", "D", "]", "]", size=(80, 24))


# newer editions


async def test_a_newer_edition_and_a_withdrawn_paper_are_marked(make_app: MakeApp, bench: Any) -> None:
    bench.out = {ATTENTION: "v7"}
    bench.papers[BERT] = replace(bench.papers[BERT], withdrawn="v3")
    app = make_app(bench)
    async with open_app(app, size=(140, 30)) as pilot:
        await press(pilot, "G")
        await pilot.pause(0.2)
        await settle(pilot)
        shown = screen_text(app)
        assert "↑v7" in shown
        assert "withdrawn" in shown
        assert shown.count("v7 is out: U fetches it") == 2, "below the table, and beside it"
        await press(pilot, "k")
        assert "withdrawn by its authors with v3" in screen_text(app)


def test_nothing_is_said_of_a_paper_without_news(bench: Any) -> None:
    assert "is out" not in detail(bench.summaries()[0])


@pytest.mark.parametrize(("setting", "checks"), [("never", 0), ("weekly", 1)])
async def test_the_settings_say_whether_it_is_asked_at_the_start(
    make_app: MakeApp, bench: Any, setting: str, checks: int
) -> None:
    bench.settings = Settings(update_check=setting)
    app = make_app(bench)
    async with open_app(app) as pilot:
        for _ in range(20):
            await settle(pilot)
        assert bench.checks == checks


async def test_all_papers_or_the_selected_ones_are_updated_in_one_job(make_app: MakeApp, bench: Any) -> None:
    commands: list[tuple[str, ...]] = []

    def command(job: Job) -> list[str]:
        commands.append(job.words)
        return ["true"]

    app = make_app(bench, job_command=command)
    async with open_app(app) as pilot:
        await press(pilot, "U")
        await press(pilot, "G", "v", "k", "v", "U")
        while len(commands) < 2:
            await pilot.pause(0.02)
    keys = " ".join(commands[1][3:])
    assert commands[0] == ("fetch", "--update", "--")
    assert commands[1][:3] == ("fetch", "--update", "--")
    assert set(keys.split()) <= {key.value for key in bench.papers}
    assert len(keys.split()) == 2


def test_an_update_tells_what_became_of_the_annotations() -> None:
    grown = JobOutcome(source="2", status="added", title="Grows", pages=9, update="v5 → v7", carried=3, unplaced=1)
    same = JobOutcome(source="1", status="present", title="Stays", pages=4)
    assert Job("update", "all papers", outcomes=(same, grown)).update_told == (
        "v5 → v7  Grows; 3 of 4 annotations have their place"
    )
    assert Job("update", "all papers", outcomes=(same,)).update_told == "Nothing newer."


def test_an_update_tells_what_is_newer_and_not_what_stays() -> None:
    outcomes = (
        JobOutcome(source="1", status="present", title="Stays"),
        JobOutcome(source="2", status="added", title="Grows", pages=9, update="v5 → v7"),
        JobOutcome(source="3", status="present", title="Lost", warning="withdrawn by its authors with v2"),
    )
    job = Job(UPDATE, ALL_PAPERS, state=JobState.DONE, outcomes=outcomes)
    told = [row.left for row in job_entry(job, 60)]
    assert told[0] == "✓ 3 papers looked at, 1 has a newer edition"
    assert "✓ Grows · v5 → v7 · 9 pages" in told
    assert "withdrawn by its authors with v2" in told
    assert not any("Stays" in row for row in told)
