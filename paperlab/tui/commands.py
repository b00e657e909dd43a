"""Every command once: its name, its keys, what the palette and the help say of it.

A place is where keys hold: a screen, or a widget that moves. `BINDINGS` are made from here, so are the key bar, the
help and the palette.
"""

import difflib
from collections.abc import Mapping, Sequence
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
    "walk": "After a search, until something is marked",
    "picture": "Page as a picture",
    "outline": "Outline",
    "find": "Find in the paper",
    "filter": "Filter",
    "marks": "Marks",
    "placing": "Placing a mark by hand",
    "comment": "Comment",
    "note": "Note",
    "preview": "Note as it reads",
    "progress": "Progress",
    "related": "Papers like this one",
    "diff": "What changed",
    "add": "Add papers",
    "reference": "References of a sentence",
    "found": "Found on arXiv",
    "jobs": "Jobs",
    "welcome": "A new library",
    "choice": "Choice",
    "move": "Moving",
    "app": "Everywhere",
}
"""Titles of the places, as the help orders them."""

_TOGETHER = (
    ("library", "move", "app"),
    ("reader", "app"),
    ("outline", "move", "app"),
    ("progress", "move", "app"),
    ("related", "move", "app"),
    ("diff", "move", "app"),
)
"""Places whose keys hold at the same time, so that one key may have one meaning in all of them."""

