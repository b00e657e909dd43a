"""What changed between two editions of a paper: sections with their counts, and the changes of each."""

from asyncio import to_thread
from collections.abc import Collection
from typing import TYPE_CHECKING

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.steps import Abandoned, Step
from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe_lines
from paperlab.tui.change_rows import Item, entries_of, heading_of, items_of, section_start, summed_up
from paperlab.tui.commands import bindings
from paperlab.tui.places import QUOTE_LENGTH
from paperlab.tui.scopes import AtHand
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import Choice, ChoiceDialog
from paperlab.tui.session import Target
from paperlab.tui.threads import to_daemon_thread
from paperlab.tui.widgets.entry_list import ChangeList
from paperlab.tui.widgets.job_line import JobLine, step_progress
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

if TYPE_CHECKING:
    from paperlab.services.comparing import Comparison

_WIDEST = 100
"""Cells of a row of text: longer ones are hard to follow."""
_STEP_S = 0.2
"""Between two looks at how far the parser has come."""


class DiffScreen(PlaceScreen):
    """The newer edition's sections in order; compared in a thread, which is given up when the screen is left."""

    PLACE = "diff"
    BINDINGS = bindings("diff")

    def __init__(self, key: PaperKey, title: str) -> None:
        super().__init__()
        self._key = key
        self._title = title
        self._names: tuple[str | None, str | None] = (None, None)
        self._comparison: Comparison | None = None
        self._items: tuple[Item, ...] = ()
        self._step: Step | None = None
        self._turn = 0
        """Counts the comparisons: the thread of an older one ends with its next report."""

    def compose(self) -> ComposeResult:
        yield Line(f"What changed · {self._title}", id="header", classes="bar")
        yield Static("Comparing …", id="hint")
        yield ChangeList()
        yield Line(id="told", classes="bar")
        yield JobLine()
        yield KeyBar("diff")

    def on_mount(self) -> None:
        self.query_one(ChangeList).display = False
        self.set_interval(_STEP_S, self._show_step)
        self.load()

    def on_unmount(self) -> None:
        self._turn += 1

    @property
    def at_hand(self) -> AtHand:
        return AtHand(self._key, self._title)

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:
        """A newer edition may have come; what is shown stays until it has been compared."""
        if keys is None or self._key in keys:
            self.load()

    @work(exclusive=True, group="diff")
    async def load(self) -> None:
        self._turn += 1
        turn, names = self._turn, self._names

        def watch(step: Step) -> None:
            if turn != self._turn:
                raise Abandoned
            self._step = step

        try:
            found = await to_daemon_thread(lambda: self.workbench.comparing.compare(self._key, *names, watch))
        except Abandoned:
            return
        except PaperlabError as error:
            if not self.is_ending and turn == self._turn:
                self._show_hint(f"{error.message}\n\n{error.hint}".strip())
            return
        if not self.is_ending and turn == self._turn:
            self._show(found)

    def on_resize(self) -> None:
        if self._comparison is not None:
            self._fill()

    def action_open(self) -> None:
        """The reader at the change; from the list of sections to a section's changes."""
        item = self._item
        if item is None or self._comparison is None:
            return
        if item.is_overview:
            self.query_one(ChangeList).jump(heading_of(self._items, item.section))
            return
        target = self._target(item)
        if target is None:
            self.notify(f"That is not in {self._comparison.newer}.", timeout=3, markup=False)
        else:
            self.desk.open_reader(self._key, target)

    def action_section(self, by: int) -> None:
        if self._comparison is not None:
            changes = self.query_one(ChangeList)
            changes.jump(section_start(self._items, changes.cursor or 0, by))

    def action_copy(self) -> None:
        if (item := self._item) is not None and item.change is not None:
            self.desk.copy(item.change.after or item.change.before)

    @work
    async def action_editions(self) -> None:
        """Choose which two to compare."""
        try:
            paper = await to_thread(self.workbench.shelf.paper, self._key)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        names = [edition.name for edition in paper.editions]
        if len(names) < 3:
            self.notify("There are no other editions to choose from.", timeout=3, markup=False)
            return
        older = await self.app.push_screen_wait(_choice("Compare which edition …", names[:-1], len(names) - 2))
        if older is None:
            return
        others = names[names.index(older) + 1 :]
        newer = await self.app.push_screen_wait(_choice(f"… {older} with which one?", others, len(others) - 1))
        if newer is not None:
            self._names = (older, newer)
            self.load()

    @property
    def _item(self) -> Item | None:
        cursor = self.query_one(ChangeList).cursor
        return self._items[cursor] if cursor is not None and cursor < len(self._items) else None

    def _target(self, item: Item) -> Target | None:
        """Where a change stands in the edition that the reader shows, or its section does."""
        assert self._comparison is not None  # there is an item
        section = self._comparison.differences.sections[item.section]
        if item.change is not None and item.change.new_spot is not None:
            spot = item.change.new_spot
            return Target(spot.page_index, item.change.after[:QUOTE_LENGTH])
        if section.new_block is None:
            return None
        return Target(section.new_page_index, section.title[:QUOTE_LENGTH])

    def _show(self, found: "Comparison") -> None:
        self._comparison, self._step = found, None
        self._items = items_of(found.differences)
        self.query_one("#header", Line).right = f"{found.older} → {found.newer}"
        self.query_one("#told", Line).left = summed_up(found.differences)
        if not self._items:
            self._show_hint(f"No difference between {found.older} and {found.newer}.")
            return
        self.query_one("#hint").display = False
        changes = self.query_one(ChangeList)
        changes.display = True
        changes.focus()
        self._fill(at=0)

    def _fill(self, *, at: int | None = None) -> None:
        assert self._comparison is not None  # shown only then
        entries = entries_of(self._comparison.differences, self._items, min(max(self.size.width - 6, 10), _WIDEST))
        self.query_one(ChangeList).show(entries, at=at)

    def _show_hint(self, text: str) -> None:
        self.query_one(ChangeList).display = False
        hint = self.query_one("#hint", Static)
        hint.display = True
        hint.update(Text(safe_lines(text)))

    def _show_step(self) -> None:
        if self._step is not None and self._comparison is None:
            self._show_hint(f"Comparing …\n\n{step_progress(self._step)}")
            self._step = None


def _choice(title: str, names: list[str], at: int) -> ChoiceDialog[str]:
    return ChoiceDialog(title, [Choice(name, name) for name in names], at=at)
