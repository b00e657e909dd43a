"""Exporting: papers, marks and notes taken out as Markdown, BibTeX, CSL-JSON or JSON."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import add_up
from paperlab.domain.reading_lists import ReadingList
from paperlab.errors import ChangedOutside, DamagedFile, UsageError
from paperlab.export.bibtex import biblatex, bibtex
from paperlab.export.csl import csl_json
from paperlab.export.library_json import ExportedPaper, library_json
from paperlab.export.markdown import markdown, markdown_file_name
from paperlab.library.files import write_atomically
from paperlab.library.library import Library
from paperlab.services.shelf import Shelf


class ExportFormat(StrEnum):
    MARKDOWN = "markdown"
    BIBTEX = "bibtex"
    BIBLATEX = "biblatex"
    CSL_JSON = "csl-json"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One document, as written or as it would be."""

    path: Path | None
    """None for stdout."""
    text: str
    difference: str
    """Unified diff against what is there; empty if nothing changes."""


class Exporting:
    def __init__(self, library: Library, shelf: Shelf) -> None:
        self._library = library
        self._shelf = shelf

    def export(
        self,
        export_format: ExportFormat,
        keys: Sequence[PaperKey] = (),
        *,
        list_name: str | None = None,
        output: Path | None = None,
        dry_run: bool = False,
        overwrite: bool = False,
    ) -> tuple[ExportedFile, ...]:
        """Make the documents; with an output write those that change.

        Markdown is one file a paper: an output that is a folder, or does not end in `.md`, gets `<citekey>.md` in it.
        A Markdown file keeps what its reader wrote outside the managed regions; everything else is one document, in
        whose place nothing of another content may stand.

        Args:
            overwrite: Put one document in the place of another.

        Raises:
            ChangedOutside: Another document is there.
            UsageError: Several papers for one Markdown file.
            NothingFound, UnknownPaper
        """
        if output is not None and output.is_dir() and export_format is not ExportFormat.MARKDOWN:
            raise UsageError(f"{output} is a folder", hint=f"{export_format} is one document: name a file")
        papers = [self._gather(key) for key in keys or self._keys(list_name)]
        if export_format is not ExportFormat.MARKDOWN:
            files = [(output, _one_document(export_format, papers, self._library.lists()))]
        elif output is None:
            files = [(None, "\n\n".join(_markdown(paper, self._library, None) for paper in papers))]
        else:
            files = [(path, _markdown(paper, self._library, path)) for path, paper in _targets(output, papers)]
        made = tuple(_compared(path, text) for path, text in files)
        if not dry_run:
            if export_format is not ExportFormat.MARKDOWN and not overwrite:
                _refuse_to_overwrite(made[0])
            for file in made:
                if file.path is not None and file.difference:
                    file.path.parent.mkdir(parents=True, exist_ok=True)
                    write_atomically(file.path, file.text.encode())
        return made

    def _keys(self, list_name: str | None) -> tuple[PaperKey, ...]:
        return tuple(sorted(summary.key for summary in self._shelf.summaries(list_name=list_name)))

    def _gather(self, key: PaperKey) -> ExportedPaper:
        paper = self._library.read(key)
        return ExportedPaper(
            paper=paper,
            state=add_up(self._library.reading(key)),
            annotations=self._library.annotations(key),
            notes=self._library.read_notes(key),
        )


def _refuse_to_overwrite(file: ExportedFile) -> None:
    if file.path is not None and file.difference and file.path.exists():
        hint = "--overwrite replaces it; --dry-run shows what would change"
        raise ChangedOutside(f"{file.path} is there already and holds something else", hint=hint)


def _targets(output: Path, papers: Sequence[ExportedPaper]) -> list[tuple[Path, ExportedPaper]]:
    if output.is_file() and output.suffix != ".md":
        raise UsageError(f"{output} is a file", hint="name a folder, or a file that ends in .md")
    if output.suffix == ".md" and not output.is_dir():
        if len(papers) != 1:
            raise UsageError(
                f"{output} is one file for {len(papers)} papers", hint="name a folder: Markdown is one file a paper"
            )
        return [(output, papers[0])]
    return [(output / markdown_file_name(gathered.paper), gathered) for gathered in papers]


def _markdown(gathered: ExportedPaper, library: Library, path: Path | None) -> str:
    existing, folder = None, None
    if path is not None:
        existing = _read(path)
        folder = Path(os.path.relpath(library.folder(gathered.paper.key), path.parent)).as_posix()
    return markdown(gathered.paper, gathered.state, gathered.annotations, gathered.notes, existing, folder=folder)


def _read(path: Path) -> str | None:
    """The text of a file with its own line ends; None if there is none."""
    if not path.is_file():
        return None
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{path} is not UTF-8", hint="move it away, or save it as UTF-8") from error


def _one_document(export_format: ExportFormat, papers: Sequence[ExportedPaper], lists: Sequence[ReadingList]) -> str:
    match export_format:
        case ExportFormat.BIBTEX:
            return bibtex([gathered.paper for gathered in papers])
        case ExportFormat.BIBLATEX:
            return biblatex([gathered.paper for gathered in papers])
        case ExportFormat.CSL_JSON:
            return csl_json([gathered.paper for gathered in papers])
        case _:
            return library_json(papers, lists)


def _compared(path: Path | None, text: str) -> ExportedFile:
    before = (_read(path) if path is not None else None) or ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), text.splitlines(keepends=True), fromfile=str(path), tofile=str(path)
    )
    return ExportedFile(path, text, "".join(lines))
