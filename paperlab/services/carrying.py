"""Carrying: what became of a paper's annotations when a newer edition joined it."""

from paperlab.domain.anchors import Anchorage
from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing


def carried(library: Library, indexing: Indexing, key: PaperKey) -> tuple[int, int]:
    """How many annotations have a place in the newest edition, and how many have none.

    Raises:
        PdfError: Its text is not to be had.
    """
    annotations = library.annotations(key)
    if not annotations:
        return 0, 0
    _, edition, parsed = indexing.parsed(key)
    placed = Anchorage(edition.name, parsed.blocks).resolve_all(annotations)
    found = sum(placement.is_placed for placement in placed)
    return found, len(placed) - found
