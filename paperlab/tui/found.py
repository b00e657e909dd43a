"""What arXiv has found, as rows for a reader. Pure."""

from collections.abc import Collection, Mapping

from rich.text import Text

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import FoundPaper
from paperlab.tui.cells import safe
from paperlab.tui.widgets.entry_list import Entry, EntryRow

_AUTHORS = 3
"""Named in a row; the others are et al."""


def found_entry(paper: FoundPaper, holding: str, is_picked: bool) -> Entry:
    """Two rows: the title with its id; authors, year, and whether the library has it."""
    picked = "● " if is_picked else ""
    title = EntryRow(f"{picked}{paper.title}", str(paper.arxiv_id or ""), "lead")
    year = str(paper.published.year) if paper.published else ""
    about = " · ".join(part for part in (_authors(paper), year) if part)
    return (title, EntryRow(about, holding, "quiet", 2))


def holding(paper: FoundPaper, holdings: Mapping[PaperKey, bool], coming: Collection[str]) -> str:
    """Whether the library has a found paper, by sign and word; empty if it has not.

    Args:
        holdings: For each paper of the library whether its PDF is there, too.
        coming: Ids of those that are being added.
    """
    if paper.arxiv_id is None:
        return ""
    if paper.arxiv_id.bare in coming:
        return "▸ being added"
    has_pdf = holdings.get(paper.arxiv_id.key)
    return {True: "✓ in the library", False: "✓ in the library, without PDF", None: ""}[has_pdf]


def found_abstract(paper: FoundPaper | None) -> Text:
    """What one reads before one decides."""
    if paper is None:
        return Text("")
    about = " · ".join(part for part in (", ".join(paper.categories), paper.comment, paper.journal_ref) if part)
    parts = [
        Text(_line(paper.title), "bold"),
        Text(_line(", ".join(paper.authors)), "italic"),
        Text(_line(paper.abstract)),
    ]
    return Text("\n").join([*parts, *([Text(_line(about), "dim")] if about else [])])


def told_found(papers: Collection[FoundPaper], holdings: Mapping[PaperKey, bool], words: str) -> str:
    """One line that tells of an answer."""
    if not papers:
        return f"arXiv has no paper with all of these words: {words}"
    owned = sum(paper.arxiv_id is not None and paper.arxiv_id.key in holdings for paper in papers)
    count = f"{len(papers)} paper{'' if len(papers) == 1 else 's'} from arXiv"
    return f"{count} for: {words}" + (f" · {owned} in the library already" if owned else "")


def _authors(paper: FoundPaper) -> str:
    return ", ".join(paper.authors[:_AUTHORS]) + (" et al." if len(paper.authors) > _AUTHORS else "")


def _line(text: str) -> str:
    return " ".join(safe(text).split())
