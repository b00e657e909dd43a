"""A comment on a quote, of a line or of several."""

from asyncio import to_thread
from contextlib import suppress

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import Dialog
from paperlab.tui.screens.dialogs import yes_no
from paperlab.tui.unsaved import UnsavedComment
from paperlab.tui.widgets.key_bar import KeyBar

_QUOTE_SHOWN = 240
"""Characters of a quote above its comment."""
_KEEP_S = 2.0
"""Between two times that what is written is put down, in case the program is killed."""


class CommentDialog(Dialog[str]):
    """A small editor below the quote. What was changed is not thrown away without a question."""

    PLACE = "comment"
    BINDINGS = bindings("comment")
    DEFAULT_CSS = """
    CommentDialog TextArea { height: auto; min-height: 3; max-height: 8; padding: 0 1; }
    CommentDialog KeyBar { dock: none; margin-top: 1; padding: 0; }
    """

    def __init__(self, unsaved: UnsavedComment, comment: str, draft: str = "") -> None:
        """`comment` is what the library has; `draft` what was written on it once and never saved."""
        super().__init__()
        self._unsaved = unsaved
        self._quote = " ".join(safe(unsaved.quote).split())
        self._comment = comment
        self._draft = draft

    def compose(self) -> ComposeResult:
        quote = self._quote
        shown = quote if len(quote) <= _QUOTE_SHOWN else quote[: _QUOTE_SHOWN - 1] + "…"
        with Vertical(classes="dialog"):
            yield Static(Text(f"“{shown}”", style="italic"), classes="dialog-title")
            yield TextArea(self._draft or self._comment, soft_wrap=True, show_line_numbers=False)
            yield KeyBar("comment")

    def on_mount(self) -> None:
        editor = self.query_one(TextArea)
        editor.cursor_blink = False
        editor.move_cursor(editor.document.end)
        editor.focus()
        self.set_interval(_KEEP_S, self._keep)
        if self._draft:
            self.notify("You had written this and not saved it.", timeout=5, markup=False)

    def on_text_area_changed(self) -> None:
        self._unsaved.hold(self._written if self._written != self._comment.strip() else None)

    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        with suppress(PaperlabError):  # a full disk is told of when the comment is saved
            await to_thread(self._unsaved.write)

    def action_newline(self) -> None:
        editor = self.query_one(TextArea)
        editor.replace("\n", *editor.selection, maintain_selection_offset=False)

    def action_accept(self) -> None:
        self.dismiss(self._written)

    def action_back(self) -> None:
        self._leave()

    @work(exclusive=True)
    async def _leave(self) -> None:
        if self._written == self._comment.strip() or await self._may_throw_away():
            self.dismiss(None)

    @property
    def _written(self) -> str:
        return self.query_one(TextArea).text.strip()

    async def _may_throw_away(self) -> bool:
        question = yes_no("Throw away what you have written?", "throw away", "go on writing")
        return await self.app.push_screen_wait(question) is True
