"""The page under the cursor as a picture."""

from collections import defaultdict

from paperlab.domain.strips import Span
from paperlab.tui.marks import color_of
from paperlab.tui.places import Place, first_on_page
from paperlab.tui.screens.picture import Pages, PictureScreen
from paperlab.tui.screens.reader.jumping import JumpingScreen
from paperlab.tui.sheets import Mark


class PicturingScreen(JumpingScreen):
    """Lends the terminal to the pages; comes back to the page that was leafed to."""

    _leafed_to: int | None = None

    def action_picture(self) -> None:
        if self._paper is None:
            return
        position = self._paper.position
        page_index = self.text.page_index if self.is_open else position.page_index if position else 0
        pages = Pages(
            self._key, self._paper.edition, self._paper.paper.title, self._paper.page_count, self._marks_by_page()
        )
        self.app.push_screen(PictureScreen(pages, page_index, self._leaf))

    def on_screen_resume(self) -> None:
        page_index, self._leafed_to = self._leafed_to, None
        if page_index is None or not self.is_open or page_index == self.text.page_index:
            return
        units = self.text.units
        first = first_on_page(self.text.blocks, page_index)
        if first is None:
            self.jump(Place(len(self.text.blocks) - 1, 0))
            return
        place = units.at(first.block, first.start)
        runs_on = units.span(place).start < first.start  # from the page before: it is not of this one
        self.jump(units.step(place, 1) if runs_on else place)

    def _leaf(self, page_index: int) -> None:
        """A picture is read, too."""
        self._leafed_to = page_index
        if self._clock is not None:
            self._record(self._clock.on_key(page_index, ""))

    def _marks_by_page(self) -> dict[int, list[Mark]]:
        marks: dict[int, list[Mark]] = defaultdict(list)

        def add(span: Span, ink: str) -> None:
            for line in self.text.blocks[span.block].lines_of(span.start, span.end):
                marks[line.page_index].append(Mark(line.box, ink))

        if self.is_open:
            for span in self.text.selected:
                add(span, "cursor")
            for mark in self._marks.placed:
                for span in mark.spans:
                    add(span, color_of(mark.annotation))
        return marks
