"""Every command once: its name, its keys, what the palette and the help say of it.

A place is where keys hold: a screen, or a widget that moves. `BINDINGS` are made from here, so are the key bar, the
help and the palette.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key

from paperlab.domain.annotations import COLORS
from paperlab.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does."""

    id: str
    """`place.name`: how the settings' keymap calls it."""
    keys: str
    """Divided by commas; the first one is shown."""
    action: str
    short: str
    """For the key bar; empty keeps it out."""
    help: str
    has_priority: bool = False
    """Taken before the focused widget sees the key."""

    @property
    def place(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2].replace("_", " ").capitalize()


PLACES = {
    "library": "Library",
    "search": "Search",
    "reader": "Reader",
    "outline": "Outline",
    "find": "Find in the paper",
    "filter": "Filter",
    "marks": "Marks",
    "comment": "Comment",
    "note": "Note",
    "preview": "Note as it reads",
    "progress": "Progress",
    "add": "Add papers",
    "choice": "Choice",
    "move": "Moving",
    "app": "Everywhere",
}
"""Titles of the places, as the help orders them."""

COMMANDS: tuple[Command, ...] = (
    Command("library.read", "enter", "read", "read", "Read the paper, where you left it"),
    Command("library.add", "a", "add", "add", "Add papers by id, address or path"),
    Command("library.note", "n", "note", "note", "Write in the paper's note"),
    Command("library.status", "s", "status", "status", "Say what you have read: unread, reading, read, and how deep"),
    Command("library.tags", "t", "tags", "tags", "Change the paper's tags"),
    Command(
        "library.filter", "f", "filter", "filter", "Show only papers that have words, tag:, status:, year:, author:"
    ),
    Command("library.lists", "l", "lists", "lists", "Show the papers of one reading list"),
    Command("library.progress", "p", "progress", "progress", "What has been read, when and how much"),
    Command("library.sort", "S", "sort", "", "Sort by the next column"),
    Command("library.open_pdf", "o", "open_pdf", "", "Open the PDF in the desktop's viewer"),
    Command("library.fetch", "F", "fetch", "", "Download the paper's missing PDF"),
    Command("library.export", "x", "export", "", "Write the paper, its highlights and notes as Markdown"),
    Command("library.editor", "E", "editor", "", "Write the note in your own editor"),
    Command("library.copy", "y", "copy", "", "Copy the citation key"),
    Command("library.reload", "ctrl+r", "reload", "", "Read the library again"),
    Command("library.clear", "escape", "clear", "", "Show all papers again"),
    Command("search.open", "enter", "open", "open", "Open the reader at the passage", True),
    Command("search.scope", "tab", "scope", "scope", "Search papers, notes, annotations, or all", True),
    Command("search.down", "down,ctrl+n", "move(1)", "", "Next passage", True),
    Command("search.up", "up", "move(-1)", "", "Passage before", True),
    Command("search.page_down", "pagedown", "move(8)", "", "Some passages on", True),
    Command("search.page_up", "pageup", "move(-8)", "", "Some passages back", True),
    Command("search.copy", "ctrl+y", "copy", "copy", "Copy the passage"),
    Command("search.back", "escape", "back", "back", "Back; the query is kept", True),
    Command("reader.next_sentence", "j,down", "sentence(1)", "", "Next sentence"),
    Command("reader.previous_sentence", "k,up", "sentence(-1)", "", "Sentence before"),
    Command("reader.next_paragraph", "J,shift+down", "paragraph(1)", "", "Next paragraph"),
    Command("reader.previous_paragraph", "K,shift+up", "paragraph(-1)", "", "Paragraph before"),
    Command("reader.page_down", "space,pagedown", "screen(1.0)", "", "A screenful on"),
    Command("reader.page_up", "b,pageup,shift+space", "screen(-1.0)", "", "A screenful back"),
    Command("reader.half_down", "ctrl+d", "screen(0.5)", "", "Half a screen on"),
    Command("reader.half_up", "ctrl+u", "screen(-0.5)", "", "Half a screen back"),
    Command("reader.top", "g,home", "end(-1)", "", "To the start of the paper"),
    Command("reader.bottom", "G,end", "end(1)", "", "To the end of the paper"),
    Command("reader.next_section", "]", "section(1)", "", "Next section"),
    Command("reader.previous_section", "[", "section(-1)", "", "Section before"),
    Command("reader.extend", "v", "extend", "extend", "Extend the cursor over several sentences, or stop it"),
    Command("reader.highlight", "h", "highlight", "highlight", "Highlight what is under the cursor"),
    Command("reader.comment", "c", "comment", "comment", "Highlight and comment"),
    *(
        Command(f"reader.{color}", str(key), f"color('{color}')", "", f"Highlight in {color}, or make the highlight so")
        for key, color in enumerate(COLORS, start=1)
    ),
    Command("reader.marks", "M", "marks", "", "List all marks of the paper"),
    Command("reader.note", "n", "note", "note", "Write in the paper's note"),
    Command("reader.outline", "tab", "outline", "outline", "Show the sections, or hide them"),
    Command("reader.find", "ctrl+f", "find", "find", "Find words in the paper"),
    Command("reader.status", "s", "status", "status", "Say what you have read: unread, reading, read, and how deep"),
    Command("reader.remove", "d", "remove", "", "Delete the highlight under the cursor"),
    Command("reader.copy", "y", "copy", "", "Copy what is under the cursor"),
    Command("reader.open_pdf", "o", "open_pdf", "", "Open the PDF in the desktop's viewer at this page"),
    Command("reader.export", "x", "export", "", "Write the paper, its highlights and notes as Markdown"),
    Command("reader.editor", "E", "editor", "", "Write the note in your own editor"),
    Command("reader.back", "escape", "back", "back", "Back"),
    Command("outline.go", "enter", "select", "go there", "Go to the section"),
    Command("outline.back", "escape,tab", "screen.outline", "close", "Hide the sections"),
    Command("marks.go", "enter", "select", "go there", "Go to the mark"),
    Command("marks.remove", "d", "screen.remove_listed", "delete", "Delete the mark"),
    Command("marks.comment", "c", "screen.comment_listed", "comment", "Comment on the mark"),
    *(
        Command(f"marks.{color}", str(key), f"screen.color_listed('{color}')", "", f"Make the mark {color}")
        for key, color in enumerate(COLORS, start=1)
    ),
    Command("marks.back", "escape,M", "screen.marks", "close", "Hide the list"),
    Command("comment.save", "enter", "accept", "save", "Save the comment", True),
    Command("comment.newline", "ctrl+j,alt+enter,shift+enter", "newline", "new line", "Begin a new line", True),
    Command("comment.back", "escape", "back", "back", "Leave it as it was", True),
    Command("find.next", "enter,down", "screen.find_next(1)", "next", "Next place"),
    Command("find.previous", "up", "screen.find_next(-1)", "before", "Place before"),
    Command("find.close", "escape", "screen.close_find", "close", "Stop finding; the cursor stays"),
    Command("filter.keep", "enter,down", "screen.keep_filter", "keep", "Go on with the papers that are shown"),
    Command("filter.clear", "escape", "screen.clear_filter", "show all", "Show all papers again"),
    Command("note.back", "escape", "screen.leave_note", "back", "Save and go back", True),
    Command("note.save", "ctrl+s", "screen.save_note", "save", "Save now; notes are saved by themselves, too"),
    Command("note.editor", "ctrl+o", "screen.note_outside", "your editor", "Go on in your own editor"),
    Command("note.reload", "ctrl+r", "screen.reload_note", "", "Read the note from disk again"),
    Command("note.preview", "ctrl+t", "screen.preview_note", "preview", "Show the note as it reads"),
    Command("note.follow", "ctrl+l", "screen.follow_link", "follow", "Open the paper of the [[link]] under the cursor"),
    Command("preview.back", "escape,ctrl+t", "screen.preview_note", "write", "Go on writing"),
    Command("progress.back", "escape,p", "back", "back", "Back"),
    Command("add.start", "enter", "start", "add", "Add what is typed", True),
    Command("add.cancel", "ctrl+x", "cancel", "stop", "Stop the job that runs", True),
    Command("add.back", "escape", "back", "back", "Back; the jobs go on", True),
    Command("choice.accept", "enter", "accept", "choose", "Take it", True),
    Command("choice.back", "escape", "back", "back", "Leave it as it was", True),
    Command("move.down", "j,down", "move(1)", "", "Down"),
    Command("move.up", "k,up", "move(-1)", "", "Up"),
    Command("move.half_down", "ctrl+d", "move_screen(0.5)", "", "Half a screen down"),
    Command("move.half_up", "ctrl+u", "move_screen(-0.5)", "", "Half a screen up"),
    Command("move.page_down", "space,pagedown", "move_screen(1.0)", "", "A screenful down"),
    Command("move.page_up", "b,pageup", "move_screen(-1.0)", "", "A screenful up"),
    Command("move.top", "g,home", "move_end(-1)", "", "To the first"),
    Command("move.bottom", "G,end", "move_end(1)", "", "To the last"),
    Command("app.search", "/", "search", "search", "Search all papers by words and meaning"),
    Command("app.undo", "u", "undo", "", "Take back the last change: status, tags, highlights"),
    Command("app.jobs", "A", "jobs", "", "What is being added, and what went wrong"),
    Command("app.theme", "T", "next_theme", "", "Next theme: dark, light, high contrast, the terminal's own"),
    Command("app.palette", "ctrl+p", "command_palette", "", "Every command by name", True),
    Command("app.help", "?,f1", "help", "help", "The keys of this place"),
    Command("app.quit", "q", "quit", "", "Quit"),
)


