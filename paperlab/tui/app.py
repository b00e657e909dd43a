"""The application: themes, keys, jobs, and the ways between the screens."""

import asyncio
import sys
import time
from asyncio import to_thread
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.worker import Worker

from paperlab.domain.annotations import COLORS
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Hit, PassageKind
from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.commands import bindings, check_keymap
from paperlab.tui.desk import Desk
from paperlab.tui.ending import ending_well
from paperlab.tui.jobs import Job, Jobs, JobState
from paperlab.tui.marking import best_sentence
from paperlab.tui.palette import PaperlabCommands
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.session import Target
from paperlab.tui.terminal_keys import tell_apart
from paperlab.tui.themes import THEMES, VARIABLES
from paperlab.tui.widgets.job_line import JobLine

if TYPE_CHECKING:
    from textual.screen import Screen

    from paperlab.workbench import Workbench

_JOBS_SHOWN_S = 0.1
"""Between two looks at the jobs: they tell of themselves far more often."""


def run(workbench: "Workbench", open_key: PaperKey | None = None, page: int | None = None) -> None:
    """Run the TUI until its reader leaves it.

    Args:
        open_key: The paper to open; None shows the library.
        page: The page to open it at, from 1; None goes to where it was left.

    Raises:
        SettingsError: The keymap names an unknown command, or gives a key two meanings.
    """
    check_keymap(workbench.settings.keymap)
    tell_apart()
    app = PaperlabApp(workbench, open_key, page)
    try:
        with ending_well(app.end_soon, app.rescue_notes):
            app.run()
    finally:  # whatever ended it: the reader, a signal, a bug
        app.rescue_notes()
        for message in app.parting_words:
            print(f"paperlab: {message}", file=sys.stderr)
    if app.return_code:
        raise SystemExit(app.return_code)  # a signal; or a bug, and Textual has shown its traceback


