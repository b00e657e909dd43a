"""A paper's note, on a screen of its own or beside the text."""

from asyncio import to_thread
from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.note_links import LinkTarget, Suggestions, completed
from paperlab.errors import PaperlabError
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import yes_no
from paperlab.tui.session import Target
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line
from paperlab.tui.widgets.link_list import LinkList
from paperlab.tui.widgets.note_editor import NoteEditor
from paperlab.tui.widgets.note_preview import NotePreview

_MOST_SUGGESTIONS = 6


class NoteHost(PlaceScreen):
    """A screen with a note editor somewhere on it."""

    _suggestions: Suggestions | None = None
    """Made from what the library holds when the first link is typed."""

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
        if await self.app.push_screen_wait(yes_no(question, "leave", "stay")) is not True:
            return False
        editor.give_up()
        return True

    def action_leave_note(self) -> None:
        """One step back: from the papers that are suggested, from the preview, from the note."""
        editor = self.note_editor
        if self.query(NotePreview):
            self.action_preview_note()
        elif editor is not None and editor.is_completing:
            editor.refuse_completion()
            self._show_links(editor, ())
        else:
            self._leave_note()

    @work
    async def _leave_note(self) -> None:
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

    def action_preview_note(self) -> None:
        """Show the note as it reads, or go on writing."""
        editor = self.note_editor
        if editor is None:
            return
        preview = self.query_one_optional(NotePreview)
        editor.display = preview is not None
        self.query_one(KeyBar).place = "note" if preview else "preview"
        if preview is not None:
            preview.remove()
            editor.focus()
        else:
            preview = NotePreview(editor.text)
            self.mount(preview, after=editor)
            preview.focus()

    @work(exclusive=True, group="follow-link")
    async def action_follow_link(self) -> None:
        """Open the paper of the link under the cursor; what is written here is saved first and stays open beneath."""
        editor = self.note_editor
        link = editor.link if editor else None
        if editor is None or link is None:
            self.notify("No [[link]] is under the cursor.", markup=False)
            return
        try:
            key = await to_thread(self.workbench.shelf.resolve, link.target)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        if await editor.flush():
            self.desk.open_reader(key, Target(link.page_index) if link.page_index is not None else None)

    @on(NoteEditor.LinkTyped)
    def _on_link_typed(self, event: NoteEditor.LinkTyped) -> None:
        self._suggest(event.typed)

    @work(exclusive=True, group="suggest")
    async def _suggest(self, typed: str | None) -> None:
        editor = self.note_editor
        if editor is None:
            return
        found: Sequence[LinkTarget] = ()
        if typed is not None:
            try:
                found = await to_thread(self._suggested, typed)
            except PaperlabError as error:
                self.desk.show_error(error)
        self._show_links(editor, found)

    def _suggested(self, typed: str) -> Sequence[LinkTarget]:
        """In a thread."""
        if self._suggestions is None:
            summaries = self.workbench.shelf.summaries()
            self._suggestions = Suggestions(LinkTarget(s.key.value, s.citekey, s.title) for s in summaries)
        return self._suggestions.of(typed, _MOST_SUGGESTIONS)

    def _show_links(self, editor: NoteEditor, targets: Sequence[LinkTarget]) -> None:
        links = self.query_one_optional(LinkList)
        if links is None:
            if not targets:
                return
            links = LinkList()
            self.mount(links)
        editor.is_completing = bool(targets)
        links.show(targets, editor.cursor_screen_offset)

    @on(NoteEditor.CompletionKey)
    def _on_completion_key(self, event: NoteEditor.CompletionKey) -> None:
        editor, links = self.note_editor, self.query_one_optional(LinkList)
        if editor is None or links is None:
            return
        if event.key in ("up", "down"):
            links.move(1 if event.key == "down" else -1)
        elif (target := links.chosen) is not None and (typed := editor.link_typed) is not None:
            editor.complete(typed, completed(target, typed))


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
