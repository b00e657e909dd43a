"""Several papers at once: selecting, and what is done to all of them."""

from collections.abc import Callable
from typing import Any

from piloting import current_title, messages, open_app, press, screen_text, settle

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Status
from paperlab.domain.reading_lists import ListItem
from paperlab.errors import CatalogDamaged, DamagedFile
from paperlab.library.watching import News
from paperlab.services.guiding import NextUp
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.dialogs import LineDialog
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.selections import Selection
from paperlab.tui.tagging import TagLine
from paperlab.tui.widgets.paper_table import PaperTable

MakeApp = Callable[..., PaperlabApp]
ATTENTION, BERT = PaperKey("1706.03762"), PaperKey("1810.04805")


def rows_with_sign(app: PaperlabApp) -> list[str]:
    return [row[3:12].strip() for row in screen_text(app).splitlines() if row.startswith("✓")]


# values


def test_a_selection_takes_and_gives_back(bench: Any) -> None:
    first, second, third, fourth = bench.summaries()
    selection = Selection().toggled(second)
    assert list(selection.papers) == [second.key]
    assert not selection.toggled(second)
    ranged = selection.extended([first, second, third, fourth], 3)
    assert list(ranged.papers) == [second.key, third.key, fourth.key]
    upwards = selection.extended([first, second, third, fourth], 0)
    assert set(upwards.papers) == {first.key, second.key}
    assert len(Selection().extended([first, second], 1)) == 2, "without an anchor all that are shown"
    assert len(selection.extended([third, fourth], 0)) == 3, "the anchor is not among what is shown"
    assert list(ranged.renewed([fourth, second]).papers) == [second.key, fourth.key]


def test_a_line_of_tags_asks_for_what_was_changed_in_it() -> None:
    alone = TagLine.of([("nlp", "later")])
    assert alone.text == "nlp later"
    assert alone.asked("nlp vision, #seq") == (("nlp vision", "seq"), ("nlp", "later"))
    assert alone.asked("later") == ((), ("nlp",))
    assert alone.asked("nlp later") == ((), ())
    assert alone.asked("nlp later + -") == ((), ())
    assert TagLine.of([("deep learning", "nlp")]).text == "deep learning, nlp"
    several = TagLine.of([("nlp", "old"), ("nlp",), ("nlp", "old", "mine")])
    assert (several.text, several.some) == ("nlp", (("mine", 1), ("old", 2)))
    assert several.asked("nlp -old +new") == (("new",), ("old",))


# the screen


async def test_v_selects_and_goes_on_and_the_sign_stays_through_filter_order_and_reload(
    make_app: MakeApp, bench: Any
) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "v", "v")
        assert rows_with_sign(app) == ["Language", "A record"]
        assert "2 selected · 4 papers" in screen_text(app)
        assert current_title(app).startswith("BERT")
        await press(pilot, "S", "R", "ctrl+r")
        assert rows_with_sign(app) == ["Language", "A record"]
        await press(pilot, "f", "=bert", "enter")
        assert "2 selected · 1 of 4 papers" in screen_text(app)
        assert rows_with_sign(app) == []
        await press(pilot, "escape")
        assert "selected" not in screen_text(app)
        assert "1 of 4 papers" in screen_text(app), "the selection goes first, then the filter"
        await press(pilot, "escape")
        assert "1 of 4" not in screen_text(app)
        assert rows_with_sign(app) == []


async def test_capital_v_selects_a_range_or_all_that_are_shown(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "v", "G", "V")
        assert "4 selected" in screen_text(app)
        await press(pilot, "escape", "f", "=primer", "enter", "V", "escape")
        assert "selected" not in screen_text(app)
        await press(pilot, "V")
        assert "1 selected" in screen_text(app)


async def test_status_of_all_selected_is_declared_and_undone_at_once(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "v", "k", "v", "s")
        assert "these 2 papers" in screen_text(app)
        await press(pilot, "2")
        await settle(pilot)
        assert [bench.state(key).status for key in (ATTENTION, BERT)] == [Status.READ, Status.READ]
        assert bench.state(BERT).depth is Depth.READ
        assert "2 selected" in screen_text(app)
        await press(pilot, "u")
        await settle(pilot)
        assert [bench.state(key).status for key in (ATTENTION, BERT)] == [Status.READING, Status.UNREAD]


