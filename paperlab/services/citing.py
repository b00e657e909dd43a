"""Citing: which paper an entry of a bibliography is, and whether the library has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.domain.identifiers import ArxivId, PaperKey, parse_arxiv_id
from paperlab.domain.summaries import PaperSummary
from paperlab.domain.text import fold
from paperlab.services.shelf import Shelf

_ARXIV_ID = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,2})?)(?!\d)")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)\]]")
_SHORTEST_TITLE = 12
"""Letters and digits below which a title may stand in an entry by chance."""


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """What is known of the paper that an entry means."""

    entry: str
    key: PaperKey | None = None
    """In the library; None if it is not there."""
    title: str = ""
    """As the library has it."""
    arxiv_id: ArxivId | None = None
    """As the entry gives it."""
    address: str = ""
    """The entry's own web address; empty if it has none."""


class Citing:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def identify(self, entries: Sequence[str]) -> tuple[CitedPaper, ...]:
        """Look entries up in the library: by arXiv id, else by the longest title that stands in the entry."""
        summaries = self._shelf.summaries()
        titles = [
            (folded, summary) for summary in summaries if len(folded := fold(summary.title)[0]) >= _SHORTEST_TITLE
        ]
        by_key = {summary.key: summary for summary in summaries}
        return tuple(_identified(entry, by_key, titles) for entry in entries)


def _identified(
    entry: str, by_key: dict[PaperKey, PaperSummary], titles: Sequence[tuple[str, PaperSummary]]
) -> CitedPaper:
    arxiv_id = next((found for match in _ARXIV_ID.finditer(entry) if (found := parse_arxiv_id(match[1]))), None)
    address = match[0] if (match := _ADDRESS.search(entry)) else ""
    summary = by_key.get(arxiv_id.key) if arxiv_id else None
    if summary is None:
        folded = fold(entry)[0]
        inside = [(len(title), other) for title, other in titles if title in folded]
        summary = max(inside, key=lambda found: found[0])[1] if inside else None
    return CitedPaper(entry, summary.key if summary else None, summary.title if summary else "", arxiv_id, address)
