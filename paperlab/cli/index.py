"""`paperlab index`: the index brought level with the library, compared, made anew."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import as_line, as_row
from paperlab.cli.printing import print_json, say, warn
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.services.indexing import IndexOutcome, IndexStatus
    from paperlab.services.verifying import Verified


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
    verified = workbench.verifying.verify() if action == "verify" else None
    _print_status(verified.status if verified else workbench.indexing.status(), verified, ctx.obj.as_json)
    if failed or (verified and verified.findings):
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


def _print_status(status: "IndexStatus", verified: "Verified | None", as_json: bool) -> None:
    if as_json:
        looked_at = {"verified": asdict(verified.tally) | {"waiting": verified.waiting}} if verified else {}
        print_json(
            {
                "papers": status.papers,
                "indexed": status.indexed,
                "stale": status.stale,
                "missing": status.missing,
                "orphans": status.orphans,
                "without_text": status.without_text,
                "older_editions": status.older_editions,
                "passages": status.passages,
                "model": status.model,
                "fingerprint": status.fingerprint,
                "problems": [as_row(finding) for finding in verified.findings] if verified else [],
            }
            | looked_at
        )
        return
    for finding in verified.findings if verified else ():
        say(as_line(finding))
    if verified:
        _print_tally(verified)
    say(f"{status.papers} papers, {status.indexed} indexed, {status.passages} passages, {status.model}")
    for word, keys in (("stale", status.stale), ("missing", status.missing), ("orphans", status.orphans)):
        if keys and not verified:
            say(f"{word}: {', '.join(str(key) for key in keys)}")
    if status.without_text:
        say(f"without searchable text: {', '.join(str(key) for key in status.without_text)}")
    if verified and verified.findings:
        say("`paperlab doctor --fix` makes anew what is wrong")


def _print_tally(verified: "Verified") -> None:
    """What was proved, in numbers."""
    tally, older = verified.tally, verified.status.older_editions
    say(
        f"{tally.pages_with_text} of {tally.pages} pages have text for passages"
        + (f", {tally.pages_unsearchable} are of papers without searchable text" if tally.pages_unsearchable else "")
    )
    say(
        f"{tally.passages} passages of papers and {tally.marks} of notes and annotations, {tally.vectors} vectors, "
        f"{tally.signatures} signatures: {f'{len(verified.findings)} findings' if verified.findings else 'all fit'}"
    )
    if older:
        say(f"{older} older editions are not indexed: the newest of a paper is what is searched")
    if verified.waiting:
        say(f"notes or annotations of {verified.waiting} papers have changed since: the next search takes them in")
