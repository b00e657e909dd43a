"""Adding papers: by id, address or path, or from what arXiv finds; and what has become of those that were added."""

import asyncio
from asyncio import to_thread
from collections.abc import Collection, Mapping, Sequence
from threading import Event

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Input, Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import FoundPaper
from paperlab.domain.steps import Stage, Step
from paperlab.errors import PaperlabError
from paperlab.services.typed import Typed, understand
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.found import found_abstract, found_entry, holding, told_found
from paperlab.tui.jobs import Job, Jobs
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.threads import to_daemon_thread
from paperlab.tui.widgets.entry_list import EntryList, FoundList, JobList
from paperlab.tui.widgets.inputs import SourceInput
from paperlab.tui.widgets.job_line import job_entry
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

HINT = """\
An arXiv id (1706.03762, several divided by blanks), an address on arXiv or of a PDF, the path of a PDF, of a folder \
or of a .bib file, or list: and the name of a reading list.

Anything else is asked of arXiv as words: attention "machine translation".

Downloading and indexing go on while you read."""
_FOUND = 25
"""Papers that arXiv is asked for."""


class _NotWanted(Exception):
    """Raised in the thread that asks arXiv when its reader has gone on."""


class AddScreen(PlaceScreen):
    """A line to type in, what arXiv has found, and the jobs."""

    PLACE = "add"
    BINDINGS = bindings("add")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[FoundPaper] = ()
        self._holdings: Mapping[PaperKey, bool] = {}
        self._picked: set[int] = set()
        self._jobs: Sequence[Job] = ()
        self._asking: Event | None = None
        """Set, it ends the asking."""

    def compose(self) -> ComposeResult:
        yield Line("Add papers", id="header", classes="bar")
        yield SourceInput(id="source", placeholder="1706.03762  or  ~/papers  or  words to search arXiv for")
        yield Static(id="told", markup=False)
        with Container(id="answer"):
            yield FoundList()
            with VerticalScroll(id="abstract", can_focus=False):
                yield Static(id="abstract-text", markup=False)
        yield Static(HINT, id="hint", markup=False)
        yield JobList()
        yield KeyBar("add")

    def on_mount(self) -> None:
        self.query_one("#answer").display = False
        self.query_one(SourceInput).focus()
        self.show(self.desk.jobs)

    def on_resize(self) -> None:
        self.show(self.desk.jobs)

    def on_unmount(self) -> None:
        self._stop_asking()

    def show(self, jobs: Jobs) -> None:
        """Show how all jobs stand, the newest first; the cursor stays on its job."""
        entries = self.query_one(JobList)
        held = self._job
        self._jobs = [*reversed(jobs.all)]
        width = max(self.size.width - 7, 20)
        shown = [job_entry(job, width) for job in self._jobs]
        entries.show(shown, at=self._jobs.index(held) if held in self._jobs else 0)
        entries.display = bool(self._jobs)
        self.query_one("#hint").display = not self._jobs and not self._found
        self._fill_found()
        self._tell_header()

    @work(exclusive=True, group="look-again")
    async def look_again(self, keys: Collection[PaperKey] | None = None) -> None:  # noqa: ARG002
        self._holdings = await self._held(self._found)
        if not self.is_ending:
            self._fill_found()

    # what is typed

    @on(Input.Changed, "#source")
    def _on_typed(self, event: Input.Changed) -> None:
        self._tell_meaning(event.value)

    @work(exclusive=True, group="meaning")
    async def _tell_meaning(self, text: str) -> None:
        typed = await to_thread(understand, text)
        self._say(self._told(typed))

    def _told(self, typed: Typed) -> str:
        if typed.words and self.workbench.settings.offline:
            return "words for arXiv, but paperlab is offline: leave out --offline to ask"
        return typed.told

    def action_start(self) -> None:
        """Add what is typed, or ask arXiv."""
        self._stop_asking()
        self._start(self.query_one(SourceInput).value)

    @work(exclusive=True, group="start")
    async def _start(self, text: str) -> None:
        typed = await to_thread(understand, text)
        if typed.words:
            await self._ask(typed.words)
        elif typed.sources:
            for source in typed.sources:
                self.desk.start_job("add", source)
            self.query_one(SourceInput).value = ""
        else:
            self._say(typed.told)

    # arXiv

    async def _ask(self, words: str) -> None:
        left = self._asking = Event()
        loop = asyncio.get_running_loop()

        def watch(step: Step) -> None:
            if left.is_set():
                raise _NotWanted
            if step.stage is Stage.WAITING and not loop.is_closed():
                loop.call_soon_threadsafe(self._say_waiting, left, step)

        self._say(f"asking arXiv for: {words} …")
        self._tell_header()
        try:
            found = await to_daemon_thread(lambda: self.workbench.adding.search_arxiv(words, _FOUND, watch))
            self._holdings = await self._held(found)
        except PaperlabError as error:
            self._say(f"✗ {error.message} – {error.hint}" if error.hint else f"✗ {error.message}")
            return
        finally:
            left.set()
            self._tell_header()
        if self.is_ending:
            return
        self._found, self._picked = found, set()
        self.query_one("#answer").display = bool(found)
        self.set_class(bool(found), "-found")
        self.query_one("#hint").display = not found and not self._jobs
        self._show_found(at=0)
        self._say(told_found(found, self._holdings, words))
        if found and self.query_one(SourceInput).value.strip() == words:  # else the reader has typed on
            self.query_one(FoundList).focus()

    @property
    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.is_set()

    async def _held(self, found: Sequence[FoundPaper]) -> Mapping[PaperKey, bool]:
        keys = [paper.arxiv_id.key for paper in found if paper.arxiv_id]
        return await to_thread(self.workbench.shelf.holdings, keys)

    def _say_waiting(self, asking: Event, step: Step) -> None:
        if self._asking is asking and not asking.is_set():
            seconds = f" {step.done} s" if step.done else ""
            self._say(f"asking arXiv … waiting{seconds}, as arXiv wants")

    def _stop_asking(self) -> bool:
        """Whether arXiv was being asked."""
        if self._asking is None or not self._is_asking:
            return False
        self._asking.set()
        self.workers.cancel_group(self, "start")
        return True

    # what was found

    def action_pick(self) -> None:
        """Select the paper under the cursor, or no longer, and go on to the next."""
        entries = self.query_one(FoundList)
        if entries.cursor is not None:
            self._picked ^= {entries.cursor}
            self._show_found()
            entries.action_move(1)

    def action_add_found(self) -> None:
        """Add the selected papers, or the one under the cursor."""
        cursor = self.query_one(FoundList).cursor
        for index in sorted(self._picked) or ([cursor] if cursor is not None else []):
            if (arxiv_id := self._found[index].arxiv_id) is not None:
                self.desk.start_job("add", arxiv_id.bare)
        self._picked = set()
        self._show_found()

    def _show_found(self, at: int | None = None) -> None:
        self._fill_found(at)
        self._show_abstract()

    def _fill_found(self, at: int | None = None) -> None:
        coming = {job.subject for job in self.desk.jobs.open}
        entries = [
            found_entry(paper, holding(paper, self._holdings, coming), index in self._picked)
            for index, paper in enumerate(self._found)
        ]
        self.query_one(FoundList).show(entries, at=at)

    @on(EntryList.Moved)
    def _show_abstract(self) -> None:
        cursor = self.query_one(FoundList).cursor
        self.query_one("#abstract-text", Static).update(
            found_abstract(self._found[cursor] if cursor is not None else None)
        )
        self.query_one("#abstract").scroll_home(animate=False)

    # jobs

    @property
    def _job(self) -> Job | None:
        cursor = self.query_one(JobList).cursor
        return self._jobs[cursor] if cursor is not None and cursor < len(self._jobs) else None

    def action_retry(self) -> None:
        if self._job is not None:
            self.desk.retry_job(self._job)

    def action_stop(self) -> None:
        if self._job is not None:
            self.desk.jobs.stop(self._job)

    def action_cancel(self) -> None:
        self.desk.stop_job()

    # from one part to the next

    def action_next_part(self) -> None:
        parts = (self.query_one(SourceInput), self.query_one(FoundList), self.query_one(JobList))
        shown = [part for part in parts if part.display and all(above.display for above in part.ancestors)]
        at = shown.index(self.focused) if self.focused in shown else -1
        shown[(at + 1) % len(shown)].focus()

    def action_to_line(self) -> None:
        self.query_one(SourceInput).focus()

    def action_back(self) -> None:
        if self._stop_asking():
            self._say("arXiv is no longer asked.")
        else:
            super().action_back()

    def on_descendant_focus(self) -> None:
        is_list = {"found": FoundList, "jobs": JobList}
        place = next((name for name, kind in is_list.items() if isinstance(self.focused, kind)), "add")
        self.query_one(KeyBar).place = place

    def _tell_header(self) -> None:
        if self.is_ending:
            return
        still = len(self.desk.jobs.open)
        parts = ("asking arXiv" if self._is_asking else "", f"{still} to do" if still else "")
        self.query_one("#header", Line).right = " · ".join(part for part in parts if part)

    def _say(self, text: str) -> None:
        if not self.is_ending:
            self.query_one("#told", Static).update(safe(text))
