"""Getting about in a paper: folds, jumps, bookmarks, references, hits, the mouse."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frozen_papers import NOW
from piloting import messages, open_app, press, screen_text, settle
from textual.pilot import Pilot

from paperlab.domain.blocks import Block, BlockKind, Box, Line, Script
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Bookmark, Position, Stay
from paperlab.tui.app import PaperlabApp
from paperlab.tui.folds import Folds
from paperlab.tui.jumps import Jumps
from paperlab.tui.layout import Layout
from paperlab.tui.places import Place
from paperlab.tui.screens.note import NoteScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.screens.search import SearchScreen
from paperlab.tui.scripts import shown_text
from paperlab.tui.session import Target
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.paper_text import PaperText

FIRST = PaperKey("1706.03762")
SECOND = PaperKey("1810.04805")
MakeApp = Callable[..., PaperlabApp]
REFERENCES = (
    "[1] A. Author. A paper about nothing in particular. 2014.",
    "[2] J. Example. BERT [32] for [red]readers[/red]. 2018.",
    "[3] C. Third. Learning to align. arXiv:1409.0473 2014.",
    "[4] D. Fourth. A book. 1999.",
)


def block(kind: BlockKind, text: str, section: str = "1 Start", level: int = 0) -> Block:
    return Block(kind, text, (Line(0, Box(0, 0, 9, 9), 0, len(text)),), (section,), level)


PAPER = (
    block(BlockKind.HEADING, "1 Start", level=1),
    block(BlockKind.PARAGRAPH, "We cite one [1]. We cite readers [2] and align [3]. We cite none."),
    block(BlockKind.HEADING, "References", "References", 1),
    *(block(BlockKind.REFERENCE, text, "References") for text in REFERENCES),
    block(BlockKind.HEADING, "A Appendix", "A Appendix", 1),
    block(BlockKind.PARAGRAPH, "After the references there is more.", "A Appendix"),
)


@pytest.fixture
def reader(bench: Any) -> Any:
    bench.blocks = PAPER
    return bench


async def opened(pilot: Pilot[Any], target: Target | None = None) -> PaperText:
    pilot.app.open_reader(FIRST, target)  # type: ignore[attr-defined]
    for _ in range(3):
        await settle(pilot)
    return pilot.app.screen.query_one(PaperText)


def under(text: PaperText) -> str:
    return text.units.text(text.cursor)


# pure


def test_a_run_of_references_folds_and_a_pair_does_not() -> None:
    assert Folds.of(PAPER).runs == (range(3, 7),)
    assert Folds.of(PAPER[:5]).runs == ()
    assert Folds.of(PAPER).opened(4).runs == ()
    assert Folds.of(PAPER).over(2) is None


def test_what_is_folded_has_one_row_and_keeps_the_places_below() -> None:
    folded, whole = Layout(PAPER, 60, Folds.of(PAPER)), Layout(PAPER, 60)
    assert [label for label in (folded.row(index).label for index in range(folded.height)) if label] == [
        "▸ 4 references"
    ]
    assert folded.height == whole.height - 3
    assert folded.row_of(3, 0) == folded.row_of(6, 0)
    assert folded.row(folded.row_of(7, 0)).block == 7


def test_the_way_back_and_forward() -> None:
    a, b, c = Place(1, 0), Place(2, 0), Place(3, 0)
    jumps = Jumps().left(a).left(b)
    found = jumps.back(c)
    assert found is not None
    jumps, place = found
    assert place == b
    found = jumps.back(b)
    assert found is not None
    assert found[1] == a
    ahead = found[0].forward(a)
    assert ahead is not None
    assert ahead[1] == b
    assert jumps.left(a).forward(c) is None
    assert Jumps().back(a) is None


def test_scripts_are_shown_small_where_all_of_them_can_be() -> None:
    text = "dk and dmodel, n2 and x−1"
    scripts = (Script(1, 2, False), Script(8, 13, False), Script(16, 17, True), Script(23, 25, True))
    shown = shown_text(replace(block(BlockKind.PARAGRAPH, text), scripts=scripts))
    assert shown == "dₖ and dmodel, n² and x⁻¹"
    assert len(shown) == len(text)


# folds


async def test_references_are_folded_until_asked_for(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        assert "▸ 4 references · z shows them" in screen_text(app)
        assert "A book" not in screen_text(app)
        await press(pilot, "z")
        assert "A book" in screen_text(app)
        await press(pilot, "z")
        assert "A book" not in screen_text(app)
        assert under(text) == "1 Start"


async def test_the_cursor_goes_past_what_is_folded_both_ways(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "]", "j")
        assert under(text) == "A Appendix"
        await press(pilot, "k")
        assert under(text) == "References"
        await press(pilot, "J")
        assert under(text) == "A Appendix"
        await press(pilot, "G")
        assert under(text) == "After the references there is more."


async def test_finding_in_the_references_unfolds_them(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "ctrl+f", "=A book", "escape")
        assert under(text) == REFERENCES[3]
        await press(pilot, "z")
        assert under(text) == "References"


# jumps and bookmarks


async def test_jumps_lead_back_and_forward(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "j", "]", "]")
        assert under(text) == "A Appendix"
        await press(pilot, "ctrl+o")
        assert under(text) == "References"
        await press(pilot, "ctrl+o")
        assert under(text) == "We cite one [1]."
        await press(pilot, "ctrl+o")
        assert "where you began" in messages(app)
        await press(pilot, "alt+right", "alt+right")
        assert under(text) == "A Appendix"
        await press(pilot, "ctrl+i")
        assert "not gone back" in messages(app)
        assert not app.screen.query_one("Outline").display


async def test_a_bookmark_is_kept_and_found_again(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "'")
        assert "No bookmarks yet" in messages(app)
        await press(pilot, "j", "j", "m", "a", "G", "'")
        assert "a  p. 1  We cite readers" in screen_text(app)
        await press(pilot, "a")
        assert under(text) == "We cite readers [2] and align [3]."
        await press(pilot, "'", "'")
        assert under(text) == "After the references there is more."
        await press(pilot, "m", "escape", "escape")
        await opened(pilot)
        await press(pilot, "'", "a")
        assert under(app.screen.query_one(PaperText)) == "We cite readers [2] and align [3]."
    (kept,) = [entry for entry in reader.journal[FIRST] if isinstance(entry, Bookmark)]
    assert (kept.letter, kept.position.edition) == ("a", "v2")


async def test_a_bookmark_of_an_older_edition_leads_to_its_sentence(make_app: MakeApp, reader: Any) -> None:
    at = Position("v1", 7, "After the references there is more.")
    reader.bookmark(FIRST, "b", at)
    reader.bookmark(FIRST, "c", at._replace(quote="words that are gone"))
    reader.record_stay(FIRST, Stay(at=NOW, edition="v1", page_index=0, page_count=90, seconds=9.0))
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "'", "b")
        assert under(text) == "After the references there is more."
        await press(pilot, "'")
        assert "c  p. 1  words that are gone" in screen_text(app)


# references


async def test_a_reference_in_the_library_opens_and_the_way_leads_back(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "j", "j", "r")
        assert "in the library" in screen_text(app)
        assert "arXiv 1409.0473: enter adds it" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReaderScreen)
        assert "BERT" in screen_text(app)
        await settle(pilot)
        await press(pilot, "ctrl+o")
        assert app.screen.query_one(PaperText) is text
        assert under(text) == "We cite readers [2] and align [3]."


async def test_a_reference_with_an_arxiv_id_is_added(make_app: MakeApp, reader: Any, tmp_path: Path) -> None:
    app = make_app(reader, job_command=lambda job: ["touch", str(tmp_path / job.subject)])
    async with open_app(app) as pilot:
        await opened(pilot)
        await press(pilot, "j", "j", "r", "a")
        assert "in the library already" in messages(app)
        await press(pilot, "j", "k", "j", "y", "enter")
        assert [(job.verb, job.subject) for job in app.jobs.all] == [("add", "1409.0473")]
        assert "Copied: [3] C. Third" in messages(app)


async def test_an_entry_is_shown_among_the_references(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "j", "r", "a")
        assert "gives no arXiv id" in messages(app)
        await press(pilot, "enter")
        assert under(text) == REFERENCES[0]
        await press(pilot, "r")
        assert "not in the library" in screen_text(app)
        await press(pilot, "escape", "ctrl+o", "r", "g")
        assert under(text) == REFERENCES[0]
        await press(pilot, "G", "r")
        assert "cites nothing" in messages(app)


# hits


async def searched(pilot: Pilot[Any]) -> PaperText:
    await press(pilot, "/", "=softmax saturates", "enter")
    for _ in range(3):
        await settle(pilot)
    return pilot.app.screen.query_one(PaperText)


async def test_n_walks_the_hits_until_something_is_marked(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        text = await searched(pilot)
        await settle(pilot)
        first = text.cursor
        assert "hit 1 of" in screen_text(app)
        assert "n next hit" in screen_text(app)
        await press(pilot, "n")
        assert text.cursor != first
        assert "hit 2 of" in screen_text(app)
        await press(pilot, "N")
        assert text.cursor == first
        await press(pilot, "N")
        assert "This is the first hit." in messages(app)
        await press(pilot, "h")
        assert app.screen.query_one(KeyBar).place == "reader"
        await press(pilot, "n")
        assert isinstance(app.screen, NoteScreen)


async def test_the_walk_goes_on_in_the_next_paper(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await searched(pilot)
        papers = set()
        for _ in range(12):
            await press(pilot, "n")
            await settle(pilot)
            if isinstance(app.screen, ReaderScreen):
                papers.add(app.screen._key)
        assert len(papers) > 1
        assert "That was the last hit." in messages(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, SearchScreen)


# width and mouse


async def test_the_column_is_widened_and_stays_so(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app, size=(120, 24)) as pilot:
        text = await opened(pilot)
        await press(pilot, "<", "<", ">")
        assert text.column_width == 72
        assert "reader_width 72" in messages(app)
        await press(pilot, "escape")
        text = await opened(pilot)
        assert text.column_width == 72
        await press(pilot, *["<"] * 20)
        assert text.column_width == 30


async def test_dragging_extends_and_a_click_ends_it(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await pilot.mouse_down(text, offset=(8, 2))
        await pilot.hover(text, offset=(50, 2))
        await pilot.mouse_up(text, offset=(50, 2))
        await settle(pilot)
        assert text.is_extending
        assert len(text.selected) == 1
        assert text.text_of(text.selected[0]).startswith("We cite one [1]. We cite readers")
        await pilot.click(text, offset=(8, 2))
        await settle(pilot)
        assert not text.is_extending
        assert under(text) == "We cite one [1]."
        fold = next(y for y in range(text._layout.height) if text._layout.row(y).label)
        await pilot.click(text, offset=(10, fold))
        await settle(pilot)
        assert "A book" in screen_text(app)


# typing ahead


async def test_keys_that_come_in_one_piece_reach_the_screens_they_are_meant_for(make_app: MakeApp, reader: Any) -> None:
    app = make_app(reader)
    async with open_app(app) as pilot:
        text = await opened(pilot)
        await press(pilot, "=jmaG'a")
        for _ in range(6):
            await settle(pilot)
        assert under(text) == "We cite one [1]."
        await press(pilot, "=/quick brown")
        for _ in range(6):
            await settle(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.query_one("#query").value == "quick brown"  # type: ignore[attr-defined]
