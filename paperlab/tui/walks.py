"""The hits of a search as a way through the papers: from the list into the reader, and on from hit to hit. Pure."""

from dataclasses import dataclass, replace

from paperlab.domain.passages import Hit, PassageKind
from paperlab.tui.marking import best_sentence
from paperlab.tui.session import Target


@dataclass(frozen=True, slots=True)
class Walk:
    """The hits of a query in the order of their list, and the one that the reader is at."""

    query: str
    hits: tuple[Hit, ...]
    """Grouped by paper; never empty."""
    at: int = 0

    @property
    def current(self) -> Hit:
        return self.hits[self.at]

    @property
    def told(self) -> str:
        return f"hit {self.at + 1} of {len(self.hits)}"

    def step(self, by: int) -> "Walk":
        """So many hits on; it stops at the ends."""
        return replace(self, at=min(max(self.at + by, 0), len(self.hits) - 1))


def target_of(hit: Hit, query: str) -> Target | None:
    """The sentence of a hit that answers best; None for a note, which stands on no page."""
    passage = hit.passage
    if passage.pages is None:
        return None
    is_mark = passage.kind is PassageKind.ANNOTATION  # its text ends with the comment
    quote = passage.text if is_mark else best_sentence(passage.text, query)
    return Target(passage.pages[0], quote, passage.first_block)
