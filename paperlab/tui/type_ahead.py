"""Keys that come faster than screens: one is handled to its end before the next one is looked at.

Textual hands a key to the widget that has the focus when it arrives. Over a slow line `/why` arrives in one piece: the
search would open, and its letters would go to the screen beneath. So a key waits until the one before it has gone up
from its widget to the application, and the screen that it may have opened has got its focus.
"""

from collections import deque
from functools import partial

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

_PATIENCE_S = 0.5
"""Then a key is held to be handled: a widget that had it has gone."""


class TypeAheadApp(App[str]):
    """Takes keys one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key] = deque()
        self._number = 0
        """Of the key that is being handled."""
        self._is_handling = False

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded or (not self._is_handling and self._is_text(event)):
            await super().on_event(event)
        elif self._is_handling:
            self._waiting.append(event)
            self.set_timer(_PATIENCE_S, partial(self._settle, self._number))
        else:
            await self._handle(event)

    async def _handle(self, key: events.Key) -> None:
        self._number += 1
        self._is_handling = True
        target = self.focused or self.screen
        await super().on_event(key)
        self._follow(target, self._number)

    def _follow(self, node: DOMNode | None, number: int) -> None:
        """Go through the same queues as the key: a call comes after what was put into a queue before it."""
        while node is not None and node is not self:
            if node.call_later(self._follow, node.parent, number):
                return
            node = node.parent
        self.call_later(self._come_home, number)

    def _come_home(self, number: int) -> None:
        """The screen on top has been told that it is, before this, and so has its focus."""
        if not self.screen.call_later(self.call_later, self._settle, number):
            self.call_later(self._settle, number)

    async def _settle(self, number: int) -> None:
        if number != self._number or not self._is_handling:
            return
        self._is_handling = False
        while self._waiting and not self._is_handling:
            key = self._waiting.popleft()
            if self._is_text(key):
                await super().on_event(key)
            else:
                await self._handle(key)

    def _is_text(self, key: events.Key) -> bool:
        """A letter for a field to type in opens nothing: what follows need not wait for it."""
        return key.is_printable and isinstance(self.focused, Input | TextArea)