async def test_tags_of_all_selected_are_edited_together(make_app: MakeApp, bench: Any) -> None:
    bench.tag([BERT], ["nlp"])
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "v", "k", "v", "t")
        assert isinstance(app.screen, LineDialog)
        assert "Tags of all 2 papers" in screen_text(app)
        assert "Some have: transformers (1)" in screen_text(app)
        await press(pilot, "= -transformers seq", "enter")
        await settle(pilot)
        assert (bench.papers[ATTENTION].tags, bench.papers[BERT].tags) == (("nlp", "seq"), ("nlp", "seq"))
        await press(pilot, "u")
        assert set(bench.papers[ATTENTION].tags) == {"nlp", "transformers"}


async def test_all_selected_are_exported_and_those_without_a_pdf_fetched(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench, job_command=lambda _: ["true"])
    async with open_app(app) as pilot:
        await press(pilot, "G", "v", "k", "v", "x")
        assert "2 files in" in messages(app)
        await press(pilot, "F")
        assert "All selected papers have their PDFs" in messages(app)
        await press(pilot, "g", "j", "v", "F")
        assert [job.subject for job in app.jobs.all] == ["radford2019language"]


async def test_a_paper_that_is_gone_is_selected_no_more(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "V")
        assert "4 selected" in screen_text(app)
        del bench.papers[BERT]
        await press(pilot, "ctrl+r")
        assert "3 selected · 3 papers" in screen_text(app)


async def test_the_order_is_turned_round_and_told(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        table = app.screen.query_one(PaperTable)
        await press(pilot, "R")
        assert table.summaries[0].title == "Attention, a primer"
        assert "paperlab · added ▴" in screen_text(app)
        await press(pilot, "R", "S", "S")
        assert "Year▾" in screen_text(app)
        assert [paper.year for paper in table.summaries] == [2020, 2019, 2018, 2017]
        await press(pilot, "R")
        assert "Year▴" in screen_text(app)
        assert [paper.year for paper in table.summaries] == [2017, 2018, 2019, 2020]


async def test_what_another_process_changes_is_seen_without_a_key(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "j")
        bench.declare([ATTENTION], Status.READ)
        del bench.papers[PaperKey("radford2019language")]
        bench.written_elsewhere = News(frozenset({ATTENTION, PaperKey("radford2019language")}))
        for _ in range(20):
            await pilot.pause(0.1)
            if "3 papers · 0 reading" in screen_text(app):
                break
        assert "3 papers · 0 reading" in screen_text(app)
        assert isinstance(app.screen, LibraryScreen)


async def test_the_preview_follows_when_the_cursor_rests(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, (130, 30)) as pilot:
        await press(pilot, "G")
        await pilot.pause(0.4)
        shown = screen_text(app)
        assert "What Attention, a primer is about" in shown
        assert "67 %  2 What was measured" in shown
        assert "The softmax saturates." in shown
        assert "ask [red]why[/red]" in shown
        await press(pilot, "g")
        await pilot.pause(0.4)
        assert "What was measured" in screen_text(app)
        assert "The softmax saturates." not in screen_text(app)


async def test_a_preview_that_cannot_be_read_says_so(make_app: MakeApp, bench: Any) -> None:
    def refuse(_: PaperKey) -> None:
        raise DamagedFile("annotations.jsonl is broken")

    bench.preview = refuse
    app = make_app(bench)
    async with open_app(app, (130, 30)) as pilot:
        await pilot.pause(0.4)
        assert "annotations.jsonl is broken" in screen_text(app)


async def test_what_comes_next_stands_at_the_foot(make_app: MakeApp, bench: Any) -> None:
    bench.next = NextUp("ladder", ListItem(title="BERT", paper="1810.04805", why="Two [x] directions."), BERT)
    app = make_app(bench)
    async with open_app(app) as pilot:
        assert "next: BERT — Two [x] directions." in screen_text(app)
        bench.next = None
        bench.declare([BERT], Status.READ)
        await press(pilot, "ctrl+r")
        assert "next:" not in screen_text(app)


async def test_a_library_that_cannot_be_read_says_so_once(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:

        def refuse(_: object = None) -> None:
            raise CatalogDamaged("catalog.db is damaged", hint="rebuild it")

        bench.look = refuse
        bench.written_elsewhere = News(frozenset({ATTENTION}))
        while bench.written_elsewhere:
            await pilot.pause(0.1)
        await settle(pilot)
        assert messages(app).count("catalog.db is damaged") == 1
        assert "catalog.db is damaged" in screen_text(app)
        del bench.look
        await press(pilot, "ctrl+r")
        assert "4 papers" in screen_text(app)
