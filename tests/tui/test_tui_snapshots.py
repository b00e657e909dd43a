"""What a reader sees, one picture a state. A changed picture is read at review."""

from collections.abc import Callable
from typing import Any

MakeApp = Callable[..., Any]


def test_empty_library(shot: Callable[..., bool], make_app: MakeApp, empty_bench: Any) -> None:
    assert shot(make_app(empty_bench))


def test_library(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G")


def test_library_wide(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", size=(130, 24))


def test_search_results(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "slash", *"softmax", "down")


def test_reader(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "enter", "g", "J", "J", "J")


def test_reader_narrow(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "G", "enter", size=(60, 20))


def test_help(shot: Callable[..., bool], make_app: MakeApp, bench: Any) -> None:
    assert shot(make_app(bench), "question_mark")
