"""A list whose entries take some rows each, with a cursor. Only the rows that are seen are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paperlab.tui.cells import fit
from paperlab.tui.commands import bindings


class Mark(NamedTuple):
    """A part of a row that looks otherwise."""

    start: int
    end: int
    look: str
    """`added` or `removed`."""


class EntryRow(NamedTuple):
    """One row of an entry; its left side gives way to the right one."""

    left: str
    right: str = ""
    style: str = ""
    """`lead`, `quiet` or nothing."""
    indent: int = 0
    """Cells."""
    marks: tuple[Mark, ...] = ()
    """In order, on the left side, which then has no two blanks together."""


Entry = Sequence[EntryRow]


class EntryList(ScrollView, can_focus=True, inherit_bindings=False):
    """Entries one below the other. The cursor's sign stands at all rows of its entry."""

    DEFAULT_CSS = """
    EntryList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    COMPONENT_CLASSES: ClassVar = {
        "entries--cursor",
        "entries--lead",
        "entries--quiet",
        "entries--added",
        "entries--removed",
    }
    HAS_CURSOR_ALWAYS: ClassVar = False
    """The cursor is shown while the keys are elsewhere, too: something else tells of its entry."""
    BINDINGS = bindings("move")

    @dataclass
    class Moved(Message):
        """The cursor stands on another entry."""

        entries: "EntryList"

        @property
        def control(self) -> "EntryList":
            return self.entries

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[tuple[int, EntryRow]] = []
        self._starts: list[int] = []
        self._cursor = 0

    @property
    def cursor(self) -> int | None:
        """Index of the entry under the cursor; None if there are none."""
        return self._cursor if self._starts else None

    def show(self, entries: Sequence[Entry], *, at: int | None = None) -> None:
        """Show entries, the cursor on one of them, else where it was as far as there are so many."""
        self._starts, self._rows = [], []
        for index, entry in enumerate(entries):
            self._starts.append(len(self._rows))
            self._rows += [(index, row) for row in entry]
        self._cursor = max(min(self._cursor if at is None else at, len(entries) - 1), 0)
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._reveal()
        self.refresh()

    def action_move(self, by: int) -> None:
        self._go(self._cursor + by)

    def action_move_screen(self, share: float) -> None:
        rows = int(self.size.height * share)
        at = self._starts[self._cursor] + rows if self._starts else 0
        step = 1 if rows > 0 else -1
        wanted = self._rows[min(max(at, 0), len(self._rows) - 1)][0] if self._rows else 0
        self._go(wanted if wanted != self._cursor else self._cursor + step)

    def action_move_end(self, by: int) -> None:
        self._go(len(self._starts) if by > 0 else 0)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._rows) or not any(self._rows[index][1][:2]):  # past the end, or a gap
            return Strip.blank(width, self.rich_style)
        entry, row = self._rows[index]
        is_cursor = entry == self._cursor and (self.has_focus or self.HAS_CURSOR_ALWAYS)
        base = self.rich_style
        if is_cursor and self.has_focus:
            base = self.get_component_rich_style("entries--cursor")
        style = base + self.get_component_rich_style(f"entries--{row.style}", partial=True) if row.style else base
        right = fit(row.right, min(cell_len(row.right), max(width // 2, 0)))
        left = max(width - cell_len(right) - 5 - row.indent, 1)
        rest = f" {right}" if right else ""
        text = [Segment(" " * row.indent, style), *self._marked(row, left, style), Segment(rest, style)]
        return Strip([Segment(" ▌ " if is_cursor else "   ", base), *text]).adjust_cell_length(width, base)

    def _marked(self, row: EntryRow, width: int, style: Style) -> Iterator[Segment]:
        text, at = fit(row.left, width), 0
        for mark in row.marks:
            yield Segment(text[at : mark.start], style)
            look = style + self.get_component_rich_style(f"entries--{mark.look}", partial=True)
            yield Segment(text[mark.start : mark.end], look)
            at = mark.end
        yield Segment(text[at:], style)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._reveal()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._rows):
            self._go(self._rows[index][0])

    def _go(self, index: int) -> None:
        index = min(max(index, 0), max(len(self._starts) - 1, 0))
        if index != self._cursor:
            self._cursor = index
            self._reveal()
            self.refresh()
            self.post_message(self.Moved(self))

    def _reveal(self) -> None:
        if self._starts:
            start = self._starts[self._cursor]
            end = self._starts[self._cursor + 1] if self._cursor + 1 < len(self._starts) else len(self._rows)
            region = Region(0, start, 1, min(end - start, max(self.size.height, 1)))
            self.scroll_to_region(region, animate=False, force=True, immediate=True)


class FoundList(EntryList):
    """What arXiv has answered."""

    BINDINGS = bindings("found")
    HAS_CURSOR_ALWAYS = True


class ChangeList(EntryList):
    """What changed between two editions."""

    def jump(self, index: int) -> None:
        """Put the cursor on an entry, and that at the top."""
        self._go(index)
        if index < len(self._starts):
            self.scroll_to(y=self._starts[index], animate=False, force=True, immediate=True)


class JobList(EntryList):
    """What is being added, and what became of it."""

    BINDINGS = bindings("jobs")
