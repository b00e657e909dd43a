"""The reader's ways back: the jump list and bookmarks."""

from collections.abc import Mapping
from string import ascii_letters
from types import MappingProxyType
from typing import TYPE_CHECKING

from paperlab.domain.progress import Position
from paperlab.tui.jumps import Jumps
from paperlab.tui.layout import page_at
from paperlab.tui.places import QUOTE_LENGTH, Place
from paperlab.tui.screens.dialogs import Choice, ChoiceDialog, LetterDialog
from paperlab.tui.screens.reader.text import TextScreen
from paperlab.tui.session import place_of, target_in

if TYPE_CHECKING:
    from paperlab.services.reading import OpenPaper

_EXCERPT = 40
"""Characters of a bookmarked sentence in the list."""


class JumpingScreen(TextScreen):
    """Every jump can be taken back; letters keep places for good."""

    _jumps = Jumps()
    _bookmarks: Mapping[str, Position] = MappingProxyType({})

    def _show(self, paper: "OpenPaper", at: Place) -> None:
        self._bookmarks = paper.state.bookmarks
        super()._show(paper, at)

    def jump(self, place: Place) -> None:
        """Go far: the place that is left can be come back to."""
        self._jumps = self._jumps.left(self.text.cursor)
        self.text.go(place, settle=True)

    def action_end(self, by: int) -> None:
        if self.is_open:
            self._jumps = self._jumps.left(self.text.cursor)
            self.text.go_to_end(by)

    def action_section(self, by: int) -> None:
        at = self.text.cursor
        headings = [Place(entry.block, 0) for entry in self._outline]
        ahead = [place for place in headings if place > at] if by > 0 else [place for place in headings if place < at]
        if ahead:
            self.jump(ahead[0] if by > 0 else ahead[-1])

    def action_jump_back(self) -> None:
        """Where the last jump began; from there to the paper that this one was opened from."""
        if self.is_open and (found := self._jumps.back(self.text.cursor)):
            self._jumps, place = found
            self.text.go(place, settle=True)
        elif len(self.app.screen_stack) > 2 and isinstance(self.app.screen_stack[-2], TextScreen):
            self.action_back()
        else:
            self.notify("This is where you began.", timeout=2, markup=False)

    def action_jump_forward(self) -> None:
        if self.is_open and (found := self._jumps.forward(self.text.cursor)):
            self._jumps, place = found
            self.text.go(place, settle=True)
        else:
            self.notify("You have not gone back from anywhere.", timeout=2, markup=False)

    # the dialogs are there at once: the letter may be typed in the same breath

    def action_bookmark(self) -> None:
        """Keep the place under a letter."""
        if self._paper is None or not self.is_open:
            return
        quote = self.text.units.text(self.text.cursor)[:QUOTE_LENGTH]
        position = Position(self._paper.edition, self.text.page_index, quote)

        def keep(letter: str | None) -> None:
            if letter is not None:
                self._bookmarks = {**self._bookmarks, letter: position}
                self.desk.perform(lambda: self.workbench.reading.bookmark(self._key, letter, position))
                self.notify(f"Bookmarked: {letter}", timeout=2, markup=False)

        self.app.push_screen(LetterDialog("Bookmark this place under the letter …", ascii_letters), keep)

    def action_bookmarks(self) -> None:
        """Go to a bookmark, or back to where the last jump began."""
        if self._paper is None or not self.is_open:
            return
        choices: list[Choice[Place]] = []
        if found := self._jumps.back(self.text.cursor):
            choices.append(Choice(f"back: {self.text.units.text(found[1])[:_EXCERPT]}", found[1], key="'"))
        for letter, position in sorted(self._bookmarks.items()):
            place = place_of(self.text.blocks, target_in(self._paper, position))
            page = page_at(self.text.blocks[place.block], self.text.units.span(place).start) + 1
            choices.append(Choice(f"p. {page}  {position.quote[:_EXCERPT]}", place, key=letter))
        if choices:
            self.app.push_screen(ChoiceDialog("Go to", choices), lambda place: self.jump(place) if place else None)
        else:
            self.notify("No bookmarks yet: m and a letter sets one.", timeout=3, markup=False)
