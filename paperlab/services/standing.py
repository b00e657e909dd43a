"""Standing: where a paper's marks are in the edition that is indexed."""

from collections.abc import Sequence

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
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
