"""A page as a picture, and the pages around it."""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from os import environ
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult, SuspendNotSupported
from textual.widgets import Static
from textual.worker import Worker

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.sheets import FIT, ZOOMS, Mark, Window, around, draw
from paperlab.tui.terminal import Terminal, ask, is_worth_asking
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.sheet import NEEDED, Sheet, has_pictures, image_widget

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual_image.widget._base import Image as ImageWidget

_STEP = 3
"""Cells that a line key goes on."""


class Leaf(NamedTuple):
    """What is to be seen: a page, and how wide."""

    page_index: int
    zoom: int
    columns: int


class Pages(NamedTuple):
    """The pages of one edition."""

    key: PaperKey
    edition: str
    title: str
    page_count: int
    marks: Mapping[int, Sequence[Mark]]
    """By page: the cursor's lines and the annotations."""


class PictureScreen(PlaceScreen):
    """Leafs through an edition. The pictures are made in a thread, the last one wanted at once."""

    PLACE = "picture"
    BINDINGS = bindings("picture")

    _terminal: ClassVar[Terminal | None] = None
    """Known for all screens once it has been asked."""

    def __init__(self, pages: Pages, page_index: int, leafed: Callable[[int], object]) -> None:
        """
        Args:
            leafed: Told of each key, with the page that is in sight then.
        """
        super().__init__()
        self._pages = pages
        self._leafed = leafed
        self._page_index = page_index
        self._zoom = FIT
        self._edge = 0
        """Where a page that is leafed to is entered: 1 at its foot, -1 at its head, 0 at its cursor."""
        self._widget: type[ImageWidget] | None = None
        self._drawing: Worker[None] | None = None
        self._drawn: Leaf | None = None
        self._sheet: Image | None = None
        """None before the first page, and where a page cannot be shown."""
        self._window = Window((1, 1), (1, 1))
        self._cursor: tuple[int, int, int, int] | None = None
        """Where the text's cursor is on the sheet."""

    def compose(self) -> ComposeResult:
        yield Line(f"{self._pages.title} · {self._pages.edition}", id="header", classes="bar")
        yield Static("Drawing the page …", id="message", markup=False)
        yield Sheet()
        yield KeyBar("picture")

    def on_mount(self) -> None:
        self.query_one(Sheet).display = False
        self._draw()

    def on_resize(self) -> None:
        if self._sheet is not None:
            self._window = self._window.on(self._sheet.size, self._room)
            self._show()
            self._draw()

    def on_unmount(self) -> None:
        self.desk.perform(self.workbench.leafing.rest)

    def action_scroll_by(self, right: int, down: int) -> None:
        self._scroll(right * _STEP, down * _STEP)

    def action_screen(self, share: float) -> None:
        height = self.query_one(Sheet).size.height
        self._scroll(0, round(height * share) - (2 if share >= 1 else -2 if share <= -1 else 0))

    def action_leaf(self, by: int) -> None:
        self._go(self._page_index + by, -1)

    def action_end(self, by: int) -> None:
        self._go(self._pages.page_count - 1 if by > 0 else 0, -1)

    def action_zoom(self, by: int) -> None:
        self._zoom = min(max(self._zoom + by, 0), len(ZOOMS) - 1) if by else FIT
        self._leafed(self._page_index)
        self._draw()

    def action_open_pdf(self) -> None:
        self.desk.open_pdf(self._pages.key, self._page_index + 1)

    def _scroll(self, right: int, down: int) -> None:
        """By so many cells; past the head or the foot of the page, to the page beyond."""
        if self._drawn is None or self._drawn.page_index != self._page_index:
            return  # the page that one sees is on its way out
        moved = self._window.moved(right * self._cell[0], down * self._cell[1])
        if moved == self._window and down:
            self._go(self._page_index + (1 if down > 0 else -1), -1 if down > 0 else 1)
            return
        self._window = moved
        self._show()
        self._leafed(self._page_index)

    def _go(self, page_index: int, edge: int) -> None:
        page_index = min(max(page_index, 0), self._pages.page_count - 1)
        if page_index != self._page_index:
            self._page_index, self._edge = page_index, edge
            self._draw()
        self._leafed(self._page_index)

    @property
    def _cell(self) -> tuple[int, int]:
        return (self._terminal or Terminal()).cell

    @property
    def _room(self) -> tuple[int, int]:
        """What there is for the picture, in pixels."""
        return self.size.width * self._cell[0], max(self.size.height - 2, 1) * self._cell[1]

    @property
    def _wanted(self) -> Leaf:
        return Leaf(self._page_index, self._zoom, self.size.width)

    def _draw(self) -> None:
        """Draw what is wanted; keys that come meanwhile change that and do not queue."""
        self._tell()
        if not has_pictures():
            self._show_error(NEEDED)
        elif self._drawing is None or self._drawing.is_finished:
            self._drawing = self.run_worker(self._draw_wanted(), group="draw")

    async def _draw_wanted(self) -> None:
        if self._widget is None:
            if PictureScreen._terminal is None:
                PictureScreen._terminal = self._ask()
            self._widget = await to_thread(image_widget, PictureScreen._terminal)
        while (wanted := self._wanted) != self._drawn:
            try:
                await self._draw_leaf(wanted)
            except PaperlabError as error:
                self._sheet = None
                self._show_error(error)
            self._drawn = wanted

    async def _draw_leaf(self, wanted: Leaf) -> None:
        key, edition, marks = self._pages.key, self._pages.edition, self._pages.marks.get(wanted.page_index, ())
        width = max(round(wanted.columns * ZOOMS[wanted.zoom]), 1) * self._cell[0]
        picture = await to_thread(self.workbench.leafing.page, key, edition, wanted.page_index, width)
        sheet = await to_thread(draw, picture, marks, self._cell)
        frames = [picture.in_pixels(mark.box) for mark in marks if mark.ink == "cursor"]
        cursor = around(frames) if frames else None
        if self._sheet is not None and self._drawn is not None and self._drawn.page_index == wanted.page_index:
            window = self._window.on(sheet.size, self._room)
            is_looked_at = self._cursor is not None and self._window.shows(self._cursor)
        else:
            window = Window(sheet.size, self._room).moved(0, sheet.height if self._edge > 0 else 0)
            is_looked_at = self._edge == 0
        if cursor is not None and is_looked_at:
            window = window.showing(cursor)
        self._cursor = cursor
        self._sheet, self._window = sheet, window
        self._show()

    def _ask(self) -> Terminal:
        """The terminal is lent for it as to an editor: Textual would take the answer for keys."""
        if not is_worth_asking(environ):
            return Terminal()
        try:
            with self.app.suspend():
                return ask()
        except SuspendNotSupported:
            return Terminal()

    def _show(self) -> None:
        if self._sheet is None or self._widget is None or self.is_ending:
            return
        self.query_one("#message").display = False
        self.query_one(Sheet).display = True
        self.query_one(Sheet).show(self._widget, self._sheet, self._window, self._cell)

    def _show_error(self, error: PaperlabError) -> None:
        if self.is_ending:
            return
        message = f"{safe(error.message)}\n\n{safe(error.hint)}".strip()
        self.query_one("#message", Static).update(Text(message))
        self.query_one("#message").display = True
        self.query_one(Sheet).display = False

    def _tell(self) -> None:
        zoom = f"{ZOOMS[self._zoom]:.0%}".replace("%", " %")
        self.query_one("#header", Line).right = f"p. {self._page_index + 1} of {self._pages.page_count} · {zoom}"