COMMANDS: tuple[Command, ...] = (
    Command("library.read", "enter", "read", "read", "Read the paper, where you left it"),
    Command("library.add", "a", "add", "add", "Add papers by id, address or path, or search arXiv"),
    Command("library.note", "n", "note", "note", "Write in the paper's note"),
    Command("library.status", "s", "status", "status", "Say what you have read: unread, reading, read, and how deep"),
    Command("library.tags", "t", "tags", "tags", "Change the paper's tags"),
    Command(
        "library.filter",
        "f",
        "filter",
        "filter",
        "Show only papers that have words, tag:, status:, year:, author:; - before one: that have it not",
    ),
    Command("library.lists", "l", "lists", "lists", "Show the papers of one reading list"),
    Command("library.progress", "p", "progress", "progress", "What has been read, when and how much"),
    Command("library.related", "L", "related", "", "Papers that are like this one, and why"),
    Command("library.diff", "D", "diff", "", "What changed between two editions of the paper"),
    Command("library.sort", "S", "sort", "", "Sort by the next column"),
    Command("library.reverse", "R", "reverse", "", "Turn the order round"),
    Command("library.select", "v", "select", "select", "Select the paper, or not: s, t, F and x are for all selected"),
    Command(
        "library.select_range", "V", "select_range", "", "Select from the last selected to here; if there is none, all"
    ),
    Command("library.open_pdf", "o", "open_pdf", "", "Open the PDF in the desktop's viewer"),
    Command("library.fetch", "F", "fetch", "", "Download the paper's missing PDF"),
    Command("library.update", "U", "update", "", "Fetch newer editions of all papers, or of those selected"),
    Command("library.export", "x", "export", "", "Write the paper, its highlights and notes as Markdown"),
    Command("library.take_over", "I", "take_over", "", "Take over the marks that another program has made in its PDF"),
    Command("library.editor", "E", "editor", "", "Write the note in your own editor"),
    Command("library.copy", "y", "copy", "", "Copy the citation key"),
    Command("library.reload", "ctrl+r", "reload", "", "Read the library again"),
    Command("library.clear", "escape", "clear", "", "Select none; show all papers again"),
    Command("search.open", "enter", "open", "open", "Open the reader at the passage", True),
    Command("search.back", "escape", "back", "back", "Back; the query is kept", True),
    Command("search.scope", "tab", "scope", "scope", "Search papers, notes, annotations, or all", True),
    Command("search.paper", "ctrl+t", "paper", "paper", "Search only the paper you come from, or all", True),
    Command("search.list", "ctrl+l", "list", "list", "Search only the papers of a reading list, or all", True),
    Command(
        "search.status", "ctrl+r", "status", "read only", "Search only what you have read, are reading, or not", True
    ),
    Command("search.down", "down,ctrl+n", "move(1)", "", "Next passage", True),
    Command("search.up", "up", "move(-1)", "", "Passage before", True),
    Command("search.page_down", "pagedown", "move(8)", "", "Some passages on", True),
    Command("search.page_up", "pageup", "move(-8)", "", "Some passages back", True),
    Command("search.copy", "ctrl+y", "copy", "copy", "Copy the passage"),
    Command("reader.next_sentence", "j,down,ctrl+n", "sentence(1)", "", "Next sentence"),
    Command("reader.previous_sentence", "k,up", "sentence(-1)", "", "Sentence before"),
    Command("reader.next_paragraph", "J,shift+down", "paragraph(1)", "", "Next paragraph"),
    Command("reader.previous_paragraph", "K,shift+up", "paragraph(-1)", "", "Paragraph before"),
    Command("reader.page_down", "space,pagedown,ctrl+v", "screen(1.0)", "", "A screenful on"),
    Command("reader.page_up", "b,pageup,shift+space,alt+v", "screen(-1.0)", "", "A screenful back"),
    Command("reader.half_down", "ctrl+d", "screen(0.5)", "", "Half a screen on"),
    Command("reader.half_up", "ctrl+u", "screen(-0.5)", "", "Half a screen back"),
    Command("reader.top", "g,home", "end(-1)", "", "To the start of the paper"),
    Command("reader.bottom", "G,end", "end(1)", "", "To the end of the paper"),
    Command("reader.next_section", "]", "section(1)", "", "Next section"),
    Command("reader.previous_section", "[", "section(-1)", "", "Section before"),
    Command("reader.jump_back", "ctrl+o,alt+left", "jump_back", "", "Back to where the last jump began"),
    Command("reader.jump_forward", "ctrl+i,alt+right", "jump_forward", "", "Forward again, where ctrl+i is not tab"),
    Command("reader.bookmark", "m", "bookmark", "", "Keep this place under a letter"),
    Command("reader.bookmarks", "'", "bookmarks", "", "Go to a bookmark by its letter; '' is where one jumped from"),
    Command("reader.references", "z", "references", "", "Unfold the references, or fold them"),
    Command("reader.wider", ">", "width(4)", "", "A wider column"),
    Command("reader.narrower", "<", "width(-4)", "", "A narrower column"),
    Command("reader.extend", "v", "extend", "extend", "Extend the cursor over several sentences, or stop it"),
    Command("reader.highlight", "h", "highlight", "highlight", "Highlight what is under the cursor"),
    Command("reader.comment", "c", "comment", "comment", "Highlight and comment"),
    *(
        Command(f"reader.{color}", str(key), f"color('{color}')", "", f"Highlight in {color}, or make the highlight so")
        for key, color in enumerate(COLORS, start=1)
    ),
    Command("reader.marks", "M", "marks", "", "List all marks of the paper"),
    Command("reader.note", "n,e", "note", "note", "Write in the paper's note"),
    Command("reader.outline", "tab", "outline", "outline", "Show the sections, or hide them"),
    Command("reader.find", "ctrl+f,ctrl+s", "find", "find", "Find words in the paper"),
    Command("reader.reference", "r", "reference", "reference", "What the sentence cites, and the way there"),
    Command("reader.related", "L", "related", "", "Papers that are like this one, and why"),
    Command("reader.diff", "D", "diff", "", "What changed between two editions of the paper"),
    Command("reader.picture", "i", "picture", "page", "Show the page as a picture, at the cursor"),
    Command("reader.status", "s", "status", "status", "Say what you have read: unread, reading, read, and how deep"),
    Command("reader.remove", "d", "remove", "", "Delete the highlight under the cursor"),
    Command("reader.copy", "y,alt+w", "copy", "", "Copy what is under the cursor"),
    Command("reader.open_pdf", "o", "open_pdf", "", "Open the PDF in the desktop's viewer at this page"),
    Command("reader.export", "x", "export", "", "Write the paper, its highlights and notes as Markdown"),
    Command("reader.take_over", "I", "take_over", "", "Take over the marks that another program has made in its PDF"),
    Command("reader.editor", "E", "editor", "", "Write the note in your own editor"),
    Command("reader.back", "escape,ctrl+g", "back", "back", "Back"),
    Command("walk.next", "n", "screen.walk(1)", "next hit", "Next hit of the search that led here"),
    Command("walk.previous", "N", "screen.walk(-1)", "hit before", "Hit before"),
    Command("picture.down", "j,down", "scroll_by(0, 1)", "", "Down; on to the next page"),
    Command("picture.up", "k,up", "scroll_by(0, -1)", "", "Up; back to the page before"),
    Command("picture.left", "h,left", "scroll_by(-1, 0)", "", "To the left"),
    Command("picture.right", "l,right", "scroll_by(1, 0)", "", "To the right"),
    Command("picture.page_down", "space,pagedown", "screen(1.0)", "on", "A screenful on, then the next page"),
    Command("picture.page_up", "b,pageup,shift+space", "screen(-1.0)", "", "A screenful back"),
    Command("picture.half_down", "ctrl+d", "screen(0.5)", "", "Half a screen on"),
    Command("picture.half_up", "ctrl+u", "screen(-0.5)", "", "Half a screen back"),
    Command("picture.next_page", "],J", "leaf(1)", "next page", "Next page"),
    Command("picture.previous_page", "[,K", "leaf(-1)", "", "Page before"),
    Command("picture.top", "g,home", "end(-1)", "", "To the first page"),
    Command("picture.bottom", "G,end", "end(1)", "", "To the last page"),
    Command("picture.zoom_in", "+,=", "zoom(1)", "larger", "Larger"),
    Command("picture.zoom_out", "-", "zoom(-1)", "smaller", "Smaller"),
    Command("picture.fit", "0", "zoom(0)", "", "As wide as the terminal"),
    Command("picture.open_pdf", "o", "open_pdf", "viewer", "Open the PDF in the desktop's viewer at this page"),
    Command("picture.back", "escape,i", "back", "text", "Back to the text, at this page"),
    Command("outline.go", "enter", "select", "go there", "Go to the section"),
    Command("outline.back", "escape,tab", "screen.outline", "close", "Hide the sections"),
    Command("marks.go", "enter", "select", "go there", "Go to the mark"),
    Command("marks.remove", "d", "screen.remove_listed", "delete", "Delete the mark"),
    Command("marks.place", "p", "screen.place_listed", "place", "Put the mark where it belongs, by hand"),
    Command("marks.comment", "c", "screen.comment_listed", "comment", "Comment on the mark"),
    *(
        Command(f"marks.{color}", str(key), f"screen.color_listed('{color}')", "", f"Make the mark {color}")
        for key, color in enumerate(COLORS, start=1)
    ),
    Command("marks.back", "escape,M", "screen.marks", "close", "Hide the list"),
    Command("placing.confirm", "enter", "screen.confirm_place", "place it here", "Put it on what is under the cursor"),
    Command("placing.leave", "escape", "screen.leave_place", "leave it", "Leave the mark as it was"),
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
    Command("related.open", "enter", "open", "read", "Open the reader at the passage"),
    Command("related.related", "L", "related", "like that", "Papers that are like the one under the cursor"),
    Command("related.copy", "y", "copy", "copy", "Copy the passage"),
    Command("related.back", "escape", "back", "back", "Back"),
    Command("diff.open", "enter", "open", "read", "Open the reader at the change, or go to the section's changes"),
    Command("diff.next_section", "]", "section(1)", "next section", "Next section"),
    Command("diff.previous_section", "[", "section(-1)", "", "Section before"),
    Command("diff.editions", "e", "editions", "editions", "Choose the two editions"),
    Command("diff.copy", "y", "copy", "copy", "Copy the text of the change"),
    Command("diff.back", "escape", "back", "back", "Back; a comparison that runs is given up"),
    Command("reference.take", "enter", "take", "open or add", "Open the paper, add it, or see its entry", True),
    Command("reference.add", "a", "add", "add", "Add it from arXiv"),
    Command("reference.show", "g", "show", "entry", "Go to its entry in the paper; ctrl+o leads back"),
    Command("reference.copy", "y", "copy", "copy", "Copy the entry"),
    Command("reference.down", "j", "move(1)", "", "Next reference"),
    Command("reference.up", "k", "move(-1)", "", "Reference before"),
    Command("reference.back", "escape", "back", "back", "Back to the text", True),
    Command("add.start", "enter", "screen.start", "add or ask", "Add what is typed, or ask arXiv for the words"),
    Command("add.next_part", "tab,down", "screen.next_part", "to the list", "On to what was found, and to the jobs"),
    Command("add.cancel", "ctrl+x", "screen.cancel", "stop", "Stop the job that runs"),
    Command("add.back", "escape", "screen.back", "back", "Stop asking arXiv, or back; the jobs go on"),
    Command("found.add", "enter", "screen.add_found", "add", "Add the selected papers, or the one under the cursor"),
    Command("found.select", "space", "screen.pick", "select", "Select the paper, or no longer"),
    Command("found.next_part", "tab", "screen.next_part", "", "On to the jobs"),
    Command("found.back", "escape", "screen.to_line", "type on", "Back to the line"),
    Command("jobs.retry", "r", "screen.retry", "try again", "Try the job again that failed or was stopped"),
    Command("jobs.stop", "x", "screen.stop", "stop", "Stop the job, or leave it out"),
    Command("jobs.next_part", "tab", "screen.next_part", "", "On to the line"),
    Command("jobs.back", "escape", "screen.to_line", "type on", "Back to the line"),
    Command("welcome.choose", "enter", "choose", "begin", "Begin with the list under the cursor, or the other way"),
    Command("welcome.add", "a", "add", "add papers", "Start with an empty library, and add papers to it"),
    Command("welcome.back", "escape", "back", "start empty", "Start with an empty library"),
    Command("choice.accept", "enter", "accept", "choose", "Take it", True),
    Command("choice.back", "escape", "back", "back", "Leave it as it was", True),
    Command("move.down", "j,down,ctrl+n", "move(1)", "", "Down"),
    Command("move.up", "k,up", "move(-1)", "", "Up"),
    Command("move.half_down", "ctrl+d", "move_screen(0.5)", "", "Half a screen down"),
    Command("move.half_up", "ctrl+u", "move_screen(-0.5)", "", "Half a screen up"),
    Command("move.page_down", "space,pagedown,ctrl+v", "move_screen(1.0)", "", "A screenful down"),
    Command("move.page_up", "b,pageup,alt+v", "move_screen(-1.0)", "", "A screenful up"),
    Command("move.top", "g,home", "move_end(-1)", "", "To the first"),
    Command("move.bottom", "G,end", "move_end(1)", "", "To the last"),
    Command("app.search", "/", "search", "search", "Search all papers by words and meaning"),
    Command("app.undo", "u", "undo", "", "Take back the last change: status, tags, highlights"),
    Command("app.jobs", "A", "jobs", "", "What is being added, and what went wrong"),
    Command("app.theme", "T", "next_theme", "", "Next theme: dark, light, high contrast, the terminal's own"),
    Command("app.palette", "ctrl+p,alt+x", "command_palette", "", "Every command by name", True),
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


def first_key(command_id: str, keymap: Mapping[str, str]) -> str:
    """The key that a command is shown with."""
    command = next(command for command in COMMANDS if command.id == command_id)
    return key_name(keys_of(command, keymap)[0])


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
        _check_places((place,), keymap)
    for places in _TOGETHER:
        _check_places(places, keymap)


def _check_places(places: Sequence[str], keymap: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for command in (command for place in places for command in commands_of(place)):
        for key in keys_of(command, keymap):
            name = _character_to_key(key) if len(key) == 1 else key
            if other := taken.get(name):
                raise SettingsError(f"keymap: {key!r} is both {other} and {command.id}", hint="give one another key")
            taken[name] = command.id
