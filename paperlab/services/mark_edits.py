"""Edits of marks: each changes a part of a mark as it is on the disk, so that what others have changed in it stays."""

from collections.abc import Callable
from dataclasses import replace

from paperlab.domain.annotations import Annotation
from paperlab.domain.merging import merge

Edit = Callable[[Annotation], Annotation]


def moved(mark: Annotation, place: Annotation) -> Annotation:
    """A mark where another one is."""
    return replace(
        mark,
        edition=place.edition,
        page_index=place.page_index,
        quote=place.quote,
        prefix=place.prefix,
        suffix=place.suffix,
        boxes=place.boxes,
        section=place.section,
    )


def merged_comment(base: str, mine: str, theirs: str) -> str:
    """What two have made of a comment; both texts where both have changed the same lines."""
    if theirs == base:
        return mine
    return merge(*(f"{text}\n" if text else "" for text in (base, mine, theirs))).text.removesuffix("\n")
