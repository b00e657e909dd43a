"""Papers as Markdown files, and what their readers have changed within the managed regions."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import add_up
from paperlab.errors import DamagedFile, LibraryError
from paperlab.export.edits import Edits, Exported, edits_in, exported_in
from paperlab.export.highlights import Flavor, Place, block_ids, shown_comment
from paperlab.export.library_json import ExportedPaper
from paperlab.export.markdown import markdown, region_bodies
from paperlab.library.backups import Backups
from paperlab.library.files import read_bytes, write_atomically
from paperlab.library.library import Library
from paperlab.services.last_exports import LastExports

Places = Callable[[PaperKey], Mapping[str, Place]]
"""Where the marks of a paper that were made on other editions stand in the newest one, by annotation id."""


def no_places(key: PaperKey) -> Mapping[str, Place]:  # noqa: ARG001  (a Places)
    return {}


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
    places: Places = no_places

    def gather(self, key: PaperKey) -> ExportedPaper:
        return ExportedPaper(
            paper=self.library.read(key),
            state=add_up(self.library.reading(key)),
            annotations=self.library.annotations(key),
            notes=self.library.read_notes(key),
        )

    def render(self, gathered: ExportedPaper, path: Path | None, existing: str | None, flavor: Flavor) -> str:
        """The file as it would be now.

        Raises:
            ChangedOutside: As `markdown`.
        """
        key = gathered.paper.key
        return markdown(
            gathered.paper,
            gathered.state,
            gathered.annotations,
            gathered.notes,
            existing,
            folder=self._folder(key, path) if path else None,
            places=self.places(key),
            flavor=flavor,
        )

    def fresh(self, gathered: ExportedPaper, path: Path) -> Exported:
        """What the regions of a file would hold now."""
        key = gathered.paper.key
        return exported_in(
            region_bodies(
                gathered.paper,
                gathered.annotations,
                gathered.notes,
                folder=self._folder(key, path),
                places=self.places(key),
            )
        )

    def edits(self, gathered: ExportedPaper, path: Path, text: str) -> Edits:
        """What has been changed within the regions of a file.

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

        return edits_in(text, self.fresh(gathered, path), self.last_exports.recall(path), past_comments)

    def write(self, path: Path, text: str, before: str | None) -> None:
        """Put a text in the place of the one it was made from, which is put away first.

        Raises:
            LibraryError: The disk refused, or the file is write-protected; it is as it was.
        """
        if text_of(path) != before:
            raise LibraryError(f"{path} has just been changed by another program", hint="export once more")
        check_may_write(path)
        self.backups.keep(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())

    def _folder(self, key: PaperKey, path: Path) -> str:
        """The paper's folder for a link: relative to the file; whole where Obsidian could not follow that."""
        folder = self.library.folder(key)
        vault = next((parent for parent in path.parents if (parent / ".obsidian").is_dir()), None)
        if vault is None or vault in folder.parents:
            return Path(os.path.relpath(folder, path.parent)).as_posix()
        return f"file://{'' if folder.as_posix().startswith('/') else '/'}{folder.as_posix()}"


def annotation_of(block_id: str, annotations: tuple[Annotation, ...]) -> Annotation | None:
    """The annotation that a block in a file tells of."""
    ids = block_ids(annotations)
    return next((annotation for annotation in annotations if ids[annotation.id] == block_id), None)


def _begins(annotation_id: str, short: str) -> bool:
    return "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in annotation_id).startswith(short)
