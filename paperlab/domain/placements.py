"""Placements: where an annotation stands in an edition, and how sure that is; or why it has no place there."""

from dataclasses import dataclass
from enum import StrEnum

from paperlab.domain.annotations import Annotation
from paperlab.domain.passages import PageBox
from paperlab.domain.strips import Span


class Way(StrEnum):
    """How an annotation was placed."""

    OWN = "own edition"
    """By page and rectangles, on the edition that it was made on."""
    EXACT = "exact"
    """The quote stands there alone."""
    CONTEXT = "by context"
    """The quote stands in several places; what is around it chose this one."""
    MOVED = "moved"
    """The quote stands there alone, in other surroundings."""
    NEAR = "near"
    """The quote has changed a little; what is around it is there."""
    FOLLOWED = "followed"
    """It has no quote, and is where the mark is that it answers."""

    @property
    def told(self) -> str:
        """What a reader should know of it; empty if there is nothing to say."""
        return _TOLD_OF_WAY.get(self, "")


class Reason(StrEnum):
    """Why an annotation has no place."""

    GONE = "gone"
    AMBIGUOUS = "ambiguous"
    CHANGED = "changed too much"
    ELSEWHERE = "in other surroundings"
    NO_QUOTE = "without a quote"

    @property
    def told(self) -> str:
        return _TOLD_OF_REASON[self]


_TOLD_OF_WAY = {
    Way.MOVED: "moved: in other surroundings",
    Way.NEAR: "near: the words have changed",
    Way.FOLLOWED: "with the mark it answers",
}
_TOLD_OF_REASON = {
    Reason.GONE: "its words are gone",
    Reason.AMBIGUOUS: "its words stand in several places",
    Reason.CHANGED: "its sentence has changed too much",
    Reason.ELSEWHERE: "its few words stand only in other surroundings",
    Reason.NO_QUOTE: "it has no words to be found by",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """An annotation in an edition. It has either a way or a reason."""

    annotation: Annotation
    edition: str
    way: Way | None = None
    """None: it has no place."""
    reason: Reason | None = None
    """None: it has one."""
    confidence: float = 0.0
    """From 0 to 1; of what is placed, at least 0.5."""
    page_index: int | None = None
    """Where it begins; None if it has no place."""
    boxes: tuple[PageBox, ...] = ()
    """One per printed line."""
    spans: tuple[Span, ...] = ()
    """What it covers of the edition's blocks; empty if it is on the page but not in the text."""
    section: tuple[str, ...] = ()
    """Titles of the headings above it, outermost first."""
    text: str = ""
    """The quote as it stands there."""

    @property
    def is_placed(self) -> bool:
        return self.way is not None

    @property
    def is_elsewhere(self) -> bool:
        """It was made on another edition."""
        return self.annotation.edition != self.edition

    @property
    def told(self) -> str:
        """What a reader should know of the place, or why there is none; empty if there is nothing to say."""
        if self.reason is not None:
            return self.reason.told
        return self.way.told if self.way is not None else ""


def as_made(annotation: Annotation) -> Placement:
    """Where it was made, taken on trust."""
    return Placement(
        annotation=annotation,
        edition=annotation.edition,
        way=Way.OWN,
        confidence=1.0,
        page_index=annotation.page_index,
        boxes=tuple(PageBox(annotation.page_index, box) for box in annotation.boxes),
        section=(annotation.section,) if annotation.section else (),
        text=annotation.quote,
    )
