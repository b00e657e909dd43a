"""The library: what there is, what has been read, and the way to everything else."""

from asyncio import to_thread
from collections.abc import Sequence

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.commands import bindings
from paperlab.tui.filters import SORTINGS, Entry, Filter, ordered, parse_filter
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import Choice, ChoiceDialog, LineDialog
from paperlab.tui.widgets.inputs import FilterInput
from paperlab.tui.widgets.job_line import JobLine
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.paper_table import PaperTable, TableHead
from paperlab.tui.widgets.preview import Preview

EMPTY = """This library is empty.

Press  a  and paste an arXiv id, such as 1706.03762,
the address of a PDF, or the path of a file or folder.

`paperlab demo` makes a small library to look around in."""


class LibraryScreen(PlaceScreen):
    """A table of papers with a filter."""

    PLACE = "library"
    BINDINGS = bindings("library")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own type

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Entry] = ()
        self._shown: Sequence[Entry] = ()
        self._reading = 0
        self._filter = Filter()
        self._sorting = 0
        self._list_name: str | None = None
        self._is_loaded = False

    def compose(self) -> ComposeResult:
        yield Line("paperlab", "reading the library …", id="header", classes="bar")
        with Horizontal(id="papers"):
            with Vertical():
                yield TableHead()
                yield PaperTable()
            yield Preview()
        yield Static(id="empty")
        yield Line(id="detail", classes="bar")
        yield FilterInput(id="filter", placeholder="words  tag:nlp  status:reading  year:2017  author:vaswani")
        yield JobLine()
        yield KeyBar("library")

    def on_mount(self) -> None:
        self.query_one(PaperTable).focus()
        self.query_one("#filter").display = False
        self.query_one("#empty").display = False
        self.reload()

    def on_screen_resume(self) -> None:
        if self._is_loaded:
            self.reload()

    @work(exclusive=True, group="summaries")
    async def reload(self, at: PaperKey | None = None) -> None:
        """Take what the files say now; the cursor stays on its paper."""
        try:
            summaries = await to_thread(self.workbench.shelf.summaries, list_name=self._list_name)
            self._all = await to_thread(lambda: [Entry.of(summary) for summary in summaries])
        except PaperlabError as error:
            self.query_one("#header", Line).right = error.message
            self.desk.show_error(error)
            return
        if self.is_ending:
            return
        self._is_loaded = True
        self._reading = sum(summary.status is Status.READING for summary in summaries)
        self._refill(at=at)

    def look_again(self) -> None:
        self.reload()

    def action_read(self) -> None:
        if summary := self._current():
            self.desk.open_reader(summary.key)

    def action_add(self) -> None:
        self.desk.open_add()

    def action_note(self) -> None:
        if summary := self._current():
            self.desk.open_note(summary.key, summary.title)

    def action_editor(self) -> None:
        if summary := self._current():
            self.desk.edit_outside(summary.key, self.reload)

    def action_status(self) -> None:
        if summary := self._current():
            self.desk.ask_status(summary.key, summary.status, summary.depth, self.reload)

    @work
    async def action_tags(self) -> None:
        summary = self._current()
        if summary is None:
            return
        known = sorted({tag for entry in self._all for tag in entry.summary.tags})
        below = "Used so far: " + " ".join(known) if known else "Tags are words, divided by blanks."
        given = await self.app.push_screen_wait(LineDialog("Tags", " ".join(summary.tags), below=below))
        if given is None:
            return
        wanted = given.replace(",", " ").split()
        add = [tag for tag in wanted if tag not in summary.tags]
        remove = [tag for tag in summary.tags if tag not in wanted]
        if add or remove:
            self.desk.perform(lambda: self.workbench.tracking.tag([summary.key], add, remove), self._tagged)

    def _tagged(self, change: Change) -> None:
        self.desk.did(change)
        self.reload()

    @work
    async def action_lists(self) -> None:
        try:
            totals = await to_thread(self.workbench.tracking.totals)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        choices: list[Choice[str]] = [Choice("all papers", "")]
        choices += [Choice(entry.title, entry.name, f"{entry.done} of {entry.items} read") for entry in totals.lists]
        if len(choices) == 1:
            self.notify("There are no reading lists yet: they are files in the library's lists folder.", markup=False)
            return
        names = [choice.value for choice in choices]
        at = names.index(self._list_name) if self._list_name in names else 0
        name = await self.app.push_screen_wait(ChoiceDialog("Show the papers of", choices, at=at))
        if name is not None:
            self._list_name = name or None
            self.reload()

    def action_progress(self) -> None:
        self.desk.open_progress()

    def action_sort(self) -> None:
        self._sorting = (self._sorting + 1) % len(SORTINGS)
        self._refill()

    def action_open_pdf(self) -> None:
        if summary := self._current():
            self.desk.open_pdf(summary.key)

    def action_fetch(self) -> None:
        if summary := self._current():
            self.desk.start_job("fetch", summary.key.value)

    def action_export(self) -> None:
        if summary := self._current():
            self.desk.export(summary.key)

    def action_copy(self) -> None:
        if summary := self._current():
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
        if self._filter:
            self.query_one("#filter", Input).value = ""
        elif self._list_name is not None:
            self._list_name = None
            self.reload()

    @on(Input.Changed, "#filter")
    def _on_filter(self, event: Input.Changed) -> None:
        self._refill(parse_filter(event.value))

    @on(PaperTable.Moved)
    def _on_moved(self, event: PaperTable.Moved) -> None:
        self.paper_shown = event.summary.key if event.summary else None
        self.query_one("#detail", Line).left = _detail(event.summary)
        self.query_one(Preview).show(event.summary)

    @on(PaperTable.Chosen)
    def _on_chosen(self) -> None:
        self.action_read()

    def _current(self) -> PaperSummary | None:
        return self.query_one(PaperTable).current

    def _refill(self, wanted: Filter | None = None, *, at: PaperKey | None = None) -> None:
        """Filter and sort what has been read. While a reader types on, only what is left is looked through."""
        table = self.query_one(PaperTable)
        held = at or (table.current.key if table.current else None)
        source = self._shown if wanted is not None and self._filter and wanted.narrows(self._filter) else None
        if wanted is not None:
            self._filter = wanted
        if source is None:
            source = self._all if self._sorting == 0 else ordered(self._all, SORTINGS[self._sorting])
        if self._filter:
            source = self._filter.select(source)
        self._shown = source
        table.show([entry.summary for entry in source], at=held)
        self.query_one(TableHead).show(SORTINGS[self._sorting].name)
        self._tell()

    def _tell(self) -> None:
        header = self.query_one("#header", Line)
        name = f"paperlab · {self._list_name}" if self._list_name else "paperlab"
        header.left = name
        total = f"{len(self._all):,} paper{'' if len(self._all) == 1 else 's'}".replace(",", " ")
        shown = f"{len(self._shown):,} of ".replace(",", " ") if self._filter else ""
        header.right = f"{shown}{total} · {self._reading} reading"
        empty = self.query_one("#empty", Static)
        empty.display = not self._shown
        self.query_one("#papers").display = bool(self._shown)
        if not self._all:
            empty.update(
                Text(EMPTY if self._list_name is None else "None of this list's papers is in the library yet.")
            )
        elif not self._shown:
            empty.update(Text("No paper passes the filter. escape shows all."))

    def _show_filter(self, is_on: bool) -> None:
        entry = self.query_one("#filter", Input)
        entry.display = is_on or bool(self._filter)
        self.query_one(KeyBar).place = "filter" if is_on else "library"
        (entry if is_on else self.query_one(PaperTable)).focus()


def _detail(summary: PaperSummary | None) -> str:
    if summary is None:
        return ""
    authors = ", ".join(summary.authors[:2]) + (" et al." if len(summary.authors) > 2 else "")
    tags = " ".join(f"#{tag}" for tag in summary.tags)
    return " · ".join(part for part in (authors, summary.citekey, tags) if part)
