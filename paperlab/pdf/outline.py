"""The PDF's outline as a witness: which titles are headings, and how deep."""

import re
from collections.abc import Sequence

from paperlab.domain.text import fold
from paperlab.pdf.numbering import without_number
from paperlab.pdf.pages import OutlineEntry


def title_keys(text: str) -> tuple[str, ...]:
    """Forms in which titles are compared: as printed, without its number, without a number set after it."""
    forms = (text, without_number(text), re.sub(r"\s+(\d{1,2}|[A-Z])$", "", text))
    return tuple(key for form in forms if (key := fold(form)[0]))


class Outline:
    """Bookmarks by title and page; outlines count their pages a little wrong."""

    def __init__(self, entries: Sequence[OutlineEntry]) -> None:
        self._levels = {
            (key, entry.page_index): entry.level for entry in entries for key in title_keys(entry.title)[:2]
        }

    def __bool__(self) -> bool:
        return bool(self._levels)

    @property
    def top_level(self) -> int:
        return min(self._levels.values(), default=1)

    def level_of(self, text: str, page_index: int) -> int | None:
        """The level of the bookmark with this title on or beside this page; None if there is none."""
        keys = title_keys(text)
        for page in (page_index, page_index + 1, page_index - 1):
            for key in keys:
                if (key, page) in self._levels:
                    return self._levels[key, page]
        return None
