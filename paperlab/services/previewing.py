"""Previewing: what can be told of a paper without opening it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.placements import Placement
from paperlab.domain.progress import add_up, section_shares
from paperlab.index.catalog import Catalog, SectionEntry
from paperlab.index.summaries import page_counts
from paperlab.library.library import Library
from paperlab.services.standing import standing


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """A section of the highest level, and the share of its pages that have been read, from 0 to 1."""

    title: str
    page_index: int
    """Where it begins."""
    share: float


@dataclass(frozen=True, slots=True)
class PaperPreview:
    key: PaperKey
    sections: tuple[SectionProgress, ...]
    """Empty while the paper has not been parsed."""
    note: str
    marks: tuple[Placement, ...]
    """Where they stand in the edition that is indexed, the newest first."""


class Previewing:
    def __init__(self, library: Library, catalog: Callable[[], Catalog]) -> None:
        self._library = library
        self._catalog = catalog

    def preview(self, key: PaperKey) -> PaperPreview:
        """Takes some milliseconds: call it from a thread.

        Raises:
            DamagedFile
        """
        catalog = self._catalog()
        with catalog.reading() as db:
            edition, pages = page_counts(db, key).get(key.value, ("", 0))
        read = add_up(self._library.reading(key)).pages_read(edition)
        return PaperPreview(
            key=key,
            sections=section_progress(catalog.sections(key), pages, read),
            note=self._library.read_notes(key),
            marks=tuple(
                sorted(
                    standing(catalog, key, self._library.annotations(key)),
                    key=lambda mark: mark.annotation.updated,
                    reverse=True,
                )
            ),
        )


def section_progress(
    headings: Sequence[SectionEntry], page_count: int, pages_read: Collection[int]
) -> tuple[SectionProgress, ...]:
    highest = min((entry.level for entry in headings), default=0)
    top = [entry for entry in headings if entry.level == highest]
    shares = section_shares([entry.page_index for entry in top], page_count, pages_read)
    return tuple(
        SectionProgress(entry.title, entry.page_index, share) for entry, share in zip(top, shares, strict=True)
    )
