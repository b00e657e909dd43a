"""The dashboard: what has been read, as rows of text. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from paperlab.domain.progress import Status
from paperlab.tui.cells import bar, fit, percent

if TYPE_CHECKING:
    from paperlab.services.totals import DayTotal, ReadingTotals

_SHADES = "·░▒▓█"
_BAR = 10
_MAX_WEEKS = 53
_LABEL = 6
"""Cells left of the heat map."""
_MOST_TAGS = 8
_MOST_READING = 6
_TOLD = 46
"""Cells right of a title."""


def describe(totals: "ReadingTotals", today: date, width: int) -> Iterator[Text]:
    """The rows of the screen, at most `width` cells each."""
    yield _heading("This week")
    yield from _week(totals, today)
    if totals.reading:
        yield from _section("Being read", _being_read(totals, width))
    if totals.lists:
        yield from _section("Reading lists", _lists(totals, width))
    if totals.tags:
        yield from _section("Tags", _tags(totals, width))
    yield from _section("All papers", _statuses(totals))
    yield from _section(f"{min(_weeks(width), _MAX_WEEKS)} weeks", heat_map(totals.days, today, width))
    if not totals.days:
        yield Text("  Nothing yet: a page counts after five seconds on it.")


def heat_map(days: "Sequence[DayTotal]", today: date, width: int) -> Iterator[Text]:
    """One column a week, Monday on top. The shade tells the share of the busiest day; no reading is a dot."""
    step = _step(width)
    weeks = min(_weeks(width), _MAX_WEEKS)
    first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    seconds = {day.day: day.seconds for day in days if day.day >= first}
    busiest = max(seconds.values(), default=0.0)
    yield Text(" " * _LABEL + _months(first, weeks, step), "dim")
    for weekday in range(7):
        dates = [first + timedelta(weeks=week, days=weekday) for week in range(weeks)]
        shades = [_shade(seconds.get(day, 0.0), busiest) if day <= today else " " for day in dates]
        yield Text(f"  {dates[0]:%a} " + "".join(shade.ljust(step) for shade in shades).rstrip())
    legend, best = " " * _LABEL + f"less {' '.join(_SHADES)} more", _busiest(days, first)
    yield Text(legend + best if len(legend + best) <= width else legend, "dim")


def duration(seconds: float) -> str:
    """`3 h 20 min`, `7 min`, `no time`."""
    minutes = round(seconds / 60)
    if minutes == 0:
        return "less than a minute" if seconds > 0 else "no time"
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def left(seconds: float | None) -> str:
    """`about 7 h left`: the longer, the rougher. Empty where nothing is left, or nothing can be told."""
    if not seconds:
        return ""
    minutes = max(round(seconds / 60), 1)
    told = f"{round(minutes / 60)} h" if minutes >= 300 else duration(minutes * 60)
    return f"about {told} left"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _week(totals: "ReadingTotals", today: date) -> Iterator[Text]:
    monday = today - timedelta(days=today.weekday())
    week = [day for day in totals.days if day.day >= monday]
    told = [duration(sum(day.seconds for day in week)), count(sum(day.pages for day in week), "page")]
    finished, marks = sum(day.finished for day in week), sum(day.marks for day in week)
    told += [f"{finished} finished"] if finished else []
    told += [count(marks, "highlight")] if marks else []
    yield Text("  " + " · ".join(told))
    streak = totals.streak
    told = [count(streak.current, "day") + " in a row"] if streak.current else ["no day in a row yet"]
    told += [f"longest {streak.longest}"] if streak.longest > streak.current else []
    told += [f"{_clock(totals.pace_s)} a page"] if totals.pace_s is not None else []
    yield Text("  " + " · ".join(told))
    yield Text(f"  in all {duration(totals.seconds)} · {count(totals.pages, 'page')}")


def _being_read(totals: "ReadingTotals", width: int) -> Iterator[Text]:
    lefts = {paper.key: paper.left_s for paper in totals.by_paper}
    title = max(width - _TOLD, 12)
    for summary in totals.reading[:_MOST_READING]:
        yield _row(summary.title, title, summary.progress, left(lefts.get(summary.key)))
    more = len(totals.reading) - _MOST_READING
    if more > 0:
        yield Text(f"  and {more} more", "dim")


def _lists(totals: "ReadingTotals", width: int) -> Iterator[Text]:
    title = min(max(len(entry.title) for entry in totals.lists), max(width - _TOLD - 14, 12))
    for entry in totals.lists:
        missing = f"{entry.unknown} not here yet" if entry.unknown else ""
        told = (f"{entry.done} of {entry.items} read", left(entry.left_s), missing)
        yield _row(entry.title, title, entry.share, " · ".join(part for part in told if part))


def _tags(totals: "ReadingTotals", width: int) -> Iterator[Text]:
    shown = totals.tags[:_MOST_TAGS]
    title = min(max(len(entry.tag) for entry in shown) + 1, max(width - _TOLD - 14, 12))
    for entry in shown:
        told = (f"{entry.done} of {entry.papers} read", duration(entry.seconds) if entry.seconds else "")
        yield _row(
            f"#{entry.tag}", title, entry.share, " · ".join(part for part in (*told, left(entry.left_s)) if part)
        )
    if len(totals.tags) > _MOST_TAGS:
        yield Text(f"  and {len(totals.tags) - _MOST_TAGS} more", "dim")


def _statuses(totals: "ReadingTotals") -> Iterator[Text]:
    for status in Status:
        number = totals.by_status.get(status, 0)
        yield Text(f"  {status.value:8} {bar(number / totals.papers if totals.papers else 0, _BAR)} {number:>5}")


def _row(title: str, title_width: int, share: float, told: str) -> Text:
    return Text(f"  {fit(title, title_width)} {bar(share, _BAR)} {percent(share):>5}  {told}".rstrip())


def _section(title: str, rows: Iterator[Text]) -> Iterator[Text]:
    yield Text("")
    yield _heading(title)
    yield from rows


def _heading(title: str) -> Text:
    return Text(title, "bold")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _step(width: int) -> int:
    """Cells of a week: two where a year has room for them."""
    return 2 if width >= _LABEL + 2 * _MAX_WEEKS else 1


def _weeks(width: int) -> int:
    return max((width - _LABEL) // _step(width), 1)


def _busiest(days: "Sequence[DayTotal]", first: date) -> str:
    best = max((day for day in days if day.day >= first and day.seconds > 0), key=lambda day: day.seconds, default=None)
    return f"   busiest: {best.day:%d %b}, {duration(best.seconds)}" if best else ""


def _shade(spent_s: float, busiest_s: float) -> str:
    if spent_s <= 0:
        return _SHADES[0]
    return _SHADES[min(1 + int(spent_s / busiest_s * 4), 4)]


def _months(first: date, weeks: int, step: int) -> str:
    """The name of each month above the first week that begins in it."""
    row = ""
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        if day.day <= 7 and len(row) <= step * week:
            row = row.ljust(step * week) + f"{day:%b} "
    return row[: step * weeks].rstrip()
