"""Papers like a paper, from the library, from the reader, and on from there."""

from collections.abc import Callable
from typing import Any

from piloting import current_title, messages, open_app, open_marked_paper, press, screen_text, settle

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import CatalogDamaged
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.screens.related import RelatedScreen
from paperlab.tui.screens.search import SearchScreen
from paperlab.tui.widgets.hit_list import MovingHitList

MakeApp = Callable[..., PaperlabApp]
Shot = Callable[..., bool]
ATTENTION, BERT = PaperKey("1706.03762"), PaperKey("1810.04805")


def hits(app: PaperlabApp) -> MovingHitList:
    assert isinstance(app.screen, RelatedScreen)
    return app.screen.query_one(MovingHitList)


async def test_the_library_leads_to_papers_like_the_one_under_the_cursor(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "L")
        current = hits(app).current
        assert current is not None
        assert current.passage.paper == BERT
        shown = screen_text(app)
        assert "Like “Attention, a primer”" in shown
        assert "80% alike · this passage 80%" in shown
        reason = bench.related(ATTENTION).papers[0].reasons[0]
        assert f"like p. {reason.here.pages[0] + 1}" in shown
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)


async def test_a_passage_opens_the_reader_and_n_goes_on_to_the_next(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "L", "j")
        current = hits(app).current
        assert current is not None
        await press(pilot, "enter")
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        while not (reader.is_open and reader.text.selected):
            await settle(pilot)
        assert reader.at_hand.paper == BERT
        assert reader.text.selected[0].block == current.passage.first_block
        assert "hit 2 of" in screen_text(app)


async def test_the_way_goes_on_from_paper_to_paper_and_back(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_marked_paper(pilot)
        await press(pilot, "L")
        first = app.screen
        assert hits(app).current is not None
        await press(pilot, "L")
        assert app.screen is not first
        assert f"Like “{bench.papers[BERT].title}”" in screen_text(app)
        current = hits(app).current
        assert current is not None
        assert current.passage.paper == ATTENTION
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ReaderScreen)


async def test_the_keys_of_moving_go_through_the_passages(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "L")
        listed = hits(app)
        walk = listed.walk
        assert walk is not None
        last = walk.hits[-1]
        for keys, expected in (
            (["G"], last),
            (["g"], walk.hits[0]),
            (["down", "j", "k"], walk.hits[1]),
            (["space"] * len(walk.hits), last),
            (["b"] * len(walk.hits), walk.hits[0]),
        ):
            await press(pilot, *keys)
            assert listed.current == expected


async def test_a_passage_is_copied_and_searched_in_its_paper(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "L", "y")
        assert "Copied" in messages(app)
        await press(pilot, "slash", "ctrl+t")
        assert isinstance(app.screen, SearchScreen)
        assert "in Attention" in screen_text(app)


async def test_a_paper_that_is_not_indexed_says_what_to_do(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "g")
        while not current_title(app).startswith("A record without"):
            await press(pilot, "j")
        await press(pilot, "L")
        assert isinstance(app.screen, RelatedScreen)
        shown = screen_text(app)
        assert "not indexed by meaning" in shown
        assert "paperlab index" in shown
        await press(pilot, "enter", "L", "y", "j")
        assert isinstance(app.screen, RelatedScreen)


async def test_nothing_near_is_said_and_what_comes_meanwhile_is_shown(make_app: MakeApp, bench: Any) -> None:
    kept = {key: bench.papers.pop(key) for key in list(bench.papers) if key != ATTENTION}
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "L")
        assert "Nothing in the library is near this paper." in screen_text(app)
        bench.papers |= kept
        app.look_again()
        await settle(pilot)
        assert hits(app).current is not None


async def test_a_damaged_catalogue_is_told(make_app: MakeApp, bench: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CatalogDamaged("catalog.db is damaged", hint="`paperlab index rebuild` makes it anew")

    bench.related = refuse
    app = make_app(bench)
    async with open_app(app, (40, 10)) as pilot:
        await press(pilot, "G", "L")
        assert "catalog.db is damaged" in screen_text(app)


def test_picture_of_related_papers(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "L", "j")


def test_picture_of_related_papers_in_a_wide_terminal(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "L", "j", size=(140, 30))
