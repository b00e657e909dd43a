"""From the files to the table: papers read, sorted and filtered in a thread, and looked at again and again."""

from asyncio import to_thread
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from rich.text import Text
from textual import work
from textual.widgets import Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.steps import Abandoned
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import LibraryError, PaperlabError
from paperlab.tui.filters import Arrangement, Filter, Order, entries_of
from paperlab.tui.library_lines import counts, heading, next_line, nothing_shown
from paperlab.tui.screens.selecting import SelectingScreen
from paperlab.tui.selections import Selection
from paperlab.tui.turnstile import Turnstile
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.paper_table import TableHead, row_of

_GLANCE = 200
"""Papers shown before the others have been read."""


class _Seen(NamedTuple):
    """What the papers were read from: where it is the same, they need not be read again."""

    changes: int
    list_name: str | None
    is_loaded: bool


class _Shown(NamedTuple):
    """What a thread has made ready for the screen."""

    seen: _Seen | None
    """None for a first glance."""
    arrangement: Arrangement
    summaries: Sequence[PaperSummary]
    total: int
    reading: int
    next_line: str
    held: PaperKey | None
    """The paper that the cursor was on, and its row now."""
    row: int | None


class ArrangingScreen(SelectingScreen):
    """Has a header, a table with its head, and lines that say what there is."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = _Shown(None, Arrangement(), (), 0, 0, "", None, None)
        self._filter = Filter()
        self._order = Order()
        self._list_name: str | None = None
        self._is_loaded = False
        self._told_damage: frozenset[str] = frozenset()
        self._looking = Turnstile()
        self._arranging = Turnstile()

    def on_screen_resume(self) -> None:
        if self._is_loaded:
            self.reload()

    @work(group="summaries")
    async def begin(self) -> None:
        """The papers added last at once, then all as they were known, then what their files say now."""
        with self._telling():
            papers, total = await to_thread(self.workbench.shelf.glance, _GLANCE)
            if papers and not self.is_ending:
                first = Arrangement().anew(entries_of(papers), self._order, self._filter)
                self._put(_Shown(None, first, papers, total, 0, "", None, None))
            if total > len(papers):
                await self._arrange()
            await self._look(None)

    @work(group="summaries")
    async def reload(self) -> None:
        """Take what the files say now; the cursor stays on its paper."""
        with self._telling():
            await self._look(None)

    @work(group="summaries")
    async def changed(self, keys: Sequence[PaperKey]) -> None:
        with self._telling():
            await to_thread(self.workbench.shelf.look, keys)
            await self._arrange()

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:
        if not self._is_loaded:
            return
        if keys is None:
            self.reload()
        else:
            self.changed(tuple(keys))

    async def _look(self, keys: Iterable[PaperKey] | None) -> None:
        await self._looking.run(lambda _: self.workbench.shelf.look(keys))
        self._is_loaded = self._is_loaded or keys is None
        await self._arrange()
        self._tell_damage(await to_thread(self.workbench.guiding.unreadable))

    def _tell_damage(self, damaged: Sequence[LibraryError]) -> None:
        """What cannot be read, and is not among the papers: each once."""
        new = [error for error in damaged if error.message not in self._told_damage]
        self._told_damage = frozenset(error.message for error in damaged)
        if new and not self.is_ending:
            more = f" and {len(new) - 1} more" if len(new) > 1 else ""
            message = f"{new[0].message}{more}\n`paperlab doctor` tells what to do."
            self.notify(message, severity="warning", timeout=8, markup=False)

    @work(group="arrange")
    async def _rearrange(self) -> None:
        with self._telling():
            await self._arrange()

    async def _arrange(self) -> None:
        """Read, sort and filter what has changed or is wanted otherwise, in a thread, and show it."""
        if self.is_ending:
            return
        shelf, shown = self.workbench.shelf, self._shown
        order, wanted, list_name, is_loaded = self._order, self._filter, self._list_name, self._is_loaded
        held = self.table.current.key if self.table.current else None

        def make(_: Callable[[], bool]) -> _Shown | None:
            seen = _Seen(shelf.changes, list_name, is_loaded)
            before = shown.arrangement
            entries, reading, told = before.entries, shown.reading, shown.next_line
            if seen != shown.seen:
                entries = entries_of(shelf.summaries(list_name=list_name, is_fresh=False), before.entries)
                reading = sum(entry.summary.status is Status.READING for entry in entries)
                told = next_line(self.workbench.guiding.next_up(list_name))
            elif (order, wanted) == (before.order, before.filter):
                return None
            arrangement = before.anew(entries, order, wanted)
            summaries = [entry.summary for entry in arrangement.shown]
            row = row_of(summaries, held)
            return _Shown(seen, arrangement, summaries, len(entries), reading, told, held, row)

        made = await self._arranging.run(make)
        if self.is_ending:
            return
        if made is None:
            self._tell()  # an error may have been told before
        else:
            self._put(made)

    def _put(self, shown: _Shown) -> None:
        self._shown = shown
        current = self.table.current
        at = current.key if current else None
        self.table.show(shown.summaries, at=at, row=shown.row if at == shown.held else None)
        if self._selection:
            self.select(self._selection.renewed(filter(None, map(self.workbench.shelf.known, self._selection.papers))))
        order = shown.arrangement.order
        self.query_one(TableHead).show(order.name, order.sign)
        line = self.query_one("#next", Line)
        line.left, line.display = shown.next_line, bool(shown.next_line)
        self._tell()

    def _tell(self) -> None:
        shown = self._shown
        line = self.query_one("#header", Line)
        line.left = heading(self._list_name, shown.arrangement.order)
        passing = len(shown.summaries) if shown.arrangement.filter else None
        line.right = counts(shown.total, passing, shown.reading, len(self._selection))
        empty = self.query_one("#empty", Static)
        empty.display = not shown.summaries
        self.query_one("#papers").display = bool(shown.summaries)
        if not shown.summaries:
            empty.update(Text(nothing_shown(bool(shown.arrangement.filter) and shown.total > 0, self._list_name)))

    def select(self, selection: Selection) -> None:
        super().select(selection)
        self._tell()

    def known_tags(self) -> Iterable[str]:
        return (tag for entry in self._shown.arrangement.entries for tag in entry.summary.tags)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What goes wrong while the library is read is told; what a newer wish has overtaken is not."""
        try:
            yield
        except Abandoned:
            pass
        except PaperlabError as error:
            if not self.is_ending:
                self.query_one("#header", Line).right = error.message
                self.desk.show_error(error)
