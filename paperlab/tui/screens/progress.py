"""What has been read: this week, by list, by day."""

from asyncio import to_thread
from collections.abc import Collection
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import PaperlabError
from paperlab.tui.commands import bindings
from paperlab.tui.dashboard import describe
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.page import Page

if TYPE_CHECKING:
    from paperlab.services.totals import ReadingTotals


class ProgressScreen(PlaceScreen):
    """Bars and a year of days, from real stays."""

    PLACE = "progress"
    BINDINGS = bindings("progress")

    def __init__(self) -> None:
        super().__init__()
        self._totals: ReadingTotals | None = None

    def compose(self) -> ComposeResult:
        yield Line("Progress", id="header", classes="bar")
        with Page(id="totals"):
            yield Static("adding up …", id="totals-text")
        yield KeyBar("progress")

    def on_mount(self) -> None:
        today = self.desk.today
        self.query_one("#header", Line).right = f"week {today.isocalendar().week} of {today.isocalendar().year}"
        self.query_one(Page).focus()
        self.load()

    @work(exclusive=True, group="totals")
    async def load(self) -> None:
        try:
            self._totals = await to_thread(self.workbench.tracking.totals)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        self._show()

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:  # noqa: ARG002
        self.load()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        if self._totals is not None:
            width = max(self.size.width - 4, 20)
            text = Text("\n").join(describe(self._totals, self.desk.today, width))
            self.query_one("#totals-text", Static).update(text)
