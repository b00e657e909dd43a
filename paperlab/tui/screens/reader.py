"""The reader: one paper as text, from where its reader left it."""

from asyncio import to_thread
from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from paperlab.errors import PaperlabError
from paperlab.tui.commands import bindings
from paperlab.tui.layout import page_at
from paperlab.tui.marks import Marks
from paperlab.tui.places import Span
from paperlab.tui.screens.dialogs import LineDialog
from paperlab.tui.screens.reader_finding import FindingScreen
from paperlab.tui.widgets.inputs import FindInput
from paperlab.tui.widgets.job_line import JobLine
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.note_editor import NoteEditor
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_text import PaperText

_QUOTE_SHOWN = 240
"""Characters of a quote above its comment."""


class ReaderScreen(FindingScreen):
    """Text, sections, marks, note."""

    PLACE = "reader"
    BINDINGS = bindings("reader")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own type

    def compose(self) -> ComposeResult:
        yield Line(id="header", classes="bar")
        yield Static("Opening …", id="message", markup=False)
        with Horizontal(id="desk"):
            yield PaperText(self.workbench.settings.reader_width)
            yield Outline()
        yield FindInput(id="find", placeholder="words in this paper")
        yield Line(id="foot", classes="bar")
        yield JobLine()
        yield KeyBar("reader")

    def on_mount(self) -> None:
        for selector in ("#desk", "#find", "Outline"):
            self.query_one(selector).display = False

    def action_extend(self) -> None:
        if self.is_open:
            self.text.extend(not self.text.is_extending)

    @work
    async def action_highlight(self) -> None:
        if not self.is_open:
            return
        if len(self.text.selected) == 1 and self._marks.exactly_at(self.text.selected[0]):
            self.notify("This is highlighted already. d deletes it, c comments on it.", markup=False)
            return
        await self._annotate("")

    @work
    async def action_comment(self) -> None:
        if not self.is_open:
            return
        quote = " ".join(self._selected_text().split())
        old = self._marks.exactly_at(self.text.selected[0]) if len(self.text.selected) == 1 else None
        dialog = LineDialog("Comment", old.comment if old else "", below=f"“{quote[:_QUOTE_SHOWN]}”")
        comment = await self.app.push_screen_wait(dialog)
        if comment:
            await self._annotate(comment)
            if old is not None:
                await self._change_marks(lambda: self.workbench.annotating.remove(old.id, self._key))

    @work
    async def action_remove(self) -> None:
        marked = self._marks.at(self.text.selected) if self.is_open else None
        if marked is None:
            self.notify("No highlight is under the cursor.", markup=False)
            return
        await self._change_marks(lambda: self.workbench.annotating.remove(marked.id, self._key))

    def action_copy(self) -> None:
        if self.is_open:
            self.desk.copy(self._selected_text())

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
        if not self.has_class("-wide") or not self.is_open:
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
        self.query_one(KeyBar).place = "reader"
        self.text.focus()

    def action_status(self) -> None:
        self._ask_status()

    def action_open_pdf(self) -> None:
        self.desk.open_pdf(self._key, self.text.page_index + 1 if self.is_open else None)

    def action_export(self) -> None:
        self.desk.export(self._key)

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
        self.desk.ask_status(self._key, state.status, state.depth)

    @work(exclusive=True, group="note-state")
    async def _look_for_note(self) -> None:
        try:
            self._has_note = bool((await to_thread(self.workbench.noting.read, self._key)).strip())
        except PaperlabError as error:
            self.desk.show_error(error)
        self._tell()

    async def _annotate(self, comment: str) -> None:
        """Mark what is selected: one annotation a block, the comment on the first."""
        spans = self.text.selected
        quotes = [(self.text.text_of(span), self._page_of(span)) for span in spans]

        def mark() -> None:
            for number, (quote, page_index) in enumerate(quotes):
                said = "" if number else comment
                self.workbench.annotating.highlight(self._key, quote, page_index=page_index, comment=said)

        await self._change_marks(mark)
        self.text.extend(False)

    async def _change_marks(self, change: Callable[[], object]) -> None:
        assert self._paper is not None
        try:
            await to_thread(change)
            annotations = await to_thread(self.workbench.annotating.of, self._key)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        self._marks = await to_thread(Marks.of, annotations, self._paper.blocks, self._paper.edition)
        self._paint()

    def _page_of(self, span: Span) -> int:
        return page_at(self.text.blocks[span.block], span.start)

    def _selected_text(self) -> str:
        return "\n\n".join(self.text.text_of(span) for span in self.text.selected)
