"""Exporting: papers, marks and notes taken out as Markdown, BibTeX, CSL-JSON or JSON."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import ChangedOutside, PaperlabError, UsageError
from paperlab.export.bibtex import biblatex, bibtex
from paperlab.export.csl import csl_json
from paperlab.export.highlights import Flavor
from paperlab.export.library_json import ExportedPaper, library_json
from paperlab.export.markdown import markdown_file_name
from paperlab.library.library import Library
from paperlab.library.plain_files import list_files, paper_files
from paperlab.services.markdown_files import MarkdownFiles, text_of
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
    error: PaperlabError | None = None
    """Why it was not written; the others were."""
    is_edited: bool = False
    """It was not written because its reader has changed something within the managed regions."""


class Exporting:
    def __init__(self, library: Library, shelf: Shelf, files: MarkdownFiles) -> None:
        self._library = library
        self._shelf = shelf
        self._files = files

    def export(
        self,
        export_format: ExportFormat,
        keys: Sequence[PaperKey] = (),
        *,
        list_name: str | None = None,
        output: Path | None = None,
        dry_run: bool = False,
        overwrite: bool = False,
        flavor: Flavor = Flavor.OBSIDIAN,
    ) -> tuple[ExportedFile, ...]:
        """Make the documents; with an output write those that change, each after a backup of what was there.

        Markdown is one file a paper: an output that is a folder, or does not end in `.md`, gets `<citekey>.md` in it.
        A Markdown file keeps what its reader wrote outside the managed regions, and is not written while something
        within them is the reader's; everything else is one document, in whose place nothing of another content may
        stand. A Markdown file that cannot be written says so in its `error`.

        Args:
            overwrite: Put one document in the place of another, and drop what was changed within managed regions.

        Raises:
            ChangedOutside: Another document is there.
            UsageError: Several papers for one Markdown file.
            NothingFound, UnknownPaper
        """
        if output is not None and output.is_dir() and export_format is not ExportFormat.MARKDOWN:
            raise UsageError(f"{output} is a folder", hint=f"{export_format} is one document: name a file")
        papers = [self._files.gather(key) for key in keys or self._keys(list_name)]
        if export_format is not ExportFormat.MARKDOWN:
            made = _compared(output, self._one_document(export_format, papers))
            if output is not None and made.difference and not dry_run:
                self._write_document(output, made.text, overwrite)
            return (made,)
        if output is None:
            texts = [self._files.render(paper, None, None, flavor) for paper in papers]
            return (ExportedFile(None, "\n\n".join(texts), ""),)
        return tuple(self._markdown_files(output, papers, flavor, dry_run=dry_run, overwrite=overwrite))

    def _keys(self, list_name: str | None) -> tuple[PaperKey, ...]:
        return tuple(sorted(summary.key for summary in self._shelf.summaries(list_name=list_name)))

    def _one_document(self, export_format: ExportFormat, papers: Sequence[ExportedPaper]) -> str:
        match export_format:
            case ExportFormat.BIBTEX:
                return bibtex([gathered.paper for gathered in papers])
            case ExportFormat.BIBLATEX:
                return biblatex([gathered.paper for gathered in papers])
            case ExportFormat.CSL_JSON:
                return csl_json([gathered.paper for gathered in papers])
            case _:
                whole = [replace(paper, files=paper_files(self._library, paper.paper.key)) for paper in papers]
                return library_json(whole, self._library.lists(), list_files(self._library))

    def _write_document(self, path: Path, text: str, overwrite: bool) -> None:
        if path.exists() and not overwrite:
            hint = "--overwrite replaces it; --dry-run shows what would change"
            raise ChangedOutside(f"{path} is there already and holds something else", hint=hint)
        self._files.write(path, text, text_of(path))

    def _markdown_files(
        self, output: Path, papers: Sequence[ExportedPaper], flavor: Flavor, *, dry_run: bool, overwrite: bool
    ) -> Iterator[ExportedFile]:
        taken: dict[str, PaperKey] = {}
        for path, gathered in _targets(output, papers):
            try:
                if other := taken.get(path.name.casefold()):
                    raise ChangedOutside(
                        f"{path} is the file of {other} already", hint="export it to a file of its own"
                    )
                taken[path.name.casefold()] = gathered.paper.key
                yield self._markdown_file(path, gathered, flavor, dry_run=dry_run, overwrite=overwrite)
            except PaperlabError as error:
                named = (
                    error if str(path) in error.message else type(error)(f"{path}: {error.message}", hint=error.hint)
                )
                yield ExportedFile(path, "", "", named)

    def _markdown_file(
        self, path: Path, gathered: ExportedPaper, flavor: Flavor, *, dry_run: bool, overwrite: bool
    ) -> ExportedFile:
        existing = text_of(path)
        made = _compared(path, self._files.render(gathered, path, existing, flavor), existing)
        if existing is not None and not overwrite:
            edits = self._files.edits(gathered, path, existing)
            if edits.would_be_lost:
                hint = f"`paperlab import {path}` takes back what it can; --overwrite drops it, and keeps a backup"
                error = ChangedOutside(f"{path} was edited inside the managed regions: {edits}", hint=hint)
                return ExportedFile(path, made.text, made.difference, error, is_edited=True)
        if not dry_run:
            if made.difference:
                self._files.write(path, made.text, existing)
            self._files.last_exports.remember(path, self._files.fresh(gathered, path))
        return made


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


def _compared(path: Path | None, text: str, before: str | None = None) -> ExportedFile:
    if before is None and path is not None:
        before = text_of(path)
    lines = difflib.unified_diff(
        (before or "").splitlines(keepends=True), text.splitlines(keepends=True), fromfile=str(path), tofile=str(path)
    )
    return ExportedFile(path, text, "".join(lines))
