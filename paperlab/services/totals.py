"""Totals: what all journals add up to, by day, paper, list and tag. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import NO_STREAK, Depth, ReadingState, Status, Streak, pace_of, streak_of
from paperlab.domain.reading_lists import ReadingList
from paperlab.domain.summaries import PaperSummary


class Reading(NamedTuple):
    """One paper, and what its reader has done with it."""

    summary: PaperSummary
    state: ReadingState
    mark_days: tuple[date, ...] = ()
    """The day of each annotation."""


@dataclass(frozen=True, slots=True)
class DayTotal:
    day: date
    seconds: float
    pages: int
    finished: int = 0
    """Papers declared read on that day."""
    marks: int = 0
    """Annotations made on that day."""


@dataclass(frozen=True, slots=True)
class ListTotal:
    name: str
    title: str
    items: int
    done: int
    """Papers of the list that the reader has declared read."""
    share: float
    """Mean share read over the papers of the list, from 0 to 1."""
    left_s: float | None = None
    """Seconds that its papers still take at the reader's own pace; None while there is none."""
    unknown: int = 0
    """Papers whose pages are not known yet, which `left_s` leaves out."""


@dataclass(frozen=True, slots=True)
class TagTotal:
    tag: str
    papers: int
    done: int
    share: float
    """As in `ListTotal`."""
    seconds: float
    left_s: float | None = None
    """As in `ListTotal`."""


@dataclass(frozen=True, slots=True)
class PaperTotal:
    key: PaperKey
    title: str
    status: Status
    depth: Depth | None
    progress: float
    pages_read: int
    pages: int
    seconds: float
    left_s: float | None = None
    """As in `ListTotal`; None, too, while its pages are not known."""


@dataclass(frozen=True, slots=True)
class ReadingTotals:
    papers: int
    by_status: Mapping[Status, int]
    seconds: float
    pages: int
    """Pages with counted time, each page of each edition once."""
    days: tuple[DayTotal, ...]
    """Days on which anything was read, finished or marked, oldest first."""
    lists: tuple[ListTotal, ...]
    by_paper: tuple[PaperTotal, ...]
    """Papers with counted time or a declaration, last read first."""
    reading: tuple[PaperSummary, ...]
    """What is being read, last read first."""
    tags: tuple[TagTotal, ...] = ()
    """The most papers first."""
    streak: Streak = NO_STREAK
    pace_s: float | None = None
    """Seconds a page over all papers; None until some pages have been read."""


def add_up_all(
    readings: Sequence[Reading], lists: Mapping[ReadingList, Sequence[PaperKey]], today: date
) -> ReadingTotals:
    """Add up papers, for each list the papers of its keys, in the library or not."""
    seconds = sum(reading.state.seconds for reading in readings)
    pages = sum(len(reading.state.page_seconds) for reading in readings)
    pace_s = pace_of(seconds, pages)
    by_key = {reading.summary.key: reading for reading in readings}
    started = sorted(
        (r for r in readings if r.state.page_seconds or r.summary.status is not Status.UNREAD),
        key=lambda reading: reading.summary.last_read.timestamp() if reading.summary.last_read else 0.0,
        reverse=True,
    )
    return ReadingTotals(
        papers=len(readings),
        by_status=dict(Counter(reading.summary.status for reading in readings)),
        seconds=seconds,
        pages=pages,
        days=_days(readings),
        lists=tuple(_list_total(reading_list, keys, by_key, pace_s) for reading_list, keys in lists.items()),
        by_paper=tuple(_paper_total(reading, pace_s) for reading in started),
        reading=tuple(reading.summary for reading in started if reading.summary.status is Status.READING),
        tags=_tags(readings, pace_s),
        streak=streak_of([day for reading in readings for day in reading.state.day_seconds], today),
        pace_s=pace_s,
    )


def left_s(summary: PaperSummary, pace_s: float | None) -> float | None:
    """Seconds that a paper still takes; nothing once it is declared read, None where pace or pages are not known."""
    if summary.status is Status.READ:
        return 0.0
    if pace_s is None or summary.pages == 0:
        return None
    return pace_s * summary.pages * (1 - summary.progress)


def _list_total(
    reading_list: ReadingList, keys: Sequence[PaperKey], readings: Mapping[PaperKey, Reading], pace_s: float | None
) -> ListTotal:
    known = [readings[key].summary for key in keys if key in readings]
    return ListTotal(
        name=reading_list.name,
        title=reading_list.title,
        items=len(reading_list.items),
        done=sum(summary.status is Status.READ for summary in known),
        share=sum(summary.progress for summary in known) / len(keys) if keys else 0.0,
        left_s=_sum_left(known, pace_s),
        unknown=len(keys) - sum(left_s(summary, 1.0) is not None for summary in known),
    )


def _tags(readings: Iterable[Reading], pace_s: float | None) -> tuple[TagTotal, ...]:
    tagged: dict[str, list[Reading]] = {}
    for reading in readings:
        for tag in reading.summary.tags:
            tagged.setdefault(tag, []).append(reading)
    totals = [
        TagTotal(
            tag=tag,
            papers=len(held),
            done=sum(reading.summary.status is Status.READ for reading in held),
            share=sum(reading.summary.progress for reading in held) / len(held),
            seconds=sum(reading.state.seconds for reading in held),
            left_s=_sum_left([reading.summary for reading in held], pace_s),
        )
        for tag, held in tagged.items()
    ]
    return tuple(sorted(totals, key=lambda total: (-total.papers, total.tag)))


def _sum_left(summaries: Iterable[PaperSummary], pace_s: float | None) -> float | None:
    return None if pace_s is None else sum(left_s(summary, pace_s) or 0.0 for summary in summaries)


def _days(readings: Iterable[Reading]) -> tuple[DayTotal, ...]:
    seconds: dict[date, float] = {}
    pages: Counter[date] = Counter()
    finished: Counter[date] = Counter()
    marks: Counter[date] = Counter()
    for _, state, mark_days in readings:
        for day, spent in state.day_seconds.items():
            seconds[day] = seconds.get(day, 0.0) + spent
        pages.update(dict(state.day_pages))
        finished.update([state.read_on] if state.read_on else [])
        marks.update(mark_days)
    days = sorted({*seconds, *finished, *marks})
    return tuple(DayTotal(day, seconds.get(day, 0.0), pages[day], finished[day], marks[day]) for day in days)


def _paper_total(reading: Reading, pace_s: float | None) -> PaperTotal:
    summary, state = reading.summary, reading.state
    return PaperTotal(
        key=summary.key,
        title=summary.title,
        status=summary.status,
        depth=summary.depth,
        progress=summary.progress,
        pages_read=len(state.pages_read(summary.edition)) if summary.edition else 0,
        pages=summary.pages,
        seconds=state.seconds,
        left_s=left_s(summary, pace_s),
    )
