"""`paperlab fetch`: the PDFs that records lack, and newer editions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.add import report
from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.services.updating import NewerEdition


@app.command("fetch")
def fetch(
    ctx: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY…]", help="Default: all papers.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Look for newer editions, too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --update: list what is newer, fetch nothing.")
    ] = False,
) -> None:
    """Download the PDFs that are missing."""
    if dry_run and not update:
        raise UsageError("--dry-run goes with --update")
    workbench = ctx.obj.workbench()
    wanted = [workbench.shelf.resolve(key) for key in keys or ()]
    if dry_run:
        with ctx.obj.watcher() as watch:
            newer = workbench.updating.newer(wanted, watch)
        _list(newer, ctx.obj.as_json)
        return
    with ctx.obj.watcher() as watch:
        outcomes = list(workbench.adding.fetch(wanted, update=update, watch=watch))
    if not outcomes and not ctx.obj.as_json:
        warn("nothing to fetch: every paper that names a source has its PDF")
    is_all = update and not wanted
    if is_all and outcomes and not ctx.obj.as_json and all(o.status == "present" for o in outcomes):
        warn(f"nothing newer: {len(outcomes)} paper{'' if len(outcomes) == 1 else 's'} looked at")
    report(outcomes, ctx.obj.as_json, is_terse=is_all)


def _list(newer: "Sequence[NewerEdition]", as_json: bool) -> None:
    if as_json:
        rows = [
            {"key": o.key, "title": o.title, "edition": o.edition, "newest": o.newest, "withdrawn": o.is_withdrawn}
            for o in newer
        ]
        print_json(rows)
        return
    for one in newer:
        say(f"{one.key} {one.edition} → {one.newest}{' (withdrawn)' if one.is_withdrawn else ''}  {one.title}")
    if not newer:
        warn("nothing newer")
