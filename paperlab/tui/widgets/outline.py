"""The sections of a paper."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widgets.option_list import Option

from paperlab.tui.cells import bar, safe
from paperlab.tui.commands import bindings
from paperlab.tui.widgets.moved_list import MovedList

if TYPE_CHECKING:
    from paperlab.services.reading import OutlineEntry


_BAR = 4


class Outline(MovedList):
    """Headings, moved in by level, with their pages and what has been read of them."""

    DEFAULT_CSS = """
    Outline { width: 40; max-width: 60%; height: 1fr; border: none; padding: 0 1; }
    """
    BINDINGS: ClassVar = [*bindings("outline"), *bindings("move")]

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._entries: Sequence[OutlineEntry] = ()

    def show(self, entries: "Sequence[OutlineEntry]", shares: Sequence[float]) -> None:
        """Show headings, each with the share of its pages that have been read."""
        held = self.highlighted
        self._entries = entries
        self.clear_options()
        self.add_options(Option(_row(entry, share)) for entry, share in zip(entries, shares, strict=True))
        self.highlighted = held
        if not entries:
            self.add_option(Option(Text("This paper has no headings."), disabled=True))

    def stand_at(self, block: int) -> None:
        """Put the cursor on the section that a block is in."""
        above = [index for index, entry in enumerate(self._entries) if entry.block <= block]
        self.highlighted = above[-1] if above else (0 if self._entries else None)

    def entry(self, index: int) -> "OutlineEntry":
        return self._entries[index]


def _row(entry: "OutlineEntry", share: float) -> Text:
    indent = "  " * max(entry.level - 1, 0)
    told = f"{entry.page_index + 1:>3} {bar(share, _BAR)} "
    return Text.assemble((told, "dim"), indent + " ".join(safe(entry.title).split()))
