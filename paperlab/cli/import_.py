"""`paperlab import`: what was edited in exported files, taken back."""

from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn


@app.command("import")
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Exported Markdown files, or folders of them.")],
) -> None:
    """Take back comments, tags and notes that you have edited in exported Markdown files."""
    workbench = ctx.obj.workbench()
    outcomes = list(workbench.importing.take_back([file.expanduser().absolute() for file in files]))
    for outcome in outcomes:
        if outcome.error:
            hint = f" ({outcome.error.hint})" if outcome.error.hint else ""
            warn(f"{outcome.error.message}{hint}")
        for reason in outcome.left:
            warn(f"{outcome.path}: not taken: {reason}")
        for block_id in outcome.deleted:
            warn(f"{outcome.path}: ^{block_id} is gone from the file; the library keeps it (`paperlab annotations rm`)")
        if not ctx.obj.as_json and not outcome.error:
            say(f"{outcome.path}: {', '.join(outcome.taken) or 'nothing new'}")
    if ctx.obj.as_json:
        print_json(
            [
                {
                    "path": outcome.path,
                    "key": outcome.key,
                    "taken": outcome.taken,
                    "left": outcome.left,
                    "deleted": outcome.deleted,
                    "error": outcome.error.message if outcome.error else None,
                }
                for outcome in outcomes
            ]
        )
    if any(outcome.error or outcome.left for outcome in outcomes):
        raise typer.Exit(1)
