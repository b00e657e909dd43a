"""Papers as files, one each: with managed regions beside which the reader writes, or as whole documents."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import ChangedOutside, PaperlabError, UsageError
from paperlab.export.edits import exported_in
from paperlab.export.highlights import Flavor
from paperlab.export.library_json import ExportedPaper
from paperlab.export.logseq import logseq, logseq_file_name
from paperlab.export.markdown import file_name
from paperlab.export.templates import render_template, values_of
from paperlab.services.exported_file import ExportedFile
from paperlab.services.markdown_files import MarkdownFiles, naming, text_of

_TEMPLATE_ENDINGS = {".j2", ".jinja", ".jinja2"}
_MOST_TEMPLATE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manner:
    """How papers are written."""

    flavor: Flavor = Flavor.OBSIDIAN
    template: Path | None = None
    """A Jinja2 template, which decides about everything; `note.org.j2` makes files that end in `.org`."""

    @property
    def has_regions(self) -> bool:
        return self.template is None and self.flavor is not Flavor.LOGSEQ

    @property
    def ending(self) -> str:
        if self.template is None:
            return ".md"
        name = self.template.stem if self.template.suffix in _TEMPLATE_ENDINGS else self.template.name
        return Path(name).suffix or ".md"

    def file_name(self, gathered: ExportedPaper) -> str:
        if self.template is None and self.flavor is Flavor.LOGSEQ:
            return logseq_file_name(gathered.paper)
        return file_name(gathered.paper, self.ending)


@dataclass(frozen=True, slots=True)
class PaperFiles:
    files: MarkdownFiles
    manner: Manner
    dry_run: bool = False
    overwrite: bool = False

    def text(self, papers: Sequence[ExportedPaper]) -> str:
        """All of them in one text, for stdout. Raises UsageError as `export`."""
        return "\n\n".join(self._texts([(None, paper) for paper in papers]))

    def export(self, output: Path, papers: Sequence[ExportedPaper]) -> Iterator[ExportedFile]:
        """Write the files that change. One that cannot be written says so in its `error`, and the others go on.

        Args:
            output: A folder; or the file of a single paper, if it ends as such a file does.

        Raises:
            UsageError: One file for several papers; a template that cannot be read, is wrong or takes too long.
        """
        targets = self._targets(output, papers)
        texts = self._texts(targets) if not self.manner.has_regions else []
        taken: dict[str, PaperKey] = {}
        for number, (path, gathered) in enumerate(targets):
            try:
                if other := taken.get(path.name.casefold()):
                    raise ChangedOutside(f"{path} is the file of {other} already", hint="export it to another file")
                taken[path.name.casefold()] = gathered.paper.key
                yield self._document(path, texts[number]) if texts else self._with_regions(path, gathered)
            except PaperlabError as error:
                yield ExportedFile(path, "", "", error=naming(path, error))

    def _targets(self, output: Path, papers: Sequence[ExportedPaper]) -> list[tuple[Path, ExportedPaper]]:
        ending = self.manner.ending
        if output.is_file() and output.suffix != ending:
            raise UsageError(f"{output} is a file", hint=f"name a folder, or a file that ends in {ending}")
        if output.suffix == ending and not output.is_dir():
            if len(papers) != 1:
                hint = "name a folder: Markdown is one file a paper"
                raise UsageError(f"{output} is one file for {len(papers)} papers", hint=hint)
            return [(output, papers[0])]
        return [(output / self.manner.file_name(gathered), gathered) for gathered in papers]

    def _with_regions(self, path: Path, gathered: ExportedPaper) -> ExportedFile:
        existing = text_of(path)
        bodies = self.files.bodies(gathered, path, self.manner.flavor)
        fresh = exported_in(bodies)
        made = ExportedFile(path, self.files.render(gathered, bodies, existing, self.manner.flavor), existing)
        if existing is not None and not self.overwrite:
            edits = self.files.edits(gathered, path, existing, fresh)
            if edits.would_be_lost:
                hint = f"`paperlab import {path}` takes back what it can; --overwrite drops it, and keeps a backup"
                error = ChangedOutside(f"{path} was edited inside the managed regions: {edits}", hint=hint)
                return replace(made, error=error, is_edited=True)
        self._write(made, lambda: self.files.last_exports.remember(path, fresh))
        return made

    def _document(self, path: Path, text: str) -> ExportedFile:
        """A file without regions is replaced while it is as it was written, or as it would be."""
        made = ExportedFile(path, text, text_of(path))
        is_ours = made.before is None or _hash(made.before) == self.files.last_exports.recall_hash(path)
        if made.is_changed and not is_ours and not self.overwrite:
            hint = "--overwrite replaces it, and keeps a backup"
            error = ChangedOutside(f"{path} has been changed since it was written, or is another file", hint=hint)
            return replace(made, error=error)
        self._write(made, lambda: self.files.last_exports.remember_hash(path, _hash(text)))
        return made

    def _write(self, made: ExportedFile, remember: Callable[[], None]) -> None:
        if self.dry_run or made.path is None:
            return
        if made.is_changed:
            self.files.write(made.path, made.text, made.before)
        remember()  # last: what was not written is not remembered

    def _texts(self, targets: Sequence[tuple[Path | None, ExportedPaper]]) -> list[str]:
        if self.manner.has_regions:
            flavor = self.manner.flavor
            return [self.files.render(g, self.files.bodies(g, path, flavor), None, flavor) for path, g in targets]
        told = [(gathered, self.files.link_folder(gathered.paper.key, path)) for path, gathered in targets]
        if self.manner.template is None:
            return [logseq(g.paper, g.annotations, g.notes, folder=folder, places=g.places) for g, folder in told]
        values = [values_of(gathered, folder) for gathered, folder in told]
        return render_template(_template_text(self.manner.template), values, name=self.manner.template.name)


def _template_text(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"{path}: no such template")
    if path.stat().st_size > _MOST_TEMPLATE_BYTES:
        raise UsageError(f"{path} is too large for a template")
    return text_of(path) or ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
