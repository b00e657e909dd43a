"""Lines to type in."""

from textual.widgets import Input

from paperlab.tui.commands import bindings


class LineInput(Input):
    """One row without a frame, with a cursor that stands still: a blink is a repaint over ssh."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False


class FilterInput(LineInput):
    """Narrows the library while one types."""

    BINDINGS = bindings("filter")


class SourceInput(LineInput):
    """What to add, or to ask arXiv for."""

    BINDINGS = bindings("add")


class FindInput(LineInput):
    """Finds words in the paper while one types."""

    BINDINGS = bindings("find")
