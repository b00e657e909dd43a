"""One row of text with something at its right end."""

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from paperlab.tui.cells import fit


class Line(Widget):
    """A row whose left side gives way to the right one."""

    DEFAULT_CSS = """
    Line { height: 1; padding: 0 1; }
    """
    COMPONENT_CLASSES: ClassVar = {"line--right"}

    left = reactive("")
    right = reactive("")

    def __init__(self, left: str = "", right: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Line.left, left)
        self.set_reactive(Line.right, right)

    def render(self) -> Text:
        width = self.size.width
        right_width = min(cell_len(self.right), max(width - (12 if self.left else 1), 0))
        row = Text(no_wrap=True, end="")
        row.append(fit(self.left, width - right_width - (1 if right_width else 0)))
        if right_width:
            row.append(" " + fit(self.right, right_width), self.get_component_rich_style("line--right", partial=True))
        return row
