"""Annotating: a quote is found in the paper, marked, listed, put elsewhere, taken away again."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import NamedTuple

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import COLORS, Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.passages import QuoteMatch
from paperlab.domain.placements import Placement, as_made
from paperlab.errors import LibraryError, NothingFound, UsageError
from paperlab.index.search import SearchEngine
from paperlab.library.library import Library
from paperlab.services.changes import Change
from paperlab.services.editions import Editions

_PLACE = ("edition", "page_index", "quote", "prefix", "suffix", "boxes", "section")
"""What tells where a mark stands."""
_MOST_PAGES = 8
_SHOWN = 60
"""Characters of a quote in a message."""
_WITH_QUOTE = tuple(kind for kind in AnnotationKind if kind is not AnnotationKind.AREA)


class Selected(NamedTuple):
    """A quote that was chosen in the text itself."""

    quote: str
    page_index: int
    at: tuple[int, int] | None = None
    """Block, and offset in its text, where it begins: tells it from another one on the page."""


def checked_color(color: str) -> str:
    """A colour that a mark may be given.

    Raises:
        UsageError: It is none.
    """
    if color not in COLORS:
        raise UsageError(f"no colour {color!r}", hint=f"one of {', '.join(COLORS)}")
    return color


def checked_kind(kind: str) -> AnnotationKind:
    """A kind that a mark on a quote may be of.

    Raises:
        UsageError: It is none.
    """
    if kind not in _WITH_QUOTE:
        raise UsageError(f"no kind {kind!r}", hint=f"one of {', '.join(_WITH_QUOTE)}")
    return AnnotationKind(kind)


def shortened(quote: str) -> str:
    """The beginning of a quote, for a message."""
    text = " ".join(quote.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class Annotating:
    def __init__(self, library: Library, engine: SearchEngine, editions: Editions, now: Callable[[], datetime]) -> None:
        self._library = library
        self._engine = engine
        self._editions = editions
        self._now = now

    def of(self, key: PaperKey) -> tuple[Annotation, ...]:
        """All marks of a paper, by page, as they were made."""
        return self._library.annotations(key)

    def placements(self, key: PaperKey, edition: str | None = None) -> tuple[Placement, ...]:
        """Where each mark of a paper stands in an edition, the newest one if none is named; in the order of `of`.

        If all were made on that edition, or there is no PDF at all, they are where they were made, and no PDF is read.

        Raises:
            NothingFound: The paper has no such edition.
            PdfError: Its text is not to be had.
        """
        annotations = self.of(key)
        paper = self._library.read(key)
        wanted = paper.edition(edition) if edition else paper.newest
        if edition and wanted is None:
            raise NothingFound(
                f"{key} has no edition {edition}", hint=f"there are {', '.join(_names(paper)) or 'none'}"
            )
        if wanted is None or all(annotation.edition == wanted.name for annotation in annotations):
            return tuple(map(as_made, annotations))
        return Anchorage(wanted.name, self._editions.parsed(paper, wanted).blocks).resolve_all(annotations)

    def unplaced(self, key: PaperKey) -> tuple[Placement, ...]:
        """The marks that have no place in the newest edition, each with the reason. Raises as `placements`."""
        return tuple(placement for placement in self.placements(key) if not placement.is_placed)

    def highlight(
        self,
        key: PaperKey,
        quote: str,
        *,
        page_index: int | None = None,
        color: str = COLORS[0],
        comment: str = "",
        kind: str = AnnotationKind.HIGHLIGHT,
        tags: Sequence[str] = (),
    ) -> Annotation:
        """Mark a quote where it stands in the newest edition; on a given page, at its first place there.

        Raises:
            NothingFound: The paper does not hold the quote, or not on that page.
            UsageError: No such colour or kind, an empty quote, or one that stands in several places while no page is
                given.
        """
        checked_color(color)
        match = self._found(key, quote, page_index)
        annotation = replace(
            self._made(match, color, comment), kind=checked_kind(kind), tags=tuple(dict.fromkeys(tags))
        )
        self._library.annotate(key, annotation)
        return annotation

    def highlight_all(
        self, key: PaperKey, quotes: Sequence[Selected], *, color: str = COLORS[0], comment: str = ""
    ) -> Change:
        """Mark quotes on their pages, all or none: one mark each, the comment on the first.

        Raises:
            NothingFound, UsageError: As for one; nothing is marked then.
            LibraryError: The disk refused. Where it does not even take back, the message says how much is made.
        """
        checked_color(color)
        made = [
            self._made(self._found(key, *quote), color, "" if number else comment)
            for number, quote in enumerate(quotes)
        ]
        for number, annotation in enumerate(made):
            try:
                self._library.annotate(key, annotation)
            except LibraryError as error:
                self._take_back(key, made[:number], error)
                raise
        said = f"highlight “{shortened(made[0].quote)}”" if len(made) == 1 else f"{len(made)} highlights"
        return Change(said, (key,), lambda: self._remove_all(key, made))

    def place(
        self,
        annotation_id: str,
        quote: str,
        key: PaperKey | None = None,
        *,
        page_index: int | None = None,
        at: tuple[int, int] | None = None,
    ) -> Change:
        """Put a mark on a quote of the newest edition by hand: its old place stays in the journal.

        Args:
            annotation_id: As in `remove`.
            at: As in `Selected`.

        Raises:
            NothingFound, UsageError: As `remove` for the mark and `highlight` for the quote.
        """
        paper, before = self._answering(annotation_id, key)
        match = self._found(paper, quote, page_index, at)
        new = self._made(match, before.color, before.comment)

        def edit(now: Annotation) -> Annotation:
            return replace(now, **{name: getattr(new, name) for name in _PLACE})

        return self._edited(paper, before, edit, f"placed on page {new.page_index + 1} of {new.edition}")

    def remove(self, annotation_id: str, key: PaperKey | None = None) -> Change:
        """Take a mark away; a beginning of its id of at least 6 characters is enough where it is the only one.

        Raises:
            NothingFound: No mark, or more than one, answers to the id.
        """
        paper, annotation = self._answering(annotation_id, key)
        self._library.remove_annotation(paper, annotation.id, self._now())

        def undo() -> None:
            self._library.annotate(paper, replace(annotation, updated=self._now()))

        return Change(f"deleted “{shortened(annotation.quote)}”", (paper,), undo)

    def recolor(self, key: PaperKey, annotation: Annotation, color: str) -> Change:
        """Give a mark another colour.

        Raises:
            UsageError: No such colour.
        """
        checked = checked_color(color)
        return self._edited(key, annotation, lambda now: replace(now, color=checked), color)

    def comment(self, key: PaperKey, annotation: Annotation, comment: str) -> Change:
        """Put a comment in the place of a mark's old one; an empty one takes it away.

        Where somebody else has changed it since it was shown, both are kept.
        """

        def edit(now: Annotation) -> Annotation:
            is_other = now.comment not in (annotation.comment, comment)
            return replace(now, comment=f"{now.comment}\n\n{comment}".strip() if is_other else comment)

        return self._edited(key, annotation, edit, "comment")

    def _answering(self, annotation_id: str, key: PaperKey | None) -> tuple[PaperKey, Annotation]:
        """The one mark that answers to an id."""
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
        return found[0]

    def _edited(self, key: PaperKey, shown: Annotation, edit: Callable[[Annotation], Annotation], what: str) -> Change:
        """Edit a mark as it is by now; as it was shown, where somebody has taken it away since."""
        with self._library.lock(f"paper-{key}"):
            before = next((mark for mark in self._library.annotations(key) if mark.id == shown.id), shown)
            self._library.annotate(key, replace(edit(before), updated=self._now()))

        def undo() -> None:
            def back(now: Annotation) -> Annotation:
                return replace(_undone(before, edit(before), now), updated=self._now())

            self._library.change_annotation(key, before, back)

        return Change(f"{what}: “{shortened(before.quote)}”", (key,), undo)

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

    def _found(
        self, key: PaperKey, quote: str, page_index: int | None, at: tuple[int, int] | None = None
    ) -> QuoteMatch:
        """The place that is meant, in the newest edition, which is parsed if need be."""
        if not quote.strip():
            raise UsageError("an empty quote")
        self._editions.parsed(self._library.read(key))
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
        if at is None:
            return matches[0]
        return min(matches, key=lambda match: (abs(match.block - at[0]), abs(match.start - at[1])))

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


def _names(paper: Paper) -> Sequence[str]:
    return [edition.name for edition in paper.editions]


def _undone(before: Annotation, after: Annotation, now: Annotation) -> Annotation:
    """A mark without an edit: what the edit has changed, and nobody else since, is as it was before."""
    names = [field.name for field in fields(Annotation)]
    edited = [name for name in names if getattr(before, name) != getattr(after, name)]
    back = [name for name in edited if getattr(now, name) == getattr(after, name)]
    return replace(now, **{name: getattr(before, name) for name in back})


def _pages(matches: Sequence[QuoteMatch]) -> str:
    """Page numbers, each once, a few at most."""
    pages = sorted({match.page_index + 1 for match in matches})
    return ", ".join(map(str, pages[:_MOST_PAGES])) + (" …" if len(pages) > _MOST_PAGES else "")
