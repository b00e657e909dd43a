"""A note as it reads."""

from textual.app import ComposeResult
from textual.widgets import Markdown

from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.widgets.page import Page


class NotePreview(Page):
    """Rendered Markdown, to be looked at: no link opens, no image is fetched."""

    DEFAULT_CSS = """
    NotePreview { height: 1fr; padding: 0 1; }
    NotePreview Markdown { padding: 0; margin: 0; }
    """
    BINDINGS = bindings("preview")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = "\n".join(safe(line) for line in text.split("\n"))

    def compose(self) -> ComposeResult:
        yield Markdown(self._text, open_links=False)
