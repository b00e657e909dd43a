"""`paperlab index`: the index brought level with the library, compared, made anew."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.services.indexing import IndexOutcome
    from paperlab.workbench import Workbench


@app.command("index")
def index(
    ctx: typer.Context,
    action: Annotated[str | None, typer.Argument(metavar="[status|verify|rebuild]")] = None,
) -> None:
    """Index what is missing or stale; `status` only compares, `verify` looks inside, `rebuild` begins anew."""
    if action not in {None, "status", "verify", "rebuild"}:
        raise UsageError(f"no action {action!r}", hint="status, verify, rebuild, or nothing")
    workbench = ctx.obj.workbench()
    failed = False
    if action == "rebuild":
        workbench.rebuild_index()
    if action in {None, "rebuild"}:
        with ctx.obj.watcher() as watch:
            failed = _tell(workbench.indexing.each(watch=watch), ctx.obj.as_json)
    problems = workbench.indexing.verify() if action == "verify" else ()
    _print_status(workbench, problems, ctx.obj.as_json)
    if failed or problems:
        raise typer.Exit(1)


def _tell(outcomes: "Iterable[IndexOutcome]", as_json: bool) -> bool:
    """Say what becomes of each paper, as it comes. Whether one has failed."""
    failed = False
    for outcome in outcomes:
        failed |= bool(outcome.error)
        if outcome.error or outcome.warning:
            warn(f"{outcome.key}: {outcome.error or outcome.warning}")
        elif not as_json:
            say(f"{outcome.key}: {outcome.passages} passages")
    return failed


def _print_status(workbench: "Workbench", problems: tuple[str, ...], as_json: bool) -> None:
    status = workbench.indexing.status()
    if as_json:
        print_json(
            {
                "papers": status.papers,
                "indexed": status.indexed,
                "stale": status.stale,
                "missing": status.missing,
                "orphans": status.orphans,
                "without_text": status.without_text,
                "passages": status.passages,
                "model": status.model,
                "fingerprint": status.fingerprint,
                "problems": problems,
            }
        )
        return
    for problem in problems:
        say(problem)
    say(f"{status.papers} papers, {status.indexed} indexed, {status.passages} passages, {status.model}")
    for word, keys in (("stale", status.stale), ("missing", status.missing), ("orphans", status.orphans)):
        if keys:
            say(f"{word}: {', '.join(str(key) for key in keys)}")
    if status.without_text:
        say(f"without searchable text: {', '.join(str(key) for key in status.without_text)}")
