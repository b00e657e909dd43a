"""The reader: one paper as text, from where its reader left it."""

from asyncio import to_thread
from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.commands import bindings, first_key
from paperlab.tui.screens.reader.citing import CitingScreen
from paperlab.tui.screens.reader.finding import FindingScreen
from paperlab.tui.screens.reader.picturing import PicturingScreen
from paperlab.tui.screens.reader.placing import PlacingScreen
from paperlab.tui.screens.reader.walking import WalkingScreen
from paperlab.tui.widgets.inputs import FindInput
from paperlab.tui.widgets.job_line import JobLine
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.note_editor import NoteEditor
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_text import PaperText

_WIDE = 110
"""Cells that text and note have room in side by side."""


class ReaderScreen(WalkingScreen, CitingScreen, FindingScreen, PlacingScreen, PicturingScreen):
    """Text, sections, marks, pages, note. What a capability adds to `_paints` and `_tell` it adds to `super()`'s."""

    PLACE = "reader"
    BINDINGS = bindings("reader")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012  # Textual's own type

    def compose(self) -> ComposeResult:
        yield Line(id="header", classes="bar")
        with Horizontal(id="desk"):
            yield Static("Opening …", id="message", markup=False)  # over the text, whose width is known meanwhile
            yield PaperText(self.desk.reader_width, f" · {first_key('reader.references', self.app._keymap)} shows them")
            yield Outline()
        yield FindInput(id="find", placeholder="words in this paper")
        yield Line(id="foot", classes="bar")
        yield JobLine()
        yield KeyBar("reader")

    def on_mount(self) -> None:
        for selector in ("#find", "Outline"):
            self.query_one(selector).display = False

    def action_extend(self) -> None:
        self.end_walk()
        super().action_extend()

    async def _change_marks(self, change: Callable[[], Change]) -> bool:
        self.end_walk()
        return await super()._change_marks(change)

    def action_back(self) -> None:
        if self.is_open and self.text.is_extending:
            self.text.extend(False)
        else:
            self._go_back()

    @work(exclusive=True, group="back")
    async def _go_back(self) -> None:
        if await self.may_leave_note():
            self.dismiss()

    def action_note(self) -> None:
        """Beside the text where there is room, else on a screen of its own."""
        title = self._paper.paper.title if self._paper else self._key.value
        if self.app.size.width < _WIDE or not self.is_open:
            self.desk.open_note(self._key, title)
        elif (editor := self.note_editor) is not None:
            editor.focus()
        else:
            self.query_one("#desk").mount(NoteEditor(self._key, self.workbench.noting))
            self.query_one(KeyBar).place = "note"

    def note_left(self) -> None:
        if editor := self.note_editor:
            self._has_note = bool(editor.text.strip())
            editor.remove()
        self.query_one(KeyBar).place = self.plain_place
        self.text.focus()

    def action_status(self) -> None:
        self._ask_status()

    def action_related(self) -> None:
        self.desk.open_related(self._key, self.at_hand.title)

    def action_diff(self) -> None:
        self.desk.open_diff(self._key, self.at_hand.title)

    def action_open_pdf(self) -> None:
        self.desk.open_pdf(self._key, self.text.page_index + 1 if self.is_open else None)

    def action_export(self) -> None:
        self.desk.export(self._key)

    def action_take_over(self) -> None:
        self.desk.take_over_marks(self._key)

    def action_editor(self) -> None:
        self.desk.edit_outside(self._key, self._look_for_note)

    def on_screen_resume(self) -> None:
        self._look_for_note()

    @on(NoteEditor.Told)
    def _on_told(self, event: NoteEditor.Told) -> None:
        self.query_one("#foot", Line).right = f"note {event.state}" if event.state else ""

    @work(exclusive=True, group="status")
    async def _ask_status(self) -> None:
        try:
            state = await to_thread(self.workbench.tracking.state, self._key)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        self.desk.ask_status([self._key], state.status, state.depth)

    @work(exclusive=True, group="note-state")
    async def _look_for_note(self) -> None:
        try:
            self._has_note = bool((await to_thread(self.workbench.noting.read, self._key)).strip())
        except PaperlabError as error:
            self.desk.show_error(error)
        self._tell()
