"""The row of keys at the foot of every screen."""

from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from paperlab.tui.commands import COMMANDS, Command, commands_of, key_name, keys_of

_GAP = 2
"""Cells between two keys."""


_KEYS_ALONE = frozenset(
    {
        "library",
        "reader",
        "walk",
        "picture",
        "outline",
        "marks",
        "placing",
        "preview",
        "reference",
        "progress",
        "related",
    }
)
"""Places without a field to type in, where `?` is a key."""


class KeyBar(Widget):
    """The keys of a place, as many as fit; `?` is always there."""

    DEFAULT_CSS = """
    KeyBar { height: 1; dock: bottom; padding: 0 1; }
    """
    COMPONENT_CLASSES: ClassVar = {"key-bar--key", "key-bar--name"}

    place = reactive("")

    def __init__(self, place: str) -> None:
        super().__init__()
        self.set_reactive(KeyBar.place, place)

    def render(self) -> Text:
        entries = self._entries()
        last = entries.pop()
        room = self.size.width - len(last[0]) - len(last[1]) - 1 - _GAP
        row = Text(no_wrap=True, end="")
        for key, name in entries:
            if row.cell_len + len(key) + len(name) + 1 + _GAP > room:
                break
            self._append(row, key, name)
        self._append(row, *last)
        return row

    def _entries(self) -> list[tuple[str, str]]:
        keymap = self.app._keymap
        shown = [command for command in commands_of(self.place) if command.short]
        taken = {key for command in shown for key in keys_of(command, keymap)} if self.place == "walk" else set()
        if self.place == "walk":
            shown += [command for command in commands_of("reader") if command.short]
        if self.place in {"library", "reader", "progress"}:
            shown.insert(1, next(command for command in COMMANDS if command.id == "app.search"))
        entries = [(key_name(self._key(command, taken)), command.short) for command in shown]
        help_command = next(command for command in COMMANDS if command.id == "app.help")
        help_keys = keys_of(help_command, keymap)
        is_typing = self.place not in _KEYS_ALONE
        return [*entries, (key_name(help_keys[-1] if is_typing else help_keys[0]), "help")]

    def _key(self, command: Command, taken: set[str]) -> str:
        """The first one that means nothing else here."""
        keys = keys_of(command, self.app._keymap)
        is_own = command.place == self.place
        return keys[0] if is_own else next((key for key in keys if key not in taken), keys[0])

    def _append(self, row: Text, key: str, name: str) -> None:
        if row:
            row.append(" " * _GAP)
        row.append(key, self.get_component_rich_style("key-bar--key", partial=True))
        row.append(" ")
        row.append(name, self.get_component_rich_style("key-bar--name", partial=True))
