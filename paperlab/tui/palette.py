"""The command palette: every command of the place and of everywhere, with its keys."""

from functools import partial

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from paperlab.tui.commands import Command, commands_of, key_name, keys_of
from paperlab.tui.widgets.key_bar import KeyBar


class PaperlabCommands(Provider):
    """Commands of the screen beneath the palette."""

    @property
    def _commands(self) -> tuple[Command, ...]:
        """Those of the screen, and of the part of it that has the keys."""
        bar = self.screen.query_one_optional(KeyBar)
        places = dict.fromkeys((getattr(self.screen, "PLACE", ""), bar.place if bar else "", "app"))
        return tuple(command for place in places for command in commands_of(place))

    async def discover(self) -> Hits:
        for command in self._commands:
            yield DiscoveryHit(self._title(command), partial(self._run, command), command.name, command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands:
            score = max(matcher.match(command.name), 0.8 * matcher.match(command.help))
            if score > 0:
                yield Hit(score, self._title(command), partial(self._run, command), command.name, command.help)

    def _title(self, command: Command) -> Text:
        keymap = self.app._keymap
        keys = " ".join(key_name(key) for key in keys_of(command, keymap)[:2])
        return Text.assemble(command.name, "  ", (keys, "italic"))

    async def _run(self, command: Command) -> None:
        node: DOMNode = self.app if command.place == "app" else self.screen
        if command.place not in ("app", getattr(self.screen, "PLACE", "")) and self.focused is not None:
            node = self.focused
        await self.app.run_action(command.action, node)
