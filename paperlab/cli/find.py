"""`paperlab find`: where a fragment stands."""

from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, wrapped
from paperlab.errors import NothingFound, UsageError


@app.command("find")
def find(
    ctx: typer.Context,
    quote: Annotated[str, typer.Argument(metavar="QUOTE", help="A fragment, as copied or retyped.")],
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000)] = 10,
) -> None:
    """Find where a quote stands: exactly, else nearly."""
    if not quote.strip():
        raise UsageError("an empty quote")
    workbench = ctx.obj.workbench()
    matches = workbench.searching.find(quote, limit=limit)
    if ctx.obj.as_json:
        rows = [
            {
                "key": m.paper,
                "edition": m.edition,
                "page": m.page_index + 1,
                "exact": m.is_exact,
                "score": round(m.score, 4),
                "section": " > ".join(m.section),
                "text": m.text,
                "boxes": [
                    {"page": place.page_index + 1, "rect": [place.box.x0, place.box.y0, place.box.x1, place.box.y1]}
                    for place in m.boxes
                ],
            }
            for m in matches
        ]
        print_json({"matches": rows})
    for match in () if ctx.obj.as_json else matches:
        how = "exact" if match.is_exact else f"{match.score:.0%} alike"
        section = f"  {match.section[-1]}" if match.section else ""
        say(f"{match.paper} {match.edition}  p. {match.page_index + 1}  {how}{section}\n{wrapped(match.text, '    ')}")
    if not matches:
        raise NothingFound("not in your library", hint="only indexed papers are looked into: `paperlab index status`")
