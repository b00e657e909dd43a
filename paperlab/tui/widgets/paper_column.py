"""The paper as one calm column of text. Only rows that are seen are painted."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paperlab.domain.annotations import COLORS
from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.strips import Span
from paperlab.tui.cell_row import CellRow, cell_count
from paperlab.tui.folds import Folds
from paperlab.tui.layout import Layout
from paperlab.tui.scripts import shown_text

_WIDE_MARGIN = 7
_NARROW_MARGIN = 4
_NARROWEST_CELLS, _WIDEST_CELLS = 30, 140
_FEWEST_CELLS = 8
"""Of a column, however narrow the terminal is."""


class Paint(NamedTuple):
    """A run of text with the name of its look: a component class without its prefix."""

    span: Span
    look: str


class PaperColumn(ScrollView, can_focus=True, inherit_bindings=False):
    """Blocks of a paper, reflowed to the width there is, with looks laid over them."""

    DEFAULT_CSS = """
    PaperColumn { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """
    COMPONENT_CLASSES: ClassVar = {
        "paper--page",
        "paper--sign",
        "paper--lead",
        "paper--cursor",
        "paper--selected",
        "paper--found",
        "paper--hit",
        "paper--fold",
        *(f"paper--{kind.value}" for kind in BlockKind),
        *(f"paper--mark-{color}" for color in COLORS),
    }

    def __init__(self, column_width: int, fold_hint: str = "") -> None:
        """`fold_hint` stands behind what is folded, and says how it is unfolded."""
        super().__init__()
        self._column_width = column_width
        self._fold_hint = fold_hint
        self._blocks: Sequence[Block] = ()
        self._shown: dict[int, str] = {}
        """Texts of the blocks that have been painted."""
        self._folds = Folds()
        self._layout = Layout((), column_width)
        self._paints: dict[int, list[tuple[int, int, str]]] = {}
        self._selected: tuple[Span, ...] = ()

    @property
    def blocks(self) -> Sequence[Block]:
        return self._blocks

    @property
    def column_width(self) -> int:
        """Cells of the column where there is room for them."""
        return self._column_width

    @property
    def selected(self) -> tuple[Span, ...]:
        """What is under the cursor, one span a block."""
        return self._selected

    @property
    def is_extending(self) -> bool:
        raise NotImplementedError

    def text_of(self, span: Span) -> str:
        return self._blocks[span.block].text[span.start : span.end]

    def paint(self, paints: Iterable[Paint]) -> None:
        """Lay these looks over the text; a later one covers an earlier one."""
        self._paints = {}
        for span, look in paints:
            self._paints.setdefault(span.block, []).append((span.start, span.end, look))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = y + self.scroll_offset.y
        base = self.rich_style
        if index >= self._layout.height:
            return Strip.blank(width, base)
        cells = CellRow(width, base)
        left = self._left
        if (page_index := self._layout.page_begun_in(index)) is not None:
            label = f"p. {page_index + 1}" if self._margin == _WIDE_MARGIN else str(page_index + 1)
            at = max(left - self._margin, 0)
            cells.write(at, label[: self._margin - 1], [self._style("page")] * len(label))
        row = self._layout.row(index)
        if row.label:
            label = row.label + self._fold_hint
            cells.write(left, label, [self._style("fold")] * len(label))
        for piece in row.pieces:
            text = self._text(row.block)[piece.start : piece.end]
            cells.write(left + piece.x, text, self._looks(row.block, piece.start, piece.end))
            self._write_signs(cells, row.block, left + piece.x, piece.start, piece.end)
        return Strip(cells.segments(), width)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    @property
    def _margin(self) -> int:
        return _WIDE_MARGIN if self.size.width >= 60 else _NARROW_MARGIN

    @property
    def _left(self) -> int:
        """Cells left of the text: the margin, and on a wide terminal half of what is over."""
        return max((self.size.width - self._layout.width) // 2, self._margin)

    def _take(self, blocks: Sequence[Block]) -> None:
        self._blocks, self._shown, self._folds, self._selected = blocks, {}, Folds.of(blocks), ()
        self._reflow()

    def _widen(self, cells: int) -> None:
        self._column_width = min(max(cells, _NARROWEST_CELLS), _WIDEST_CELLS)
        self._reflow()

    def _reflow(self) -> None:
        room = self.size.width - self._margin - 2
        width, folds = max(min(self._column_width, room), _FEWEST_CELLS), self._folds
        if not self._layout.is_of(self._blocks, width, folds):
            self._layout = Layout(self._blocks, width, folds)
            self.refresh()
        self.virtual_size = Size(self.size.width, self._layout.height)

    def _select(self, spans: tuple[Span, ...]) -> None:
        """Only rows that were or are under the cursor look different."""
        for span in (*self._selected, *spans):
            top, bottom = self._rows_of(span)
            self.refresh_lines(top, bottom - top)
        self._selected = spans

    def _rows_of(self, span: Span) -> tuple[int, int]:
        """First row, and the row after the last."""
        block, start, end = span
        return self._layout.row_of(block, start), self._layout.row_of(block, max(end - 1, start)) + 1

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(y, 0), animate=False, force=True, immediate=True)

    def _under(self, x: int, y: int) -> tuple[int, int] | None:
        """Block and offset at a place on the screen, or where its row begins; the first block of what is folded."""
        index = y + self.scroll_offset.y
        if not 0 <= index < self._layout.height:
            return None
        row = self._layout.row(index)
        if row.label:
            return row.block, 0
        for piece in reversed(row.pieces):
            if x - self._left >= piece.x or piece is row.pieces[0]:
                return row.block, min(piece.start + max(x - self._left - piece.x, 0), piece.end - 1)
        return None

    def _text(self, block: int) -> str:
        if block not in self._shown:
            self._shown[block] = shown_text(self._blocks[block])
        return self._shown[block]

    def _looks(self, block: int, start: int, end: int) -> list[Style]:
        """The style of each character of a run."""
        styles = [self._style(self._blocks[block].kind.value)] * (end - start)
        covers = [(0, self._blocks[block].bold_lead, "lead"), *self._paints.get(block, ())]
        look = "selected" if self.is_extending else "cursor"
        covers[1:1] = [(span.start, span.end, look) for span in self._selected if span.block == block]
        for cover_start, cover_end, name in covers:
            for index in range(max(cover_start, start), min(cover_end, end)):
                styles[index - start] += self._style(name)
        return styles

    def _write_signs(self, cells: CellRow, block: int, x: int, start: int, end: int) -> None:
        """▌ before the cursor's first character and ▐ after its last, in the blanks that are there."""
        text = self._text(block)
        first, last = self._selected[0], self._selected[-1]
        if first.block == block and start <= first.start < end:
            cells.write(x + cell_count(text[start : first.start]) - 1, "▌", [self._style("sign")])
        if last.block == block and start < last.end <= end:
            cells.write(x + cell_count(text[start : last.end]), "▐", [self._style("sign")])

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"paper--{name}", partial=True)
