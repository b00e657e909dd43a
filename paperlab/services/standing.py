"""Standing: where a paper's marks are in the edition that is indexed."""

from collections.abc import Iterator, Sequence

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage, PassageKind
from paperlab.domain.placements import Placement, as_made
from paperlab.index.catalog import Catalog


def standing(catalog: Catalog, key: PaperKey, annotations: Sequence[Annotation]) -> tuple[Placement, ...]:
    """Each in its order. Those of a paper that is not indexed, or has no marks of other editions, are where they were
    made.
    """
    known = catalog.indexed(key).get(key) if annotations else None
    if known is None or not known.edition or all(annotation.edition == known.edition for annotation in annotations):
        return tuple(map(as_made, annotations))
    parsed = catalog.parsed(key)
    return Anchorage(known.edition, parsed.blocks if parsed else ()).resolve_all(annotations)


def passages_of(key: PaperKey, marks: Sequence[Placement]) -> Iterator[Passage]:
    """What a search finds of marks: where they stand, or where they were made if they have no place."""
    for mark in marks:
        annotation = mark.annotation
        at = mark if mark.is_placed else as_made(annotation)
        if text := f"{annotation.quote}\n{annotation.comment}".strip():
            yield Passage(
                paper=key,
                kind=PassageKind.ANNOTATION,
                text=text,
                section=at.section[-1:],
                edition=at.edition,
                boxes=at.boxes,
                source_id=annotation.id,
            )
