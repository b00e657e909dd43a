"""All marks of a paper."""

from typing import ClassVar

from rich.text import Text
from textual.widgets.option_list import Option

from paperlab.domain.annotations import Annotation
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.marks import Marks
from paperlab.tui.places import Span
from paperlab.tui.widgets.moved_list import MovedList

_QUOTE_SHOWN = 120
"""Characters of a quote."""


class MarkList(MovedList):
    """Page, colour, quote and comment of each mark, in the order of the text."""

    DEFAULT_CSS = """
    MarkList { width: 44; max-width: 60%; height: 1fr; border: none; padding: 0 1; }
    """
    BINDINGS: ClassVar = [*bindings("marks"), *bindings("move")]

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._marks = Marks()
        self._listed: tuple[tuple[Annotation, tuple[Span, ...]], ...] = ()

    def show(self, marks: Marks) -> None:
        """Show these marks; the cursor stays on its mark, or where it was if that is gone."""
        if marks is self._marks:
            return
        held, at = self.current, self.highlighted or 0
        self._marks, self._listed = marks, marks.listed
        self.set_options(Option(_row(annotation, spans)) for annotation, spans in self._listed)
        if not self._listed:
            self.add_option(Option(Text("No marks yet: h highlights what is under the cursor."), disabled=True))
            return
        ids = [annotation.id for annotation, _ in self._listed]
        self.highlighted = ids.index(held.id) if held and held.id in ids else min(at, len(ids) - 1)

    def stand_at(self, annotation: Annotation | None) -> None:
        """Put the cursor on a mark."""
        for index, (listed, _) in enumerate(self._listed):
            if annotation is not None and listed.id == annotation.id:
                self.highlighted = index

    @property
    def current(self) -> Annotation | None:
        """The mark under the cursor."""
        is_there = self.highlighted is not None and self.highlighted < len(self._listed)
        return self._listed[self.highlighted or 0][0] if is_there else None

    def spans(self, index: int) -> tuple[Span, ...]:
        """Where a mark lies in the text; empty if it has no place there."""
        return self._listed[index][1]


def _row(annotation: Annotation, spans: tuple[Span, ...]) -> Text:
    quote = " ".join(safe(annotation.quote).split())
    row = Text()
    row.append(f"p. {annotation.page_index + 1} · {safe(annotation.color)}", "bold")
    row.append("" if spans else f" · not in this text, made on {safe(annotation.edition)}", "bold")
    row.append(f"\n{quote if len(quote) <= _QUOTE_SHOWN else quote[: _QUOTE_SHOWN - 1] + '…'}")
    if annotation.comment.strip():
        row.append("\n✎ " + " ".join(safe(annotation.comment).split()), "italic")
    return row
