"""Papers as Markdown files, and what their readers have changed within the managed regions."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.placements import Placement
from paperlab.domain.progress import add_up
from paperlab.errors import DamagedFile, LibraryError, PaperlabError, PdfError
from paperlab.export.edits import Edits, Exported, edits_in
from paperlab.export.highlights import Flavor, block_ids, shown_comment
from paperlab.export.library_json import ExportedPaper
from paperlab.export.markdown import region_bodies, renewed
from paperlab.library.backups import Backups
from paperlab.library.files import make_folder, read_bytes, write_atomically
from paperlab.library.library import Library
from paperlab.services.last_exports import LastExports

_VAULTS = (".obsidian", "logseq")
"""Folders by which a vault is known, and a graph."""
Placements = Callable[[PaperKey], Sequence[Placement]]
"""Where all marks of a paper stand in its newest edition."""


def text_of(path: Path) -> str | None:
    """The text of a file with its own line ends; None if there is none.

    Raises:
        DamagedFile: It is not UTF-8.
        LibraryError: It cannot be read.
    """
    if not path.is_file():
        return None
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{path} is not UTF-8", hint="move it away, or save it as UTF-8") from error


def naming(path: Path, error: PaperlabError) -> PaperlabError:
    """An error that says which file it is about."""
    return error if str(path) in error.message else type(error)(f"{path}: {error.message}", hint=error.hint)


def check_may_write(path: Path) -> None:
    """A file put in the place of a write-protected one would not ask.

    Raises:
        LibraryError: It is write-protected.
    """
    if path.exists() and not path.stat().st_mode & 0o222:
        raise LibraryError(f"{path} is write-protected", hint="`chmod u+w` lets it be written")


@dataclass(frozen=True, slots=True)
class MarkdownFiles:
    """One Markdown file a paper."""

    library: Library
    last_exports: LastExports
    backups: Backups
    placements: Placements

    def gather(self, key: PaperKey) -> ExportedPaper:
        paper, annotations = self.library.read(key), self.library.annotations(key)
        return ExportedPaper(
            paper=paper,
            state=add_up(self.library.reading(key)),
            annotations=annotations,
            notes=self.library.read_notes(key),
            places=self._places(paper, annotations),
        )

    def bodies(self, gathered: ExportedPaper, path: Path | None, flavor: Flavor = Flavor.OBSIDIAN) -> dict[str, str]:
        """What the managed regions of a file would hold now, by name."""
        return region_bodies(
            gathered.paper,
            gathered.annotations,
            gathered.notes,
            folder=self.link_folder(gathered.paper.key, path),
            places=gathered.places,
            flavor=flavor,
        )

    def render(self, gathered: ExportedPaper, bodies: Mapping[str, str], existing: str | None, flavor: Flavor) -> str:
        """The file with these regions.

        Raises:
            ChangedOutside: As `markdown`.
        """
        return renewed(gathered.paper, gathered.state, gathered.annotations, bodies, existing, flavor)

    def edits(self, gathered: ExportedPaper, path: Path, text: str, fresh: Exported) -> Edits:
        """What has been changed within the regions of a file that would hold `fresh` now.

        Raises:
            ChangedOutside: The marks of the regions are damaged.
        """
        past: tuple[Annotation, ...] | None = None

        def past_comments(block_id: str) -> set[str]:
            nonlocal past
            if past is None:
                history = self.library.annotation_history(gathered.paper.key)
                past = tuple(version for versions in history.values() for version in versions if version)
            short = block_id.removeprefix("hl-")
            return {shown_comment(version.comment) for version in past if _begins(version.id, short)}

        return edits_in(text, fresh, self.last_exports.recall(path), past_comments)

    def write(self, path: Path, text: str, before: str | None) -> None:
        """Put a text in the place of the one it was made from, which is put away first.

        Raises:
            LibraryError: The disk refused, or the file is write-protected; it is as it was.
        """
        if text_of(path) != before:
            raise LibraryError(f"{path} has just been changed by another program", hint="export once more")
        check_may_write(path)
        self.backups.keep(path)
        make_folder(path.parent)
        write_atomically(path, text.encode())

    def _places(self, paper: Paper, annotations: Sequence[Annotation]) -> dict[str, Placement]:
        """Of the marks that were made on another edition than the newest."""
        if paper.newest is None or all(annotation.edition == paper.newest.name for annotation in annotations):
            return {}
        try:
            found = self.placements(paper.key)
        except PdfError:  # the links to where they were made hold all the same
            return {}
        return {place.annotation.id: place for place in found if place.is_elsewhere}

    def link_folder(self, key: PaperKey, path: Path | None) -> str:
        """The paper's folder for a link: relative to the file; whole where Obsidian or Logseq could not follow that."""
        if path is None:
            return f"papers/{key}"
        folder = self.library.folder(key)
        vault = next((parent for parent in path.parents if any((parent / mark).is_dir() for mark in _VAULTS)), None)
        if vault is None or vault in folder.parents:
            return Path(os.path.relpath(folder, path.parent)).as_posix()
        return f"file://{'' if folder.as_posix().startswith('/') else '/'}{folder.as_posix()}"


def annotation_of(block_id: str, annotations: tuple[Annotation, ...]) -> Annotation | None:
    """The annotation that a block in a file tells of."""
    ids = block_ids(annotations)
    return next((annotation for annotation in annotations if ids[annotation.id] == block_id), None)


def _begins(annotation_id: str, short: str) -> bool:
    return "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in annotation_id).startswith(short)
