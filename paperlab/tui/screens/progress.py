"""What has been read: this week, by list, by day."""

from asyncio import to_thread
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from paperlab.domain.progress import Status
from paperlab.errors import PaperlabError
from paperlab.tui.cells import bar, fit, percent
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

if TYPE_CHECKING:
    from paperlab.services.tracking import ReadingTotals

_SHADES = "·░▒▓█"
_BAR = 10
_MAX_WEEKS = 52


class ProgressScreen(PlaceScreen):
    """Bars and a year of days, from real stays."""

    PLACE = "progress"
    BINDINGS = bindings("progress")

    def __init__(self) -> None:
        super().__init__()
        self._totals: ReadingTotals | None = None

    def compose(self) -> ComposeResult:
        yield Line("Progress", id="header", classes="bar")
        with VerticalScroll(id="totals"):
            yield Static("adding up …", id="totals-text")
        yield KeyBar("progress")

    def on_mount(self) -> None:
        today = self.desk.now().date()
        self.query_one("#header", Line).right = f"week {today.isocalendar().week} of {today.isocalendar().year}"
        self.query_one(VerticalScroll).focus()
        self.load()

    @work(exclusive=True, group="totals")
    async def load(self) -> None:
        try:
            self._totals = await to_thread(self.workbench.tracking.totals)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        if self._totals is not None:
            width = max(self.size.width - 4, 20)
            text = Text("\n").join(describe(self._totals, self.desk.now().date(), width))
            self.query_one("#totals-text", Static).update(text)


def describe(totals: "ReadingTotals", today: date, width: int) -> Iterator[Text]:
    """The rows of the screen."""
    monday = today - timedelta(days=today.weekday())
    week = [day for day in totals.days if day.day >= monday]
    yield _heading("This week")
    yield Text(f"  {duration(sum(day.seconds for day in week))} · {_count(sum(day.pages for day in week), 'page')}")
    yield Text(f"  in all {duration(totals.seconds)} · {_count(totals.pages, 'page')}")
    yield Text("")
    yield _heading("Papers")
    for status in Status:
        count = totals.by_status.get(status, 0)
        yield Text(f"  {status.value:8} {bar(count / totals.papers if totals.papers else 0, _BAR)} {count}")
    if totals.lists:
        yield Text("")
        yield _heading("Reading lists")
        name_width = min(max(len(entry.title) for entry in totals.lists), max(width - 40, 12))
        for entry in totals.lists:
            told = f"{percent(entry.share):>5}  {entry.done} of {entry.items} read"
            yield Text(f"  {fit(entry.title, name_width)} {bar(entry.share, _BAR)} {told}")
    if totals.reading:
        yield Text("")
        yield _heading("Being read")
        for summary in totals.reading:
            yield Text(
                f"  {fit(summary.title, max(width - 22, 8))} {bar(summary.progress, 6)} {percent(summary.progress):>5}"
            )
    yield Text("")
    yield _heading("Days")
    yield from heat_map({day.day: day.seconds for day in totals.days}, today, width - 8)
    if not totals.days:
        yield Text("  Nothing yet: a page counts after five seconds on it.")


def heat_map(seconds: dict[date, float], today: date, width: int) -> Iterator[Text]:
    """One column a week, Monday on top; the shade tells the share of the busiest day, and nothing is a dot."""
    weeks = min(max(width // 2, 1), _MAX_WEEKS)
    first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    busiest = max((spent for day, spent in seconds.items() if day >= first), default=0.0)
    yield Text("       " + _months(first, weeks), "dim")
    for weekday in range(7):
        days = [first + timedelta(weeks=week, days=weekday) for week in range(weeks)]
        shades = " ".join(_shade(seconds.get(day, 0.0), busiest) if day <= today else " " for day in days)
        yield Text(f"  {days[0]:%a}  {shades}".rstrip())


def duration(seconds: float) -> str:
    """`3 h 20 min`, `7 min`, `none`."""
    minutes = round(seconds / 60)
    if minutes == 0:
        return "less than a minute" if seconds > 0 else "no time"
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _shade(spent_s: float, busiest_s: float) -> str:
    if spent_s <= 0:
        return _SHADES[0]
    return _SHADES[min(1 + int(spent_s / busiest_s * 4), 4)]


def _months(first: date, weeks: int) -> str:
    """The name of each month above the first week that begins in it."""
    row = ""
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        if day.day <= 7 and len(row) <= 2 * week:
            row = row.ljust(2 * week) + f"{day:%b}"
    return row[: 2 * weeks]


def _heading(title: str) -> Text:
    return Text(title, "bold")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
