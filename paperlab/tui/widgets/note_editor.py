"""An editor for one paper's note that saves by itself and never overwrites what somebody else wrote."""

import asyncio
from asyncio import Lock, to_thread
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import events, work
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.merging import merge, row_after
from paperlab.domain.note_links import NoteLink, begun_link, link_at
from paperlab.errors import ChangedOutside, PaperlabError
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings

if TYPE_CHECKING:
    from paperlab.services.noting import Noting
    from paperlab.tui.app import PaperlabApp

_PAUSE_S = 1.0
"""After the last key before the note is saved."""
_LONGEST_S = 5.0
"""Of writing without a pause, before it is saved all the same."""
_SOON_S = 0.01
_LOOK_S = 1.0
"""Between two looks whether somebody else has written."""
_STEADY_S = 0.2
"""For so long a changed file must stay the same: one that is just being written is left alone."""
_RETRY_S = 2.0
"""After a save that failed."""
_COMPLETION_KEYS = frozenset({"up", "down", "tab", "enter"})


class NoteEditor(TextArea):
    """Markdown as plain text. Reads when it is mounted, saves at every pause and when it is asked to `flush`."""

    BINDINGS = bindings("note")

    DEFAULT_CSS = """
    NoteEditor { border: none; padding: 0 1; height: 1fr; }
    """

    @dataclass
    class Told(Message):
        """How the note stands: `saved`, `changed`, an error."""

        state: str

    @dataclass
    class LinkTyped(Message):
        """A link is being typed, or no longer."""

        typed: str | None
        """What there is of its target so far; None outside of a link."""

    @dataclass
    class CompletionKey(Message):
        """A key for the list of papers that is shown."""

        key: str

    def __init__(self, key: PaperKey, noting: "Noting") -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, tab_behavior="indent", read_only=True)
        self.cursor_blink = False
        self.key = key
        self.is_completing = False
        """A list of papers is shown: some keys are for it."""
        self._is_typing = False
        self._is_refused = False
        self._noting = noting
        self._is_loaded = False
        self._typed_early = ""
        """What came before the note had been read."""
        self._base = ""
        """The text on disk when it was last read or written: what the next save is based on."""
        self._clean = ""
        """The same as the editor holds it, with one kind of line ends."""
        self._saving = Lock()
        self._pause: Timer | None = None
        self._behind_s: float | None = None
        """Since when, by the clock, something is not saved."""
        self._failure = ""
        self.link_typed: str | None = None
        """What there is of the target of a link that is being typed."""

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted: what would steer the terminal is blank there, and stays in the note."""
        pieces = self.document.get_line(line_index).split("\t")
        return Text("\t".join(map(safe, pieces)), end="", no_wrap=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        if not self.is_attached:  # a paint may come after the removal, when TextArea's styles are gone
            return [Strip.blank(crop.width)] * crop.height
        return super().render_lines(crop)

    def on_mount(self) -> None:
        self.focus()
        self.reload()
        self._tell_drafts()
        self.set_interval(_LOOK_S, self._look)

    @property
    def is_changed(self) -> bool:
        return self._is_loaded and self.text != self._clean

    @property
    def link(self) -> NoteLink | None:
        """The link under the cursor."""
        row, column = self.cursor_location
        return link_at(self.document.get_line(row), column)

    def complete(self, typed: str, name: str) -> None:
        """Put a name in the place of what is typed of a link's target, and close the link."""
        row, column = self.cursor_location
        after = self.document.get_line(row)[column:]
        end = column + 2 if after.startswith("]]") else column
        self.replace(f"{name}]]", (row, column - len(typed)), (row, end), maintain_selection_offset=False)

    @work(exclusive=True, group="note")
    async def reload(self) -> None:
        """Read the note from disk. What is not saved is saved first; if that fails, it stays as it is."""
        if self.is_changed and not await self.flush():
            return
        async with self._saving:
            try:
                self._take(await to_thread(self._noting.read, self.key))
            except PaperlabError as error:
                self.post_message(self.Told(error.message))
                return
        self.post_message(self.Told("not saved yet" if self.is_changed else ""))

    @work
    async def save_now(self) -> None:
        await self.flush()

    async def flush(self) -> bool:
        """Save what is not saved. False if it could not be; the text stays in the editor then."""
        async with self._saving:
            while self.is_changed:
                try:
                    await self._save(self.text)
                except ChangedOutside:
                    if not await self._merge():
                        return False
                except PaperlabError as error:
                    self._tell_failure(error)
                    return False
            return True

    def give_up(self) -> None:
        """The reader leaves without what is not saved."""
        self._desk.unsaved.drop(self.key)

    def refuse_completion(self) -> None:
        """The reader wants no papers suggested for this link."""
        self._is_refused, self.link_typed = True, None

    async def on_key(self, event: events.Key) -> None:
        self._is_typing = event.is_printable
        if not self._is_loaded and (event.is_printable or event.key == "enter"):
            event.stop()
            event.prevent_default()
            self._typed_early += (event.character or "") if event.is_printable else "\n"
        elif self.is_completing and event.key in _COMPLETION_KEYS:
            event.stop()
            event.prevent_default()
            self.post_message(self.CompletionKey(event.key))

    def on_text_area_changed(self) -> None:
        self._look_for_link(may_begin=self._is_typing)
        self._hold()
        if self.is_changed:
            self.post_message(self.Told(f"not saved: {self._failure}" if self._failure else "not saved yet"))
            now_s = self._desk.monotonic()
            self._behind_s = now_s if self._behind_s is None else self._behind_s
            self._save_after(min(_PAUSE_S, max(_SOON_S, self._behind_s + _LONGEST_S - now_s)))

    def on_text_area_selection_changed(self) -> None:
        self._look_for_link(may_begin=False)

    def _look_for_link(self, *, may_begin: bool) -> None:
        """Tell of a link that is being typed. One that the cursor only comes across is left alone."""
        row, column = self.cursor_location
        typed = begun_link(self.document.get_line(row)[:column]) if self.selection.is_empty else None
        if typed is None:
            self._is_refused = False
        elif self._is_refused or (self.link_typed is None and not may_begin):
            return
        if typed != self.link_typed:
            self.link_typed = typed
            self.post_message(self.LinkTyped(typed))

    @property
    def _desk(self) -> "PaperlabApp":
        return cast("PaperlabApp", self.app)

    def _hold(self) -> None:
        """Tell the application what would be lost if it ended now."""
        if self.is_changed:
            self._desk.unsaved.hold(self.key, self.text, self._base)
        else:
            self._desk.unsaved.drop(self.key)

    def _save_after(self, seconds: float) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(seconds, self.save_now)

    async def _save(self, text: str) -> None:
        await to_thread(self._noting.save, self.key, text, based_on=self._base)
        self._base = self._clean = text
        self._failure, self._behind_s = "", None
        self._hold()
        self.post_message(self.Told("not saved yet" if self.is_changed else "saved"))

    async def _merge(self) -> bool:
        try:
            theirs = await to_thread(self._noting.read, self.key)
        except PaperlabError as error:
            self._tell_failure(error)
            return False
        self._take(theirs)
        return True

    @work(exclusive=True, group="note-look")
    async def _look(self) -> None:
        """Take over what somebody else has written meanwhile."""
        if not self._is_loaded or self._saving.locked():
            return
        async with self._saving:
            try:
                theirs = await to_thread(self._noting.read, self.key)
                if theirs == self._base:
                    return
                await asyncio.sleep(_STEADY_S)
                if theirs == await to_thread(self._noting.read, self.key):
                    self._take(theirs)
            except PaperlabError as error:
                self.post_message(self.Told(error.message))

    @work(group="note-drafts")
    async def _tell_drafts(self) -> None:
        for path in await to_thread(self._noting.drafts, self.key):
            self.notify(str(path), title="A text of this note that once could not be saved", timeout=15, markup=False)

    def _take(self, theirs: str) -> None:
        """Show what is on the disk, together with what is not saved here. Nothing is awaited: no key comes between."""
        if self._is_loaded and theirs == self._base:
            return
        was_loaded, was_changed = self._is_loaded, self.is_changed
        merged = merge(self._clean, self.text, theirs)
        self._base = theirs
        self._show(merged.text)
        self._clean = theirs if was_changed else self.text
        if not was_loaded:
            self.insert(self._typed_early)
        self._hold()
        if merged.has_overlap:
            self.move_cursor(self.document.end)
            self.notify(
                "The note was changed elsewhere meanwhile. Both texts are kept: yours is at the end, under its own "
                "heading.",
                severity="warning",
                timeout=10,
                markup=False,
            )
        elif was_changed:
            self.notify("Merged with what was written elsewhere.", timeout=4, markup=False)
        elif was_loaded:
            self.post_message(self.Told("changed elsewhere; this is the new text"))

    def _show(self, text: str) -> None:
        """Put a text into the editor; the cursor stays on its line, and the line where it is on the screen.

        At first it stands at the end, where one goes on writing.
        """
        if not self._is_loaded:
            self.load_text(text)
            self.read_only, self._is_loaded = False, True
            self.move_cursor(self.document.end)
            return
        row, column = self.cursor_location
        new_row = row_after(self.text, text, row)
        top = self.scroll_offset.y + new_row - row
        self.load_text(text)
        self.move_cursor((new_row, column))
        self.scroll_to(y=max(top, 0), animate=False)

    def _tell_failure(self, error: PaperlabError) -> None:
        """In place, and once as a message; then it is tried again."""
        reason = error.message.rpartition(": ")[2]  # which file it is need not be told in so little room
        self.post_message(self.Told(f"not saved: {reason}"))
        if reason != self._failure:
            self._failure = reason
            self.notify(
                f"{error.message}\n{error.hint}".strip(), title="The note is not saved", severity="error", markup=False
            )
        self._save_after(_RETRY_S)
