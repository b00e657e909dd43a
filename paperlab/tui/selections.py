"""The papers that the next command is for, by key: filters, orders and reloads leave them chosen. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.summaries import PaperSummary


@dataclass(frozen=True, slots=True)
class Selection:
    papers: Mapping[PaperKey, PaperSummary] = field(default_factory=dict)
    """In the order in which they were chosen."""
    anchor: PaperKey | None = None
    """Chosen last: where a range begins."""

    def __len__(self) -> int:
        return len(self.papers)

    def toggled(self, summary: PaperSummary) -> "Selection":
        """One more, or one less."""
        papers = dict(self.papers)
        if papers.pop(summary.key, None) is None:
            return Selection(papers | {summary.key: summary}, summary.key)
        return Selection(papers, next(reversed(papers), None))

    def extended(self, shown: Sequence[PaperSummary], to: int) -> "Selection":
        """All from the anchor to a row of what is shown; all that are shown where there is no anchor among them."""
        start = next((row for row, summary in enumerate(shown) if summary.key == self.anchor), None)
        first, last = (0, len(shown) - 1) if start is None else sorted((start, to))
        reached = {summary.key: summary for summary in shown[first : last + 1]}
        return Selection({**self.papers, **reached}, shown[to].key if shown else None)

    def renewed(self, summaries: Iterable[PaperSummary]) -> "Selection":
        """With what is known of the papers now; those that are gone are chosen no more."""
        found = {summary.key: summary for summary in summaries if summary.key in self.papers}
        papers = {key: found[key] for key in self.papers if key in found}
        return Selection(papers, self.anchor if self.anchor in papers else None)
