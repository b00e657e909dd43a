"""Annotating: a quote is found in the paper, marked, listed, taken away again."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from paperlab.domain.annotations import COLORS, Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import QuoteMatch
from paperlab.errors import LibraryError, NothingFound, UsageError
from paperlab.index.search import SearchEngine
from paperlab.library.library import Library
from paperlab.services.changes import Change

_MOST_PAGES = 8
_SHOWN = 60
"""Characters of a quote in a message."""


def checked_color(color: str) -> str:
    """A colour that a mark may be given.

    Raises:
        UsageError: It is none.
    """
    if color not in COLORS:
        raise UsageError(f"no colour {color!r}", hint=f"one of {', '.join(COLORS)}")
    return color


def shortened(quote: str) -> str:
    """The beginning of a quote, for a message."""
    text = " ".join(quote.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class Annotating:
    def __init__(
        self,
        library: Library,
        engine: SearchEngine,
        make_readable: Callable[[PaperKey], object],
        now: Callable[[], datetime],
    ) -> None:
        """`make_readable` sees to it that the paper's blocks are in the catalogue, and raises why they cannot be."""
        self._library = library
        self._engine = engine
        self._make_readable = make_readable
        self._now = now

    def of(self, key: PaperKey) -> tuple[Annotation, ...]:
        """All marks of a paper, by page."""
        return self._library.annotations(key)

    def highlight(
        self, key: PaperKey, quote: str, *, page_index: int | None = None, color: str = COLORS[0], comment: str = ""
    ) -> Annotation:
        """Mark a quote where it stands in the newest edition; on a given page, at its first place there.

        Raises:
            NothingFound: The paper does not hold the quote, or not on that page.
            UsageError: No such colour, an empty quote, or one that stands in several places while no page is given.
        """
        annotation = self._prepared(key, quote, page_index, color, comment)
        self._library.annotate(key, annotation)
        return annotation

    def highlight_all(
        self, key: PaperKey, quotes: Sequence[tuple[str, int]], *, color: str = COLORS[0], comment: str = ""
    ) -> Change:
        """Mark quotes on their pages, all or none: one mark each, the comment on the first.

        Raises:
            NothingFound, UsageError: As for one; nothing is marked then.
            LibraryError: The disk refused. Where it does not even take back, the message says how much is made.
        """
        made = [
            self._prepared(key, quote, page_index, color, "" if number else comment)
            for number, (quote, page_index) in enumerate(quotes)
        ]
        for number, annotation in enumerate(made):
            try:
                self._library.annotate(key, annotation)
            except LibraryError as error:
                self._take_back(key, made[:number], error)
                raise
        said = f"highlight “{shortened(made[0].quote)}”" if len(made) == 1 else f"{len(made)} highlights"
        return Change(said, (key,), lambda: self._remove_all(key, made))

    def remove(self, annotation_id: str, key: PaperKey | None = None) -> Change:
        """Take a mark away; a beginning of its id of at least 6 characters is enough where it is the only one.

        Raises:
            NothingFound: No mark, or more than one, answers to the id.
        """
        found = [
            (paper, annotation)
            for paper in ((key,) if key else self._library.keys())
            for annotation in self._library.annotations(paper)
            if annotation.id == annotation_id or (len(annotation_id) >= 6 and annotation.id.startswith(annotation_id))
        ]
        if len(found) != 1:
            raise NothingFound(
                f"{len(found) or 'no'} annotations answer to {annotation_id!r}",
                hint="`paperlab annotations --json` shows their ids",
            )
        paper, annotation = found[0]
        self._library.remove_annotation(paper, annotation.id, self._now())

        def undo() -> None:
            self._library.annotate(paper, replace(annotation, updated=self._now()))

        return Change(f"deleted “{shortened(annotation.quote)}”", (paper,), undo)

    def recolor(self, key: PaperKey, annotation: Annotation, color: str) -> Change:
        """Give a mark another colour.

        Raises:
            UsageError: No such colour.
        """
        return self._edited(key, annotation, replace(annotation, color=checked_color(color)), color)

    def comment(self, key: PaperKey, annotation: Annotation, comment: str) -> Change:
        """Put a comment in the place of a mark's old one; an empty one takes it away."""
        return self._edited(key, annotation, replace(annotation, comment=comment), "comment")

    def _edited(self, key: PaperKey, before: Annotation, after: Annotation, what: str) -> Change:
        self._library.annotate(key, replace(after, updated=self._now()))

        def undo() -> None:
            self._library.annotate(key, replace(before, updated=self._now()))

        return Change(f"{what}: “{shortened(before.quote)}”", (key,), undo)

    def _prepared(self, key: PaperKey, quote: str, page_index: int | None, color: str, comment: str) -> Annotation:
        checked_color(color)
        if not quote.strip():
            raise UsageError("an empty quote")
        self._make_readable(key)
        return self._made(self._place(key, quote, page_index), color, comment)

    def _take_back(self, key: PaperKey, marks: Sequence[Annotation], why: LibraryError) -> None:
        try:
            self._remove_all(key, marks)
        except LibraryError:
            left = f"{len(marks)} highlight{' is' if len(marks) == 1 else 's are'} made and not all of them"
            raise LibraryError(f"{left}: {why.message}", hint=why.hint) from why

    def _remove_all(self, key: PaperKey, marks: Sequence[Annotation]) -> None:
        """Those that are still there."""
        there = {annotation.id for annotation in self._library.annotations(key)}
        for annotation in marks:
            if annotation.id in there:
                self._library.remove_annotation(key, annotation.id, self._now())

    def _place(self, key: PaperKey, quote: str, page_index: int | None) -> QuoteMatch:
        matches = [match for match in self._engine.find(quote, papers=frozenset({key}), limit=100) if match.is_exact]
        if page_index is not None:
            here = [match for match in matches if match.page_index == page_index]
            if matches and not here:
                raise NothingFound(
                    f"the quote is not on page {page_index + 1}", hint=f"it is on page {_pages(matches)}"
                )
            matches = here
        elif len(matches) > 1:
            hint = f"it is on page {_pages(matches)}: --page chooses one, a longer quote is better"
            raise UsageError(f"the quote stands in {len(matches)} places", hint=hint)
        if not matches:
            raise NothingFound(
                f"the quote is not in {key}", hint="`paperlab find` looks for something like it in all papers"
            )
        return matches[0]

    def _made(self, match: QuoteMatch, color: str, comment: str) -> Annotation:
        now = self._now()
        return Annotation(
            id=str(uuid.uuid4()),
            kind=AnnotationKind.HIGHLIGHT,
            edition=match.edition,
            page_index=match.page_index,
            quote=match.text,
            prefix=match.prefix,
            suffix=match.suffix,
            boxes=tuple(place.box for place in match.boxes if place.page_index == match.page_index),
            section=match.section[-1] if match.section else "",
            color=color,
            comment=comment,
            created=now,
            updated=now,
        )


def _pages(matches: Sequence[QuoteMatch]) -> str:
    """Page numbers, each once, a few at most."""
    pages = sorted({match.page_index + 1 for match in matches})
    return ", ".join(map(str, pages[:_MOST_PAGES])) + (" …" if len(pages) > _MOST_PAGES else "")
