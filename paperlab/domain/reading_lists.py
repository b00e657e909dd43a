"""Reading lists: papers and other things in order, with reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    PAPER = "paper"
    COURSE = "course"
    BOOK = "book"
    VIDEO = "video"
    COMPETITION = "competition"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One step of a list. A paper is named by `paper`, anything else by `url`."""

    title: str
    kind: ItemKind = ItemKind.PAPER
    paper: str = ""
    """Key, or a source that `add` takes."""
    url: str = ""
    why: str = ""
    after: tuple[str, ...] = ()
    """What should be known before: `paper` or `title` of other items."""
    sections: tuple[str, ...] = ()
    """Worth reading first."""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList:
    name: str
    """The file's name without ending."""
    title: str
    description: str = ""
    items: tuple[ListItem, ...] = ()


def next_paper(reading_list: ReadingList, is_read: Callable[[ListItem], bool]) -> ListItem | None:
    """The first paper that is not read and for which all that comes before it is; else the first that is not read.

    What is no paper is never next, and never holds one up: nobody declares a course done.
    """
    papers = [item for item in reading_list.items if item.kind is ItemKind.PAPER]
    still_open = [item for item in papers if not is_read(item)]
    missing = {name for item in still_open for name in (item.paper, item.title)}
    ready = (item for item in still_open if missing.isdisjoint(item.after))
    return next(ready, still_open[0] if still_open else None)
