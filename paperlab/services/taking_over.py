"""Taking over: marks that were made in a PDF with another program become annotations of its paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from paperlab.domain.annotations import Annotation
from paperlab.domain.blocks import Block
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.marked_blocks import BlockText
from paperlab.domain.papers import Edition
from paperlab.domain.pdf_marks import LeftOut, PdfMark, PdfMarks, ids_of, is_untouched
from paperlab.domain.text import one_line
from paperlab.library.library import Library
from paperlab.services.changes import Change
from paperlab.services.marked_files import MarkedFile, MarkedFiles


class Fate(StrEnum):
    """What becomes of a mark."""

    TAKEN = "taken over"
    EDITED = "edited"
    """It was here; what was changed in the file since is taken over."""
    PRESENT = "already there"
    DELETED = "deleted before"
    """It was taken over once and deleted here: it stays so."""
    CONFLICT = "conflict"
    """Changed here and in the file: ours stays."""


@dataclass(frozen=True, slots=True)
class TakenMark:
    fate: Fate
    annotation: Annotation
    """As it is in the library afterwards; of a deleted one, as it would be."""
    reason: str = ""
    """Of a conflict: what the file says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """What became of the marks of one file."""

    file: str
    key: PaperKey
    edition: str
    """The edition that the annotations are on."""
    marks: tuple[TakenMark, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...] = ()
    change: Change | None = None
    """The way back; None if nothing was changed."""

    def count(self, fate: Fate) -> int:
        return sum(mark.fate is fate for mark in self.marks)


class ReadMarks(Protocol):
    def __call__(self, path: Path) -> PdfMarks: ...


