"""`paperlab add`: papers into the library, from wherever they are."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn

if TYPE_CHECKING:
    from paperlab.services.intake import AddOutcome


@app.command("add")
def add(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…", help="arXiv id or address, PDF, folder, web address, .bib, .json, .ris, list:NAME."
        ),
    ],
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Tag the papers; may be repeated.")] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Append them to a reading list.")
    ] = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="Do not parse and index now.")] = False,
) -> None:
    """Add papers; what is there already stays as it is."""
    workbench = ctx.obj.workbench()
    with ctx.obj.watcher() as watch:
        outcomes = workbench.adding.add(sources, tags=tag or (), list_name=list_name, index=not no_index, watch=watch)
        report(outcomes, ctx.obj.as_json)


def report(outcomes: "Iterable[AddOutcome]", as_json: bool, *, is_terse: bool = False) -> None:
    """Print each outcome as it comes (JSON: at the end). Exits with 1 if one has failed.

    Args:
        is_terse: Leave out the papers that were there already.
    """
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        rows.append(asdict(outcome) | {"key": outcome.key.value if outcome.key else None})
        if outcome.error:
            names_itself = outcome.source.rpartition("/")[2] in outcome.error
            warn(outcome.error if names_itself else f"{outcome.source}: {outcome.error}")
            continue
        if outcome.warning:
            warn(f"{outcome.key}: {outcome.warning}")
        if outcome.carried or outcome.unplaced:
            warn(_told_of_annotations(outcome))
        if outcome.marks:
            hint = f"`paperlab annotations import {outcome.key}` takes them over"
            warn(f"{outcome.key}: its PDF holds {outcome.marks} marks: {hint}")
        if not (as_json or (is_terse and outcome.status == "present")):
            edition = f"{outcome.previous} → {outcome.edition}" if outcome.previous else outcome.edition or ""
            size = _size(outcome)
            say(f"{outcome.status:<8} {outcome.key} {edition}  {outcome.title}  ({size})")
    if as_json:
        print_json(rows)
    if any(row["error"] for row in rows):
        raise typer.Exit(1)


def _told_of_annotations(outcome: "AddOutcome") -> str:
    count = outcome.carried + outcome.unplaced
    said = f"{outcome.key}: {outcome.carried} of {count} annotations have their place in {outcome.edition}"
    hint = f"; `paperlab annotations {outcome.key} --unplaced` lists the others"
    return said + (hint if outcome.unplaced else "")


def _size(outcome: "AddOutcome") -> str:
    if not outcome.pages:
        return "not indexed" if outcome.edition else "no PDF"
    pages = f"{outcome.pages} page{'' if outcome.pages == 1 else 's'}"
    return f"{pages}, {outcome.passages} passages" if outcome.passages else pages
