"""`paperlab restore`: a library out of its own export."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn


@app.command("restore")
def restore(
    ctx: typer.Context,
    document: Annotated[Path, typer.Argument(metavar="FILE.json", help="What `export --format json` has written.")],
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A new folder, or a library.")] = None,
    pdfs: Annotated[
        Path | None, typer.Option("--pdfs", metavar="DIR", help="Where PDFs may be; default: beside the file.")
    ] = None,
) -> None:
    """Make a library out of an export in JSON, or fill one. What is there already stays."""
    from paperlab.services.restoring import restore as restore_library

    root = (folder or ctx.obj.library_root()).expanduser().absolute()
    beside = pdfs.expanduser().absolute() if pdfs else None
    rows = []
    missing = 0
    for outcome in restore_library(document.expanduser().absolute(), root, pdfs=beside):
        rows.append(asdict(outcome))
        missing += len(outcome.missing_pdfs)
        if outcome.error:
            warn(f"{outcome.name}: {outcome.error}")
        elif not ctx.obj.as_json:
            found = f" with {', '.join(outcome.pdfs)}" if outcome.pdfs else ""
            say(f"{outcome.status:<8} {'list ' if outcome.is_list else ''}{outcome.name}{found}")
    if ctx.obj.as_json:
        print_json(rows)
    if missing:
        warn(f"{missing} PDFs are missing: `paperlab fetch` gets them")
    if any(row["error"] for row in rows):
        raise typer.Exit(1)
