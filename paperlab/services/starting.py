"""Starting: a new library, and the reading lists that come with paperlab for it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from paperlab.domain.identifiers import parse_arxiv_id
from paperlab.domain.reading_lists import ItemKind, ReadingList
from paperlab.library.files import make_folder
from paperlab.library.library import Library
from paperlab.library.lists import list_names, list_path
from paperlab.services.shelf import key_of_source

_INSTALLED = Path(__file__).parent / "starter"
_IN_THE_REPOSITORY = Path(__file__).parents[2] / "library"


@dataclass(frozen=True, slots=True)
class Offer:
    """A reading list that a new library may begin with."""

    reading_list: ReadingList

    @property
    def papers(self) -> tuple[str, ...]:
        """Sources that `add` takes, in the list's order."""
        items = self.reading_list.items
        return tuple(item.paper for item in items if item.kind is ItemKind.PAPER and item.paper)

    @property
    def needs(self) -> str:
        """What is in it and where that comes from: `10 papers to download; on the web 2 courses, 1 competition`."""
        count = len(self.papers)
        others = Counter(item.kind for item in self.reading_list.items if item.url and not item.paper)
        on_the_web = ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in others.items())
        papers = f"{count} paper{'' if count == 1 else 's'} to download"
        return f"{papers}; on the web {on_the_web}" if on_the_web else papers


class Starting:
    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._shipped = Library(_INSTALLED if _INSTALLED.is_dir() else _IN_THE_REPOSITORY)

    def is_new(self) -> bool:
        """There is neither a paper nor a list yet."""
        return not any(list_names(self._library.root / "lists")) and not self._library.has_papers()

    def offers(self) -> tuple[Offer, ...]:
        """The lists that come with paperlab, the shortest first."""
        return tuple(sorted(map(Offer, self._shipped.lists()), key=lambda offer: len(offer.reading_list.items)))

    def take(self, offer: Offer) -> None:
        """Copy a list into the library, to be changed there as its reader likes, and the records of those of its papers
        that are not on arXiv, which tell where to get them. What is there stays as it is.

        Raises:
            LibraryError: The disk refused.
        """
        name = offer.reading_list.name
        with self._library.lock("lists"):
            target = list_path(self._library.root / "lists", name)
            if not target.exists():
                make_folder(target.parent)
                self._library.history.write(target, list_path(self._shipped.root / "lists", name).read_bytes())
        for source in offer.papers:
            key = key_of_source(source)
            if parse_arxiv_id(source) is None and key is not None and not self._library.has(key):
                self._library.write(replace(self._shipped.read(key), added=self._now()))
