"""What a reader sees, one picture a state. A changed picture is read at review."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

MakeApp = Callable[..., Any]


@pytest.fixture
def shot(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    def compare(app: Any, *keys: str, size: tuple[int, int] = (80, 24)) -> bool:
        async def drive(pilot: Pilot[Any]) -> None:
            await pilot.pause(0.1)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.05)
            await pilot.pause(0.3)

        return snap_compare(app, terminal_size=size, run_before=drive)

    return compare


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
