"""Reading as evidence (stays on pages) and as the reader's own word (status, depth). One never stands for the other."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

MIN_STAY_S = 5.0
"""A shorter stay is leafing through, as in KOReader's statistics."""
MAX_STAY_S = 120.0
"""A longer stay counts as this much: the reader has gone for coffee."""
IDLE_S = 120.0
"""After this long without a key nothing is counted until the next one."""
MIN_PACE_PAGES = 3
"""Pages read before a pace can be told."""
_ONE_DAY = timedelta(days=1)


class Status(StrEnum):
    UNREAD = "unread"
    READING = "reading"
    READ = "read"


class Depth(StrEnum):
    """Keshav's three passes ("How to Read a Paper", SIGCOMM CCR 2007)."""

    SKIMMED = "skimmed"
    READ = "read"
    UNDERSTOOD = "understood"


class Position(NamedTuple):
    """Where a reader is in an edition."""

    edition: str
    page_index: int
    """From 0."""
    quote: str = ""
    """First characters of the sentence under the cursor: finds the place again after a new parse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Time spent on one page at a stretch."""

    at: datetime
    edition: str
    page_index: int
    """From 0."""
    page_count: int
    """Of the edition, so that the share can be told for another."""
    seconds: float
    quote: str = ""
    """As in `Position`."""

    @property
    def counted_s(self) -> float:
        """Seconds that count as reading: nothing below `MIN_STAY_S`, at most `MAX_STAY_S`."""
        return min(self.seconds, MAX_STAY_S) if self.seconds >= MIN_STAY_S else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the reader says of a paper. None leaves that part as it was."""

    at: datetime
    status: Status | None = None
    depth: Depth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A place under a letter, to come back to. The last one of a letter holds."""

    at: datetime
    letter: str
    position: Position


ReadingEntry = Stay | Declaration | Bookmark
"""A line of the reading journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingState:
    """A reading journal, added up."""

    status: Status = Status.UNREAD
    depth: Depth | None = None
    page_seconds: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """Counted seconds by edition and page index."""
    day_seconds: Mapping[date, float] = field(default_factory=dict)
    """Counted seconds by day."""
    day_pages: Mapping[date, int] = field(default_factory=dict)
    """Pages read by day, each page once a day."""
    page_count: int = 0
    """Of the edition last read."""
    page_counts: Mapping[str, int] = field(default_factory=dict)
    """Of each edition, as last told."""
    position: Position | None = None
    bookmarks: Mapping[str, Position] = field(default_factory=dict)
    """By letter."""
    last_read: datetime | None = None
    read_on: date | None = None
    """The day on which it was declared read, for the first time since it was not."""

    @property
    def seconds(self) -> float:
        return sum(self.page_seconds.values())

    def pages_read(self, edition: str) -> frozenset[int]:
        """Indexes of the pages of an edition with counted time."""
        return frozenset(page for (name, page), seconds in self.page_seconds.items() if name == edition and seconds > 0)

    def share_read(self, edition: str, page_count: int) -> float:
        """Share of pages with counted time, from 0 to 1: of this edition, or of another one that was read further."""
        if page_count <= 0:
            return 0.0
        counts = {**self.page_counts, edition: page_count}
        return max(min(1.0, len(self.pages_read(name)) / count) for name, count in counts.items() if count > 0)


def utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def add_up(entries: Iterable[ReadingEntry], day_of: Callable[[datetime], date] = utc_day) -> ReadingState:
    """Fold a journal into a state.

    Args:
        entries: In the order in which they were written, whatever times the clocks have given them.
        day_of: The day that a moment belongs to, which is not the same everywhere on earth.
    """
    status, depth, read_on = Status.UNREAD, None, None
    page_seconds: dict[tuple[str, int], float] = {}
    day_seconds: dict[date, float] = {}
    day_pages: dict[date, set[tuple[str, int]]] = {}
    page_counts: dict[str, int] = {}
    bookmarks: dict[str, Position] = {}
    page_count, position, last_read = 0, None, None
    for entry in entries:
        if isinstance(entry, Bookmark):
            bookmarks[entry.letter] = entry.position
            continue
        if isinstance(entry, Declaration):
            if entry.status is Status.READ and status is not Status.READ:
                read_on = day_of(entry.at)
            status = entry.status or status
            depth = entry.depth or depth
            if entry.status is Status.UNREAD:
                depth = entry.depth
            continue
        position = Position(entry.edition, entry.page_index, entry.quote)
        page_count = page_counts[entry.edition] = entry.page_count
        if entry.counted_s > 0:
            last_read = entry.at
            page = (entry.edition, entry.page_index)
            page_seconds[page] = page_seconds.get(page, 0.0) + entry.counted_s
            day = day_of(entry.at)
            day_seconds[day] = day_seconds.get(day, 0.0) + entry.counted_s
            day_pages.setdefault(day, set()).add(page)
    return ReadingState(
        status=status,
        depth=depth,
        page_seconds=page_seconds,
        day_seconds=day_seconds,
        day_pages={day: len(pages) for day, pages in day_pages.items()},
        page_count=page_count,
        page_counts=page_counts,
        position=position,
        bookmarks=bookmarks,
        last_read=last_read,
        read_on=read_on if status is Status.READ else None,
    )


def section_shares(starts: Sequence[int], page_count: int, pages_read: Collection[int]) -> list[float]:
    """Share of each section's pages that have been read, from 0 to 1.

    Args:
        starts: Index of the page that each section begins on, in reading order; it goes on to the page that the next
            one begins on.
    """
    spans = pairwise([*starts, max(page_count - 1, 0)])
    sections = [range(start, max(start, end) + 1) for start, end in spans]
    return [sum(page in pages_read for page in pages) / len(pages) for pages in sections]


class Streak(NamedTuple):
    """Days in a row with counted time."""

    current: int
    """Up to today, or up to yesterday while nothing has been read today."""
    longest: int


NO_STREAK = Streak(0, 0)


def streak_of(days: Collection[date], today: date) -> Streak:
    """How many days in a row have been read on. A day still to come, of which a wrong clock has told, ends no row."""
    longest = run = current = 0
    before: date | None = None
    for day in sorted(set(days)):
        run = run + 1 if before is not None and day - before == _ONE_DAY else 1
        longest, before = max(longest, run), day
        if today - _ONE_DAY <= day <= today:
            current = run
    return Streak(current, longest)


def pace_of(seconds: float, pages: int) -> float | None:
    """Seconds a page; None until `MIN_PACE_PAGES` pages can tell it."""
    return seconds / pages if pages >= MIN_PACE_PAGES else None
