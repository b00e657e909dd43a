"""The keys of a place, and those that hold everywhere."""

from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from paperlab.tui.commands import PLACES, commands_of, key_name, keys_of
from paperlab.tui.screens.base import Dialog

_ALONG = {
    "library": ("library", "filter", "move"),
    "progress": ("progress", "move"),
    "related": ("related", "move"),
    "diff": ("diff", "move"),
    "reader": ("reader", "walk", "marks", "outline", "find", "note", "preview"),
    "picture": ("picture",),
    "note": ("note", "preview"),
    "search": ("search",),
    "welcome": ("welcome", "move"),
    "add": ("add", "found", "jobs", "move"),
}
"""Places whose keys belong to a screen."""


class HelpScreen(Dialog[None]):
    """All keys of the screen beneath, as this reader has them."""

    BINDINGS: ClassVar = [
        Binding("escape,q,question_mark,f1", "back", "Back", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown,ctrl+d", "scroll(10)", "Down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "Up", show=False),
    ]

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help", can_focus=False):
            yield Static(self._table())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True, max_width=18)
        table.add_column()
        keymap = self.app._keymap
        for place in (*_ALONG.get(self._place, (self._place,)), "app"):
            if table.row_count:
                table.add_row("", "")
            table.add_row(PLACES[place], "")
            for command in commands_of(place):
                keys = " ".join(key_name(key) for key in keys_of(command, keymap))
                table.add_row(f"  {keys}", command.help)
        table.add_row("", "")
        table.add_row("", 'Keys are yours to change: keymap in paperlab.toml, as in reader.highlight = "h"')
        return table
