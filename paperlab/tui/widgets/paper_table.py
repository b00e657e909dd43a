"""The library as a table of papers. Only the rows that are seen are made, so fifty thousand cost what fifty do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.summaries import PaperSummary
from paperlab.tui.cells import bar, fit, percent
from paperlab.tui.commands import bindings

SIGNS = {Status.UNREAD: "·", Status.READING: "◐", Status.READ: "●"}
_LEFT = 3
_BAR = 6


class Columns(NamedTuple):
    """Widths in cells; 0 leaves a column out."""

    title: int
    year: int
    status: int
    bar: int
    percent: int
    marks: int


def columns(width: int) -> Columns:
    """The columns that a terminal of this width has room for."""
    year, status, bar_width, marks = (4, 7, _BAR, 5) if width >= 66 else (4, 7, 0, 0) if width >= 46 else (0, 1, 0, 0)
    others = [cells for cells in (year, status, bar_width, 5, marks) if cells]
    title = width - _LEFT - sum(others) - 2 * len(others) + (1 if bar_width else 0) - 1
    return Columns(max(title, 4), year, status, bar_width, 5, marks)


class TableHead(Widget):
    """The names of the columns, with a sign at the one that sorts."""

    DEFAULT_CSS = """
    TableHead { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._sorting = self._sign = ""

    def show(self, sorting: str, sign: str) -> None:
        self._sorting, self._sign = sorting, sign
        self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        widths = columns(self.size.width)
        names = ["title", "year", "status", "share read", "marks"]
        cells = [
            widths.title,
            widths.year,
            widths.status,
            widths.bar + widths.percent + (1 if widths.bar else 0),
            widths.marks,
        ]
        shown = [
            fit(self._label(name, width), width, right=True)
            if name == "marks"
            else fit(self._label(name, width), width + 1) + " "
            for name, width in zip(names, cells, strict=True)
            if width
        ]
        text = fit_plain(" " * _LEFT + "".join(shown), self.size.width)
        return Strip([Segment(text, self.rich_style)], self.size.width)

    def _label(self, name: str, width: int) -> str:
        """The sign may take one of the two cells between a column and the next."""
        label = {"share read": "Read"}.get(name, name.capitalize())
        if name == self._sorting:
            label = f"{label} {self._sign}" if len(label) + 1 <= width else f"{label}{self._sign}"
        return label


def fit_plain(text: str, width: int) -> str:
    """Cut or padded, blanks kept."""
    return text[:width].ljust(width)


class PaperTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A row a paper, with a cursor."""

    DEFAULT_CSS = """
    PaperTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    COMPONENT_CLASSES: ClassVar = {"papers--quiet", "papers--cursor", "papers--bar", "papers--selected"}
    BINDINGS = bindings("move")

    @dataclass
    class Moved(Message):
        """The cursor stands on another paper, or on none."""

        summary: PaperSummary | None

    class Chosen(Message):
        """A paper has been clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self._summaries: Sequence[PaperSummary] = ()
        self._cursor = 0
        self._selected: Collection[PaperKey] = ()

    @property
    def summaries(self) -> Sequence[PaperSummary]:
        return self._summaries

    @property
    def cursor(self) -> int:
        """The row it stands on."""
        return self._cursor

    @property
    def on_screen(self) -> Sequence[PaperSummary]:
        """Those whose rows are seen."""
        return self._summaries[self.scroll_offset.y : self.scroll_offset.y + self.size.height]

    @property
    def current(self) -> PaperSummary | None:
        return self._summaries[self._cursor] if self._cursor < len(self._summaries) else None

    def show(self, summaries: Sequence[PaperSummary], *, at: PaperKey | None = None, row: int | None = None) -> None:
        """Show papers, the cursor on `at`, else where it is.

        A paper that has come above the cursor's must not move what the reader looks at, so the cursor's row stays.

        Args:
            row: Where `at` is thought to be: saves looking for it.
        """
        above = self._cursor - self.scroll_offset.y
        self._summaries = summaries
        found = row if row is not None and row < len(summaries) and summaries[row].key == at else row_of(summaries, at)
        self._cursor = min(self._cursor, max(len(summaries) - 1, 0)) if found is None else found
        self.virtual_size = Size(self.size.width, len(summaries))
        if found is not None:
            self.scroll_to(y=max(found - above, 0), animate=False, force=True)
        self._reveal()
        self.refresh()
        self.post_message(self.Moved(self.current))

    def select(self, keys: Collection[PaperKey]) -> None:
        """Show which papers are selected."""
        self._selected = keys
        self.refresh()

    def action_move(self, by: int) -> None:
        self._go(self._cursor + by)

    def action_move_screen(self, share: float) -> None:
        step = max(int(self.size.height * abs(share)) - 1, 1)
        self._go(self._cursor + (step if share > 0 else -step))

    def action_move_end(self, by: int) -> None:
        self._go(len(self._summaries) if by > 0 else 0)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self._summaries):
            return Strip.blank(width, self.rich_style)
        is_cursor = index == self._cursor
        base = self.get_component_rich_style("papers--cursor") if is_cursor else self.rich_style
        quiet = base if is_cursor else self.get_component_rich_style("papers--quiet")
        accent = base + self.get_component_rich_style("papers--bar", partial=True) if not is_cursor else base
        summary, cells = self._summaries[index], columns(width)
        is_selected = summary.key in self._selected
        if is_selected and not is_cursor:
            base += self.get_component_rich_style("papers--selected", partial=True)
        segments = [
            Segment(("✓" if is_selected else " ") + ("▌ " if is_cursor else "  "), base),
            Segment(_title(summary, cells.title) + "  ", base),
        ]
        if cells.year:
            segments.append(Segment(fit(str(summary.year or ""), cells.year) + "  ", quiet))
        status = summary.status.value if cells.status > 1 else SIGNS[summary.status]
        segments.append(Segment(fit(status, cells.status) + "  ", quiet if summary.status is Status.UNREAD else base))
        segments.extend(_read_share(summary, cells, accent, quiet))
        if cells.marks:
            segments.append(Segment("  " + fit(_marks(summary), cells.marks, right=True), quiet))
        return Strip(segments).adjust_cell_length(width, base)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._summaries))
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._summaries):
            self._go(index)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def _go(self, index: int) -> None:
        index = min(max(index, 0), max(len(self._summaries) - 1, 0))
        if index != self._cursor:
            before, self._cursor = self._cursor, index
            self._reveal()
            self.refresh_line(before)
            self.refresh_line(index)
            self.post_message(self.Moved(self.current))

    def _reveal(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True)


def row_of(summaries: Sequence[PaperSummary], key: PaperKey | None) -> int | None:
    """Where a paper stands."""
    wanted = key.value if key else None
    return next((row for row, summary in enumerate(summaries) if summary.key.value == wanted), None)


def _title(summary: PaperSummary, width: int) -> str:
    """With a sign behind it where a newer edition is out, or the work was withdrawn."""
    sign = f"↑{summary.newer}" if summary.newer else "withdrawn" if summary.withdrawn else ""
    title = summary.title or summary.citekey
    if not sign or width < 3 * len(sign):
        return fit(title, width)
    return f"{fit(title, width - len(sign) - 1)} {sign}"


def _read_share(summary: PaperSummary, cells: Columns, accent: Style, quiet: Style) -> list[Segment]:
    if summary.edition is None:
        width = cells.percent + (cells.bar + 1 if cells.bar else 0)
        return [Segment(fit("no PDF" if width > 5 else "–", width, right=True), quiet)]
    share = [Segment(bar(summary.progress, cells.bar) + " ", accent)] if cells.bar else []
    return [*share, Segment(fit(percent(summary.progress), cells.percent, right=True), quiet)]


def _marks(summary: PaperSummary) -> str:
    return f"{summary.annotations or ''}{'✎' if summary.has_notes else ''}"
