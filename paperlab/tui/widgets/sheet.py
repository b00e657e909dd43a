"""The part of a page that is in sight, as a picture in the midst of its room."""

import os
import sys
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widget import Widget

from paperlab.errors import PaperlabError
from paperlab.tui.sheets import Window
from paperlab.tui.terminal import Terminal, Way

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual_image.widget._base import Image as ImageWidget

NEEDED = PaperlabError(
    "pages are shown by textual-image, which is not installed", hint="pip install 'paperlab[pictures]'"
)


def has_pictures() -> bool:
    """The optional libraries are there."""
    return find_spec("textual_image") is not None


def image_widget(terminal: Terminal) -> "type[ImageWidget]":
    """The widget that draws in a terminal's way. Imports for a tenth of a second: call it from a thread."""
    if "textual_image" not in sys.modules:
        _import_without_questions(terminal.cell)
    from textual_image import widget

    ways: dict[Way, type[ImageWidget]] = {
        Way.KITTY: widget.TGPImage,
        Way.SIXEL: widget.SixelImage,
        Way.BLOCKS: widget.HalfcellImage,
    }
    return ways[terminal.way]


def _import_without_questions(cell: tuple[int, int]) -> None:
    """It asks the terminal for what we know already, unless stdout is none: then it takes the environment's word."""
    names = ("TEXTUAL_CELL_WIDTH", "TEXTUAL_CELL_HEIGHT")
    before = {name: os.environ.get(name) for name in names}
    stdout = sys.__stdout__
    try:
        os.environ.update(zip(names, map(str, cell), strict=True))
        sys.__stdout__ = StringIO()  # type: ignore[misc, assignment]
        import textual_image.widget  # noqa: F401
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Sheet(Container):
    """Shows the frame of a window, cell by cell as large as it is."""

    DEFAULT_CSS = """
    Sheet { height: 1fr; align: center top; overflow: hidden; }
    """

    def show(self, widget: "type[ImageWidget]", sheet: "Image", window: Window, cell: tuple[int, int]) -> None:
        left, top, right, bottom = window.frame
        if not self.children:
            self.mount(widget())
        image = self.query_one(Widget)
        image.styles.width, image.styles.height = -(-(right - left) // cell[0]), -(-(bottom - top) // cell[1])
        image.image = sheet.crop(window.frame)  # type: ignore[attr-defined]
