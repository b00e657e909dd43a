"""`paperlab export`: everything taken out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn
from paperlab.config import FLAVORS
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from paperlab.services.exported_file import ExportedFile

_FORMATS = ("markdown", "bibtex", "biblatex", "csl-json", "json", "pdf")


@app.command("export")
def export(
    ctx: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY…]", help="Default: all papers.")] = None,
    export_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(_FORMATS))] = _FORMATS[0],
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only the papers of this list.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="File or folder; default: stdout.")
    ] = None,
    flavor: Annotated[
        str | None, typer.Option("--flavor", metavar="FLAVOR", help=f"Of Markdown: {', '.join(FLAVORS)}.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE.j2", help="A template of your own, instead.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what holds something else.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
) -> None:
    """Export papers with their marks and notes. What you write outside an exported file's managed regions stays."""
    from paperlab.export.highlights import Flavor
    from paperlab.services.exporting import ExportFormat
    from paperlab.services.paper_files import Manner

    if export_format not in _FORMATS:
        raise UsageError(f"no format {export_format!r}", hint=f"one of {', '.join(_FORMATS)}")
    if flavor not in (None, *FLAVORS):
        raise UsageError(f"no flavor {flavor!r}", hint=f"one of {', '.join(FLAVORS)}")
    if (flavor or template) and export_format != _FORMATS[0]:
        raise UsageError(f"--flavor and --template are for {_FORMATS[0]}")
    if flavor and template:
        raise UsageError("--flavor and --template do not go together")
    if keys and list_name:
        raise UsageError("KEY and --list do not go together")
    if dry_run and output is None:
        raise UsageError("--dry-run compares with files", hint="-o says where they are")
    workbench = ctx.obj.workbench()
    found = [workbench.shelf.resolve(key) for key in keys or ()]
    target = output.expanduser().absolute() if output else None
    if export_format == "pdf":
        from paperlab.cli.pdf_export import export_pdf

        export_pdf(ctx.obj, found, list_name, target, overwrite=overwrite, dry_run=dry_run)
        return
    manner = Manner(template=template.expanduser()) if template else None
    files = workbench.exporting.export(
        ExportFormat(export_format),
        found,
        list_name=list_name,
        output=target,
        dry_run=dry_run,
        overwrite=overwrite,
        manner=Manner(Flavor(flavor)) if flavor else manner,
    )
    if not files:
        raise NothingFound("no papers to export")
    for file in files:
        if file.error:
            warn(f"{file.error.message} ({file.error.hint})" if file.error.hint else file.error.message)
    if ctx.obj.as_json and output is not None:
        print_json(
            [
                {
                    "path": file.path,
                    "changed": file.is_changed and not file.error,
                    "edited": file.is_edited,
                    "error": file.error.message if file.error else None,
                }
                for file in files
            ]
        )
    else:
        _tell(files, dry_run=dry_run)
    if any(file.error for file in files):
        raise typer.Exit(1)


def _tell(files: "Sequence[ExportedFile]", *, dry_run: bool) -> None:
    for file in files:
        if file.error and not (dry_run and file.is_edited):
            continue
        if file.path is None:
            typer.echo(file.text, nl=not file.text.endswith("\n"))
        elif dry_run:
            say(file.difference.rstrip("\n") or f"{file.path}: no change")
        else:
            warn(f"{file.path}: {'written' if file.is_changed else 'no change'}")
