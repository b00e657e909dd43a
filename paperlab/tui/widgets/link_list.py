"""Papers that a link which is being typed may mean."""

from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from paperlab.domain.note_links import LinkTarget
from paperlab.tui.cells import safe


class LinkList(OptionList, can_focus=False):
    """Lies under the cursor of an editor, which keeps the keys."""

    DEFAULT_CSS = """
    LinkList {
        overlay: screen; constrain: inside inflect; width: 56; max-width: 100%; height: auto; max-height: 6;
        border: none; padding: 0; display: none;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._targets: Sequence[LinkTarget] = ()

    def show(self, targets: Sequence[LinkTarget], at: Offset) -> None:
        """Show these papers under a place of the screen; none hides the list."""
        self.display = bool(targets)
        self.absolute_offset = at + Offset(0, 1)
        if targets != self._targets:
            self._targets = targets
            self.set_options(Option(_row(target)) for target in targets)
        self.highlighted = 0 if targets else None

    def move(self, by: int) -> None:
        if self.highlighted is not None:
            self.highlighted = (self.highlighted + by) % len(self._targets)

    @property
    def chosen(self) -> LinkTarget | None:
        return None if self.highlighted is None else self._targets[self.highlighted]


def _row(target: LinkTarget) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append(target.citekey or target.key, "bold")
    row.append(f"  {' '.join(safe(target.title).split())}")
    return row
