"""Taking over: marks that were made in a PDF with another program become annotations of its paper."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation
from paperlab.domain.blocks import Block
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.pdf_marks import LINKS, LeftOut, PdfMark, PdfMarks, ids_of, is_untouched
from paperlab.domain.placements import Placement
from paperlab.domain.sections import section_at
from paperlab.domain.strips import surroundings
from paperlab.domain.text import folded, one_line
from paperlab.library.library import Library
from paperlab.library.marked import remember_taken_over
from paperlab.services.changes import Change
from paperlab.services.editions import Editions
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

    @property
    def told(self) -> str:
        """`12 taken over, 3 already there`, and how many were left out."""
        counts = Counter(str(mark.fate) for mark in self.marks)
        said = ", ".join(f"{count} {fate}" for fate, count in counts.items()) or "no marks to take over"
        left = sum(one.subtype not in LINKS for one in self.left_out)
        return said + (f"; {left} left out" if left else "")

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
        editions: Editions,
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._files = files
        self._read = read
        self._editions = editions
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
            placed, notes = self._placed(found, file)
            history = self._library.annotation_history(file.key)
            ids = ids_of(file.key, found.marks, history)
            marks = [self._fate(one, found.marks[at], ids, at, history) for at, one in enumerate(placed)]
            change = None if dry_run else self._carry_out(file, marks, history)
        return TakeOver(
            file=path.name,
            key=file.key,
            edition=file.edition,
            marks=tuple(marks),
            left_out=found.left_out,
            notes=(*found.notes, *file.notes, *notes),
            change=change,
        )

    def of_paper(self, key: PaperKey, *, dry_run: bool = False) -> tuple[TakeOver, ...]:
        """Take over what was marked in a paper's own PDFs, one after the other.

        Raises:
            As `take_over`.
        """
        paths = [self._library.edition_path(key, edition) for edition in self._library.read(key).editions]
        return tuple(self.take_over(path, key, dry_run=dry_run) for path in paths if path.is_file())

    def _placed(self, found: PdfMarks, file: MarkedFile) -> tuple[list[Annotation], list[str]]:
        """The marks as annotations without ids, on the edition of the file; and what is to be said of their places."""
        made = [self._annotation(mark, file) for mark in found.marks]
        if not made:
            return made, []
        blocks = self._editions.parsed(self._library.read(file.key), file.text_of).blocks
        text = Anchorage(file.text_of.name, blocks)
        if file.edition == file.text_of.name:
            return [_on_page(annotation, text.resolve(annotation), blocks) for annotation in made], []
        places = [text.resolve(annotation) for annotation in made]
        answers = [mark.answers for mark in found.marks]
        lost = sum(not place.is_placed and answer is None for place, answer in zip(places, answers, strict=True))
        hint = f"`paperlab annotations {file.key} --unplaced` lists them"
        told = f"{lost} of its marks {'has' if lost == 1 else 'have'} no place in {file.text_of.name}: {hint}"
        return list(map(_with_section, made, places)), [told] if lost else []

    def _annotation(self, mark: PdfMark, file: MarkedFile) -> Annotation:
        date = mark.modified or mark.created
        updated = date or self._now()
        return Annotation(
            id="",
            kind=mark.kind,
            edition=file.edition,
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
        is_as_made = is_untouched(ours, mark) or len(versions) == 1  # some viewers drop the date that paperlab wrote
        if is_as_made and mark.modified is not None and mark.modified > ours.updated:
            edited = replace(ours, comment=new.comment, color=new.color, updated=mark.modified, file_date=mark.modified)
            return TakenMark(Fate.EDITED, edited)
        said = f"“{one_line(new.comment)}”" if ours.comment.strip() != new.comment else new.color
        return TakenMark(Fate.CONFLICT, ours, f"the file says {said}")

    def _carry_out(
        self, file: MarkedFile, marks: Sequence[TakenMark], history: Mapping[str, tuple[Annotation | None, ...]]
    ) -> Change | None:
        key = file.key
        changed = [mark for mark in marks if mark.fate in (Fate.TAKEN, Fate.EDITED)]
        for mark in changed:
            if mark.fate is Fate.EDITED:
                self._library.change_annotation(key, mark.annotation, _as_in_file(mark.annotation))
            else:
                self._library.annotate(key, mark.annotation)
        remember_taken_over(self._library.derived, file.sha256)
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


def _as_in_file(made: Annotation) -> Callable[[Annotation], Annotation]:
    """What the file says of a mark; what else somebody has changed in it stays."""
    return lambda now: replace(
        now, comment=made.comment, color=made.color, updated=made.updated, file_date=made.file_date
    )


def _is_edited(ours: Annotation, mark: PdfMark) -> bool:
    """Somebody has changed the mark in the file since paperlab wrote or read it."""
    if mark.modified is None:
        return True
    since = mark.written or ours.file_date
    return since is None or mark.modified > since


def _on_page(annotation: Annotation, found: Placement, blocks: Sequence[Block]) -> Annotation:
    """On its own edition: the quote as the blocks have it, if they do."""
    is_here = bool(found.spans) and found.page_index == annotation.page_index
    if not is_here or folded(found.text) != folded(annotation.quote):
        section = section_at(blocks, annotation.page_index, annotation.boxes[0]) if annotation.boxes else ""
        return replace(annotation, section=section)
    before, after = surroundings(blocks, found.spans)
    return replace(_with_section(annotation, found), quote=found.text, prefix=before, suffix=after)


def _with_section(annotation: Annotation, found: Placement) -> Annotation:
    return replace(annotation, section=found.section[-1] if found.section else "")
