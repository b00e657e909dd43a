"""The paper as one calm column of text, with a cursor that goes by sentences. Only rows that are seen are painted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paperlab.domain.annotations import COLORS
from paperlab.domain.blocks import Block, BlockKind
from paperlab.tui.cells import safe
from paperlab.tui.layout import Layout, page_at, reflow
from paperlab.tui.places import Place, Span, Units

_WIDE_MARGIN = 7
_NARROW_MARGIN = 4
_WHEEL_ROWS = 3
_LOOK_AHEAD = 2
"""Rows that stay in sight above and below the cursor where there is room."""


class Paint(NamedTuple):
    """A run of text with the name of its look: a component class without its prefix."""

    span: Span
    look: str


class PaperText(ScrollView, can_focus=True, inherit_bindings=False):
    """Blocks of a paper, reflowed to the width there is."""

    DEFAULT_CSS = """
    PaperText { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """
    COMPONENT_CLASSES: ClassVar = {
        "paper--page",
        "paper--sign",
        "paper--lead",
        "paper--cursor",
        "paper--selected",
        "paper--found",
        *(f"paper--{kind.value}" for kind in BlockKind),
        *(f"paper--mark-{color}" for color in COLORS),
    }

    @dataclass
    class Moved(Message):
        """The cursor stands on another place."""

        place: Place

    def __init__(self, column_width: int) -> None:
        super().__init__()
        self._column_width = column_width
        self._blocks: Sequence[Block] = ()
        self._layout = Layout(column_width, [], [], {})
        self._cursor = Place(0, 0)
        self._anchor: Place | None = None
        self._paints: dict[int, list[tuple[int, int, str]]] = {}
        self._cursor_spans: tuple[Span, ...] = ()
        self.units = Units(())

    @property
    def blocks(self) -> Sequence[Block]:
        return self._blocks

    @property
    def cursor(self) -> Place:
        return self._cursor

    @property
    def is_extending(self) -> bool:
        return self._anchor is not None

    @property
    def selected(self) -> tuple[Span, ...]:
        """What is under the cursor, one span a block."""
        return self._cursor_spans

    @property
    def page_index(self) -> int:
        """The page under the cursor."""
        span = self.units.span(self._cursor)
        return page_at(self._blocks[span.block], span.start)

    def text_of(self, span: Span) -> str:
        return self._blocks[span.block].text[span.start : span.end]

    def show(self, blocks: Sequence[Block], at: Place) -> None:
        """Show a paper, the cursor at a place and a third down the screen."""
        self._blocks, self.units = blocks, Units(blocks)
        self._anchor = None
        self._reflow()
        self.go(at, settle=True)

    def paint(self, paints: Iterable[Paint]) -> None:
        """Lay these looks over the text; a later one covers an earlier one."""
        self._paints = {}
        for span, look in paints:
            self._paints.setdefault(span.block, []).append((span.start, span.end, look))
        self.refresh()

    def go(self, place: Place, *, settle: bool = False) -> None:
        """Put the cursor somewhere and bring it into sight.

        Args:
            settle: Come to rest a third down the screen, as after a jump.
        """
        self._put(place)
        top, bottom = self._rows_of_cursor()
        height, y = self.size.height, self.scroll_offset.y
        spare = min(_LOOK_AHEAD, max((height - (bottom - top)) // 2, 0))
        if settle:
            is_near = y + spare <= top and bottom + spare <= y + height and y > 0
            if not is_near:
                self._scroll(top - height // 3)
        elif top < y + spare or bottom - top > height:
            self._scroll(top - spare)
        elif bottom + spare > y + height:
            self._scroll(bottom + spare - height)

    def scroll_screen(self, share: float) -> None:
        """Go a part of a screen on or back; the cursor comes along to the first sentence that begins in sight."""
        height = self.size.height
        step = max(round(height * abs(share)) - (2 if abs(share) >= 1 and height > 4 else 0), 1)
        before = self.scroll_offset.y
        self._scroll(before + step if share > 0 else before - step)
        if self.scroll_offset.y == before:
            self.go(Place(len(self._blocks) - 1, 10**9) if share > 0 else Place(0, 0))
            return
        self._put(self._first_in_sight())

    def scroll_rows(self, by: int) -> None:
        """Go some rows on or back; the cursor stays where it is as long as it is in sight."""
        self._scroll(self.scroll_offset.y + by)
        top, bottom = self._rows_of_cursor()
        is_seen = top < self.scroll_offset.y + self.size.height and bottom > self.scroll_offset.y
        self._put(self._cursor if is_seen else self._first_in_sight())

    def extend(self, is_on: bool) -> None:
        """Let the cursor grow from where it stands, or be one sentence again."""
        self._anchor = self._cursor if is_on else None
        self._put(self._cursor)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = y + self.scroll_offset.y
        base = self.rich_style
        if index >= len(self._layout.rows):
            return Strip.blank(width, base)
        cells, styles = [" "] * width, [base] * width
        left = self._left
        if (page_index := self._layout.page_rows.get(index)) is not None:
            label = f"p. {page_index + 1}" if self._margin == _WIDE_MARGIN else str(page_index + 1)
            at = max(left - self._margin, 0)
            _write(cells, styles, at, label[: self._margin - 1], [self._style("page")] * len(label))
        row = self._layout.rows[index]
        for piece in row.pieces:
            text = safe(self._blocks[row.block].text[piece.start : piece.end])
            _write(cells, styles, left + piece.x, text, self._looks(row.block, piece.start, piece.end))
            self._write_signs(cells, styles, row.block, left + piece.x, piece.start, piece.end)
        return Strip(_runs(cells, styles), width)

    def on_resize(self) -> None:
        """Reflow; the row of the cursor stays where it is on the screen."""
        if not self._blocks:
            return
        above = self._rows_of_cursor()[0] - self.scroll_offset.y
        self._reflow()
        self._scroll(self._rows_of_cursor()[0] - min(max(above, 0), max(self.size.height - 1, 0)))
        self.go(self._cursor)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._on_wheel(event, _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._on_wheel(event, -_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._layout.rows):
            row = self._layout.rows[index]
            for piece in reversed(row.pieces):
                if event.x - self._left >= piece.x or piece is row.pieces[0]:
                    offset = min(piece.start + max(event.x - self._left - piece.x, 0), piece.end - 1)
                    self._put(self.units.at(row.block, offset))
                    return

    def _on_wheel(self, event: events.MouseEvent, by: int) -> None:
        """In the place of Textual's own way, so that leafing with the wheel is reading, too."""
        event.stop()
        event.prevent_default()
        if self._blocks:
            self.scroll_rows(by)

    @property
    def _margin(self) -> int:
        return _WIDE_MARGIN if self.size.width >= 60 else _NARROW_MARGIN

    @property
    def _left(self) -> int:
        """Cells left of the text: the margin, and on a wide terminal half of what is over."""
        return max((self.size.width - self._layout.width) // 2, self._margin)

    def _reflow(self) -> None:
        room = self.size.width - self._margin - 2
        self._layout = reflow(self._blocks, max(min(self._column_width, room), 8))
        self.virtual_size = Size(self.size.width, len(self._layout.rows))

    def _put(self, place: Place) -> None:
        block = min(max(place.block, 0), len(self._blocks) - 1)
        place = Place(block, min(max(place.unit, 0), len(self.units.of(block)) - 1))
        self._cursor = place
        self._cursor_spans = tuple(self.units.between(self._anchor or place, place))
        self.refresh()
        self.post_message(self.Moved(place))

    def _rows_of_cursor(self) -> tuple[int, int]:
        """First row, and the row after the last."""
        block, start, end = self.units.span(self._cursor)
        return self._layout.row_of(block, start), self._layout.row_of(block, max(end - 1, start)) + 1

    def _first_in_sight(self) -> Place:
        block, offset = self._layout.place_at(self.scroll_offset.y)
        place = self.units.at(block, offset)
        return self.units.step(place, 1) if self.units.span(place).start < offset else place

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(y, 0), animate=False, force=True, immediate=True)

    def _looks(self, block: int, start: int, end: int) -> list[Style]:
        """The style of each character of a run."""
        styles = [self._style(self._blocks[block].kind.value)] * (end - start)
        covers = [(0, self._blocks[block].bold_lead, "lead"), *self._paints.get(block, ())]
        look = "selected" if self.is_extending else "cursor"
        covers[1:1] = [(span.start, span.end, look) for span in self._cursor_spans if span.block == block]
        for cover_start, cover_end, name in covers:
            for index in range(max(cover_start, start), min(cover_end, end)):
                styles[index - start] += self._style(name)
        return styles

    def _write_signs(self, cells: list[str], styles: list[Style], block: int, x: int, start: int, end: int) -> None:
        """▌ before the cursor's first character and ▐ after its last, in the blanks that are there."""
        text = self._blocks[block].text
        first, last = self._cursor_spans[0], self._cursor_spans[-1]
        if first.block == block and start <= first.start < end:
            _write(cells, styles, x + _cell_count(text[start : first.start]) - 1, "▌", [self._style("sign")])
        if last.block == block and start < last.end <= end:
            _write(cells, styles, x + _cell_count(text[start : last.end]), "▐", [self._style("sign")])

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"paper--{name}", partial=True)


def _cell_count(text: str) -> int:
    return sum(get_character_cell_size(character) for character in text)


def _write(cells: list[str], styles: list[Style], x: int, text: str, looks: Sequence[Style]) -> None:
    """Put characters into cells: a wide one takes two, one without width joins the one before it."""
    for character, look in zip(text, looks, strict=False):
        size = get_character_cell_size(character)
        if size == 0:
            if 0 < x <= len(cells):
                cells[x - 1] += character
            continue
        if x < 0 or x + size > len(cells):
            return
        cells[x] = character
        styles[x] = styles[x] + look
        if size == 2:
            cells[x + 1] = ""
            styles[x + 1] = styles[x]
        x += size


def _runs(cells: Sequence[str], styles: Sequence[Style]) -> list[Segment]:
    segments: list[Segment] = []
    begin = 0
    for index in range(1, len(cells) + 1):
        if index == len(cells) or (styles[index] is not styles[begin] and styles[index] != styles[begin]):
            segments.append(Segment("".join(cells[begin:index]), styles[begin]))
            begin = index
    return segments
