"""A comment on a quote, of a line or of several."""

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import Dialog
from paperlab.tui.screens.dialogs import yes_no
from paperlab.tui.widgets.key_bar import KeyBar

_QUOTE_SHOWN = 240
"""Characters of a quote above its comment."""


class CommentDialog(Dialog[str]):
    """A small editor below the quote. What was changed is not thrown away without a question."""

    PLACE = "comment"
    BINDINGS = bindings("comment")
    DEFAULT_CSS = """
    CommentDialog TextArea { height: auto; min-height: 3; max-height: 8; padding: 0 1; }
    CommentDialog KeyBar { dock: none; margin-top: 1; padding: 0; }
    """

    def __init__(self, quote: str, comment: str) -> None:
        super().__init__()
        self._quote = " ".join(safe(quote).split())
        self._comment = comment

    def compose(self) -> ComposeResult:
        quote = self._quote
        shown = quote if len(quote) <= _QUOTE_SHOWN else quote[: _QUOTE_SHOWN - 1] + "…"
        with Vertical(classes="dialog"):
            yield Static(Text(f"“{shown}”", style="italic"), classes="dialog-title")
            yield TextArea(self._comment, soft_wrap=True, show_line_numbers=False)
            yield KeyBar("comment")

    def on_mount(self) -> None:
        editor = self.query_one(TextArea)
        editor.cursor_blink = False
        editor.move_cursor(editor.document.end)
        editor.focus()

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
