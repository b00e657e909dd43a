"""`paperlab highlight`: mark a quote."""

from typing import Annotated

import typer

from paperlab.cli.annotations import as_row
from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.domain.annotations import COLORS
from paperlab.domain.placements import as_made


@app.command("highlight")
def highlight(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    quote: Annotated[str, typer.Option("--quote", metavar="TEXT", help="What to mark, as it stands in the paper.")],
    page: Annotated[int | None, typer.Option("--page", min=1, help="Where it stands, if in several places.")] = None,
    color: Annotated[str, typer.Option("--color", help=", ".join(COLORS))] = COLORS[0],
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT")] = "",
    kind: Annotated[str, typer.Option("--kind", help="highlight, underline, strikeout or note.")] = "highlight",
    tags: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="May be given several times.")] = None,
) -> None:
    """Mark a quote in a paper."""
    workbench = ctx.obj.workbench()
    found = workbench.shelf.resolve(key)
    page_index = page - 1 if page else None
    annotation = workbench.annotating.highlight(
        found, quote, page_index=page_index, color=color, comment=comment, kind=kind, tags=tags or ()
    )
    if ctx.obj.as_json:
        print_json(as_row(found, as_made(annotation)))
    else:
        say(f"{found} {annotation.edition}  p. {annotation.page_index + 1}, {annotation.color}  {annotation.id}")
