"""`paperlab merge`: two records of one work become one."""

from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn

if TYPE_CHECKING:
    from paperlab.workbench import Workbench


@app.command("merge")
def merge(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The paper that stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The paper that goes into it.")],
) -> None:
    """Let KEY take over all that OTHER has; OTHER's own files are kept under merged/."""
    workbench = ctx.obj.workbench()
    joined = workbench.joining.join(workbench.shelf.resolve(key), workbench.shelf.resolve(other))
    if joined.warning:
        warn(joined.warning)
    if ctx.obj.as_json:
        print_json({"key": joined.paper.key, "merged": joined.former, "kept": joined.kept})
    else:
        say(f"{joined.former} is part of {joined.paper.key} now; its own files are kept in {joined.kept}")


def list_pairs(workbench: "Workbench", as_json: bool) -> None:
    """The papers that may be one work, and the command that joins them."""
    doubles = workbench.joining.doubles()
    if as_json:
        print_json([{"key": d.first.key, "other": d.second.key, "reason": d.reason} for d in doubles])
        return
    for double in doubles:
        say(f"{double.second.key} {double.reason} as {double.first.key}: {double.first.title}")
        say(f"    paperlab merge {double.first.key} {double.second.key}")
    if not doubles:
        warn("no two papers look like one work")
