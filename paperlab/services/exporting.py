"""Exporting: papers, marks and notes taken out as Markdown, BibTeX, CSL-JSON or JSON."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import ChangedOutside, UsageError
from paperlab.export.bibtex import biblatex, bibtex
from paperlab.export.csl import csl_json
from paperlab.export.library_json import ExportedPaper, library_json
from paperlab.library.library import Library
from paperlab.library.plain_files import list_files, paper_files
from paperlab.services.exported_file import ExportedFile
from paperlab.services.markdown_files import MarkdownFiles, text_of
from paperlab.services.paper_files import Manner, PaperFiles
from paperlab.services.shelf import Shelf

_AS_DOCUMENTED = Manner()


class ExportFormat(StrEnum):
    MARKDOWN = "markdown"
    BIBTEX = "bibtex"
    BIBLATEX = "biblatex"
    CSL_JSON = "csl-json"
    JSON = "json"


class Exporting:
    def __init__(self, library: Library, shelf: Shelf, files: MarkdownFiles, manner: Manner = _AS_DOCUMENTED) -> None:
        """`manner` is how papers are written where nothing else is asked for."""
        self._library = library
        self._shelf = shelf
        self._files = files
        self._manner = manner

    def export(
        self,
        export_format: ExportFormat,
        keys: Sequence[PaperKey] = (),
        *,
        list_name: str | None = None,
        output: Path | None = None,
        dry_run: bool = False,
        overwrite: bool = False,
        manner: Manner | None = None,
    ) -> tuple[ExportedFile, ...]:
        """Make the documents; with an output write those that change, each after a backup of what was there.

        Markdown is one file a paper: an output that is a folder, or does not end in `.md`, gets `<citekey>.md` in it.
        Such a file keeps what its reader wrote outside the managed regions, and is not written while something within
        them is the reader's; one without regions (a template's) is replaced while nobody has changed it. A file that
        cannot be written says so in its `error`. Everything else is one document, in whose place nothing of another
        content may stand.

        Args:
            overwrite: Put one document in the place of another, and drop what was changed within managed regions.
            manner: Flavour or template of the files; that of the settings if not given.

        Raises:
            ChangedOutside: Another document is there.
            UsageError: Several papers for one Markdown file, or the template is wrong.
            NothingFound, UnknownPaper
        """
        if output is not None and output.is_dir() and export_format is not ExportFormat.MARKDOWN:
            raise UsageError(f"{output} is a folder", hint=f"{export_format} is one document: name a file")
        papers = [self._files.gather(key) for key in keys or self._keys(list_name)]
        if export_format is ExportFormat.MARKDOWN:
            one_each = PaperFiles(self._files, manner or self._manner, dry_run=dry_run, overwrite=overwrite)
            if output is None:
                return (ExportedFile(None, one_each.text(papers), None),)
            return tuple(one_each.export(output, papers))
        text = self._document(export_format, papers)
        made = ExportedFile(output, text, text_of(output) if output else None)
        if output is not None and made.is_changed and not dry_run:
            if output.exists() and not overwrite:
                hint = "--overwrite replaces it; --dry-run shows what would change"
                raise ChangedOutside(f"{output} is there already and holds something else", hint=hint)
            self._files.write(output, text, made.before)
        return (made,)

    def _keys(self, list_name: str | None) -> tuple[PaperKey, ...]:
        return tuple(sorted(summary.key for summary in self._shelf.summaries(list_name=list_name)))

    def _document(self, export_format: ExportFormat, papers: Sequence[ExportedPaper]) -> str:
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
