"""`paperlab fetch`: the PDFs that records lack."""

from typing import Annotated

import typer

from paperlab.cli.add import report
from paperlab.cli.app import app
from paperlab.cli.printing import warn


@app.command("fetch")
def fetch(
    ctx: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY…]", help="Default: all papers.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Look for newer editions, too.")] = False,
) -> None:
    """Download the PDFs that are missing."""
    workbench = ctx.obj.workbench()
    wanted = [workbench.shelf.resolve(key) for key in keys or ()]
    with ctx.obj.watcher() as watch:
        outcomes = list(workbench.adding.fetch(wanted, update=update, watch=watch))
    if not outcomes and not ctx.obj.as_json:
        warn("nothing to fetch: every paper has its PDF")
    report(outcomes, ctx.obj.as_json)
