"""What a reader sees of the library and the search, one picture a state."""

from collections.abc import Callable
from typing import Any

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.reading_lists import ListItem
from paperlab.errors import CatalogDamaged
from paperlab.services.guiding import NextUp

MakeApp = Callable[..., Any]
Shot = Callable[..., bool]


def test_library_with_a_selection_and_what_comes_next(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    item = ListItem(title="BERT", paper="1810.04805", why="Reads in both directions.", sections=("3.1", "5.1"))
    bench.next = NextUp("short-and-steep", item, PaperKey("1810.04805"))
    assert shot(make_app(bench), "v", "j", "v", "k")


def test_library_with_a_selection_in_a_narrow_terminal(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "v", "v", "S", size=(40, 12))


def test_tags_of_several_papers(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "V", "t")


def test_filter_that_nothing_passes(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "f", *"zebra")


def test_search_before_anything_is_typed(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "slash")


def test_search_results_wide(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "slash", *"softmax", "down", size=(140, 30))


def test_search_results_narrow(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "slash", *"softmax", "ctrl+t", "ctrl+r", "ctrl+r", size=(40, 16))


def test_search_without_results(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "slash", *"zebra", "tab", "ctrl+t", "ctrl+r")


def test_search_that_fails(shot: Shot, make_app: MakeApp, bench: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CatalogDamaged("catalog.db is damaged", hint="`paperlab index rebuild` makes it anew from the papers")

    bench.search = refuse
    assert shot(make_app(bench), "slash", *"soft")