class TakingOver:
    def __init__(
        self,
        library: Library,
        files: MarkedFiles,
        read: ReadMarks,
        blocks: Callable[[PaperKey, Edition], Sequence[Block]],
        now: Callable[[], datetime],
    ) -> None:
        """`blocks` gives those of an edition."""
        self._library = library
        self._files = files
        self._read = read
        self._blocks = blocks
        self._now = now

    def take_over(self, path: Path, key: PaperKey | None = None, *, dry_run: bool = False) -> TakeOver:
        """Take the marks of a PDF over, each once however often it is read.

        Args:
            key: The paper, if the file does not tell.
            dry_run: Only say what would be done.

        Raises:
            PdfError: The file cannot be read.
            NothingFound: Nobody knows whose paper it is; or the paper has no PDF to put the marks on.
            UnknownPaper, LibraryBusy
        """
        found = self._read(path)
        file = self._files.identify(path, found, key)
        with self._library.lock(f"marks-{file.key}"):
            placed, astray = self._placed(found, file)
            history = self._library.annotation_history(file.key)
            ids = ids_of(file.key, found.marks, history)
            marks = [self._fate(placed[at], found.marks[at], ids, at, history) for at in sorted(placed)]
            change = None if dry_run else self._carry_out(file.key, marks, history)
        return TakeOver(
            file=path.name,
            key=file.key,
            edition=file.edition.name,
            marks=tuple(marks),
            left_out=(*found.left_out, *astray),
            notes=(*found.notes, *file.notes),
            change=change,
        )

    def of_paper(self, key: PaperKey, *, dry_run: bool = False) -> tuple[TakeOver, ...]:
        """Take over what was marked in a paper's own PDFs, one after the other.

        Raises:
            As `take_over`.
        """
        paths = [self._library.edition_path(key, edition) for edition in self._library.read(key).editions]
        return tuple(self.take_over(path, key, dry_run=dry_run) for path in paths if path.is_file())

    def _placed(self, found: PdfMarks, file: MarkedFile) -> tuple[dict[int, Annotation], list[LeftOut]]:
        """By its index, each mark as an annotation without an id; and those that have no place on this edition."""
        text = BlockText(self._blocks(file.key, file.edition)) if found.marks else BlockText(())
        placed: dict[int, Annotation] = {}
        astray: list[LeftOut] = []
        for at, mark in enumerate(found.marks):
            annotation = self._annotation(mark, file)
            if not file.is_other_text:
                placed[at] = _on_page(annotation, text)
            elif (moved := _by_quote(annotation, text)) is not None:
                placed[at] = moved
            elif mark.answers in placed:
                above = placed[mark.answers]
                placed[at] = replace(annotation, page_index=above.page_index, boxes=above.boxes, section=above.section)
            else:
                where = f"the file is no copy of {file.edition.name}, and its place there is not sure"
                astray.append(LeftOut(mark.subtype, mark.page_index, where))
        return placed, astray

    def _annotation(self, mark: PdfMark, file: MarkedFile) -> Annotation:
        date = mark.modified or mark.created
        updated = date or self._now()
        return Annotation(
            id="",
            kind=mark.kind,
            edition=file.edition.name,
            page_index=mark.page_index,
            quote=mark.quote,
            prefix=mark.prefix,
            suffix=mark.suffix,
            boxes=mark.boxes,
            color=mark.color,
            comment=mark.comment,
            author=mark.author,
            created=mark.created or updated,
            updated=updated,
            source=one_line(file.name),
            file_date=updated,
        )

    def _fate(
        self,
        placed: Annotation,
        mark: PdfMark,
        ids: Sequence[str],
        at: int,
        history: Mapping[str, tuple[Annotation | None, ...]],
    ) -> TakenMark:
        answers = ids[mark.answers] if mark.answers is not None else ""
        new = replace(placed, id=ids[at], reply_to=answers)
        versions = history.get(new.id, ())
        ours = versions[-1] if versions else None
        if not versions:
            return TakenMark(Fate.TAKEN, new)
        if ours is None:
            return TakenMark(Fate.DELETED, new)
        if (ours.comment.strip(), ours.color) == (new.comment, new.color) or not _is_edited(ours, mark):
            return TakenMark(Fate.PRESENT, ours)
        if is_untouched(ours, mark) and mark.modified is not None and mark.modified > ours.updated:
            edited = replace(ours, comment=new.comment, color=new.color, updated=mark.modified, file_date=mark.modified)
            return TakenMark(Fate.EDITED, edited)
        said = f"“{one_line(new.comment)}”" if ours.comment.strip() != new.comment else new.color
        return TakenMark(Fate.CONFLICT, ours, f"the file says {said}")

    def _carry_out(
        self, key: PaperKey, marks: Sequence[TakenMark], history: Mapping[str, tuple[Annotation | None, ...]]
    ) -> Change | None:
        changed = [mark for mark in marks if mark.fate in (Fate.TAKEN, Fate.EDITED)]
        for mark in changed:
            self._library.annotate(key, mark.annotation)
        if not changed:
            return None

        def undo() -> None:
            """What has been changed here since stays."""
            there = {annotation.id: annotation for annotation in self._library.annotations(key)}
            for mark in changed:
                if there.get(mark.annotation.id) != mark.annotation:
                    continue
                before = history.get(mark.annotation.id, (None,))[-1]
                if before is None:
                    self._library.remove_annotation(key, mark.annotation.id, self._now())
                else:
                    self._library.annotate(key, before)

        return Change(f"{len(changed)} mark{'' if len(changed) == 1 else 's'} taken over", (key,), undo)


def _is_edited(ours: Annotation, mark: PdfMark) -> bool:
    """Somebody has changed the mark in the file since paperlab wrote or read it."""
    if mark.modified is None:
        return True
    since = mark.written or ours.file_date
    return since is None or mark.modified > since


def _on_page(annotation: Annotation, text: BlockText) -> Annotation:
    """On its own edition: the quote as the blocks have it, if they do."""
    place = text.at(annotation.quote, annotation.page_index, annotation.boxes)
    if place is None:
        return replace(annotation, section=text.section_at(annotation.page_index, annotation.boxes[0]))
    return replace(
        annotation,
        quote=place.text,
        prefix=place.prefix or annotation.prefix,
        suffix=place.suffix or annotation.suffix,
        section=place.section,
    )


def _by_quote(annotation: Annotation, text: BlockText) -> Annotation | None:
    """On an edition that the file is no copy of; None if it is not sure where."""
    place = text.anywhere(annotation.quote, annotation.prefix, annotation.suffix)
    if place is None:
        return None
    return replace(
        annotation,
        page_index=place.page_index,
        quote=place.text,
        prefix=place.prefix,
        suffix=place.suffix,
        boxes=place.boxes,
        section=place.section,
    )
