"""The dashboard: rows that fit, a year at a glance, and the keys that move it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from piloting import open_app, press, screen_text, settle

from paperlab.domain.progress import Status, Streak
from paperlab.services.totals import DayTotal, ListTotal, ReadingTotals, TagTotal
from paperlab.tui.app import PaperlabApp
from paperlab.tui.dashboard import describe, heat_map, left
from paperlab.tui.widgets.page import Page

MakeApp = Callable[..., PaperlabApp]
TODAY = date(2026, 11, 18)
TOTALS = ReadingTotals(
    papers=9,
    by_status={Status.UNREAD: 4, Status.READING: 2, Status.READ: 3},
    seconds=7200.0,
    pages=40,
    days=(DayTotal(date(2026, 11, 2), 600.0, 4), DayTotal(date(2026, 11, 17), 3600.0, 17, 2, 9)),
    lists=(ListTotal("steep", "A list whose title is [b]far[/b] too long for a row", 14, 6, 0.41, 25200.0, 3),),
    by_paper=(),
    reading=(),
    tags=tuple(TagTotal(f"tag{n}", 10 - n, 1, 0.5, 60.0, None) for n in range(10)),
    streak=Streak(2, 5),
    pace_s=185.0,
)


def rows(totals: ReadingTotals, width: int) -> list[str]:
    return [row.plain for row in describe(totals, TODAY, width)]


def test_the_week_the_streak_and_the_pace_are_told() -> None:
    text = "\n".join(rows(TOTALS, 76))
    assert "1 h · 17 pages · 2 finished · 9 highlights" in text
    assert "2 days in a row · longest 5 · 3 min 5 s a page" in text
    assert "6 of 14 read · about 7 h left · 3 not here yet" in text
    assert "#tag0" in text
    assert "and 2 more" in text


@pytest.mark.parametrize("width", [36, 60, 76, 120, 196])
def test_a_heat_map_has_a_column_a_week_and_ends_today(width: int) -> None:
    days = [DayTotal(TODAY - timedelta(days=back), 60.0 * (1 + back % 7), 1) for back in range(0, 700, 3)]
    drawn = [row.plain for row in heat_map(days, TODAY, width)]
    assert all(len(row) <= width for row in drawn)
    step = 2 if width >= 112 else 1
    weeks = min((width - 6) // step, 53)
    monday, wednesday, thursday = drawn[1], drawn[3], drawn[4]
    assert len(monday) == len(wednesday) == 6 + (weeks - 1) * step + 1
    assert len(thursday) == 6 + (weeks - 2) * step + 1, "no day that is still to come"
    assert wednesday[-1] == "░", "today, the least of what is read"


def test_no_reading_is_a_dot_and_the_busiest_day_is_full() -> None:
    drawn = [row.plain for row in heat_map(TOTALS.days, TODAY, 76)]
    assert drawn[2][-1] == "█"
    assert drawn[1].count("░") == 1
    assert "busiest: 17 Nov, 1 h" in drawn[-1]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, ""), (0, ""), (20, "about 1 min left"), (4000, "about 1 h 7 min left"), (25000, "about 7 h left")],
)
def test_time_left_is_rougher_the_longer_it_is(seconds: float | None, told: str) -> None:
    assert left(seconds) == told


def test_nothing_read_says_how_it_counts() -> None:
    empty = replace(TOTALS, days=(), lists=(), tags=(), streak=Streak(0, 0), pace_s=None, seconds=0.0, pages=0)
    text = "\n".join(rows(empty, 76))
    assert "a page counts after five seconds" in text
    assert "no day in a row yet" in text


async def test_the_dashboard_moves_and_goes_back(make_app: MakeApp, bench: Any) -> None:
    app = make_app(bench)
    async with open_app(app, size=(60, 10)) as pilot:
        await press(pilot, "p")
        await settle(pilot)
        assert "This week" in screen_text(app)
        page = app.screen.query_one(Page)
        for key, is_down in (("j", True), ("k", False), ("ctrl+d", True), ("ctrl+u", False), ("G", True), ("g", False)):
            before = page.scroll_offset.y
            await press(pilot, key)
            assert (page.scroll_offset.y > before) is is_down, key
        await press(pilot, "p")
        assert "This week" not in screen_text(app)
