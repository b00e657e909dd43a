"""Copies: PDFs with the reader's annotations in them. The originals are only read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.pdf_marks import PdfMarks, ids_of
from paperlab.domain.placements import Placement
from paperlab.errors import ChangedOutside, NothingFound, PaperlabError, PdfError, UsageError
from paperlab.export.markdown import file_name
from paperlab.library.files import copy_atomically, hash_file, make_folder
from paperlab.library.library import Library


class Unwritten(Protocol):
    """An annotation that is not in the copy, and why."""

    @property
    def annotation(self) -> Annotation: ...

    @property
    def reason(self) -> str: ...


WriteCopy = Callable[[Path, Sequence[Annotation], Callable[[Path], object]], Sequence[Unwritten]]
"""`pdf.copies.write_copy`, or a stand-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfCopy:
    """What became of the copy of one paper's PDF."""

    key: PaperKey
    path: Path | None = None
    """None if it failed."""
    edition: str = ""
    written: int = 0
    in_original: int = 0
    """Annotations that came out of that very file, and stand in it as they were."""
    unwritten: tuple[Unwritten, ...] = ()
    elsewhere: int = 0
    """Annotations that have no place on this edition."""
    error: str = ""


class PdfCopies:
    def __init__(
        self,
        library: Library,
        read: Callable[[Path], PdfMarks],
        write: WriteCopy,
        placements: Callable[[PaperKey, str], Sequence[Placement]],
    ) -> None:
        """`placements` gives the places of a paper's annotations in the edition of a name."""
        self._library = library
        self._read = read
        self._write = write
        self._placements = placements

    def export(
        self, keys: Sequence[PaperKey], output: Path, *, overwrite: bool = False, dry_run: bool = False
    ) -> Iterator[PdfCopy]:
        """Write a copy for each paper: into a file for one, else as `<citekey>.pdf` into a folder.

        Args:
            keys: All papers that have annotations if there are none.
            overwrite: Put a copy in the place of another file. An earlier copy, as paperlab wrote it, always gives way.

        Raises:
            UsageError: Several papers for one file.
        """
        is_file = output.suffix.lower() == ".pdf" and not output.is_dir()
        chosen = keys or [key for key in self._library.keys() if self._library.annotations(key)]  # noqa: SIM118
        if is_file and len(chosen) != 1:
            raise UsageError(f"{output} is one file for {len(chosen)} papers", hint="name a folder")
        if output.exists() and not is_file and not output.is_dir():
            raise UsageError(f"{output} is a file", hint="name a folder, or a file that ends in .pdf")
        for key in chosen:
            try:
                paper = self._library.read(key)
                target = output if is_file else output / file_name(paper, ".pdf")
                yield self._one(paper, target, overwrite=overwrite, dry_run=dry_run)
            except PaperlabError as error:
                yield PdfCopy(key=key, error=f"{error.message} ({error.hint})" if error.hint else error.message)

    def _one(self, paper: Paper, target: Path, *, overwrite: bool, dry_run: bool) -> PdfCopy:
        key, edition = paper.key, self._edition(paper)
        original = self._library.edition_path(key, edition)
        there = self._read(original)
        history = self._library.annotation_history(key)
        own = set(ids_of(key, there.marks, history))
        placed = on_edition(self._placements(key, edition.name))
        annotations = [one for one in placed if one.id not in own]
        self._check_target(target, original, key, own, overwrite=overwrite)

        def take(copy: Path) -> None:
            if not dry_run:
                make_folder(target.parent)
                copy_atomically(copy, target)

        unwritten = self._write(original, annotations, take)
        return PdfCopy(
            key=key,
            path=target,
            edition=edition.name,
            written=len(annotations) - len(unwritten),
            in_original=len(placed) - len(annotations),
            unwritten=tuple(unwritten),
            elsewhere=len(self._library.annotations(key)) - len(placed),
        )

    def _edition(self, paper: Paper) -> Edition:
        """The newest one that is there."""
        there = [one for one in paper.editions if self._library.edition_path(paper.key, one).is_file()]
        if not there:
            raise NothingFound(f"{paper.key} has no PDF", hint=f"`paperlab fetch {paper.key}` downloads it")
        return max(there, key=lambda one: one.number)

    def _check_target(self, target: Path, original: Path, key: PaperKey, own: set[str], *, overwrite: bool) -> None:
        """Nothing of somebody else's may be replaced, an original never.

        Raises:
            UsageError, ChangedOutside
        """
        resolved = target.resolve()
        if resolved == original.resolve() or resolved.is_relative_to((self._library.root / "papers").resolve()):
            raise UsageError(f"{target} is within the library's papers", hint="name a place outside")
        if target.exists() and not overwrite and not self._is_own_copy(target, original, key, own):
            hint = "--overwrite replaces it; `paperlab annotations import` takes its marks over first"
            raise ChangedOutside(f"{target} is there already, and is not as paperlab wrote it", hint=hint)

    def _is_own_copy(self, target: Path, original: Path, key: PaperKey, own: set[str]) -> bool:
        """An earlier copy of this original, in which nobody has done anything since."""
        if not _begins_with(target, original):
            return False
        try:
            found = self._read(target)
        except PdfError:
            return False
        ids = ids_of(key, found.marks, self._library.annotation_history(key))
        return all(one in own or mark.is_as_written for one, mark in zip(ids, found.marks, strict=True))


def on_edition(placed: Sequence[Placement]) -> list[Annotation]:
    """Annotations with their places on an edition; left out is what has none, or runs over the end of a page there."""
    found: list[Annotation] = []
    for place in placed:
        if not place.is_elsewhere:
            found.append(place.annotation)
        elif (
            place.page_index is not None and place.boxes and all(b.page_index == place.page_index for b in place.boxes)
        ):
            boxes = tuple(each.box for each in place.boxes)
            quote = place.text if place.annotation.quote else ""
            found.append(replace(place.annotation, page_index=place.page_index, boxes=boxes, quote=quote))
    return found


def _begins_with(path: Path, original: Path) -> bool:
    """The copy was made by appending: its first bytes are those of the original."""
    size = original.stat().st_size
    if path.stat().st_size < size:
        return False
    if path.stat().st_size == size:
        return hash_file(path) == hash_file(original)
    with path.open("rb") as copy, original.open("rb") as first:
        while chunk := first.read(1 << 20):
            if copy.read(len(chunk)) != chunk:
                return False
    return True
