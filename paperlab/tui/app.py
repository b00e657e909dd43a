"""The application: themes, keys, and the ways between the screens."""

import asyncio
import os
import time
from asyncio import Event, to_thread, wait_for
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on

from paperlab.domain.annotations import COLORS
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.commands import bindings
from paperlab.tui.jobs import Job
from paperlab.tui.mark_desk import MarkDesk
from paperlab.tui.palette import PaperlabCommands
from paperlab.tui.scopes import AtHand
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.session import Target
from paperlab.tui.themes import THEMES, VARIABLES
from paperlab.tui.threads import to_daemon_thread
from paperlab.tui.walks import Walk, target_of
from paperlab.tui.watching import watch_library
from paperlab.tui.widgets.paper_table import PaperTable

if TYPE_CHECKING:
    from textual.screen import Screen

    from paperlab.workbench import Workbench

_LONGEST_START_S = 3.0
"""After which the encoder is loaded whatever is on the screen; loading takes 0.3 s of the processor."""
_STARTER_S = 2.0
TO_DEMO = "demo"
"""What the application returns where its reader wants to see the demo."""


class PaperlabApp(MarkDesk):
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
        super().__init__(workbench, job_command)
        self.monotonic = monotonic
        self.now = now
        self.reader_width = workbench.settings.reader_width
        self.encoder_state = "meaning: loading the model …"
        self.is_shown = Event()
        """The library stands on the screen: what takes the processor from that may begin."""
        self.mark_color = COLORS[0]
        """The colour used last: the next highlight has it, too."""
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._open_key = open_key
        self._page = page
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
        if self._open_key is not None:
            self.open_reader(self._open_key, Target(self._page - 1) if self._page else None)
        else:
            self.run_worker(self._welcome(), group="welcome")
        self.run_worker(self._warm_up(), group="encoder")
        self.run_worker(self._check_editions(), group="editions")
        watching = watch_library(self.workbench.watching.news, self._papers_shown, self.look_again, self.has_changed)
        self.run_worker(watching, group="watching")
        self._own_loop = asyncio.get_running_loop()
        if self.is_web:
            self.set_interval(_STARTER_S, partial(self._end_with, os.getppid()))

    def _end_with(self, server: int) -> None:
        """In a browser there is nobody left to show anything to when the server has ended."""
        if os.getppid() != server:
            self.exit()

    @on(PaperTable.Moved)
    def _on_library_shown(self) -> None:
        self.call_after_refresh(self.is_shown.set)

    # ways between the screens

    def action_search(self) -> None:
        from paperlab.tui.screens.search import SearchScreen

        if not self.is_screen_installed("search"):
            self.install_screen(SearchScreen(), "search")
        if not isinstance(self.screen, SearchScreen):
            cast("SearchScreen", self.get_screen("search")).come_from(self._at_hand())
        if self.get_screen("search") in self.screen_stack:
            self.run_worker(self._return_to_search(), group="search", exclusive=True)
        else:
            self.push_screen("search")

    def _at_hand(self) -> AtHand:
        """The uppermost paper; the library's reading list."""
        lying = [screen.at_hand for screen in reversed(self.screen_stack) if isinstance(screen, PlaceScreen)]
        list_name = next((found.list_name for found in lying if found.list_name), None)
        return next((found for found in lying if found.paper), AtHand())._replace(list_name=list_name)

    async def _return_to_search(self) -> None:
        """A search is beneath already: what lies over it is left."""
        from paperlab.tui.screens.note import NoteHost

        while self.screen is not self.get_screen("search"):
            if isinstance(self.screen, NoteHost) and not await self.screen.may_leave_note():
                return
            await self.pop_screen()

    def open_reader(self, key: PaperKey, target: Target | None = None, walk: Walk | None = None) -> None:
        from paperlab.tui.screens.reader.screen import ReaderScreen

        self.push_screen(ReaderScreen(key, target, walk))
        self.offer_marks(key)

    def open_hit(self, walk: Walk) -> None:
        """Open the paper at the sentence of the walk's hit that answers best; a note's hit opens the note."""
        hit = walk.current
        target = target_of(hit, walk.query)
        if target is None:
            self.open_note(hit.passage.paper, hit.title)
        else:
            self.open_reader(hit.passage.paper, target, walk)

    def open_note(self, key: PaperKey, title: str) -> None:
        from paperlab.tui.screens.note import NoteScreen

        self.push_screen(NoteScreen(key, title))

    def open_progress(self) -> None:
        from paperlab.tui.screens.progress import ProgressScreen

        self.push_screen(ProgressScreen())

    def open_related(self, key: PaperKey, title: str) -> None:
        from paperlab.tui.screens.related import RelatedScreen

        self.push_screen(RelatedScreen(key, title))

    def open_diff(self, key: PaperKey, title: str) -> None:
        from paperlab.tui.screens.diff import DiffScreen

        self.push_screen(DiffScreen(key, title))

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
        self.perform(lambda: self._take_back_change(change), lambda _: self._undone(change))

    def _take_back_change(self, change: Change) -> None:
        with self.workbench.library.history.step(f"undo {change.what}", undoes=change.step):
            change.undo()

    def _undone(self, change: Change) -> None:
        self.notify(f"Undone: {change.what}", timeout=3, markup=False)
        self.look_again()

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:
        """Some papers of the library have changed, or it may be any: every screen shows what it says now."""
        for screen in self.screen_stack if self.is_running else ():
            if isinstance(screen, PlaceScreen):
                screen.look_again(keys)

    def _papers_shown(self) -> list[PaperKey]:
        screens = [screen for screen in self.screen_stack if isinstance(screen, PlaceScreen)]
        return [key for screen in screens for key in screen.papers_shown]

    async def action_quit(self) -> None:
        self.run_worker(self._quit(), group="quit", exclusive=True)

    # beginning and end

    async def _welcome(self) -> None:
        """A library with nothing in it begins with something to choose from."""
        from paperlab.tui.screens.welcome import WelcomeScreen

        try:
            if await to_thread(self.workbench.starting.is_new) and len(self.screen_stack) == 1:
                await self.push_screen(WelcomeScreen(await to_thread(self.workbench.starting.offers)))
        except PaperlabError as error:
            self.show_error(error)

    def exit_to_demo(self) -> None:
        """End, and let the demo begin in this terminal."""
        if self.is_web:
            self.notify("The demo needs a terminal: `paperlab demo` there.", markup=False)
        else:
            self.exit(TO_DEMO)

    async def _warm_up(self) -> None:
        from paperlab.tui.screens.search import SearchScreen

        with suppress(TimeoutError):
            await wait_for(self.is_shown.wait(), _LONGEST_START_S)
        try:
            await to_thread(self.workbench.searching.warm_up)
            self.encoder_state = ""
        except PaperlabError as error:
            self.encoder_state = f"words only: {error.message}"
        for screen in self.screen_stack:
            if isinstance(screen, SearchScreen):
                screen.refine()

    async def _check_editions(self) -> None:
        """Ask for newer editions if the settings want it. Nothing waits for it, and no error is shown."""
        if self.workbench.settings.update_check == "never":
            return
        with suppress(TimeoutError):
            await wait_for(self.is_shown.wait(), _LONGEST_START_S)
        if await to_daemon_thread(lambda: self.workbench.updating.check()):
            self.look_again()

    async def _quit(self) -> None:
        from paperlab.tui.screens.dialogs import yes_no
        from paperlab.tui.screens.note import NoteHost

        question = "Papers are still being added. Quit? The next start goes on where this one stopped."
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
