"""Placing by hand: a mark that has no place, or a wrong one, is put on what the reader chooses in the text."""

from textual import work

from paperlab.domain.annotations import Annotation
from paperlab.services.annotating import shortened
from paperlab.tui.cells import safe
from paperlab.tui.screens.reader.marking import MarkingScreen
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.mark_list import MarkList


class PlacingScreen(MarkingScreen):
    """Chosen in the list, the mark waits until its words are under the cursor."""

    _placing: Annotation | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`enter` and `escape` are for the mark while one is being placed."""
        if action in {"confirm_place", "leave_place"}:
            return self._placing is not None
        return super().check_action(action, parameters)

    def action_place_listed(self) -> None:
        marks = self.query_one(MarkList)
        if marks.current is None:
            return
        self._placing = marks.current.annotation
        if self.has_class("-narrow"):
            self._hide_marks(marks)
        else:
            self._leave_marks()
        self._tell()

    @work
    async def action_confirm_place(self) -> None:
        mark, selected = self._placing, self._selected_quotes()
        if mark is None:
            return
        self._stop_placing()
        quote, (_, page_index, at) = self._selected_text(), selected[0]
        place = self.workbench.annotating.place
        await self._change_marks(lambda: place(mark.id, quote, self._key, page_index=page_index, at=at))
        self.text.extend(False)

    def action_leave_place(self) -> None:
        """First what is extended, then the mark."""
        if self.text.is_extending:
            self.text.extend(False)
        else:
            self._stop_placing()

    def action_marks(self) -> None:
        self._stop_placing()
        super().action_marks()

    def _stop_placing(self) -> None:
        if self._placing is not None:
            self._placing = None
            self._leave_marks()
            self._tell()

    @property
    def plain_place(self) -> str:
        return "placing" if self._placing is not None else super().plain_place

    def _tell(self) -> None:
        super()._tell()
        if self._placing is not None and self.is_open:
            what = safe(shortened(self._placing.quote)) or self._placing.kind.value
            self.query_one("#foot", Line).left = f"Where does this belong? “{what}”"
