"""`paperlab status`: what the reader declares."""

from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.domain.progress import Depth, Status
from paperlab.errors import UsageError


@app.command("status")
def status(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="KEY… unread|reading|read")],
    depth: Annotated[Depth | None, typer.Option("--depth", help="How deep you have got.")] = None,
) -> None:
    """Declare papers unread, being read or read, and how deep you have got."""
    *keys, last = words
    declared = next((status for status in Status if status == last), None)
    if declared is None and depth is None:
        raise UsageError(f"{last!r} is no status", hint=f"the last word is {', '.join(Status)}")
    if declared is None:
        keys.append(last)
    if not keys:
        raise UsageError("no KEY given")
    workbench = ctx.obj.workbench()
    found = [workbench.shelf.resolve(key) for key in keys]
    workbench.tracking.declare(found, declared, depth)
    rows = [workbench.shelf.summary(key) for key in found]
    if ctx.obj.as_json:
        print_json([{"key": row.key, "status": row.status, "depth": row.depth} for row in rows])
    for row in () if ctx.obj.as_json else rows:
        say(f"{row.key}: {row.status}{f', {row.depth}' if row.depth else ''}")
