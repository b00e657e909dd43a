"""Importing: what a reader has changed in exported Markdown files, taken back into the library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.merging import merge
from paperlab.errors import NothingFound, PaperlabError, UsageError
from paperlab.export.edits import CommentEdit, NotesEdit, TagsEdit, after, as_written, exported_in
from paperlab.export.front_matter import value_of
from paperlab.export.highlights import shown_comment, shown_tag
from paperlab.export.library_json import ExportedPaper
from paperlab.export.markdown import shown_notes
from paperlab.library.library import Library
from paperlab.services.markdown_files import MarkdownFiles, annotation_of, check_may_write, naming, text_of

_HINTS = {
    ".bib": "`paperlab add` takes bibliographies",
    ".pdf": "`paperlab annotations import` takes the marks of a PDF, `paperlab add` the paper",
    ".json": "`paperlab restore` takes a library that was exported as JSON",
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What has come of one file."""

    path: Path
    key: PaperKey | None = None
    taken: tuple[str, ...] = ()
    """What is in the library now: `comment of ^hl-3f9a2c1b`, `the notes`."""
    left: tuple[str, ...] = ()
    """What could not be taken, and why. It is still in the file, and an export will not overwrite it."""
    deleted: tuple[str, ...] = ()
    """Highlights that are gone from the file. The library keeps them, and the next export brings them back."""
    error: PaperlabError | None = None


class Importing:
    def __init__(self, library: Library, files: MarkdownFiles, now: Callable[[], datetime]) -> None:
        self._library = library
        self._files = files
        self._now = now

    def take_back(self, paths: Sequence[Path]) -> Iterator[TakenBack]:
        """Take back comments, tags of annotations and notes that were changed in exported files.

        A change of the file alone is taken; where the library has changed, too, both are merged by lines, and where
        they touch the same ones nothing is changed. A folder stands for the exported files in it. Goes on after a
        failure.

        Raises:
            UsageError: A file is something else altogether; the hint says who takes it.
            NothingFound: A folder holds no exported file.
        """
        for path in [file for named in paths for file in _files_of(named)]:
            try:
                yield self._take(path)
            except PaperlabError as error:
                yield TakenBack(path, error=naming(path, error))

    def _take(self, path: Path) -> TakenBack:
        if (text := text_of(path)) is None:
            raise NothingFound(f"{path}: no such file")
        if not (named := value_of(text, "paperlab_id")):
            raise NothingFound(f"{path} names no paper", hint="an exported file has `paperlab_id` in its front matter")
        try:
            key = PaperKey(named)
        except ValueError:
            raise NothingFound(f"{path}: {named!r} is no paper key") from None
        gathered = self._files.gather(key)
        edits = self._files.edits(gathered, path, text, exported_in(self._files.bodies(gathered, path)))
        taken: list[str] = []
        left = list(edits.others)
        for edit in edits.comments:
            is_taken = self._take_comment(gathered, edit)
            (taken if is_taken else left).append(f"comment of ^{edit.block_id}" + _UNLESS[is_taken])
        for tags_edit in edits.tags:
            if self._take_tags(key, tags_edit):
                taken.append(f"tags of ^{tags_edit.block_id}")
        if edits.notes:
            is_taken = self._take_notes(gathered, edits.notes)
            (taken if is_taken else left).append("the notes" + _UNLESS[is_taken])
        fresh = exported_in(self._files.bodies(self._files.gather(key), path))
        last = self._files.last_exports.recall(path)
        self._files.last_exports.remember(path, after(text, fresh, last))
        return TakenBack(path, key, tuple(taken), tuple(left), edits.deleted)

    def _take_comment(self, gathered: ExportedPaper, edit: CommentEdit) -> bool:
        annotation = annotation_of(edit.block_id, tuple(gathered.annotations))
        if annotation is None:
            return False
        shown = _merged(edit.base, edit.text, shown_comment(annotation.comment))
        if shown is None:
            return False
        comment = as_written(shown, annotation.comment, shown_comment)

        def edited(now: Annotation) -> Annotation:
            merged = _with_both(annotation.comment, comment, now.comment)
            return replace(now, comment=merged, updated=self._now())

        self._library.change_annotation(gathered.paper.key, annotation, edited)
        return True

    def _take_tags(self, key: PaperKey, edit: TagsEdit) -> bool:
        """Those that were added and taken away, each for itself."""
        annotation = annotation_of(edit.block_id, self._library.annotations(key))
        if annotation is None:
            return False
        if _retagged(annotation.tags, edit) == annotation.tags:
            return False
        self._library.change_annotation(
            key, annotation, lambda now: replace(now, tags=_retagged(now.tags, edit), updated=self._now())
        )
        return True

    def _take_notes(self, gathered: ExportedPaper, edit: NotesEdit) -> bool:
        key, notes = gathered.paper.key, gathered.notes
        shown = _merged(edit.base, edit.text, shown_notes(notes))
        if shown is None:
            return False
        body = as_written(shown, notes, shown_notes)
        start = notes[: len(notes) - len(notes.lstrip("\r\n"))]
        end = notes[len(notes.rstrip("\r\n")) :] or "\n"
        path = self._library.notes_path(key)
        check_may_write(path)
        self._files.backups.keep(path)
        changed = start + (body.replace("\n", "\r\n") if "\r\n" in notes else body) + end
        self._library.write_notes(key, changed if body else "", based_on=notes)
        return True


_UNLESS = {True: "", False: ": it has changed in the library, too, at the same place"}


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        hidden = {part for part in path.parts if part.startswith(".")}
        found = [
            file
            for file in sorted(path.rglob("*.md"))
            if not {part for part in file.parts if part.startswith(".")} - hidden and _is_exported(file)
        ]
        if not found:
            raise NothingFound(f"no exported file in {path}")
        return found
    if path.suffix.lower() in _HINTS:
        raise UsageError(f"{path} is no exported note", hint=_HINTS[path.suffix.lower()])
    return [path]


def _with_both(base: str, mine: str, theirs: str) -> str:
    """What two have made of a comment; where both have changed the same lines, both texts."""
    if theirs == base:
        return mine
    return merge(*(f"{text}\n" if text else "" for text in (base, mine, theirs))).text.removesuffix("\n")


def _retagged(there: Sequence[str], edit: TagsEdit) -> tuple[str, ...]:
    gone = set(edit.base or ()) - set(edit.tags)
    kept = [tag for tag in there if shown_tag(tag) not in gone]
    known = {shown_tag(tag) for tag in kept} | set(edit.base or ())
    return (*kept, *(tag for tag in edit.tags if tag not in known))


def _is_exported(path: Path) -> bool:
    try:
        return bool(value_of(text_of(path) or "", "paperlab_id"))
    except PaperlabError:
        return False


def _merged(base: str | None, mine: str, theirs: str) -> str | None:
    """What the file and the library make together; None where both have changed the same place."""
    if base is None:
        return mine if mine.startswith(theirs) else None
    merged = merge(*(f"{text}\n" if text else "" for text in (base, mine, theirs)))
    return None if merged.has_overlap else merged.text.removesuffix("\n")