class PaperlabApp(Desk):
    """Holds the workbench, and what outlives a screen."""

    TITLE = "paperlab"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings("app")
    COMMANDS: ClassVar = {PaperlabCommands}

    def __init__(
        self,
        workbench: "Workbench",
        open_key: PaperKey | None = None,
        page: int | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        job_command: Callable[[Job], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(workbench)
        self.monotonic = monotonic
        self.now = now
        self.encoder_state = "meaning: loading the model …"
        self.mark_color = COLORS[0]
        """The colour used last: the next highlight has it, too."""
        self.jobs = Jobs(job_command or self._job_command, self._on_job)
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._open_key = open_key
        self._page = page
        self._jobs_worker: Worker[None] | None = None
        self._jobs_changed = False
        self._changes: list[Change] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = workbench.settings.theme

    @property
    def today(self) -> date:
        """By this machine's clock."""
        return self.now().astimezone().date()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict.fromkeys(VARIABLES, "ansi_default")

    def get_default_screen(self) -> "Screen[None]":
        return LibraryScreen()

    def on_mount(self) -> None:
        self.set_keymap(self.workbench.settings.keymap)
        self.set_interval(_JOBS_SHOWN_S, self._show_jobs)
        if self._open_key is not None:
            self.open_reader(self._open_key, Target(self._page - 1) if self._page else None)
        self.run_worker(self._warm_up(), group="encoder")
        self._own_loop = asyncio.get_running_loop()

    # ways between the screens

    def action_search(self) -> None:
        from paperlab.tui.screens.search import SearchScreen

        if not self.is_screen_installed("search"):
            self.install_screen(SearchScreen(), "search")
        if self.get_screen("search") in self.screen_stack:
            self.run_worker(self._return_to_search(), group="search", exclusive=True)
        else:
            self.push_screen("search")

    async def _return_to_search(self) -> None:
        """A search is beneath already: what lies over it is left."""
        from paperlab.tui.screens.note import NoteHost

        while self.screen is not self.get_screen("search"):
            if isinstance(self.screen, NoteHost) and not await self.screen.may_leave_note():
                return
            await self.pop_screen()

    def open_reader(self, key: PaperKey, target: Target | None = None) -> None:
        from paperlab.tui.screens.reader.screen import ReaderScreen

        self.push_screen(ReaderScreen(key, target))

    def open_hit(self, hit: Hit, query: str) -> None:
        """Open the paper at the sentence that answers best; a note's hit opens the note."""
        passage = hit.passage
        if passage.pages is None:
            self.open_note(passage.paper, hit.title)
        else:
            is_mark = passage.kind is PassageKind.ANNOTATION  # its text ends with the comment
            quote = passage.text if is_mark else best_sentence(passage.text, query)
            self.open_reader(passage.paper, Target(passage.pages[0], quote, passage.first_block))

    def open_note(self, key: PaperKey, title: str) -> None:
        from paperlab.tui.screens.note import NoteScreen

        self.push_screen(NoteScreen(key, title))

    def open_progress(self) -> None:
        from paperlab.tui.screens.progress import ProgressScreen

        self.push_screen(ProgressScreen())

    def open_add(self) -> None:
        from paperlab.tui.screens.add import AddScreen

        if not isinstance(self.screen, AddScreen):
            self.push_screen(AddScreen())

    def action_jobs(self) -> None:
        self.open_add()

    def action_help(self) -> None:
        from paperlab.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(getattr(self.screen, "PLACE", "app")))

    def action_next_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.notify(f"Theme {self.theme}. To keep it: paperlab config set theme {self.theme}", markup=False)

    def did(self, change: Change) -> None:
        """Remember what has been done, for undo."""
        self._changes.append(change)

    def action_undo(self) -> None:
        """Take back the last change; pressed again, the one before it."""
        if not self._changes:
            self.notify("There is nothing to undo.", timeout=2, markup=False)
            return
        change = self._changes.pop()
        self.perform(change.undo, lambda _: self._undone(change))

    def _undone(self, change: Change) -> None:
        self.notify(f"Undone: {change.what}", timeout=3, markup=False)
        self.look_again()

    def look_again(self) -> None:
        """What lies in the library has changed: every screen shows what it says now."""
        for screen in self.screen_stack:
            if isinstance(screen, PlaceScreen):
                screen.look_again()

    async def action_quit(self) -> None:
        self.run_worker(self._quit(), group="quit", exclusive=True)

    # jobs

    def start_job(self, verb: str, subject: str) -> None:
        """Add or fetch in a process of its own, after those that wait."""
        if any(job.is_open and (job.verb, job.subject) == (verb, subject) for job in self.jobs.all):
            return
        job = Job(verb, subject)
        self.jobs.all.append(job)
        self._on_job(job)
        if self._jobs_worker is None or self._jobs_worker.is_finished:
            self._jobs_worker = self.run_worker(self.jobs.run(), group="jobs")

    def stop_job(self) -> None:
        if self.jobs.running is not None:
            self.jobs.stop(self.jobs.running)

    def _job_command(self, job: Job) -> list[str]:
        return [*self.paperlab_words("--json", "--steps", job.verb), "--", job.subject]

    def _on_job(self, job: Job) -> None:
        self._jobs_changed = True
        if job.is_open or not self.is_running:
            return
        self.look_again()
        if job.state is JobState.FAILED:
            errors = [outcome.error for outcome in job.outcomes if outcome.error]
            message = "\n".join(errors[:3]) or job.message or "ended without a word"
            self.notify(message, title=f"{job.verb} {job.subject[:40]}", severity="error", timeout=8, markup=False)

    def _show_jobs(self) -> None:
        from paperlab.tui.screens.add import AddScreen

        if not self._jobs_changed:
            return
        self._jobs_changed = False
        for screen in self.screen_stack:
            for line in screen.query(JobLine):
                line.show(self.jobs)
            if isinstance(screen, AddScreen):
                screen.show(self.jobs)

    # beginning and end

    async def _warm_up(self) -> None:
        from paperlab.tui.screens.search import SearchScreen

        try:
            await to_thread(self.workbench.searching.warm_up)
            self.encoder_state = ""
        except PaperlabError as error:
            self.encoder_state = f"words only: {error.message}"
        for screen in self.screen_stack:
            if isinstance(screen, SearchScreen):
                screen.refine()

    async def _quit(self) -> None:
        from paperlab.tui.screens.dialogs import yes_no
        from paperlab.tui.screens.note import NoteHost

        question = "Papers are still being added. Quit? The next try goes on where this one stopped."
        if self.jobs.open and not await self.push_screen_wait(yes_no(question, "quit", "stay")):
            return
        for screen in self.screen_stack:
            if isinstance(screen, NoteHost) and not await screen.may_leave_note():
                return
        await self._end()

    def end_soon(self, return_code: int) -> None:
        """End without a question. May be called between any two steps, as signals are."""

        def end() -> None:
            self.run_worker(self._end(return_code), group="quit", exclusive=True)

        if self._own_loop is not None:
            self._own_loop.call_soon_threadsafe(end)

    async def _end(self, return_code: int = 0) -> None:
        """Write down where the reader is, and end. Notes that are not saved are saved after that."""
        from paperlab.tui.screens.reader.text import TextScreen

        for screen in self.screen_stack:
            if isinstance(screen, TextScreen):
                try:
                    await screen.leave()
                except PaperlabError as error:
                    self.parting_words.append(f"the last stay is not written down: {error.message}")
        self.exit(return_code=return_code)
