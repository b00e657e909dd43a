"""The reader's text: opening it, moving in it, and the time spent there."""

from asyncio import to_thread
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on, work
from textual.screen import ModalScreen
from textual.widgets import Static

from paperlab.domain.anchors import Anchorage
from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Stay, section_shares
from paperlab.domain.steps import Step
from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe_lines
from paperlab.tui.marks import Marks, color_of
from paperlab.tui.places import QUOTE_LENGTH, Place
from paperlab.tui.scopes import AtHand
from paperlab.tui.screens.note import NoteHost
from paperlab.tui.session import Target, foot, starting_place
from paperlab.tui.stays import StayClock
from paperlab.tui.walks import Walk
from paperlab.tui.widgets.job_line import step_progress
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_column import Paint
from paperlab.tui.widgets.paper_text import PaperText

if TYPE_CHECKING:
    from paperlab.services.reading import OpenPaper, OutlineEntry

_CHECK_S = 5.0
"""Between two looks whether the reader has gone for coffee."""
_NO_TEXT = """This PDF has no text that could be shown: its pages are pictures.

i  shows its pages as pictures
o  opens it in the desktop's viewer
n  takes notes on it
s  says what you have read"""
_GARBLED = "The fonts of this PDF map to other letters: what you see may be wrong. o opens the PDF itself."


class _Abandoned(Exception):
    """The reader has gone back before the paper was open: ends the work in the thread."""


