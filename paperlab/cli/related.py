"""`paperlab related`: papers near a paper, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, shortened, warn
from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from paperlab.domain.passages import Passage
    from paperlab.domain.related import Reason, RelatedPaper


@app.command("related")
def related(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="KEY")],
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many papers.")] = 10,
) -> None:
    """Papers of the library that lie near a paper, and the passages that say why."""
    workbench = ctx.obj.workbench()
    key = workbench.shelf.resolve(paper)
    found = workbench.relating.related(key, limit=limit)
    if found.warning:
        warn(found.warning)
    if ctx.obj.as_json:
        rows = [_as_row(near) for near in found.papers]
        print_json({"key": key, "title": found.title, "took_ms": round(found.took_ms, 1), "related": rows})
    for near in () if ctx.obj.as_json else found.papers:
        say(f"{near.rank}. {near.title}  ({near.key})  {near.score:.0%} alike")
        for reason in near.reasons:
            say(f"{_line(reason.there, '   ')}\n{_line(reason.here, '     like ')}")
    if not found.papers:
        raise NothingFound(f"nothing in the library is near {found.title!r}")


def _as_row(near: "RelatedPaper") -> dict[str, Any]:
    """A paper as `--json` gives it; pages from 1."""
    why = [_pair(reason) for reason in near.reasons]
    return {"rank": near.rank, "key": near.key, "title": near.title, "score": round(near.score, 4), "why": why}


def _pair(reason: "Reason") -> dict[str, Any]:
    return {
        "likeness": round(reason.likeness, 4),
        "here": _as_passage(reason.here),
        "there": _as_passage(reason.there),
    }


def _as_passage(passage: "Passage") -> dict[str, Any]:
    pages = passage.pages
    return {
        "edition": passage.edition,
        "section": " > ".join(passage.section),
        "pages": [pages[0] + 1, pages[1] + 1] if pages else None,
        "text": passage.text,
    }


def _line(passage: "Passage", indent: str) -> str:
    """Where a passage stands and how it begins."""
    page = f"p. {passage.pages[0] + 1}  " if passage.pages else ""
    section = f"{passage.section[-1]}: " if passage.section else ""
    return shortened(f"{page}{section}{passage.text}", indent)
