"""The tags of one paper or of several as a line to edit, and what an edited line asks for. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagLine:
    """Tags that all papers have stand in the line; those that only some have are told below it."""

    common: tuple[str, ...]
    some: tuple[tuple[str, int], ...] = ()
    """With the number of papers that have them."""

    @classmethod
    def of(cls, tags: Sequence[Sequence[str]]) -> "TagLine":
        """Of the tags of each paper."""
        counts = Counter(tag for of_paper in tags for tag in dict.fromkeys(of_paper))
        common = tuple(tag for tag, number in counts.items() if number == len(tags))
        return cls(common, tuple(sorted((tag, number) for tag, number in counts.items() if number < len(tags))))

    @property
    def text(self) -> str:
        """Divided by commas where a tag has a blank in it."""
        return (", " if any(" " in tag for tag in self.common) else " ").join(self.common)

    def asked(self, given: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags to add and those to take off: what has come into the line, what has gone from it, and `-tag`."""
        pieces = given.split(",") if "," in given else given.split()
        words = [word for piece in pieces if (word := piece.strip()) not in {"", "-", "+"}]
        against = [word[1:] for word in words if word.startswith("-")]
        wanted = [word.removeprefix("+").removeprefix("#") for word in words if not word.startswith("-")]
        add = tuple(dict.fromkeys(tag for tag in wanted if tag not in self.common and tag not in against))
        gone = [tag for tag in self.common if tag not in wanted]
        return add, tuple(dict.fromkeys((*gone, *against)))
