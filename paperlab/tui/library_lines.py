"""What the library's screen says in words: header, foot, and what it says when it has nothing to show. Pure."""

from typing import TYPE_CHECKING

from paperlab.domain.summaries import PaperSummary
from paperlab.tui.filters import Order

if TYPE_CHECKING:
    from paperlab.services.guiding import NextUp

_SHOWN_IN_HEAD = frozenset({"title", "year", "status", "share read"})
"""Sortings that have a column: its name tells of them."""
_EMPTY = """This library is empty.

Press  a  and paste an arXiv id, such as 1706.03762,
the address of a PDF, or the path of a file or folder.

`paperlab demo` makes a small library to look around in."""


def counted(number: int) -> str:
    """`100 000`."""
    return f"{number:,}".replace(",", " ")


def heading(list_name: str | None, order: Order) -> str:
    """`paperlab · short-and-steep · last read ▾`; an order that is the usual one, or told by a column, is left out."""
    is_told = order == Order() or order.name in _SHOWN_IN_HEAD
    return " · ".join(part for part in ("paperlab", list_name, "" if is_told else f"{order.name} {order.sign}") if part)


def counts(total: int, shown: int | None, reading: int, selected: int) -> str:
    """`2 selected · 3 of 12 papers · 1 reading`; `shown` is None without a filter."""
    papers = f"{counted(total)} paper{'' if total == 1 else 's'}"
    if shown is not None:
        papers = f"{counted(shown)} of {papers}"
    return (f"{counted(selected)} selected · " if selected else "") + f"{papers} · {counted(reading)} reading"


def detail(summary: PaperSummary | None) -> str:
    """Of the paper under the cursor: what its row has no room for."""
    if summary is None:
        return ""
    authors = ", ".join(summary.authors[:2]) + (" et al." if len(summary.authors) > 2 else "")
    tags = " ".join(f"#{tag}" for tag in summary.tags)
    return " · ".join(part for part in (*edition_news(summary), authors, summary.citekey, tags) if part)


def edition_news(summary: PaperSummary) -> tuple[str, ...]:
    """What is to be known of a paper's editions: one that is out, and that the work was taken back."""
    newer = f"{summary.newer} is out: U fetches it" if summary.newer else ""
    withdrawn = f"withdrawn by its authors with {summary.withdrawn}" if summary.withdrawn else ""
    return tuple(part for part in (newer, withdrawn) if part)


def next_line(found: "NextUp | None") -> str:
    """`next: BERT — Two directions.`"""
    if found is None:
        return ""
    missing = "" if found.key else f"not here yet, a adds {found.item.paper}"
    sections = f"first {', '.join(found.item.sections)}" if found.item.sections else ""
    why = " · ".join(part for part in (missing, found.item.why, sections) if part)
    return f"next: {found.item.title}" + (f" — {why}" if why else "")


def nothing_shown(is_filtered: bool, list_name: str | None) -> str:
    """Why no paper is shown, and what to do."""
    if is_filtered:
        return "No paper passes the filter. escape shows all."
    return _EMPTY if list_name is None else "None of this list's papers is in the library yet. escape shows all papers."
