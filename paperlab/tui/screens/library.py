"""The library: what there is, what has been read, and the way to everything else."""

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.commands import bindings
from paperlab.tui.filters import parse_filter
from paperlab.tui.library_lines import detail
from paperlab.tui.scopes import AtHand
from paperlab.tui.screens.arranging import ArrangingScreen
from paperlab.tui.screens.lists import choose_list
from paperlab.tui.selections import Selection
from paperlab.tui.widgets.inputs import FilterInput
from paperlab.tui.widgets.job_line import JobLine
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.paper_table import PaperTable, TableHead
from paperlab.tui.widgets.preview import Preview

_FILTER = "words  -word  tag:nlp  status:reading  year:2017..2019  author:vaswani"


class LibraryScreen(ArrangingScreen):
    """A table of papers with a filter."""

    PLACE = "library"
    BINDINGS = bindings("library")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own type

    def compose(self) -> ComposeResult:
        yield Line("paperlab", "reading the library …", id="header", classes="bar")
        with Horizontal(id="papers"):
            with Vertical():
                yield TableHead()
                yield PaperTable()
            yield Preview(self.workbench.previewing)
        yield Static(id="empty")
        yield Line(id="next")
        yield Line(id="detail", classes="bar")
        yield FilterInput(id="filter", placeholder=_FILTER)
        yield JobLine()
        yield KeyBar("library")

    def on_mount(self) -> None:
        self.table.focus()
        for selector in ("#filter", "#empty", "#next"):
            self.query_one(selector).display = False
        self.begin()

    @property
    def papers_shown(self) -> Sequence[PaperKey]:
        tables = self.query(PaperTable)  # none while the screen is being made, or taken down
        return [summary.key for table in tables for summary in table.on_screen]

    @property
    def at_hand(self) -> AtHand:
        current = self.table.current
        return AtHand(current.key if current else None, current.title if current else "", self._list_name)

    def action_read(self) -> None:
        if summary := self.table.current:
            self.desk.open_reader(summary.key)

    def action_add(self) -> None:
        self.desk.open_add()

    def action_note(self) -> None:
        if summary := self.table.current:
            self.desk.open_note(summary.key, summary.title)

    def action_editor(self) -> None:
        if summary := self.table.current:
            self.desk.edit_outside(summary.key, lambda: self.changed([summary.key]))

    @work
    async def action_lists(self) -> None:
        name = await choose_list(self, self._list_name)
        if name is not None:
            self._list_name = name or None
            self._rearrange()

    def action_progress(self) -> None:
        self.desk.open_progress()

    def action_related(self) -> None:
        if summary := self.table.current:
            self.desk.open_related(summary.key, summary.title)

    def action_diff(self) -> None:
        if summary := self.table.current:
            self.desk.open_diff(summary.key, summary.title)

    def action_sort(self) -> None:
        self._order = self._order.next
        self._rearrange()

    def action_reverse(self) -> None:
        self._order = self._order.reverse
        self._rearrange()

    def action_open_pdf(self) -> None:
        if summary := self.table.current:
            self.desk.open_pdf(summary.key)

    def action_take_over(self) -> None:
        if summary := self.table.current:
            self.desk.take_over_marks(summary.key)

    def action_copy(self) -> None:
        if summary := self.table.current:
            self.desk.copy(summary.citekey)

    def action_reload(self) -> None:
        self.reload()

    def action_filter(self) -> None:
        self._show_filter(True)

    def action_keep_filter(self) -> None:
        self._show_filter(False)

    def action_clear_filter(self) -> None:
        self.query_one("#filter", Input).value = ""
        self._show_filter(False)

    def action_clear(self) -> None:
        """Back to all papers, one step at a time."""
        if self._selection:
            self.select(Selection())
        elif self._filter:
            self.action_clear_filter()
        elif self._list_name is not None:
            self._list_name = None
            self._rearrange()

    @on(Input.Changed, "#filter")
    def _on_filter(self, event: Input.Changed) -> None:
        self._filter = parse_filter(event.value)
        self._rearrange()

    @on(PaperTable.Moved)
    def _on_moved(self, event: PaperTable.Moved) -> None:
        self.query_one("#detail", Line).left = detail(event.summary)
        self.query_one(Preview).show(event.summary)

    @on(PaperTable.Chosen)
    def _on_chosen(self) -> None:
        self.action_read()

    def _show_filter(self, is_on: bool) -> None:
        entry = self.query_one("#filter", Input)
        entry.display = is_on or bool(entry.value.strip())
        self.query_one(KeyBar).place = "filter" if is_on else "library"
        (entry if is_on else self.table).focus()
