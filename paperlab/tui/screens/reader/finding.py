"""The reader's ways to a place: sections and words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual import on
from textual.widgets import Input, OptionList

from paperlab.domain.strips import Span
from paperlab.tui.places import Place, find_words
from paperlab.tui.screens.reader.jumping import JumpingScreen
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_column import Paint

_MIN_LETTERS = 2


class Found(NamedTuple):
    """The places of what is looked for, and which of them the cursor is on."""

    spans: Sequence[Span] = ()
    at: int = -1


class FindingScreen(JumpingScreen):
    """An outline at the side, a line to find with at the foot."""

    _found = Found()

    def action_outline(self) -> None:
        if not self.is_open:
            return
        outline = self.query_one(Outline)
        outline.display = not outline.display
        self.query_one(KeyBar).place = "outline" if outline.display else self.plain_place
        if outline.display:
            self._show_outline()
            outline.stand_at(self.text.cursor.block)
            outline.focus()
        else:
            self.text.focus()

    @on(OptionList.OptionSelected, "Outline")
    def _on_section(self, event: OptionList.OptionSelected) -> None:
        block = self.query_one(Outline).entry(event.option_index).block
        self.action_outline()
        self.call_after_refresh(lambda: self.jump(Place(block, 0)))

    def action_find(self) -> None:
        if not self.is_open:
            return
        find = self.query_one("#find", Input)
        find.display = True
        self._jumps = self._jumps.left(self.text.cursor)
        find.focus()
        find.select_all()
        self.query_one(KeyBar).place = "find"

    @on(Input.Changed, "#find")
    def _on_find(self, event: Input.Changed) -> None:
        spans = find_words(self.text.blocks, event.value) if len(event.value.strip()) >= _MIN_LETTERS else []
        start = self.text.units.span(self.text.cursor)
        index = next((i for i, span in enumerate(spans) if span[:2] >= start[:2]), 0 if spans else -1)
        self._go_found(Found(spans, index))

    def action_find_next(self, by: int) -> None:
        spans, at = self._found
        if spans:
            self._go_found(Found(spans, (at + by) % len(spans)))

    def action_close_find(self) -> None:
        self.query_one("#find").display = False
        self.query_one(KeyBar).place = self.plain_place
        self.text.focus()
        self._found = Found()
        self._paint()

    def _paints(self) -> Iterator[Paint]:
        yield from super()._paints()
        yield from (Paint(span, "found") for span in self._found.spans)

    def _tell(self) -> None:
        super()._tell()
        find = self.query_one("#find", Input)
        if find.display and len(find.value.strip()) >= _MIN_LETTERS:
            spans, at = self._found
            told = f"{at + 1} of {len(spans)}" if spans else "nowhere in this paper"
            self.query_one("#foot", Line).right = told

    def _go_found(self, found: Found) -> None:
        self._found = found
        self._paint()
        if found.spans:
            span = found.spans[found.at]
            self.text.go(self.text.units.at(span.block, span.start), settle=True)
