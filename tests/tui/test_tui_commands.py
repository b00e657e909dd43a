"""Commands: each does something, in the place that it names."""

import re
import tomllib
from pathlib import Path

import pytest
from textual.actions import parse

from paperlab.tui.app import PaperlabApp
from paperlab.tui.commands import COMMANDS, PLACES, Command, check_keymap
from paperlab.tui.screens.add import AddScreen
from paperlab.tui.screens.comment import CommentDialog
from paperlab.tui.screens.dialogs import ChoiceDialog
from paperlab.tui.screens.diff import DiffScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.note import NoteScreen
from paperlab.tui.screens.picture import PictureScreen
from paperlab.tui.screens.progress import ProgressScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.screens.reference import ReferenceDialog
from paperlab.tui.screens.related import RelatedScreen
from paperlab.tui.screens.search import SearchScreen
from paperlab.tui.screens.welcome import WelcomeScreen
from paperlab.tui.widgets.entry_list import EntryList
from paperlab.tui.widgets.hit_list import MovingHitList
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_table import PaperTable

HOSTS: dict[str, tuple[type, type]] = {
    "library": (LibraryScreen, LibraryScreen),
    "search": (SearchScreen, SearchScreen),
    "reader": (ReaderScreen, ReaderScreen),
    "walk": (ReaderScreen, ReaderScreen),
    "picture": (PictureScreen, PictureScreen),
    "outline": (ReaderScreen, Outline),
    "find": (ReaderScreen, ReaderScreen),
    "filter": (LibraryScreen, LibraryScreen),
    "marks": (ReaderScreen, Outline),
    "placing": (ReaderScreen, ReaderScreen),
    "comment": (CommentDialog, CommentDialog),
    "note": (NoteScreen, NoteScreen),
    "preview": (NoteScreen, NoteScreen),
    "progress": (ProgressScreen, ProgressScreen),
    "related": (RelatedScreen, RelatedScreen),
    "diff": (DiffScreen, DiffScreen),
    "add": (AddScreen, AddScreen),
    "found": (AddScreen, AddScreen),
    "jobs": (AddScreen, AddScreen),
    "welcome": (WelcomeScreen, WelcomeScreen),
    "reference": (ReferenceDialog, ReferenceDialog),
    "choice": (ChoiceDialog, ChoiceDialog),
    "move": (PaperTable, PaperTable),
    "app": (PaperlabApp, PaperlabApp),
}
"""The screen of each place, and what has its own actions."""


def test_every_place_has_a_host() -> None:
    assert set(HOSTS) == set(PLACES)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_does_something(command: Command) -> None:
    namespace, name, _ = parse(command.action)
    screen, own = HOSTS[command.place]
    assert hasattr(screen if namespace == "screen" else own, f"action_{name}"), command.action


def test_lists_move_by_the_same_actions() -> None:
    moves = {parse(command.action)[1] for command in COMMANDS if command.place == "move"}
    for widget in (PaperTable, Outline, EntryList, MovingHitList):
        assert all(hasattr(widget, f"action_{name}") for name in moves), widget


def test_the_keymap_of_emacs_in_the_docs_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tui.md").read_text()
    keymaps = [tomllib.loads(block)["keymap"] for block in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    assert len(keymaps) == 2
    for keymap in keymaps:
        check_keymap(keymap)
