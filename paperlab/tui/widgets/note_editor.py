"""An editor for one paper's note that saves by itself and never overwrites what somebody else wrote."""

from asyncio import Lock, to_thread
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import ChangedOutside, PaperlabError
from paperlab.tui.commands import bindings

if TYPE_CHECKING:
    from paperlab.services.noting import Noting

_PAUSE_S = 1.0
"""After the last key before the note is saved."""
CONFLICT = "## Conflict: the note was changed elsewhere; this is the text from here"


def keep_both(theirs: str, ours: str) -> str:
    """The text on disk, and below it, under a heading, the one that was being written."""
    return f"{theirs.rstrip()}\n\n{CONFLICT}\n\n{ours.strip()}\n"


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

    def __init__(self, key: PaperKey, noting: "Noting") -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, tab_behavior="indent", read_only=True)
        self.cursor_blink = False
        self._is_loaded = False
        self.key = key
        self._noting = noting
        self._saved = ""
        """The text on disk when it was last read or written: what the next save is based on."""
        self._saving = Lock()
        self._pause: Timer | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        if not self.is_attached:  # a paint may come after the removal, when TextArea's styles are gone
            return [Strip.blank(crop.width)] * crop.height
        return super().render_lines(crop)

    def on_mount(self) -> None:
        self.focus()
        self.reload()

    @property
    def is_changed(self) -> bool:
        return self._is_loaded and self.text != self._saved

    @work(exclusive=True, group="note")
    async def reload(self) -> None:
        """Read the note from disk. What is not saved is saved first; if that fails, it stays as it is."""
        if self.is_changed and not await self.flush():
            return
        try:
            text = await to_thread(self._noting.read, self.key)
        except PaperlabError as error:
            self.post_message(self.Told(error.message))
            return
        self._show(text)
        self.post_message(self.Told(""))

    @work
    async def save_now(self) -> None:
        await self.flush()

    async def flush(self) -> bool:
        """Save what is not saved. False if it could not be; the text stays in the editor then."""
        async with self._saving:
            if not self.is_changed:
                return True
            try:
                await self._save(self.text, self._saved)
            except ChangedOutside:
                return await self._merge()
            except PaperlabError as error:
                self._tell_failure(error)
                return False
            return True

    def on_text_area_changed(self) -> None:
        if not self.is_changed:
            return
        self.post_message(self.Told("not saved yet"))
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE_S, self.save_now)

    async def _save(self, text: str, based_on: str) -> None:
        await to_thread(self._noting.save, self.key, text, based_on=based_on)
        self._saved = text
        self.post_message(self.Told("saved" if self.text == text else "not saved yet"))

    async def _merge(self) -> bool:
        """Somebody else has written: both texts are kept, ours below theirs."""
        try:
            theirs = await to_thread(self._noting.read, self.key)
            both = keep_both(theirs, self.text)
            await self._save(both, theirs)
        except PaperlabError as error:
            self._tell_failure(error)
            return False
        self._show(both)
        self.move_cursor(self.document.end)
        message = (
            "The note was changed elsewhere meanwhile. Both texts are kept: yours is at the end, under its own heading."
        )
        self.notify(message, severity="warning", timeout=10, markup=False)
        return True

    def _show(self, text: str) -> None:
        self._saved = text
        at = self.cursor_location
        self.load_text(text)
        self.read_only, self._is_loaded = False, True
        self.move_cursor(at)

    def _tell_failure(self, error: PaperlabError) -> None:
        self.post_message(self.Told(f"not saved: {error.message}"))
        self.notify(
            f"{error.message}\n{error.hint}".strip(), title="The note is not saved", severity="error", markup=False
        )
