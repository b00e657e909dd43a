"""`paperlab tag`: put tags on papers, take them off."""

from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.errors import UsageError


@app.command("tag")
def tag(
    ctx: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY…")],
    add: Annotated[list[str] | None, typer.Option("--add", "-a", metavar="TAG", help="May be repeated.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", "-r", metavar="TAG", help="May be repeated.")] = None,
) -> None:
    """Put tags on papers, or take them off."""
    if not add and not remove:
        raise UsageError("no tag given", hint="--add TAG, --remove TAG")
    workbench = ctx.obj.workbench()
    found = [workbench.shelf.resolve(key) for key in keys]
    workbench.tracking.tag(found, add or (), remove or ())
    papers = [workbench.shelf.paper(key) for key in found]
    if ctx.obj.as_json:
        print_json([{"key": paper.key, "tags": paper.tags} for paper in papers])
    for paper in () if ctx.obj.as_json else papers:
        say(f"{paper.key}: {' '.join(f'#{word}' for word in paper.tags) or 'no tags'}")
