"""The answer to a query: passages grouped by paper, with a cursor that stands still while better answers come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paperlab.domain.passages import Hit, PassageKind
from paperlab.tui.cells import fit, safe
from paperlab.tui.commands import bindings
from paperlab.tui.layout import wrap
from paperlab.tui.marking import matched_spans, snippet
from paperlab.tui.walks import Walk

_ROWS = 3
"""Rows of a passage that are shown."""
_LABELS = {PassageKind.NOTE: "your note", PassageKind.ANNOTATION: "your highlight"}


class _Row(NamedTuple):
    hit: int
    """Index of the hit; for a paper's title the first hit below it."""
    kind: str
    """`title`, `place`, `text` or `gap`."""
    left: str
    right: str = ""
    marked: tuple[tuple[int, int], ...] = ()


class HitList(ScrollView, can_focus=False, inherit_bindings=False):
    """Hits, best paper first; a hit is its place and some rows of its text."""

    DEFAULT_CSS = """
    HitList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    COMPONENT_CLASSES: ClassVar = {"hits--title", "hits--quiet", "hits--cursor", "hits--matched"}

    @dataclass
    class Moved(Message):
        """The cursor stands on another hit, or on none."""

        hit: Hit | None

    class Chosen(Message):
        """A hit has been clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: Sequence[Hit] = ()
        self._query = ""
        self._rows: list[_Row] = []
        self._cursor = 0

    @property
    def current(self) -> Hit | None:
        return self._hits[self._cursor] if self._cursor < len(self._hits) else None

    @property
    def walk(self) -> Walk | None:
        """All hits from the one under the cursor on; None if there are none."""
        return Walk(self._query, tuple(self._hits), self._cursor) if self._hits else None

    @property
    def is_moved(self) -> bool:
        """The reader has gone down the list."""
        return self._cursor > 0

    def show(self, hits: Sequence[Hit], query: str, *, is_better: bool) -> None:
        """Show an answer.

        Args:
            is_better: It answers the query that is shown already. Then the hit under the cursor stays where it is on
                the screen; where that cannot be, what is shown stays altogether.
        """
        grouped = _grouped(hits)
        if not (is_better and self.is_moved):
            self._take(grouped, query, 0, 0)
            return
        held = self.current
        cursor = next((index for index, hit in enumerate(grouped) if held and hit.passage == held.passage), None)
        rows = list(_rows(grouped, query, self._text_width))
        above = _top_of(self._rows, self._cursor) - self.scroll_offset.y
        y = _top_of(rows, cursor) - above if cursor is not None else -1
        if cursor is not None and y >= 0:
            self._take(grouped, query, cursor, y)

    def move(self, by: int) -> None:
        """Go so many hits on."""
        index = min(max(self._cursor + by, 0), max(len(self._hits) - 1, 0))
        if index != self._cursor:
            self._cursor = index
            self._reveal()
            self.refresh()
            self.post_message(self.Moved(self.current))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[index]
        is_cursor = row.hit == self._cursor and row.kind in {"place", "text"}
        base = self.get_component_rich_style("hits--cursor") if is_cursor else self.rich_style
        return Strip(self._segments(row, width, base, is_cursor)).adjust_cell_length(width, base)

    def on_resize(self) -> None:
        self._lay_out()
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._rows):
            self.move(self._rows[index].hit - self._cursor)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def _segments(self, row: _Row, width: int, base: Style, is_cursor: bool) -> list[Segment]:
        right = fit(row.right, min(len(row.right), max(width // 2, 0)))
        left_width = max(width - len(right) - 2, 1)
        if row.kind == "title":
            style = base + self.get_component_rich_style("hits--title", partial=True)
            quiet = base + self.get_component_rich_style("hits--quiet", partial=True)
            return [Segment(" " + fit(row.left, left_width - 1), style), Segment(f" {right}", quiet)]
        if row.kind == "place":
            style = base if is_cursor else base + self.get_component_rich_style("hits--quiet", partial=True)
            sign = " ▌ " if is_cursor else "   "
            return [Segment(sign + fit(row.left, max(left_width - 3, 1)), style), Segment(f" {right}", style)]
        if row.kind == "gap":
            return [Segment("", base)]
        return [Segment(" ▌ " if is_cursor else "   ", base), *self._text(row, base)]

    def _text(self, row: _Row, base: Style) -> Iterator[Segment]:
        matched = base + self.get_component_rich_style("hits--matched", partial=True)
        at = 0
        for start, end in row.marked:
            yield Segment(row.left[at:start], base)
            yield Segment(row.left[start:end], matched)
            at = end
        yield Segment(row.left[at:], base)

    @property
    def _text_width(self) -> int:
        return max(self.size.width - 7, 10)

    def _take(self, hits: Sequence[Hit], query: str, cursor: int, y: int) -> None:
        self._hits, self._query, self._cursor = hits, query, cursor
        self._lay_out(y + self.size.height if y else 0)
        self._scroll(y)
        self.refresh()
        self.post_message(self.Moved(self.current))

    def _lay_out(self, height: int = 0) -> None:
        """At least `height` rows, so that the last hits can stand high on the screen."""
        self._rows = list(_rows(self._hits, self._query, self._text_width))
        self.virtual_size = Size(self.size.width, max(len(self._rows), height))

    def _reveal(self) -> None:
        """All rows of the hit, and its paper's title where it is the first."""
        rows = [index for index, row in enumerate(self._rows) if row.hit == self._cursor and row.kind != "gap"]
        if not rows:
            return
        top, bottom, height = rows[0], rows[-1] + 1, self.size.height
        y = self.scroll_offset.y
        if top < y:
            self._scroll(top)
        elif bottom > y + height:
            self._scroll(min(top, bottom - height) if bottom - top > height else bottom - height)

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(y, 0), animate=False, force=True, immediate=True)


class MovingHitList(HitList, can_focus=True, inherit_bindings=False):
    """Hits that are gone through with the keys of moving, where there is no line to type in."""

    BINDINGS = bindings("move")

    def action_move(self, by: int) -> None:
        self.move(by)

    def action_move_screen(self, share: float) -> None:
        hits = max(round(self.size.height * abs(share)) // (_ROWS + 1), 1)
        self.move(hits if share > 0 else -hits)

    def action_move_end(self, by: int) -> None:
        self.move(by * len(self._rows))


def _top_of(rows: Sequence[_Row], hit: int) -> int:
    """The row where a hit begins."""
    return next((index for index, row in enumerate(rows) if row.hit == hit and row.kind == "place"), 0)


def _grouped(hits: Sequence[Hit]) -> list[Hit]:
    """By paper, papers in the order of their best hits."""
    order = {key: index for index, key in enumerate(dict.fromkeys(hit.passage.paper for hit in hits))}
    return sorted(hits, key=lambda hit: (order[hit.passage.paper], hit.rank))


def _rows(hits: Sequence[Hit], query: str, width: int) -> Iterator[_Row]:
    for index, hit in enumerate(hits):
        passage = hit.passage
        if index == 0 or hits[index - 1].passage.paper != passage.paper:
            if index:
                yield _Row(index, "gap", "")
            yield _Row(index, "title", hit.title, passage.paper.value)
        section = passage.section[-1] if passage.section else ""
        label = _LABELS.get(passage.kind, "")
        page = f"p. {passage.pages[0] + 1}" if passage.pages else ""
        yield _Row(index, "place", " · ".join(part for part in (label, section) if part) or "–", page)
        yield from _text_rows(index, safe(passage.text), query, width)


def _text_rows(index: int, text: str, query: str, width: int) -> Iterator[_Row]:
    spans = matched_spans(text, query)
    start, end = snippet(text, spans, width * _ROWS - 4)
    rows = list(wrap(text, start, end, width, width))[:_ROWS]
    for number, (left, right) in enumerate(rows):
        before = "… " if number == 0 and start else ""
        after = " …" if number == len(rows) - 1 and right < len(text) else ""
        shift = len(before) - left
        marked = tuple((s + shift, min(e, right) + shift) for s, e in spans if left <= s < right)
        yield _Row(index, "text", before + text[left:right] + after, marked=marked)