def commands_of(place: str) -> tuple[Command, ...]:
    return tuple(command for command in COMMANDS if command.place == place)


def bindings(place: str) -> list[BindingType]:
    """What a screen or widget puts into its `BINDINGS`."""
    return [
        Binding(command.keys, command.action, command.help, id=command.id, priority=command.has_priority, show=False)
        for command in commands_of(place)
    ]


def keys_of(command: Command, keymap: Mapping[str, str]) -> list[str]:
    """The keys that a command has for this reader."""
    return [key.strip() for key in keymap.get(command.id, command.keys).split(",")]


def key_name(key: str) -> str:
    """A key as a reader writes it."""
    return key.replace("pagedown", "pgdn").replace("pageup", "pgup").replace("escape", "esc")


def check_keymap(keymap: Mapping[str, str]) -> None:
    """See that a keymap names known commands and gives no key two meanings in one place.

    Raises:
        SettingsError: Naming the command, or the two that share a key.
    """
    ids = [command.id for command in COMMANDS]
    for name, keys in keymap.items():
        if name not in ids:
            near = difflib.get_close_matches(name, ids, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"as in {ids[0]!r}; `?` lists them"
            raise SettingsError(f"keymap: unknown command {name!r}", hint=hint)
        if not all(key.strip() for key in keys.split(",")):
            raise SettingsError(f"keymap: {name} has an empty key", hint=f'as in {name} = "h,ctrl+h"')
    for place in PLACES:
        _check_place(place, keymap)


def _check_place(place: str, keymap: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for command in commands_of(place):
        for key in keys_of(command, keymap):
            name = _character_to_key(key) if len(key) == 1 else key
            if other := taken.get(name):
                raise SettingsError(f"keymap: {key!r} is both {other} and {command.id}", hint="give one another key")
            taken[name] = command.id
