"""Tracking: what the reader declares, and what the journals add up to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration, Depth, ReadingState, Status, add_up, utc_day
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import UsageError
from paperlab.library.library import Library
from paperlab.services.changes import Change
from paperlab.services.shelf import Shelf, pass_over
from paperlab.services.totals import Reading, ReadingTotals, add_up_all


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
    def __init__(
        self,
        library: Library,
        shelf: Shelf,
        now: Callable[[], datetime],
        day_of: Callable[[datetime], date] = utc_day,
    ) -> None:
        """`day_of` tells the reader's own day of a moment: evenings count where they are spent."""
        self._library = library
        self._shelf = shelf
        self._now = now
        self._day_of = day_of

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
        return add_up(self._library.reading(key), self._day_of)

    def totals(self, list_name: str | None = None, key: PaperKey | None = None) -> ReadingTotals:
        """Add up the journals of all papers, of one, or of those of a list. What cannot be read is left out.

        Raises:
            NothingFound: There is no list of that name.
            DamagedFile: That list cannot be read.
        """
        readings = [
            Reading(summary, self.state(summary.key), self._mark_days(summary))
            for summary in self._shelf.summaries(list_name=list_name)
            if key is None or summary.key == key
        ]
        lists = self._library.lists(pass_over) if list_name is None else (self._library.list(list_name),)
        keys = {} if key else {reading_list: self._shelf.keys_of(reading_list) for reading_list in lists}
        return add_up_all(readings, keys, self._day_of(self._now()))

    def _mark_days(self, summary: PaperSummary) -> tuple[date, ...]:
        """The day of each annotation."""
        marks = self._library.annotations(summary.key) if summary.annotations else ()
        return tuple(self._day_of(mark.created) for mark in marks)


def _papers(keys: Sequence[PaperKey]) -> str:
    return keys[0].value if len(keys) == 1 else f"{len(keys)} papers"
