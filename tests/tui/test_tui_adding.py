"""Adding papers from within: what is typed, what arXiv has found, the jobs, and a library that is new."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, put_paper
from piloting import messages, open_app, press, screen_text, settle
from textual.pilot import Pilot

from paperlab.config import Settings
from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import FoundPaper
from paperlab.domain.reading_lists import ItemKind, ListItem, ReadingList
from paperlab.errors import SourceUnavailable
from paperlab.library.library import Library
from paperlab.services.resuming import OpenJob
from paperlab.services.starting import Offer
from paperlab.tui.app import PaperlabApp
from paperlab.tui.jobs import JobState
from paperlab.tui.screens.add import AddScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.welcome import WelcomeScreen
from paperlab.tui.widgets.entry_list import FoundList, JobList
from paperlab.tui.widgets.inputs import SourceInput

MakeApp = Callable[..., PaperlabApp]
Shot = Callable[..., bool]
WAITING = "import sys; sys.stdin.read()"
FAILING = "import sys; sys.exit('paperlab: [red]no[/red] such paper')"


def found(bare: str, title: str, year: int) -> FoundPaper:
    return FoundPaper(
        arxiv_id=ArxivId(bare, 1),
        title=title,
        authors=("Ada Vaswani", "Noam Sample", "Niki Third", "A. Fourth"),
        abstract=f"What [red]{title}[/red] is about, told in an abstract of some length. " * 4,
        published=datetime(year, 6, 1, tzinfo=UTC),
    )


ON_ARXIV = (
    found("1706.03762", "Attention, a primer", 2017),
    found("2205.14135", "Fast attention [bold]exactly[/bold]", 2022),
    found("1409.0473", "Attention for translation", 2014),
)
OFFERS = (
    Offer(
        ReadingList(
            name="short",
            title="Short and steep",
            description="Learn to use a Transformer, then read the papers that it comes from. Two weeks of evenings.",
            items=(
                ListItem(title="A course", kind=ItemKind.COURSE, url="https://example.org/course"),
                *(ListItem(title=f"Paper {n}", paper=f"1706.0000{n}") for n in range(1, 6)),
            ),
        )
    ),
    Offer(ReadingList(name="long", title="The long way", items=(ListItem(title="One", paper="1810.04805"),))),
)


def jobs_of(app: PaperlabApp) -> list[tuple[str, str, JobState]]:
    return [(job.verb, job.subject, job.state) for job in app.jobs.all]


def subjects(app: PaperlabApp) -> list[str]:
    return [job.subject for job in app.jobs.all]


def job(script: str) -> Callable[[object], Sequence[str]]:
    return lambda _: [sys.executable, "-c", script]


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    for _ in range(1500):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("did not come about within 30 s")


# what is typed


async def test_the_line_tells_what_it_will_do_before_enter(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "a", "=1706.03762")
        await until(pilot, lambda: "an arXiv id: the paper is added" in screen_text(app))
        await press(pilot, "=x")
        await until(pilot, lambda: "words: arXiv is asked" in screen_text(app))


async def test_a_mistyped_path_is_told_and_not_sent(make_app: MakeApp, bench: Any) -> None:
    bench.refusal = AssertionError("arXiv was asked")
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "a", "=~/papers/nope.pdf", "enter")
        await until(pilot, lambda: "no such file" in screen_text(app))
        assert app.jobs.all == []
        assert app.screen.query_one(SourceInput).value == "~/papers/nope.pdf", "to be mended"


async def test_several_ids_are_several_jobs_and_the_line_is_free_again(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await press(pilot, "a", "=1409.0473 1810.04805", "enter")
        await until(pilot, lambda: len(app.jobs.all) == 2)
        assert subjects(app) == ["1409.0473", "1810.04805"]
        assert app.screen.query_one(SourceInput).value == ""


# arXiv


async def ask(pilot: Pilot[Any], words: str = "attention") -> None:
    await press(pilot, "a", f"={words}", "enter")
    await until(pilot, lambda: bool(pilot.app.screen.query_one(FoundList).has_focus))


async def test_what_arxiv_finds_is_shown_with_abstract_and_what_is_owned(make_app: MakeApp, bench: Any) -> None:
    bench.on_arxiv = ON_ARXIV
    app = make_app(bench)
    async with open_app(app) as pilot:
        await ask(pilot)
        shown = screen_text(app)
        assert "3 papers from arXiv for: attention · 1 in the library already" in shown
        assert "✓ in the library" in next(line for line in shown.splitlines() if "2017" in line)
        assert "Fast attention [bold]exactly[/bold]" in shown
        assert "What [red]Attention, a primer[/red] is about" in shown
        await press(pilot, "j")
        assert "What [red]Fast attention" in screen_text(app)


async def test_enter_adds_the_paper_under_the_cursor_and_the_list_stays(make_app: MakeApp, bench: Any) -> None:
    bench.on_arxiv = ON_ARXIV
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app, (100, 40)) as pilot:
        await ask(pilot)
        await press(pilot, "j", "enter")
        assert subjects(app) == ["2205.14135"]
        await until(pilot, lambda: "▸ being added" in screen_text(app))
        assert app.screen.query_one(FoundList).has_focus
        assert "Attention for translation" in screen_text(app)


async def test_space_selects_several_and_enter_adds_them(make_app: MakeApp, bench: Any) -> None:
    bench.on_arxiv = ON_ARXIV
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await ask(pilot)
        await press(pilot, "space", "space", "k", "space", "space", "enter")
        assert subjects(app) == ["1706.03762", "1409.0473"], "the second one was selected and left out again"


async def test_the_palette_has_the_lists_commands_while_it_has_the_keys(make_app: MakeApp, bench: Any) -> None:
    bench.on_arxiv = ON_ARXIV
    app = make_app(bench)
    async with open_app(app) as pilot:
        await ask(pilot)
        await press(pilot, "ctrl+p", "=select the paper")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        await until(pilot, lambda: "● Attention, a primer" in screen_text(app))


async def test_tab_leads_from_the_line_to_the_list_to_the_jobs_and_back(make_app: MakeApp, bench: Any) -> None:
    bench.on_arxiv = ON_ARXIV
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await ask(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.query_one(JobList).display)
        await press(pilot, "tab")
        assert app.screen.query_one(JobList).has_focus
        await press(pilot, "tab")
        assert app.screen.query_one(SourceInput).has_focus
        await press(pilot, "down")
        assert app.screen.query_one(FoundList).has_focus
        await press(pilot, "escape")
        assert app.screen.query_one(SourceInput).has_focus
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)


async def test_no_answer_and_errors_are_told_in_place(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "a", "=nothing of [red]this[/red]", "enter")
        await until(pilot, lambda: "arXiv has no paper with all of these words" in screen_text(app))
        bench.refusal = SourceUnavailable("arXiv cannot be reached", hint="check the network")
        await press(pilot, "enter")
        await until(pilot, lambda: "✗ arXiv cannot be reached – check the network" in screen_text(app))
        bench.settings = replace(bench.settings, offline=True)
        await press(pilot, "=x")
        await until(pilot, lambda: "paperlab is offline" in screen_text(app))


async def test_asking_blocks_nothing_and_escape_ends_it(make_app: MakeApp, bench: Any) -> None:
    from threading import Event

    go_on, has_ended = Event(), Event()

    class SlowBench(type(bench)):  # type: ignore[misc]
        def search_arxiv(self, words: str, limit: int, watch: Any) -> Any:
            try:
                go_on.wait(5)
                return super().search_arxiv(words, limit, watch)
            finally:
                has_ended.set()

    slow = SlowBench(bench.root, bench.papers, on_arxiv=ON_ARXIV)
    app = make_app(slow)
    async with open_app(app) as pilot:
        await press(pilot, "a", "=attention", "enter")
        await until(pilot, lambda: "asking arXiv" in screen_text(app))
        await press(pilot, "= and more")
        assert app.screen.query_one(SourceInput).value == "attention and more"
        await press(pilot, "escape")
        assert "arXiv is no longer asked" in screen_text(app)
        assert isinstance(app.screen, AddScreen)
        go_on.set()
        await until(pilot, has_ended.is_set)
        await settle(pilot)
        assert "papers from arXiv" not in screen_text(app), "a late answer is no answer"


# jobs


async def test_a_failed_job_is_tried_again_and_one_that_waits_is_left_out(
    make_app: MakeApp, bench: Any, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    script = f"import pathlib, sys; pathlib.Path({str(mended)!r}).exists() and sys.stdin.read(); {FAILING}"
    app = make_app(bench, job_command=job(script))
    async with open_app(app) as pilot:
        await press(pilot, "a", "=1409.0473", "enter")
        await until(pilot, lambda: [state for *_, state in jobs_of(app)] == [JobState.FAILED])
        await pilot.pause(0.15)
        assert "✗ 1409.0473 · failed" in screen_text(app)
        mended.touch()
        await press(pilot, "tab", "r")
        await until(pilot, lambda: app.jobs.running is not None)
        await press(pilot, "escape", "=1810.04805", "enter")
        await until(pilot, lambda: len(app.jobs.open) == 2)
        await pilot.pause(0.15)
        await press(pilot, "tab", "g", "x")
        assert jobs_of(app) == [("add", "1409.0473", JobState.RUNNING), ("add", "1810.04805", JobState.STOPPED)]
        await press(pilot, "escape", "ctrl+x")
        assert app.jobs.open == []


async def test_what_was_left_open_goes_on_with_a_notice(make_app: MakeApp, bench: Any) -> None:
    bench.left_open = (OpenJob("add", "1409.0473"), OpenJob("fetch", "1706.03762"))
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await until(pilot, lambda: app.jobs.running is not None)
        assert [(verb, subject) for verb, subject, _ in jobs_of(app)] == [("add", "1409.0473"), ("fetch", "1706.03762")]
        assert "2 jobs go on that the last session left open" in messages(app)


async def test_open_jobs_are_kept_until_they_are_done_and_when_one_quits(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await press(pilot, "a", "=1409.0473 1810.04805", "enter")
        await until(pilot, lambda: len(bench.kept_open) == 2)
        await press(pilot, "ctrl+x")
        await until(pilot, lambda: bench.kept_open == (OpenJob("add", "1810.04805"),))
        await press(pilot, "escape", "q", "y")
    assert bench.kept_open == (OpenJob("add", "1810.04805"),)


async def test_a_library_goes_on_with_its_jobs_in_the_next_session(make_app: MakeApp, tmp_path: Path) -> None:
    put_paper(Desk(tmp_path / "library"))
    first = make_app(Desk(tmp_path / "library"), job_command=job(WAITING))
    async with open_app(first) as pilot:
        first.start_job("add", "1409.0473")
        await until(pilot, lambda: any((tmp_path / "library" / ".paperlab" / "jobs").glob("*.json")))
    second = make_app(Desk(tmp_path / "library"), job_command=job("print('[]')"))
    async with open_app(second) as pilot:
        await until(pilot, lambda: [state for *_, state in jobs_of(second)] == [JobState.DONE])
        await until(pilot, lambda: not any((tmp_path / "library" / ".paperlab" / "jobs").glob("*.json")))


# others


async def test_what_others_change_is_seen_within_two_seconds(make_app: MakeApp, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "library")
    put_paper(desk)
    other = Desk(tmp_path / "library")
    app = make_app(desk)
    async with open_app(app) as pilot:
        await until(pilot, lambda: "1 paper" in screen_text(app))
        await pilot.pause(1.2)
        put_paper(other, "1810.04805", title="A paper from elsewhere")
        await until(pilot, lambda: "A paper from elsewhere" in screen_text(app))
        await press(pilot, "G", "enter")
        await until(pilot, lambda: "Dot products are divided" in screen_text(app))
        other.annotating.highlight(PaperKey("1810.04805"), "The encoder is a stack of six layers", page_index=1)
        await until(pilot, lambda: "● 1 mark" in screen_text(app))
        library = Library.open(desk.library.root)
        library.change(PaperKey("1706.03762"), lambda paper: replace(paper, title="Another title"))
        await press(pilot, "escape")
        await until(pilot, lambda: "Another title" in screen_text(app))


# a new library


async def test_a_new_library_offers_lists_and_fetches_the_first_papers(make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        assert "5 papers to download; on the web 1 course" in screen_text(app)
        await press(pilot, "enter", "f")
        await until(pilot, lambda: bool(app.jobs.all))
        assert empty_bench.taken == ["short"]
        assert subjects(app) == ["1706.00001", "1706.00002", "1706.00003"]
        assert isinstance(app.screen, LibraryScreen)


async def test_all_papers_of_a_list_are_one_job(make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench, job_command=job(WAITING))
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, "j", "enter", "a")
        await until(pilot, lambda: bool(app.jobs.all))
        assert (empty_bench.taken, subjects(app)) == (["long"], ["list:long"])


async def test_papers_can_be_added_at_once_to_a_new_library(make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, "a")
        assert isinstance(app.screen, AddScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)


@pytest.mark.parametrize("keys", [("escape",), ("j", "j", "enter")])
async def test_one_may_start_empty(make_app: MakeApp, empty_bench: Any, keys: Sequence[str]) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, *keys)
        assert isinstance(app.screen, LibraryScreen)
        assert "This library is empty" in screen_text(app)


async def test_the_demo_begins_when_the_application_has_ended(make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, "G", "enter")
    assert app.return_value == "demo"


async def test_offline_a_list_is_taken_without_its_papers(make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    empty_bench.settings = Settings(offline=True)
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, "enter", "f", "a")
        assert empty_bench.taken == []
        await press(pilot, "n")
        await until(pilot, lambda: empty_bench.taken == ["short"])
        assert app.jobs.all == []


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
async def test_small_terminals_do_not_break_it(
    make_app: MakeApp, bench: Any, empty_bench: Any, size: tuple[int, int]
) -> None:
    bench.on_arxiv, empty_bench.on_offer = ON_ARXIV, OFFERS
    app = make_app(bench, job_command=job(FAILING))
    async with open_app(app, size) as pilot:
        await ask(pilot)
        await press(pilot, "j", "enter", "G", "ctrl+u", "tab", "j", "r", "tab", "escape")
    app = make_app(empty_bench)
    async with open_app(app, size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await press(pilot, "j", "ctrl+d", "G", "g", "escape")
        assert isinstance(app.screen, LibraryScreen)


# what a reader sees


@pytest.fixture
def shot(snap_compare: Callable[..., bool]) -> Shot:
    def compare(app: Any, drive: Callable[[Pilot[Any]], Any], size: tuple[int, int] = (80, 24)) -> bool:
        return snap_compare(app, terminal_size=size, run_before=drive)

    return compare


@pytest.mark.parametrize("size", [(80, 24), (130, 30)], ids=["narrow", "wide"])
def test_picture_of_what_arxiv_found(shot: Shot, make_app: MakeApp, bench: Any, size: tuple[int, int]) -> None:
    bench.on_arxiv = ON_ARXIV

    async def drive(pilot: Pilot[Any]) -> None:
        await ask(pilot)
        await press(pilot, "space")
        await pilot.pause(0.3)

    assert shot(make_app(bench), drive, size)


def test_picture_of_jobs_with_an_error(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    app = make_app(
        bench, job_command=job("import sys; sys.exit('paperlab: arXiv knows no 1409.9999 (' + 'why, ' * 20 + ')')")
    )

    async def drive(pilot: Pilot[Any]) -> None:
        await press(pilot, "a", "=1409.9999 1409.9998", "enter")
        await until(pilot, lambda: [state for *_, state in jobs_of(app)] == [JobState.FAILED] * 2)
        app.clear_notifications()
        await until(pilot, lambda: screen_text(app).count("failed") == 2)
        await press(pilot, "tab")
        await pilot.pause(0.3)

    assert shot(app, drive)


def test_picture_of_a_new_library(shot: Shot, make_app: MakeApp, empty_bench: Any) -> None:
    empty_bench.on_offer = OFFERS
    app = make_app(empty_bench)

    async def drive(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        app.screen.query_one("#header").right = "~/papers"  # type: ignore[attr-defined]
        await pilot.pause(0.3)

    assert shot(app, drive)