class TextScreen(NoteHost):
    """One paper, opened in a thread and shown as text."""

    def __init__(self, key: PaperKey, target: Target | None = None, walk: Walk | None = None) -> None:
        super().__init__()
        self._key = key
        self._target = target
        self._walk = walk
        self._paper: OpenPaper | None = None
        self._outline: tuple[OutlineEntry, ...] = ()
        self._anchorage: Anchorage | None = None
        self._marks = Marks()
        self._has_note = False
        self._clock: StayClock | None = None
        self._pages_read: set[int] = set()
        self._step: Step | None = None
        self._is_left = False

    @property
    def text(self) -> PaperText:
        return self.query_one(PaperText)

    @property
    def at_hand(self) -> AtHand:
        return AtHand(self._key, self._paper.paper.title if self._paper else self._key.value)

    @property
    def papers_shown(self) -> Sequence[PaperKey]:
        return (self._key,)

    @property
    def is_open(self) -> bool:
        """There is text on the screen."""
        return self._paper is not None and bool(self.text.blocks)

    @property
    def plain_place(self) -> str:
        """Whose keys are shown while nothing is open beside the text."""
        return "reader"

    def on_mount(self) -> None:
        self.set_interval(0.2, self._show_step)
        self.set_interval(_CHECK_S, lambda: self._record(self._clock.check() if self._clock else None))
        self.load()

    def on_unmount(self) -> None:
        self._is_left = True

    def on_screen_suspend(self) -> None:
        """What lies over the text ends the stay; a small question does not."""
        if not isinstance(self.app.screen, ModalScreen):
            self._record(self._clock.leave() if self._clock else None)

    def on_screen_resume(self) -> None:
        if self.is_open:
            self._follow()

    async def leave(self) -> None:
        """Write down where the reader is. To be awaited before the application ends."""
        stay = self._clock.leave() if self._clock else None
        if stay is not None:
            await to_thread(self.workbench.reading.record_stay, self._key, stay)

    @work(exclusive=True, group="open")
    async def load(self) -> None:
        try:
            paper, at = await to_thread(self._read)
        except PaperlabError as error:
            self._show_message(f"{error.message}\n\n{error.hint}".strip())
            return
        self._show(paper, at)

    def _read(self) -> "tuple[OpenPaper, Place]":
        """All that the screen needs, and where to begin. Called from a thread."""
        paper = self.workbench.reading.open(self._key, self._watch)
        self._has_note = bool(self.workbench.noting.read(self._key).strip())
        self._anchorage = Anchorage(paper.edition, paper.blocks)
        self._marks = self._read_marks(self._anchorage)
        return paper, starting_place(paper, self._target)

    async def load_marks(self) -> None:
        """Take the annotations as the library has them now."""
        if self._anchorage is None:
            return
        try:
            self._marks = await to_thread(self._read_marks, self._anchorage)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        self._paint()

    def _read_marks(self, anchorage: Anchorage) -> Marks:
        return Marks(anchorage.resolve_all(self.workbench.annotating.of(self._key)))

    @work(exclusive=True, group="look-again")
    async def look_again(self, keys: Collection[PaperKey] | None = None) -> None:
        if keys is None or self._key in keys:
            await self.load_marks()

    def action_sentence(self, by: int) -> None:
        if self.is_open:
            self.text.step(by)

    def action_paragraph(self, by: int) -> None:
        if self.is_open:
            self.text.step_block(by)

    def action_screen(self, share: float) -> None:
        if self.is_open:
            self.text.scroll_screen(share)

    def action_width(self, by: int) -> None:
        """A wider or narrower column, for all papers of this session."""
        if self.is_open:
            self.text.set_column_width(self.text.column_width + by)
            self.desk.reader_width = self.text.column_width
            keep = f"To keep it: paperlab config set reader_width {self.text.column_width}"
            self.notify(f"{self.text.column_width} columns. {keep}", timeout=3, markup=False)

    def action_references(self) -> None:
        if self.is_open:
            self.text.toggle_folds()

    @on(PaperText.Moved)
    def _on_moved(self) -> None:
        self._follow()
        section = self.text.blocks[self.text.cursor.block].section
        self.query_one("#header", Line).right = section[-1] if section else ""
        self._tell()

    def _paints(self) -> Iterator[Paint]:
        """The looks that lie over the text, lowest first."""
        for mark in self._marks.placements:
            yield from (Paint(span, f"mark-{color_of(mark.annotation)}") for span in mark.spans)

    def _paint(self) -> None:
        self.text.paint(self._paints())
        self._tell()

    def _tell(self) -> None:
        """The foot: progress, or what has been said of the highlight under the cursor."""
        if self._paper is None or not self.is_open:
            return
        line = self.query_one("#foot", Line)
        marked = self._marks.at(self.text.selected)
        if marked is not None:
            made = marked.annotation
            line.left = " · ".join(filter(None, (f"● {made.color}", marked.told, made.comment)))
        else:
            line.left = foot(self._paper, self.text.page_index, self._pages_read, self.size.width)
        count, lost = len(self._marks.placements), len(self._marks.unplaced)
        marks = f"● {count} mark{'' if count == 1 else 's'}" if count else ""
        marks += f", {lost} without a place" if lost else ""
        extending = "extending" if self.text.is_extending else ""
        line.right = " · ".join(part for part in (extending, marks, "✎ note" if self._has_note else "") if part)

    def _show(self, paper: "OpenPaper", at: Place) -> None:
        self._paper, self._outline = paper, paper.outline
        self._pages_read = set(paper.state.pages_read(paper.edition))
        self._clock = StayClock(paper.edition, paper.page_count, self.desk.monotonic, self.desk.now)
        self.query_one("#header", Line).left = f"{paper.paper.title} · {paper.edition}"
        if not paper.blocks:
            self._show_message(_NO_TEXT)
            return
        if paper.text_layer is TextLayer.GARBLED:
            self.notify(_GARBLED, severity="warning", timeout=10, markup=False)
        self.query_one("#message").display = False
        self.text.focus()
        if self.text.size.width:
            self._show_text(paper, at)
        else:  # opened before the screen's first layout
            self.call_after_refresh(self._show_text, paper, at)

    def _show_outline(self) -> None:
        if self._paper is not None:
            starts = [entry.page_index for entry in self._outline]
            shares = section_shares(starts, self._paper.page_count, self._pages_read)
            self.query_one(Outline).show(self._outline, shares)

    def _show_text(self, paper: "OpenPaper", at: Place) -> None:
        self.text.show(paper.blocks, at)
        self._paint()

    def _show_message(self, message: str) -> None:
        self.query_one("#message", Static).update(Text(safe_lines(message)))
        self.query_one("#message").display = True

    def _show_step(self) -> None:
        if self._paper is None and self._step is not None:
            self._show_message(f"Opening for the first time …\n\n{step_progress(self._step)}")
            self._step = None

    def _watch(self, step: Step) -> None:
        """Called from the thread that opens."""
        if self._is_left:
            raise _Abandoned
        self._step = step

    def _follow(self) -> None:
        """Tell the clock where the reader is."""
        if self._clock is not None and not self._is_left and self.is_open:
            quote = self.text.units.text(self.text.cursor)[:QUOTE_LENGTH]
            self._record(self._clock.on_key(self.text.page_index, quote))

    def _record(self, stay: Stay | None) -> None:
        if stay is None:
            return
        if stay.counted_s > 0:
            self._pages_read.add(stay.page_index)
        self.desk.perform(lambda: self.workbench.reading.record_stay(self._key, stay))
