"""Tracking: what the reader declares, and what the journals add up to."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration, Depth, ReadingState, Status, add_up
from paperlab.domain.reading_lists import ReadingList
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import UsageError
from paperlab.library.library import Library
from paperlab.services.changes import Change
from paperlab.services.shelf import Shelf


@dataclass(frozen=True, slots=True)
class DayTotal:
    day: date
    seconds: float
    pages: int


@dataclass(frozen=True, slots=True)
class ListTotal:
    name: str
    title: str
    items: int
    done: int
    """Papers of the list that the reader has declared read."""
    share: float
    """Mean share read over the papers of the list, from 0 to 1."""


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


@dataclass(frozen=True, slots=True)
class ReadingTotals:
    papers: int
    by_status: Mapping[Status, int]
    seconds: float
    pages: int
    """Pages with counted time, each page of each edition once."""
    days: tuple[DayTotal, ...]
    """Days with counted time, oldest first."""
    lists: tuple[ListTotal, ...]
    by_paper: tuple[PaperTotal, ...]
    """Papers with counted time or a declaration, last read first."""
    reading: tuple[PaperSummary, ...]
    """What is being read, last read first."""


def checked_tag(text: str) -> str:
    """A tag as it is kept: without the sign before it and blanks around it.

    Raises:
        UsageError: It is empty, or holds a comma or a control character.
    """
    tag = text.strip().removeprefix("#")
    if not tag or "," in tag or not tag.isprintable():
        raise UsageError(f"{text!r} is no tag", hint="a tag is a word or two without commas")
    return tag


class Tracking:
    def __init__(self, library: Library, shelf: Shelf, now: Callable[[], datetime]) -> None:
        self._library = library
        self._shelf = shelf
        self._now = now

    def declare(self, keys: Sequence[PaperKey], status: Status | None, depth: Depth | None = None) -> Change:
        """Take the reader's word for some papers; None leaves that part as it was.

        Raises:
            UsageError: An unread paper cannot have a depth.
        """
        if status is Status.UNREAD and depth is not None:
            raise UsageError("an unread paper has no depth")
        declaration = Declaration(at=self._now(), status=status, depth=depth)
        entries = [(key, self._library.record_reading(key, declaration)) for key in keys]

        def undo() -> None:
            for key, entry_id in entries:
                self._library.withdraw_reading(key, entry_id, self._now())

        said = ", ".join(word.value for word in (status, depth) if word is not None)
        return Change(f"{_papers(keys)}: {said}", tuple(keys), undo)

    def tag(self, keys: Sequence[PaperKey], add: Sequence[str] = (), remove: Sequence[str] = ()) -> Change:
        """Put tags on papers and take others off.

        Raises:
            UsageError: A new tag is none.
        """
        add = tuple(dict.fromkeys(checked_tag(tag) for tag in add))
        gone = frozenset(remove)
        changed = [(key, *self._retag(key, add, gone)) for key in keys]

        def undo() -> None:
            for key, before, after in changed:
                self._untag(key, before, after)

        said = " ".join((*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)))
        return Change(f"{_papers(keys)}: {said}", tuple(keys), undo)

    def _retag(
        self, key: PaperKey, add: Sequence[str], gone: frozenset[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags before and after."""
        before: tuple[str, ...] = ()

        def edit(paper: Paper) -> Paper:
            nonlocal before
            before = paper.tags
            return replace(paper, tags=tuple(tag for tag in dict.fromkeys((*before, *add)) if tag not in gone))

        after = self._library.change(key, edit).tags
        return before, after

    def _untag(self, key: PaperKey, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        """Back to `before`; where somebody has changed the tags since, only what we changed goes back."""

        def edit(paper: Paper) -> Paper:
            if paper.tags == after:
                return replace(paper, tags=before)
            kept = tuple(tag for tag in paper.tags if tag in before or tag not in after)
            back = tuple(tag for tag in before if tag not in after and tag not in kept)
            return replace(paper, tags=(*kept, *back))

        self._library.change(key, edit)

    def state(self, key: PaperKey) -> ReadingState:
        return add_up(self._library.reading(key))

    def totals(self, list_name: str | None = None, key: PaperKey | None = None) -> ReadingTotals:
        """Add up the journals of all papers, of one, or of those of a list.

        Raises:
            NothingFound: There is no list of that name.
        """
        summaries = [s for s in self._shelf.summaries(list_name=list_name) if key is None or s.key == key]
        states = {summary.key: self.state(summary.key) for summary in summaries}
        lists = self._library.lists() if list_name is None else (self._library.list(list_name),)
        by_key = {summary.key: summary for summary in summaries}
        started = sorted(
            (s for s in summaries if states[s.key].page_seconds or s.status is not Status.UNREAD),
            key=lambda s: s.last_read.timestamp() if s.last_read else 0.0,
            reverse=True,
        )
        return ReadingTotals(
            papers=len(summaries),
            by_status=dict(Counter(summary.status for summary in summaries)),
            seconds=sum(state.seconds for state in states.values()),
            pages=sum(len(state.page_seconds) for state in states.values()),
            days=_days(tuple(states.values())),
            lists=() if key else tuple(self._list_total(reading_list, by_key) for reading_list in lists),
            by_paper=tuple(_paper_total(summary, states[summary.key]) for summary in started),
            reading=tuple(summary for summary in started if summary.status is Status.READING),
        )

    def _list_total(self, reading_list: ReadingList, summaries: Mapping[PaperKey, PaperSummary]) -> ListTotal:
        keys = self._shelf.keys_of(reading_list)
        known = [summaries[key] for key in keys if key in summaries]
        return ListTotal(
            name=reading_list.name,
            title=reading_list.title,
            items=len(reading_list.items),
            done=sum(summary.status is Status.READ for summary in known),
            share=sum(summary.progress for summary in known) / len(keys) if keys else 0.0,
        )


def _papers(keys: Sequence[PaperKey]) -> str:
    return keys[0].value if len(keys) == 1 else f"{len(keys)} papers"


def _days(states: tuple[ReadingState, ...]) -> tuple[DayTotal, ...]:
    seconds: Counter[date] = Counter()
    pages: Counter[date] = Counter()
    for state in states:
        for day, spent in state.day_seconds.items():
            seconds[day] += spent  # type: ignore[assignment]  # a Counter adds up floats as well
        pages.update(dict(state.day_pages))
    return tuple(DayTotal(day, float(seconds[day]), pages[day]) for day in sorted(seconds))


def _paper_total(summary: PaperSummary, state: ReadingState) -> PaperTotal:
    return PaperTotal(
        key=summary.key,
        title=summary.title,
        status=summary.status,
        depth=summary.depth,
        progress=summary.progress,
        pages_read=len(state.pages_read(summary.edition)) if summary.edition else 0,
        pages=summary.pages,
        seconds=state.seconds,
    )
