"""The paper's text with a cursor that goes by sentences, by key and by mouse."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from paperlab.domain.blocks import Block
from paperlab.tui.commands import bindings
from paperlab.tui.folds import Folds
from paperlab.tui.layout import page_at
from paperlab.tui.places import Place, Units
from paperlab.tui.widgets.paper_column import PaperColumn

_WHEEL_ROWS = 3
_LOOK_AHEAD = 2
"""Rows that stay in sight above and below the cursor where there is room."""


class PaperText(PaperColumn):
    """A sentence is always under the cursor, and in sight."""

    BINDINGS = [*bindings("placing"), *bindings("walk")]  # noqa: RUF012  # Textual's own type

    @dataclass
    class Moved(Message):
        """The cursor stands on another place."""

        place: Place

    def __init__(self, column_width: int, fold_hint: str = "") -> None:
        super().__init__(column_width, fold_hint)
        self.units = Units(())
        self._cursor = Place(0, 0)
        self._anchor: Place | None = None
        self._pressed_at: Place | None = None
        """Where the mouse button went down."""

    @property
    def cursor(self) -> Place:
        return self._cursor

    @property
    def is_extending(self) -> bool:
        return self._anchor is not None

    @property
    def page_index(self) -> int:
        """The page under the cursor."""
        span = self.units.span(self._cursor)
        return page_at(self._blocks[span.block], span.start)

    def show(self, blocks: Sequence[Block], at: Place) -> None:
        """Show a paper, the cursor at a place and a third down the screen."""
        self.units = Units(blocks)
        self._anchor = None
        self._cursor = Place(0, 0)
        self._take(blocks)
        self.go(at, settle=True)

    def go(self, place: Place, *, settle: bool = False) -> None:
        """Put the cursor somewhere and bring it into sight; what hides it is unfolded.

        Args:
            settle: Come to rest a third down the screen, as after a jump.
        """
        if self._folds.over(place.block):
            self._folds = self._folds.opened(place.block)
            self._reflow()
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

    def step(self, by: int) -> None:
        """Go a sentence on or back, past what is folded."""
        self._go_past_folds(self.units.step(self._cursor, by), by)

    def step_block(self, by: int) -> None:
        """Go a paragraph on or back, past what is folded."""
        self._go_past_folds(self.units.step_block(self._cursor, by), by)

    def go_to_end(self, by: int) -> None:
        """To the first sentence, or to the last one that is not folded."""
        last = len(self._blocks) - 1
        run = self._folds.over(last)
        block = max(run.start - 1, 0) if run else last
        self.go(Place(block, len(self.units.of(block)) - 1) if by > 0 else Place(0, 0))

    def toggle_folds(self) -> None:
        """Unfold the references, or fold them; the cursor comes out of what is folded."""
        self._folds = Folds() if self._folds.runs else Folds.of(self._blocks)
        if run := self._folds.over(self._cursor.block):
            self._cursor = Place(max(run.start - 1, 0), 0)
        self._settle_anew()

    def set_column_width(self, cells: int) -> None:
        """Make the column wider or narrower."""
        self._widen(cells)
        self._settle_anew()

    def scroll_screen(self, share: float) -> None:
        """Go a part of a screen on or back; the cursor comes along to the first sentence that begins in sight."""
        height = self.size.height
        step = max(round(height * abs(share)) - (2 if abs(share) >= 1 and height > 4 else 0), 1)
        before = self.scroll_offset.y
        self._scroll(before + step if share > 0 else before - step)
        if self.scroll_offset.y == before:
            self.go_to_end(1 if share > 0 else -1)
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

    def on_resize(self) -> None:
        if self._blocks:
            self._settle_anew()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._on_wheel(event, _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._on_wheel(event, -_WHEEL_ROWS)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        place = self._place_under(event.x, event.y)
        if event.button != 1 or place is None:
            return
        if self._folds.over(place.block):
            self.toggle_folds()
            return
        self._anchor = None
        self._put(place)
        self._pressed_at = place
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """With the button held, the cursor grows from where it went down."""
        if self._pressed_at is None:
            return
        place = self._place_under(event.x, min(max(event.y, 0), self.size.height - 1))
        if place is not None and place != self._cursor and not self._folds.over(place.block):
            self._anchor = self._pressed_at
            self.go(place)

    def on_mouse_up(self) -> None:
        if self._pressed_at is not None:
            self._pressed_at = None
            self.release_mouse()

    def _on_wheel(self, event: events.MouseEvent, by: int) -> None:
        """In the place of Textual's own way, so that leafing with the wheel is reading, too."""
        event.stop()
        event.prevent_default()
        if self._blocks:
            self.scroll_rows(by)

    def _place_under(self, x: int, y: int) -> Place | None:
        under = self._under(x, y)
        return self.units.at(*under) if under else None

    def _go_past_folds(self, place: Place, by: int) -> None:
        if run := self._folds.over(place.block):
            block = run.stop if by > 0 else run.start - 1
            if not 0 <= block < len(self._blocks):
                return
            place = Place(block, 0 if by > 0 else len(self.units.of(block)) - 1)
        self.go(place)

    def _settle_anew(self) -> None:
        """Reflow; the row of the cursor stays where it is on the screen."""
        above = self._rows_of_cursor()[0] - self.scroll_offset.y
        self._reflow()
        self._scroll(self._rows_of_cursor()[0] - min(max(above, 0), max(self.size.height - 1, 0)))
        self.go(self._cursor)

    def _put(self, place: Place) -> None:
        block = min(max(place.block, 0), len(self._blocks) - 1)
        place = Place(block, min(max(place.unit, 0), len(self.units.of(block)) - 1))
        self._cursor = place
        self._select(tuple(self.units.between(self._anchor or place, place)))
        self.post_message(self.Moved(place))

    def _rows_of_cursor(self) -> tuple[int, int]:
        """First row, and the row after the last."""
        return self._rows_of(self.units.span(self._cursor))

    def _first_in_sight(self) -> Place:
        block, offset = self._layout.place_at(self.scroll_offset.y)
        place = self.units.at(block, offset)
        if self.units.span(place).start >= offset:
            return place
        following = self.units.step(place, 1)
        return place if self._folds.over(following.block) else following
