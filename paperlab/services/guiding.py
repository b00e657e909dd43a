"""Guiding: the reading lists, how far they are read, and what comes next. Told as papers were known the last time."""

from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.reading_lists import ItemKind, ListItem, ReadingList, next_paper
from paperlab.errors import LibraryError
from paperlab.library.library import Library
from paperlab.services.shelf import Shelf, key_of_source, pass_over


@dataclass(frozen=True, slots=True)
class ListState:
    """A reading list and how far it is read."""

    name: str
    title: str
    items: int
    done: int
    """Papers of it that the reader has declared read."""


@dataclass(frozen=True, slots=True)
class NextUp:
    """What to read next."""

    list_name: str
    item: ListItem
    key: PaperKey | None
    """None while it is not in the library."""


class Guiding:
    def __init__(self, library: Library, shelf: Shelf) -> None:
        self._library = library
        self._shelf = shelf

    def overview(self) -> tuple[ListState, ...]:
        """All reading lists that can be read, by the names of their files."""
        return tuple(
            ListState(found.name, found.title, len(found.items), sum(map(self._is_read, _papers(found))))
            for found in self._library.lists(pass_over)
        )

    def unreadable(self) -> tuple[LibraryError, ...]:
        """What was left out of all that was told, and why: papers that could not be read, and reading lists."""
        found = list(self._shelf.damaged.values())
        self._library.lists(found.append)
        return tuple(found)

    def next_up(self, list_name: str | None = None) -> NextUp | None:
        """The next paper of a list; without a name of the first that has been begun, else of the first.

        Raises:
            NothingFound: There is no list of that name.
            DamagedFile: It cannot be read.
        """
        lists = self._library.lists(pass_over) if list_name is None else (self._library.list(list_name),)
        # a stable sort: lists that have been begun come first
        for reading_list in sorted(lists, key=lambda found: not any(map(self._is_read, _papers(found)))):
            item = next_paper(reading_list, self._is_read)
            if item is not None:
                key = key_of_source(item.paper)
                return NextUp(reading_list.name, item, key if key and self._shelf.known(key) else None)
        return None

    def _is_read(self, item: ListItem) -> bool:
        key = key_of_source(item.paper)
        summary = self._shelf.known(key) if key else None
        return summary is not None and summary.status is Status.READ


def _papers(reading_list: ReadingList) -> Sequence[ListItem]:
    return [item for item in reading_list.items if item.kind is ItemKind.PAPER]
