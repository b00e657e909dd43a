"""A paper's note, on a screen of its own or beside the text."""

from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult

from paperlab.domain.identifiers import PaperKey
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import yes_no
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.note_editor import NoteEditor


class NoteHost(PlaceScreen):
    """A screen with a note editor somewhere on it."""

    @property
    def note_editor(self) -> NoteEditor | None:
        return self.query_one_optional(NoteEditor)

    def note_left(self) -> None:
        """The note is saved, or given up: take the editor away."""
        raise NotImplementedError

    async def may_leave_note(self) -> bool:
        """Save what is not saved; if that fails the reader decides. To be called from a worker."""
        editor = self.note_editor
        if editor is None or await editor.flush():
            return True
        question = "The note could not be saved. Leave it, and lose what is not saved?"
        is_given_up = await self.app.push_screen_wait(yes_no(question, "leave", "stay"))
        return is_given_up is True

    @work
    async def action_leave_note(self) -> None:
        if await self.may_leave_note():
            self.note_left()

    @work
    async def action_note_outside(self) -> None:
        editor = self.note_editor
        if editor is not None and await editor.flush():
            self.desk.edit_outside(editor.key, editor.reload)

    def action_save_note(self) -> None:
        if editor := self.note_editor:
            editor.save_now()

    def action_reload_note(self) -> None:
        if editor := self.note_editor:
            editor.reload()


class NoteScreen(NoteHost):
    """The editor and nothing else."""

    PLACE = "note"
    BINDINGS = bindings("note")

    def __init__(self, key: PaperKey, title: str) -> None:
        super().__init__()
        self._key = key
        self._title = title

    @property
    def papers_shown(self) -> Sequence[PaperKey]:
        return (self._key,)

    def compose(self) -> ComposeResult:
        yield Line(f"Note · {self._title}", id="header", classes="bar")
        yield NoteEditor(self._key, self.workbench.noting)
        yield KeyBar("note")

    def note_left(self) -> None:
        self.dismiss()

    @on(NoteEditor.Told)
    def _on_told(self, event: NoteEditor.Told) -> None:
        self.query_one("#header", Line).right = event.state
