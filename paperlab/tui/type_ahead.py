"""Keys that come faster than screens: one is handled to its end before the next one is looked at.

Textual hands a key to the widget that has the focus when it arrives. Over a slow line `/why` arrives in one piece: the
search would open, and its letters would go to the screen beneath. So a key waits until the one before it has gone up
from its widget to the application, and the screen that it may have opened has got its focus.

Letters for a field to type in open nothing: they wait for nothing. But the key after them waits until the field has
taken them, or enter would accept a line that is not there yet.
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
        self._written: DOMNode | None = None
        """The field that may not have taken all its letters yet."""

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._is_handling:
            self.set_timer(_PATIENCE_S, partial(self._settle, self._number))
        self._waiting.append(event)
        await self._go_on()

    async def _go_on(self) -> None:
        """Take the keys that wait, up to the first one that has to be waited for."""
        while self._waiting and not self._is_handling:
            if self._is_text(self._waiting[0]):
                self._written = self.focused
                await super().on_event(self._waiting.popleft())
            elif self._written is not None:
                field, self._written = self._written, None
                self._begin()
                self._follow(field, self._number)
            else:
                self._begin()
                target = self.focused or self.screen
                await super().on_event(self._waiting.popleft())
                self._follow(target, self._number)

    def _is_text(self, key: events.Key) -> bool:
        return key.is_printable and isinstance(self.focused, Input | TextArea)

    def _begin(self) -> None:
        self._number += 1
        self._is_handling = True

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
        if number == self._number and self._is_handling:
            self._is_handling = False
            await self._go_on()
