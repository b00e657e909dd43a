"""`paperlab restore`: a library out of its own export, or a file as it was."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation


@app.command("restore")
def restore(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="FILE.json | KEY", help="What `export --format json` has written, or a paper.")
    ],
    where: Annotated[
        str | None, typer.Argument(metavar="[DIR | N]", help="A new folder, or a library; of a paper: a version.")
    ] = None,
    pdfs: Annotated[
        Path | None, typer.Option("--pdfs", metavar="DIR", help="Where PDFs may be; default: beside the file.")
    ] = None,
    file: Annotated[str, typer.Option("--file", metavar="NAME", help="`notes`, `record` …, for --at.")] = "",
    at: Annotated[datetime | None, typer.Option("--at", help="Bring back what --file held then.")] = None,
) -> None:
    """Make a library out of an export in JSON; or list what the files of a paper were before, and bring one back."""
    path = Path(what).expanduser()
    if path.suffix == ".json" or path.is_file():
        if file or at:
            raise UsageError("--file and --at are for a KEY")
        _restore_library(ctx.obj, path, Path(where).expanduser() if where else None, pdfs)
        return
    if pdfs is not None:
        raise UsageError("--pdfs is for a FILE.json")
    from paperlab.cli.versions import bring_back, list_versions

    if at is None and file:
        raise UsageError("--file goes with --at", hint="`paperlab restore KEY N` takes a number")
    if at is not None and (not file or where is not None):
        raise UsageError("--at goes with --file, and without a number")
    if where is not None and not where.isdecimal():
        raise UsageError(f"{where!r} is no number of a version", hint=f"`paperlab restore {what}` lists them")
    if where is None and at is None:
        list_versions(ctx.obj, what)
    else:
        bring_back(ctx.obj, what, int(where) if where else None, file, at)


def _restore_library(invocation: "Invocation", document: Path, folder: Path | None, pdfs: Path | None) -> None:
    from paperlab.services.restoring import restore as restore_library

    root = (folder or invocation.library_root()).expanduser().absolute()
    beside = pdfs.expanduser().absolute() if pdfs else None
    rows = []
    missing = 0
    for outcome in restore_library(document.absolute(), root, pdfs=beside):
        rows.append(asdict(outcome))
        missing += len(outcome.missing_pdfs)
        if outcome.error:
            warn(f"{outcome.name}: {outcome.error}")
        elif not invocation.as_json:
            found = f" with {', '.join(outcome.pdfs)}" if outcome.pdfs else ""
            say(f"{outcome.status:<8} {'list ' if outcome.is_list else ''}{outcome.name}{found}")
    if invocation.as_json:
        print_json(rows)
    if missing:
        warn(f"{missing} PDFs are missing: `paperlab fetch` gets them")
    if any(row["error"] for row in rows):
        raise typer.Exit(1)
