"""Where a search looks, and what it says of it."""

from collections.abc import Callable
from typing import Any

import pytest
from piloting import messages, open_app, press, screen_text, settle
from textual.pilot import Pilot
from textual.widgets import Input

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.progress import Status
from paperlab.errors import CatalogDamaged
from paperlab.library.watching import News
from paperlab.tui.app import PaperlabApp
from paperlab.tui.scopes import AtHand, Scope
from paperlab.tui.screens.search import SearchScreen
from paperlab.tui.widgets.hit_list import HitList

MakeApp = Callable[..., PaperlabApp]
ATTENTION, BERT = PaperKey("1706.03762"), PaperKey("1810.04805")


async def typed(pilot: Pilot[Any], *keys: str) -> None:
    await press(pilot, *keys)
    await pilot.pause(0.12)
    await settle(pilot)


def papers_found(app: PaperlabApp) -> set[str]:
    return {hit.passage.paper.value for hit in app.screen.query_one(HitList)._hits}


def test_a_scope_tells_what_is_narrowed() -> None:
    scope = Scope()
    assert (scope.told, scope.narrowings) == ("everything", ())
    scope = scope.next_kinds.next_kinds.next_status.in_list("ladder").in_paper(AtHand(BERT, "BERT"))
    assert scope.kinds == {PassageKind.NOTE}
    assert scope.told == "notes · read only · ladder · in BERT"
    assert scope.narrowings == ("scope", "paper", "status", "list")
    assert scope.in_paper(AtHand()).next_kinds.next_kinds.in_list(None).told == "read only"
    assert [Scope().next_status.status, Scope().next_status.next_status.status] == [Status.READ, Status.READING]


async def test_this_paper_is_the_one_under_the_librarys_cursor(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "G", "slash", "=softmax")
        assert len(papers_found(app)) > 1
        await typed(pilot, "ctrl+t")
        assert papers_found(app) == {ATTENTION.value}
        assert "in Attention, a primer" in screen_text(app)
        await typed(pilot, "ctrl+t")
        assert len(papers_found(app)) > 1


async def test_this_paper_is_the_one_that_is_read(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "j", "j", "enter")
        await settle(pilot)
        await typed(pilot, "slash", "=softmax", "ctrl+t")
        assert papers_found(app) == {BERT.value}
        await press(pilot, "enter", "escape")
        await typed(pilot)
        assert papers_found(app) == {BERT.value}, "coming back from a hit keeps the paper that the search came from"


async def test_a_scope_of_a_paper_goes_with_the_paper_at_hand(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "G", "slash", "=softmax", "ctrl+t")
        assert papers_found(app) == {ATTENTION.value}
        await press(pilot, "escape", "k")
        await typed(pilot, "slash")
        assert papers_found(app) == {BERT.value}


async def test_without_a_paper_at_hand_that_is_said(make_app: MakeApp, empty_bench: Any) -> None:
    app = make_app(empty_bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "ctrl+t")
        assert "No paper was open" in messages(app)


async def test_states_go_round(make_app: MakeApp, bench: Any) -> None:
    bench.declare([BERT], Status.READ)
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=softmax", "ctrl+r")
        assert "read only" in screen_text(app)
        assert papers_found(app) == {BERT.value}
        await typed(pilot, "ctrl+r")
        assert papers_found(app) == {ATTENTION.value}
        await typed(pilot, "ctrl+r")
        assert papers_found(app) == {"2005.14165"}
        await typed(pilot, "ctrl+r")
        assert len(papers_found(app)) == 3


async def test_the_list_that_the_library_shows_or_one_that_is_chosen(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=softmax", "ctrl+l")
        assert "Short and steep" in screen_text(app)
        await typed(pilot, "j", "enter")
        assert "short-and-steep" in screen_text(app)
        assert len(papers_found(app)) == 1
        await typed(pilot, "ctrl+l")
        assert len(papers_found(app)) == 3
        await press(pilot, "escape", "l", "j", "enter")
        await typed(pilot, "slash", "ctrl+l")
        assert isinstance(app.screen, SearchScreen)
        assert len(papers_found(app)) == 1


async def test_nothing_found_says_how_to_look_further(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=zebra")
        assert "Nothing answers to this (everything)" in screen_text(app)
        assert "Try other words" in screen_text(app)
        await typed(pilot, "tab", "ctrl+r")
        assert "Nothing answers to this (papers · read only)" in screen_text(app)
        assert "tab     all kinds of text" in screen_text(app)
        assert "ctrl+r  read or not" in screen_text(app)


async def test_after_a_failure_the_next_query_answers(make_app: MakeApp, bench: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CatalogDamaged("the index is broken", hint="`paperlab index rebuild`")

    bench.search = refuse
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=soft")
        assert "the index is broken" in screen_text(app)
        assert "`paperlab index rebuild`" in screen_text(app)
        del bench.search
        await typed(pilot, "=max")
        assert papers_found(app)


async def test_an_older_query_is_given_up_for_a_newer_one(make_app: MakeApp, bench: Any) -> None:
    real, given_up = type(bench).search, []

    def slow(query: str, **options: Any) -> Any:
        if query == "s":
            while options["is_wanted"]():
                pass
            given_up.append(query)
        return real(bench, query, **options)

    bench.search = slow
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "slash")
        app.screen.query_one(Input).value = "s"
        await pilot.pause(0.15)
        assert papers_found(app) == set()
        await typed(pilot, "=oftmax")
        assert given_up == ["s"]
        assert bench.asked == [("softmax", SearchMode.HYBRID)]
        assert len(papers_found(app)) == 3


@pytest.mark.parametrize("size", [(40, 10), (60, 12), (200, 60)])
async def test_a_long_scope_leaves_room_to_type(make_app: MakeApp, bench: Any, size: tuple[int, int]) -> None:
    app = make_app(bench)
    async with open_app(app, size) as pilot:
        await typed(pilot, "slash", "ctrl+t", "tab", "ctrl+r")
        assert app.screen.query_one("#query", Input).size.width >= 12


async def test_a_paper_that_comes_while_one_searches_answers_too(make_app: MakeApp, bench: Any) -> None:
    late = bench.papers.pop(PaperKey("1810.04805"))
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "/", "=softmax")
        assert late.key.value not in papers_found(app)
        bench.papers[late.key] = late
        bench.written_elsewhere = News(frozenset({late.key}))
        for _ in range(30):
            await pilot.pause(0.1)
            if late.key.value in papers_found(app):
                break
        assert late.key.value in papers_found(app)


async def test_what_a_query_says_of_papers_is_not_marked_in_their_texts(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=softmax title:attention")
        assert papers_found(app) == {ATTENTION.value}
        walk = app.screen.query_one(HitList).walk
        assert walk is not None
        assert walk.query == "softmax"
        await typed(pilot, "enter")
        assert not isinstance(app.screen, SearchScreen)


async def test_a_search_that_finds_nothing_names_what_may_be_why(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=softmax title:nowhere")
        assert "look again without title:nowhere" in screen_text(app)


async def test_what_is_mistyped_in_a_query_is_told_beside_what_it_finds(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await typed(pilot, "slash", "=softmax autor:x")
        assert papers_found(app)
        assert "autor: is no field, author: is" in screen_text(app)
