"""Reading lists: papers and other things in order, with reasons."""

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
