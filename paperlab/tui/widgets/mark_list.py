"""All marks of a paper."""

from typing import ClassVar

from rich.text import Text
from textual.widgets.option_list import Option

from paperlab.domain.annotations import Annotation
from paperlab.domain.placements import Placement
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.marks import Marks
from paperlab.tui.widgets.moved_list import MovedList

_QUOTE_SHOWN = 120
"""Characters of a quote."""


class MarkList(MovedList):
    """Page, colour, quote and comment of each mark, in the order of the text; last those that have no place in it."""

    DEFAULT_CSS = """
    MarkList { width: 44; max-width: 60%; height: 1fr; border: none; padding: 0 1; }
    """
    BINDINGS: ClassVar = [*bindings("marks"), *bindings("move")]

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._marks = Marks()
        self._listed: tuple[Placement, ...] = ()

    def show(self, marks: Marks) -> None:
        """Show these marks; the cursor stays on its mark, or where it was if that is gone."""
        if marks is self._marks:
            return
        held, at = self.current, self._at or 0
        self._marks, self._listed = marks, (*marks.placed, *marks.unplaced)
        self.clear_options()
        self.add_options(_option(mark) for mark in marks.placed)
        if marks.unplaced:
            self.add_option(Option(_heading(marks.unplaced), disabled=True))
            self.add_options(_option(mark) for mark in marks.unplaced)
        if not self._listed:
            self.add_option(Option(Text("No marks yet: h highlights what is under the cursor."), disabled=True))
            return
        ids = [mark.annotation.id for mark in self._listed]
        kept = held.annotation.id if held and held.annotation.id in ids else ids[min(at, len(ids) - 1)]
        self.highlighted = self.get_option_index(kept)

    def stand_at(self, mark: Placement | None) -> None:
        """Put the cursor on a mark."""
        if mark is not None:
            self.highlighted = self.get_option_index(mark.annotation.id)

    @property
    def current(self) -> Placement | None:
        """The mark under the cursor."""
        return None if self._at is None else self._listed[self._at]

    @property
    def _at(self) -> int | None:
        """Which of the marks is under the cursor."""
        option = self.highlighted_option
        ids = [mark.annotation.id for mark in self._listed]
        return ids.index(option.id) if option is not None and option.id in ids else None


def _option(mark: Placement) -> Option:
    return Option(_row(mark.annotation, mark), id=mark.annotation.id)


def _heading(unplaced: tuple[Placement, ...]) -> Text:
    count = f"{len(unplaced)} mark{'' if len(unplaced) == 1 else 's'}"
    return Text(f"\n{count} without a place in {safe(unplaced[0].edition)}: p puts one where you say", "bold underline")


def _row(annotation: Annotation, mark: Placement) -> Text:
    quote = " ".join(safe(annotation.quote).split()) or f"({annotation.kind.value})"
    row = Text()
    page_index = annotation.page_index if mark.page_index is None else mark.page_index
    row.append(f"p. {page_index + 1} · {safe(annotation.color)}", "bold")
    row.append("" if mark.is_placed else f" · made on {safe(annotation.edition)}", "bold")
    row.append(f" · {mark.told}" if mark.told else "")
    row.append(f"\n{quote if len(quote) <= _QUOTE_SHOWN else quote[: _QUOTE_SHOWN - 1] + '…'}")
    if annotation.comment.strip():
        row.append("\n✎ " + " ".join(safe(annotation.comment).split()), "italic")
    return row
